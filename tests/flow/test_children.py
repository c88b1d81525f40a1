"""Children on a parent's number: each of their messages names the child, whatever the day of the message."""

from typing import Any

import pytest

from tests.flow.fake_build import Day

NUMBER = "079'000'00'99 (Mutter)"


def texts(born: dict[str, str | None], **parameters: str) -> list[str]:
    """The texts about an appointment each on 25 November at 9, in the order of the names."""
    day = Day("2026-11-24 06:00")
    desk = day.practice(**parameters)
    for name, birthday in born.items():
        columns: dict[str, Any] = {"Vorname": name, "Nachname": "Muster", "Anrede": "Frau", "Geburtsdatum": birthday}
        desk.appointment("2026-11-25 09:00", Mobiltelefon=NUMBER, **columns)
    day.play("2026-11-24 10:30")
    messages = day.cloud.parts.networks.messages
    assert {message.to for message in messages} == {"+41790000099"}
    return sorted(str(message.text) for message in messages)


@pytest.mark.parametrize("together", ["Ja", "Nein"])
def test_three_children_get_three_texts_and_each_names_one(together: str) -> None:
    born: dict[str, str | None] = {"Lia": "2019-02-03", "Mia": "2021-05-06", "Noa": "2008-11-26"}
    told = texts(born, Schalter__EineErinnerungProTag=together)
    assert [text[:33] for text in told] == [f"Guten Tag. Der Termin von {name} ist" for name in born]
    assert not any("Muster" in text for text in told)


def test_full_age_on_the_day_of_the_appointment_counts_not_of_the_message() -> None:
    (told,) = texts({"Noa": "2008-11-25"})
    assert told.startswith("Guten Tag Frau Muster. Wir erwarten Sie am")


def test_without_a_date_of_birth_nothing_changes() -> None:
    (told,) = texts({"Lia": None})
    assert told.startswith("Guten Tag Frau Muster. Wir erwarten Sie am")
