"""Arguments as people type them: understood, or refused in one clear sentence."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from infra.cli.core import arguments
from infra.cli.core.arguments import ArgumentError
from infra.translation import speak

ZURICH = ZoneInfo("Europe/Zurich")


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23T09:45", "2026-11-23T09:45:00+01:00"),
        ("2026-11-23 09:45", "2026-11-23T09:45:00+01:00"),
        (" 2026-11-23 09:45:30 ", "2026-11-23T09:45:30+01:00"),
        ("2026-11-23", "2026-11-23T00:00:00+01:00"),
        ("2026-07-01T12:00", "2026-07-01T12:00:00+02:00"),
        ("2026-10-25T02:30", "2026-10-25T02:30:00+02:00"),  # occurs twice: the first
        ("2026-03-29T03:00", "2026-03-29T03:00:00+02:00"),  # right after the gap
    ],
)
def test_a_local_time_is_the_practices(text: str, expected: str) -> None:
    assert arguments.local_time("--from", text, ZURICH).isoformat() == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("morgen", "must be a local time such as 2026-11-23T09:45"),
        ("", "must be"),
        ("2026-11-23T09:45+01:00", "without an offset"),
        ("2026-11-23T09:45Z", "without an offset"),
        ("20261123T0945", "must be"),
        ("23.11.2026", "must be"),
        ("2026-02-30", "must be"),
        ("2026-11-23T24:30", "must be"),
        ("1999-12-31", "the years 2000 to 2099"),
        ("2026-03-29T02:30", "the clocks of Europe/Zurich skip this time"),
    ],
)
def test_a_local_time_that_cannot_be_is_refused(text: str, told: str) -> None:
    with pytest.raises(ArgumentError, match=f"^--from {text!r}: ".replace("+", r"\+")) as refused:
        arguments.local_time("--from", text, ZURICH)
    assert told in str(refused.value)


def test_a_time_in_the_gap_of_another_zone_is_fine() -> None:
    assert arguments.local_time("--from", "2026-03-29T02:30", ZoneInfo("UTC")).hour == 2


def test_a_span_may_be_empty_but_not_end_before_it_starts() -> None:
    start, end = arguments.span("2026-11-23", "2026-11-23", ZURICH)
    assert start == end
    with pytest.raises(ArgumentError, match="--to '2026-11-22': it lies before --from 2026-11-23"):
        arguments.span("2026-11-23", "2026-11-22", ZURICH)


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ("TerminerinnerungSenden=Ja", "TerminerinnerungSenden", "Ja"),
        ("terminerinnerungsenden=ja", "TerminerinnerungSenden", "ja"),
        ("GeburtstagsglückwünscheSenden=Ja", "GeburtstagsglueckwuenscheSenden", "Ja"),
        ("Geburtstagsglu\u0308ckwu\u0308nscheSenden=Ja", "GeburtstagsglueckwuenscheSenden", "Ja"),  # as macOS types
        ("OffsetSuchTage=viele", "OffsetSuchTage", "viele"),  # wrong, but saved unchanged
        ("MeldungAn=a@b.example,c=d@b.example", "MeldungAn", "a@b.example,c=d@b.example"),
        ("Schalter/sprache=fr", "Sprache", "fr"),
        ("Auftraege/send/Aktiviert=Nein", "Auftraege/send/Aktiviert", "Nein"),
        ("aufträge/SEND/zeitplan=Mo-Fr 10:05", "Auftraege/send/Zeitplan", "Mo-Fr 10:05"),
        ("Vorlagen/Terminerinnerung/SMS/de= Hallo ", "Vorlagen/Terminerinnerung/SMS/de", " Hallo "),
        ("vorlagen/geburtstag/e-mail-betreff/DE=-", "Vorlagen/Geburtstag/E-Mail-Betreff/de", "-"),
    ],
)
def test_a_switch_has_its_canonical_name_and_the_value_as_typed(given: str, name: str, value: str) -> None:
    assert arguments.switches([given]) == {name: value}


def test_credits_and_licences_are_cut_at_the_last_equals_sign() -> None:
    assert arguments.topups(["M1=600", "a=b= 0 "]) == {"M1": 600, "a=b": 0}
    assert arguments.licences(["VS-1=valid", " A=1 =Revoked"]) == {"VS-1": "valid", "A=1": "revoked"}


def _rate(given: list[str]) -> object:
    return arguments.failure_rate(given[0])


def _practice(given: list[str]) -> object:
    return arguments.practice_id(given[0])


@pytest.mark.parametrize(
    ("read", "given", "told"),
    [
        (arguments.switches, "Sprache", "--switch 'Sprache': must be NAME=VALUE"),
        (arguments.switches, "=Ja", "must be NAME=VALUE"),
        (arguments.switches, "TerminerinnerungSendne=Ja", "did you mean TerminerinnerungSenden?"),
        (arguments.switches, "qqq=Ja", "the settings are TerminerinnerungSenden, Geb"),
        (arguments.switches, "Geburtstage=1", "mean GeburtstagInaktivJahre, GeburtstagsglueckwuenscheSenden?"),
        (arguments.switches, "Vorlagen/Terminerinnerungen/SMS/it=-", "did you mean Vorlagen/Terminerinnerung/SMS/it?"),
        (arguments.switches, "Auftraege/Terminerinnerungen/Zeitplan=-", "mean Auftraege/prepare-reminders/Zeitplan?"),
        (arguments.switches, "a/b/c=-", "allowed are Auftraege/prepare-reminders/Aktiviert, Vorlagen/"),
        (arguments.topups, "M1", "--topup 'M1': must be MANDANT=N"),
        (arguments.topups, "M1=-1", "--topup 'M1=-1': must be a whole number from 0 to 1'000'000'000"),
        (arguments.topups, "M1=1.5", "must be a whole number"),
        (arguments.topups, "M1=", "must be a whole number"),
        (arguments.topups, "M1=²", "must be a whole number"),
        (arguments.topups, "M1=" + "9" * 5000, "must be a whole number"),
        (arguments.licences, "VS-1=gültig", "--licence 'VS-1=gültig': must be one of valid, revoked, expired"),
        (arguments.licences, "valid", "must be NUMBER=valid|revoked|expired"),
        (_rate, "1.01", "--carrier-failures '1.01': must be a number from 0 to 1"),
        (_rate, "nan", "must be a number from 0 to 1"),
        (_rate, "-0.1", "must be a number from 0 to 1"),
        (_rate, "viel", "must be a number from 0 to 1"),
        (_practice, "A", "--practice 'A': must be 2 to 32 characters from a-z, 0-9 and -"),
        (_practice, "praxis\n", "must be 2 to 32"),
        (_practice, "x" * 33, "must be 2 to 32"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_is_allowed(
    read: Callable[[list[str]], object], given: str, told: str
) -> None:
    with pytest.raises(ArgumentError) as refused:
        read([given])
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("read", "given"),
    [
        (arguments.switches, ["Sprache=de", "sprache=fr"]),
        (arguments.topups, ["M1=1", "M1=1"]),
        (arguments.licences, ["VS-1=valid", "VS-1 =revoked"]),
    ],
)
def test_the_same_thing_twice_is_refused(read: Callable[[list[str]], object], given: list[str]) -> None:
    with pytest.raises(ArgumentError, match="it is given twice"):
        read(given)


def test_rates_from_nothing_to_all_are_taken() -> None:
    assert [arguments.failure_rate(text) for text in ("0", "0.04", "1")] == [0.0, 0.04, 1.0]
