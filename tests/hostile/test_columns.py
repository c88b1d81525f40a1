"""Each column of the four views with each hostile value: set before prepare, or between prepare and send.

A day has all values of a column, each at another patient; the most harmful values also have a day of their own.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest

from tests.fakes.practice_database import COLUMNS
from tests.hostile.practice import (
    BORN_TODAY,
    GOOD_NUMBERS,
    Played,
    another,
    at,
    check,
    check_good,
    email,
    good_tables,
    number,
    play,
    set_up,
)
from tests.hostile.values import SECRETS, VALUES

IDS = {"MandantId", "PatientId", "BehandlungId", "TerminId"}
Pair = tuple[bool | None, bool | None]  # whether a patient gets the reminder, the greeting; None: either is right
BOTH, NEITHER = (True, True), (False, False)


def is_text(value: object, *words: str) -> bool:
    return isinstance(value, str) and value.strip().casefold() in words


def begins_tomorrow(value: object) -> bool:
    if not isinstance(value, str) or not value.startswith("2026-11-24") or ":" not in value:
        return False
    try:
        return datetime.fromisoformat(value).tzinfo is None
    except ValueError:
        return False


def born_today(value: object) -> bool | None:
    """The 23 November of any year; the format and anything after it do not matter."""
    if value == "19801123":
        return None
    if not isinstance(value, str) or value[4:10] != "-11-23":
        return False
    return None if value[:4].isdigit() and value[:4] != "0000" else False


# The test's own rules, by column: other columns prevent no message.
ADMITTED: dict[tuple[str, str], Callable[[object], Pair]] = {
    ("Mandant", "MandantId"): lambda value: NEITHER,
    ("Mandant", "Lizenznummer"): lambda value: NEITHER,
    ("Patient", "PatientId"): lambda value: NEITHER,
    ("Patient", "Geburtsdatum"): lambda value: (True, born_today(value)),
    ("Patient", "Sterbedatum"): lambda value: BOTH if value is None else NEITHER,
    ("Patient", "KeineMitteilungen"): lambda value: (
        BOTH if value in (None, 0, b"") or is_text(value, "", "0", "nein") else NEITHER
    ),
    ("Behandlung", "PatientId"): lambda value: NEITHER,
    ("Behandlung", "MandantId"): lambda value: NEITHER,
    ("Termin", "TerminId"): lambda value: (False, True),
    ("Termin", "PatientId"): lambda value: (False, True),
    ("Termin", "Beginn"): lambda value: (begins_tomorrow(value), True),
    ("Termin", "Status"): lambda value: (value == b"definitiv" and None, True),
}
COLUMN = [(view, column) for view, columns in COLUMNS.items() for column in columns]
TOLD = [("Patient", "Vorname"), ("Patient", "Mobiltelefon")]
BEFORE, BETWEEN = "09:45", "10:02"  # set before prepare; between prepare and send
DAYS = [(*column, BEFORE) for column in COLUMN] + [(*column, BETWEEN) for column in [*ADMITTED, *TOLD]]
ALONE = ("NULL", "long", "no UTF-8")
CASES = len(DAYS) * len(VALUES) + len(COLUMN) * len(ALONE)


def got(played: Played, identity: str) -> bool:
    entry = played.entries.get(identity)
    return entry is not None and entry.message_id is not None


def check_another(played: Played, n: int, admitted: Pair) -> None:
    """Check that PX<n> got exactly the messages that the rules admit."""
    for identity, gets in zip((f"reminder:TX{n}", f"birthday:PX{n}:2026"), admitted, strict=True):
        assert gets in (None, got(played, identity)), (identity, played.entries.get(identity), played.runs())


def hinders_nobody(value: object) -> Pair:
    return BOTH


def check_not_told(played: Played, column: str, value: object) -> None:
    """No sentence repeats what a column holds; ids are named."""
    shown = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    if column in IDS or value == b"definitiv" or len(shown.strip()) < 7:
        return
    assert not [reason for reason in played.reasons if shown.strip()[:40] in reason]


def greeted(view: str, column: str) -> bool:
    """Whether the others have their birthday today: for speed, only if it matters."""
    return view == "Patient" or (view, column) in ADMITTED


def played_with(view: str, column: str, values: Mapping[str, object], since: str) -> Played:
    tables, born = good_tables(), BORN_TODAY if greeted(view, column) else None
    rows = [(another(tables, n, born)[view], value) for n, value in enumerate(values.values())]
    cloud = set_up(tables)

    def dirty() -> None:
        for row, value in rows:
            row[column] = value

    cloud.at(at(since), dirty)
    return play(cloud)


def is_secret(value: object) -> bool:
    return isinstance(value, str) and any(secret in value for secret in SECRETS)


def check_values(
    view: str, column: str, values: Mapping[str, object], since: str, log: pytest.LogCaptureFixture
) -> None:
    """Ids name entries in the logs and are no personal data: none is planted in them."""
    planted = {name: value for name, value in values.items() if column not in IDS or not is_secret(value)}
    with log.at_level(0):
        played = played_with(view, column, planted, since)
    check(played, log.text)
    check_good(played)
    known = {address for n in range(len(planted)) for address in (number(n), email(n))}
    assert {message.to for message in played.messages} <= known | set(GOOD_NUMBERS)
    born = greeted(view, column)
    for n, value in enumerate(planted.values()):
        reminder, greeting = ADMITTED.get((view, column), hinders_nobody)(value)
        check_another(played, n, (reminder, greeting and born))
        check_not_told(played, column, value)


@pytest.mark.parametrize(("view", "column", "since"), DAYS)
def test_all_hostile_values_of_a_column_hurt_nobody_else(
    view: str, column: str, since: str, caplog: pytest.LogCaptureFixture
) -> None:
    check_values(view, column, VALUES, since, caplog)


@pytest.mark.parametrize("name", ALONE)
@pytest.mark.parametrize(("view", "column"), COLUMN)
def test_a_hostile_value_alone_hurts_nobody_else(
    view: str, column: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    check_values(view, column, {name: VALUES[name]}, BEFORE, caplog)
