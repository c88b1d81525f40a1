"""The switches (Schalter) of a practice: names, defaults and validation. Pure.

A missing switch has its default. An invalid one fails closed: for the jobs that need it, `Switches.refusals` names the
parameter, the value and what is allowed, in German.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Channel, NoAddress, email_address
from chalicelib.practice.names import folded, nearest
from chalicelib.schedule.job import Job
from chalicelib.schedule.sending_window import SendingWindow, parse_window

_ALL = frozenset(Job)
_PREPARE = frozenset({Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS})
_REMINDERS = frozenset({Job.PREPARE_REMINDERS})
_MESSAGES = _PREPARE | {Job.SEND}

ENABLING_SWITCHES = {  # all of them
    Kind.REMINDER: ("TerminerinnerungSenden",),
    Kind.BIRTHDAY: ("GeburtstagsglueckwuenscheSenden",),
    Kind.RESCHEDULED: ("TerminerinnerungSenden", "ErinnerungBeiVerschiebung"),
}
SWITCH_OF_JOB = {
    Job.PREPARE_REMINDERS: ENABLING_SWITCHES[Kind.REMINDER][0],
    Job.PREPARE_BIRTHDAYS: ENABLING_SWITCHES[Kind.BIRTHDAY][0],
}


class _InvalidError(Exception):
    """An invalid value."""


@dataclass(frozen=True)
class Switch:
    name: str
    default: str
    allowed: str  # German
    meaning: str  # German
    needed_by: frozenset[Job]
    read: Callable[[str], Any]


def _yes_no(text: str) -> bool:
    answer = text.strip().casefold()
    if answer not in ("ja", "nein"):
        raise _InvalidError
    return answer == "ja"


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        digits = text.strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) < 10) or not least <= int(digits) <= most:
            raise _InvalidError
        return int(digits)

    return read


def _window(text: str) -> SendingWindow:
    window = parse_window(text)
    if window is None:
        raise _InvalidError
    return window


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text.strip())
    except (OSError, ValueError, KeyError):  # a folder, not a name, unknown
        raise _InvalidError from None


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        for choice in choices:
            if text.strip().casefold() == choice.casefold():
                return choice
        raise _InvalidError

    return read


def _channel(text: str) -> Channel:
    return Channel(_one_of(*Channel)(text))


def _mandant(text: str) -> str | None:
    mandant = text.strip()
    if len(mandant) > 64:
        raise _InvalidError
    return mandant or None


@lru_cache(maxsize=256)  # every run of a practice parses its few addresses again
def _addresses(text: str) -> tuple[str, ...]:
    addresses = tuple(part.strip() for part in text.replace(";", ",").split(",") if part.strip())
    if any(isinstance(email_address(address), NoAddress) for address in addresses):
        raise _InvalidError
    return addresses


_JA = "Ja oder Nein"
SWITCHES = {
    switch.name: switch
    for switch in (
        Switch("TerminerinnerungSenden", "Nein", _JA, "Terminerinnerungen senden", _REMINDERS | {Job.SEND}, _yes_no),
        Switch(
            "GeburtstagsglueckwuenscheSenden", "Nein", _JA, "Geburtstagsglückwünsche senden",
            frozenset({Job.PREPARE_BIRTHDAYS, Job.SEND}), _yes_no,
        ),
        Switch("EineErinnerungProTag", "Nein", _JA,
               "eine Mitteilung für alle Termine eines Patienten am selben Tag", frozenset({Job.SEND}), _yes_no),
        Switch("ErinnerungBeiVerschiebung", "Nein", _JA,
               "die neue Zeit mitteilen, wenn ein Termin nach seiner Erinnerung verschoben wird",
               _REMINDERS | {Job.SEND}, _yes_no),
        Switch("GeburtstagInaktivJahre", "0", "eine ganze Zahl von 0 bis 50",
               "kein Glückwunsch, wenn so lange keine Behandlung und kein Termin war; 0: immer",
               frozenset({Job.PREPARE_BIRTHDAYS, Job.SEND}), _number(0, 50)),
        Switch(
            "DefaultSMSMandant", "", "eine MandantId mit höchstens 64 Zeichen",
            "belastet für Patienten ohne Behandlung", _MESSAGES, _mandant,
        ),
        Switch("OffsetStartTage", "1", "eine ganze Zahl von 0 bis 60", "erster Suchtag, in Tagen nach heute",
               _REMINDERS, _number(0, 60)),
        Switch("OffsetSuchTage", "1", "eine ganze Zahl von 1 bis 31", "Anzahl aufeinanderfolgender Suchtage",
               _REMINDERS, _number(1, 31)),
        Switch("CreditBestandPruefen", "Ja", _JA, "meldet einen tiefen Creditbestand", _PREPARE, _yes_no),
        Switch("CreditMindestbestand", "100", "eine ganze Zahl von 0 bis 1000000",
               "darunter wird gemeldet", _PREPARE, _number(0, 1_000_000)),
        Switch("Versandfenster", "08:00-20:00", "HH:MM-HH:MM, zum Beispiel 08:00-20:00",
               "ausserhalb wird nichts versendet", _MESSAGES, _window),
        Switch("Zeitzone", "Europe/Zurich", "ein IANA-Name, zum Beispiel Europe/Zurich",
               "alle Zeiten und Tage der Praxis", _ALL, _zone),
        Switch("Sprache", "de", "de, fr, it oder en", "für Patienten ohne oder mit unbekannter Sprache",
               _MESSAGES, _one_of("de", "fr", "it", "en")),
        Switch("BevorzugterKanal", "SMS", "SMS oder E-Mail", "erste Wahl, wo beides möglich ist",
               _MESSAGES, _channel),
        Switch("UmschriftErlaubt", "Nein", _JA, "schreibt in SMS ç als c, ê als e …",
               frozenset({Job.SEND}), _yes_no),
        Switch("MaxSMSTeile", "0", "eine ganze Zahl von 0 bis 10; 0 heisst: so viele wie nötig",
               "aus mehr Teilen wird keine SMS versendet", frozenset({Job.SEND}), _number(0, 10)),
        Switch("MeldungAn", "", "E-Mail-Adressen, durch Komma getrennt", "erhalten Meldungen der Praxis",
               frozenset(), _addresses),
        Switch("AufbewahrungTage", "180", "eine ganze Zahl von 10 bis 3650",
               "so lange bleiben Personendaten eines Eintrags", _PREPARE, _number(10, 3650)),
    )
}  # fmt: skip


def canonical_name(name: str) -> str | None:
    """Return the name of a switch, ignoring umlauts and case; None if there is no such switch."""
    return next((known for known in SWITCHES if folded(known) == folded(name)), None)


@dataclass(frozen=True)
class Switches:
    """Validated values by name, sentences for invalid ones, warnings about unknown names."""

    values: Mapping[str, Any]
    invalid: Mapping[str, str]
    warnings: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Any:
        """Return the validated value. Raises KeyError for an invalid one: check `refusals` first."""
        return self.values[name]

    def refusals(self, job: Job) -> tuple[str, ...]:
        """Return why the job may not run: a German sentence for each invalid switch that it needs."""
        return tuple(text for name, text in self.invalid.items() if job in SWITCHES[name].needed_by)


def check_value(name: str, text: str, parameter: str) -> str | None:
    """Return the problem of a value in German, None if it is valid."""
    switch = SWITCHES[name]
    try:
        switch.read(text)
    except _InvalidError:
        return invalid_value(parameter, text, f"Erlaubt ist: {switch.allowed}.")
    return None


def invalid_value(parameter: str, text: str, allowed: str) -> str:
    """Return the German sentence about an invalid value of a switch or a job's parameter."""
    shown = text if len(text) <= 60 else text[:57] + "…"
    return f"Der Parameter {parameter} hat den Wert «{shown}». {allowed}"


def read_switches(raw: Mapping[str, str], path: str = "Schalter/") -> Switches:
    """Validate saved values by name of the switch; `path` precedes names in sentences."""
    values: dict[str, Any] = {}
    invalid: dict[str, str] = {}
    for name, switch in SWITCHES.items():
        text = raw.get(name, switch.default)
        if problem := check_value(name, text, path + name):
            invalid[name] = problem
        else:
            values[name] = switch.read(text)
    return Switches(values, invalid, tuple(_unknown(name, path) for name in raw if name not in SWITCHES))


def _unknown(name: str, path: str) -> str:
    near = nearest(name, SWITCHES, fold=folded)
    meant = f" Gemeint ist vielleicht {near[0]}." if near else ""
    return f"Der Parameter {path}{name} ist kein Schalter und wird nicht beachtet.{meant}"
