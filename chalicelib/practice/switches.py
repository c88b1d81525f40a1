"""The switches (Schalter) of a practice: names, defaults and validation. Pure.

A missing switch has its default. An invalid one fails closed: for the jobs that need it, `Switches.refusals` names the
parameter, the value and what is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Address, Channel, email_address
from chalicelib.messages.sms import cut
from chalicelib.practice.names import folded
from chalicelib.schedule.closed_days import ClosedDays, parse_closed_days
from chalicelib.schedule.job import Job
from chalicelib.schedule.sending_window import SendingWindow, parse_window
from chalicelib.text import DEFAULT_LANGUAGE, LANGUAGES, Text

_ALL = frozenset(Job)
_PREPARE = frozenset({Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS})
_REMINDERS = frozenset({Job.PREPARE_REMINDERS})
_BIRTHDAYS = frozenset({Job.PREPARE_BIRTHDAYS})
_MESSAGES = _PREPARE | {Job.SEND}

_AS_SPRACHE = "wie Sprache"

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
    needed_by: frozenset[Job]
    read: Callable[[str], Any]

    @property
    def allowed(self) -> Text:
        return Text(f"switch.{self.name}.allowed")

    @property
    def meaning(self) -> Text:
        return Text(f"switch.{self.name}.meaning")


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


def _closed_days(text: str) -> ClosedDays:
    days = parse_closed_days(text)
    if days is None:
        raise _InvalidError
    return days


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


def _yes_no(text: str) -> bool:
    return _one_of("Ja", "Nein")(text) == "Ja"


def _channel(text: str) -> Channel:
    return Channel(_one_of(*Channel)(text))


def _mandant(text: str) -> str | None:
    mandant = text.strip()
    if len(mandant) > 64:
        raise _InvalidError
    return mandant or None


@lru_cache(maxsize=256)  # every run of a practice parses its few addresses again
def _addresses(text: str) -> tuple[str, ...]:
    found = [email_address(part) for part in text.replace(";", ",").split(",") if part.strip()]
    addresses = tuple(one.value for one in found if isinstance(one, Address))
    if len(addresses) < len(found):
        raise _InvalidError
    return addresses


SWITCHES = {
    switch.name: switch
    for switch in (
        Switch("TerminerinnerungSenden", "Nein", _REMINDERS | {Job.SEND}, _yes_no),
        Switch("GeburtstagsglueckwuenscheSenden", "Nein", _BIRTHDAYS | {Job.SEND}, _yes_no),
        Switch("EineErinnerungProTag", "Nein", frozenset({Job.SEND}), _yes_no),
        Switch("ErinnerungBeiVerschiebung", "Nein", _REMINDERS | {Job.SEND}, _yes_no),
        Switch("GeburtstagInaktivJahre", "0", _BIRTHDAYS | {Job.SEND}, _number(0, 50)),
        Switch("Geschlossen", "", _BIRTHDAYS, _closed_days),
        Switch("DefaultSMSMandant", "", _MESSAGES, _mandant),
        Switch("OffsetStartTage", "1", _REMINDERS, _number(0, 60)),
        Switch("OffsetSuchTage", "1", _REMINDERS, _number(1, 31)),
        Switch("CreditBestandPruefen", "Ja", _PREPARE, _yes_no),
        Switch("CreditMindestbestand", "100", _PREPARE, _number(0, 1_000_000)),
        Switch("Versandfenster", "08:00-20:00", _MESSAGES, _window),
        Switch("Zeitzone", "Europe/Zurich", _ALL, _zone),
        Switch("Sprache", DEFAULT_LANGUAGE, _MESSAGES, _one_of(*LANGUAGES)),
        Switch("PraxisSprache", _AS_SPRACHE, frozenset(), _one_of(*LANGUAGES, _AS_SPRACHE)),
        Switch("BevorzugterKanal", "SMS", _MESSAGES, _channel),
        Switch("UmschriftErlaubt", "Nein", frozenset({Job.SEND}), _yes_no),
        Switch("MaxSMSTeile", "0", frozenset({Job.SEND}), _number(0, 10)),
        Switch("UnbestaetigtAnrufen", "0", frozenset(), _number(0, 168)),
        Switch("MeldungAn", "", frozenset(), _addresses),
        Switch("NamenInMeldungen", "Nein", frozenset(), _yes_no),
        Switch("AufbewahrungTage", "180", _PREPARE, _number(10, 3650)),
    )
}


def canonical_name(name: str) -> str | None:
    """Return the name of a switch, ignoring umlauts and case; None if there is no such switch."""
    return next((known for known in SWITCHES if folded(known) == folded(name)), None)


@dataclass(frozen=True)
class Switches:
    """Validated values by name, problems of invalid ones."""

    values: Mapping[str, Any]
    invalid: Mapping[str, Text]

    def __getitem__(self, name: str) -> Any:
        """Return the validated value. Raises KeyError for an invalid one: check `refusals` first."""
        return self.values[name]

    @property
    def closed_days(self) -> ClosedDays:
        """Return the closed days; an invalid value is treated as missing, and no greeting is prepared meanwhile."""
        closed: ClosedDays = self.values.get("Geschlossen", ClosedDays())
        return closed

    @property
    def language(self) -> str:
        """Return the language of texts for the practice's people: e-mails to them, and its logs.

        An invalid PraxisSprache or Sprache is treated as missing: neither prevents an alert.
        """
        own = self.values.get("PraxisSprache", _AS_SPRACHE)
        language: str = self.values.get("Sprache", DEFAULT_LANGUAGE) if own == _AS_SPRACHE else own
        return language

    def refusals(self, job: Job) -> tuple[Text, ...]:
        """Return why the job may not run: a Text for each invalid switch that it needs."""
        return tuple(text for name, text in self.invalid.items() if job in SWITCHES[name].needed_by)


def check_value(name: str, text: str, parameter: str) -> Text | None:
    """Return the problem of a value, None if it is valid."""
    switch = SWITCHES[name]
    try:
        switch.read(text)
    except _InvalidError:
        return invalid_value("parameter.invalid", parameter, text, switch.allowed)
    return None


def invalid_value(code: str, parameter: str, text: str, allowed: Text) -> Text:
    """Return the problem of the value of a switch or a job's parameter."""
    return Text(code, allowed, parameter=parameter, value=text if len(text) <= 60 else f"{cut(text, 57)}…")


def read_switches(raw: Mapping[str, str], path: str = "Schalter/") -> Switches:
    """Validate saved values by name of the switch; `path` precedes names in Texts."""
    values: dict[str, Any] = {}
    invalid: dict[str, Text] = {}
    for name, switch in SWITCHES.items():
        text = raw.get(name, switch.default)
        if problem := check_value(name, text, path + name):
            invalid[name] = problem
        else:
            values[name] = switch.read(text)
    return Switches(values, invalid)
