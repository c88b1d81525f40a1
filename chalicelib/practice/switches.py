"""The switches (Schalter) of a practice: names, defaults and validation. Pure.

A missing switch has its default. An invalid one fails closed: for the jobs that need it, `Switches.refusals` names the
parameter, the value and what is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.messages.kind import Kind
from chalicelib.messages.sms import cut
from chalicelib.practice.names import folded
from chalicelib.practice.values import (
    ADDRESSES,
    CHANNEL,
    CLOSED_DAYS,
    MANDANT,
    NONE,
    WINDOW,
    YES_NO,
    ZONE,
    InvalidError,
    Values,
    number,
    one_of,
)
from chalicelib.schedule.closed_days import ClosedDays
from chalicelib.schedule.job import Job
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
    Kind.AGAIN: ("TerminerinnerungSenden",),
}
SWITCH_OF_JOB = {
    Job.PREPARE_REMINDERS: ENABLING_SWITCHES[Kind.REMINDER][0],
    Job.PREPARE_BIRTHDAYS: ENABLING_SWITCHES[Kind.BIRTHDAY][0],
}


@dataclass(frozen=True)
class Switch:
    name: str
    default: str
    needed_by: frozenset[Job]
    values: Values

    @property
    def allowed(self) -> Text:
        return Text(f"switch.{self.name}.allowed")

    @property
    def meaning(self) -> Text:
        return Text(f"switch.{self.name}.meaning")


SWITCHES = {
    switch.name: switch
    for switch in (
        Switch("TerminerinnerungSenden", "Nein", _REMINDERS | {Job.SEND}, YES_NO),
        Switch("GeburtstagsglueckwuenscheSenden", "Nein", _BIRTHDAYS | {Job.SEND}, YES_NO),
        Switch("EineErinnerungProTag", "Nein", frozenset({Job.SEND}), YES_NO),
        Switch("ErinnerungBeiVerschiebung", "Nein", _REMINDERS | {Job.SEND}, YES_NO),
        Switch("GeburtstagInaktivJahre", "0", _BIRTHDAYS | {Job.SEND}, number(0, 50)),
        Switch("Geschlossen", NONE, _BIRTHDAYS, CLOSED_DAYS),
        Switch("DefaultSMSMandant", NONE, _MESSAGES, MANDANT),
        Switch("OffsetStartTage", "1", _REMINDERS, number(0, 60)),
        Switch("OffsetSuchTage", "1", _REMINDERS, number(1, 31)),
        Switch("CreditBestandPruefen", "Ja", _PREPARE, YES_NO),
        Switch("CreditMindestbestand", "100", _PREPARE, number(0, 1_000_000)),
        Switch("Versandfenster", "08:00-20:00", _MESSAGES, WINDOW),
        Switch("Zeitzone", "Europe/Zurich", _ALL, ZONE),
        Switch("Sprache", DEFAULT_LANGUAGE, _MESSAGES, one_of(*LANGUAGES)),
        Switch("PraxisSprache", _AS_SPRACHE, frozenset(), one_of(*LANGUAGES, _AS_SPRACHE)),
        Switch("BevorzugterKanal", "SMS", _MESSAGES, CHANNEL),
        Switch("UmschriftErlaubt", "Nein", frozenset({Job.SEND}), YES_NO),
        Switch("MaxSMSTeile", "0", frozenset({Job.SEND}), number(0, 10)),
        Switch("UnbestaetigtAnrufen", "0", frozenset(), number(0, 168)),
        Switch("MeldungAn", NONE, frozenset(), ADDRESSES),
        Switch("NamenInMeldungen", "Nein", frozenset(), YES_NO),
        Switch("AufbewahrungTage", "180", _PREPARE, number(10, 3650)),
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
        switch.values.read(text)
    except InvalidError:
        return invalid_value("parameter.invalid", parameter, text, switch.allowed)
    return None


def canonical_value(name: str, text: str) -> str:
    """Return a valid value as it is stored, which the setting's pattern matches: `ja` as `Ja`, an empty one as `-`."""
    values = SWITCHES[name].values
    return values.text(values.read(text))


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
            values[name] = switch.values.read(text)
    return Switches(values, invalid)
