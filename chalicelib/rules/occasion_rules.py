"""The rules about one appointment or birthday: whether there is still an occasion for a message. Pure; German."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from chalicelib.entries.labels import STATES
from chalicelib.entries.manual_decision import manual_refusal
from chalicelib.entries.states import REVIVABLE
from chalicelib.german import day_words
from chalicelib.messages.birthday import is_birthday
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.rules.rule import NOTHING, DataDefect, Rule
from chalicelib.rules.rule_input import RuleInput, Stage

_ALREADY_SENT = {
    Kind.REMINDER: "Für diesen Termin ist eine Erinnerung schon versendet oder unterwegs.",
    Kind.BIRTHDAY: "Der Patient ist dieses Jahr schon beglückwünscht worden, oder es ist unterwegs.",
    Kind.RESCHEDULED: "Diese Verschiebung ist dem Patienten schon mitgeteilt worden, oder es ist unterwegs.",
}


def days_in_words(days: Collection[date]) -> str:
    """`Mi 28.02.2029`, or ranges of them."""
    ranges: list[tuple[date, date]] = []
    for day in sorted(days):
        if ranges and ranges[-1][1] + timedelta(days=1) == day:
            ranges[-1] = ranges[-1][0], day
        else:
            ranges.append((day, day))
    words = (day_words(a) if a == b else f"{day_words(a)} bis {day_words(b)}" for a, b in ranges)
    return ", ".join(words) or "keine Tage"


def _start(rule_input: RuleInput) -> str:
    starts_at = rule_input.candidate.starts_at
    return f"Beginn {rule_input.context.moment(starts_at)}" if starts_at else "Beginn nicht lesbar"


def _born(rule_input: RuleInput) -> str:
    birthday = rule_input.candidate.birthday
    return f"Geburtsdatum {birthday:%d.%m.%Y}" if birthday else "Geburtsdatum nicht lesbar"


def _readable(rule_input: RuleInput) -> str | None:
    unreadable = rule_input.candidate.unreadable
    return DataDefect(unreadable) if unreadable else None


def _readable_fact(rule_input: RuleInput) -> str:
    one = rule_input.candidate
    if one.kind is Kind.BIRTHDAY:
        return f"Patient {one.patient or 'ohne Nummer'}, {_born(rule_input)}"
    return f"Termin {one.appointment or 'ohne Nummer'}, {_start(rule_input)}, Patient {one.patient or '–'}"


def _readable_suggestion(rule_input: RuleInput) -> str:
    one = rule_input.candidate
    where, view = f"beim Termin {one.appointment or '(ohne Nummer)'}", "vitosms.Termin"
    if one.kind is Kind.BIRTHDAY:
        where, view = f"beim Patienten {one.patient}", "vitosms.Patient"
    return (
        f"In der Praxissoftware {where} die genannte Angabe neu erfassen; ist sie dort richtig, prüft der"
        f" Datenbankadministrator die Sicht {view}."
    )


READABLE = Rule(
    "readable", "Die Angaben sind lesbar.", "Angaben in der Praxisdatenbank sind unlesbar",
    _readable, _readable_fact, _readable_suggestion,
)  # fmt: skip


def _definitive(rule_input: RuleInput) -> str | None:
    status = rule_input.candidate.status
    if status is not None and status.casefold() == "definitiv":
        return None
    return "Der Terminstatus ist nicht «definitiv»." if status else "Der Terminstatus ist leer, nicht «definitiv»."


DEFINITIVE = Rule(
    "definitive", "Der Terminstatus ist definitiv.",
    "Termin ist nicht definitiv (provisorisch, abgesagt oder ohne Status)",
    _definitive,
    lambda it: f"Status «{as_value(it.candidate.status)}»" if it.candidate.status else "Status leer",
    lambda it: "Findet der Termin statt: in der Praxissoftware den Status des Termins"
    f" {it.candidate.appointment} auf «definitiv» setzen.",
    frozenset({Kind.REMINDER, Kind.RESCHEDULED}),
)  # fmt: skip


def _searched_days(rule_input: RuleInput) -> str | None:
    starts_at, context, entry = rule_input.candidate.starts_at, rule_input.context, rule_input.entry
    assert starts_at is not None  # noqa: S101 - the rule `readable` comes first
    day = starts_at.astimezone(context.zone).date()
    if context.stage is Stage.PREPARE:
        return None if day in context.days else "Der Termin liegt nicht in den gesuchten Tagen."
    if entry is None or starts_at == entry.starts_at or entry.searched_first <= day < entry.searched_end:
        return None
    return f"Der Termin wurde auf den {day:%d.%m.%Y} verschoben."


def _searched_days_fact(rule_input: RuleInput) -> str:
    context, entry = rule_input.context, rule_input.entry
    if context.stage is Stage.PREPARE:
        return f"{_start(rule_input)}; gesucht: {days_in_words(context.days)}"
    if entry is None or entry.starts_at == rule_input.candidate.starts_at:
        return f"{_start(rule_input)}, wie aufbereitet"
    return f"{_start(rule_input)}; aufbereitet für {context.moment(entry.starts_at)}"


def _searched_days_suggestion(rule_input: RuleInput) -> str:
    if rule_input.context.stage is Stage.SEND:
        return f"{NOTHING}: Der Lauf, der den neuen Tag sucht, bereitet die Erinnerung wieder auf."
    return (
        "Soll dieser Tag gesucht werden: den Zeitplan (vitosms jobs schedule prepare-reminders …) oder die Suchtage"
        " ändern (vitosms switches set OffsetStartTage …, OffsetSuchTage …)."
    )


SEARCHED_DAYS = Rule(
    "searched_days", "Der Termin liegt in den gesuchten Tagen.", "Termin liegt an einem anderen Tag",
    _searched_days, _searched_days_fact, _searched_days_suggestion, frozenset({Kind.REMINDER}),
)  # fmt: skip


def _rescheduled(rule_input: RuleInput) -> str | None:
    starts_at, entry = rule_input.candidate.starts_at, rule_input.entry
    if rule_input.context.stage is Stage.SEND:
        return None if entry is None or starts_at == entry.starts_at else "Der Termin wurde nochmals verschoben."
    if rule_input.known_start is None:
        return "Eine Mitteilung über die vorige Verschiebung ist eben unterwegs."
    return "Diese Zeit ist dem Patienten schon mitgeteilt worden." if starts_at == rule_input.known_start else None


def _rescheduled_fact(rule_input: RuleInput) -> str:
    known_start = rule_input.known_start or (rule_input.entry.announced_start if rule_input.entry else None)
    return f"{_start(rule_input)}; dem Patienten bekannt: {rule_input.context.moment(known_start)}"


def _rescheduled_suggestion(rule_input: RuleInput) -> str:
    if rule_input.context.stage is Stage.PREPARE and rule_input.known_start is None:
        return f"{NOTHING}: Der nächste Lauf entscheidet."
    return f"{NOTHING}: Für jede neue Zeit gibt es eine Mitteilung, die der nächste Lauf aufbereitet."


RESCHEDULED = Rule(
    "rescheduled", "Der Patient kennt eine andere Zeit des Termins.",
    "Die neue Zeit ist dem Patienten schon bekannt, oder eine Mitteilung ist unterwegs",
    _rescheduled, _rescheduled_fact, _rescheduled_suggestion, frozenset({Kind.RESCHEDULED}),
)  # fmt: skip


def _birthday(rule_input: RuleInput) -> str | None:
    birthday, context = rule_input.candidate.birthday, rule_input.context
    today = context.now.astimezone(context.zone).date()
    if context.stage is Stage.PREPARE:
        today = context.today
    if birthday is not None and is_birthday(birthday, today):
        return None
    return "Der Patient hat heute nicht Geburtstag."


BIRTHDAY = Rule(
    "birthday", "Der Patient hat heute Geburtstag.", "Heute ist nicht der Geburtstag", _birthday,
    lambda it: f"{_born(it)}; gefragt am {day_words(it.context.today)}",
    lambda _: f"{NOTHING}, wenn das Geburtsdatum stimmt; sonst es in der Praxissoftware berichtigen.",
    frozenset({Kind.BIRTHDAY}),
)  # fmt: skip


def _ahead(rule_input: RuleInput) -> str | None:
    if rule_input.expires_at > rule_input.context.now:
        return None
    if rule_input.candidate.kind is Kind.BIRTHDAY:
        return "Das Versandfenster des Geburtstags ist schon geschlossen."
    return "Der Termin hat schon begonnen."


def _ahead_fact(rule_input: RuleInput) -> str:
    context, when = rule_input.context, _start(rule_input)
    if rule_input.candidate.kind is Kind.BIRTHDAY:
        when = f"möglich bis {context.moment(rule_input.expires_at)}"
    return f"{when}; gefragt am {context.moment(context.now)}"


def _ahead_suggestion(rule_input: RuleInput) -> str:
    if rule_input.candidate.kind is Kind.BIRTHDAY:
        return "Für künftige Geburtstage: das Versandfenster oder die Zeitpläne ändern, sodass noch Zeit bleibt."
    return f"{NOTHING}: Der Zeitpunkt ist vorbei."


AHEAD = Rule("ahead", "Der Zeitpunkt steht noch bevor.", "Dafür ist es zu spät", _ahead, _ahead_fact, _ahead_suggestion)


def _once(rule_input: RuleInput) -> str | None:
    if rule_input.entry is None or rule_input.entry.state in REVIVABLE:
        return manual_refusal(rule_input.entry, rule_input.candidate.starts_at)
    return _ALREADY_SENT[rule_input.candidate.kind]


def _once_fact(rule_input: RuleInput) -> str:
    entry = rule_input.entry
    if entry is None:
        return "noch kein Eintrag"
    return f"Eintrag «{STATES[entry.state]}» seit {rule_input.context.moment(entry.changed_at)}"


def _once_suggestion(rule_input: RuleInput) -> str:
    if rule_input.entry and rule_input.entry.cancelled_manually:
        return f"Soll die Mitteilung doch hinaus: vitosms queue release {rule_input.entry.identity}"
    return f"{NOTHING}: Keine Mitteilung geht zweimal hinaus."


ONCE = Rule(
    "once", "Es ist noch keine Mitteilung versendet worden.", "Mitteilung ist schon versendet oder unterwegs",
    _once, _once_fact, _once_suggestion, stages=frozenset({Stage.PREPARE}),
)  # fmt: skip

OCCASION_RULES = (READABLE, DEFINITIVE, SEARCHED_DAYS, RESCHEDULED, BIRTHDAY, AHEAD, ONCE)
