"""The rules about one appointment or birthday: whether there is still an occasion for a message. Pure; German."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from chalicelib.entries.manual_decision import manual_refusal
from chalicelib.entries.states import REVIVABLE, STATES
from chalicelib.german import day_words
from chalicelib.messages.birthday import is_birthday
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.rules.rule import NOTHING, Rule
from chalicelib.rules.rule_input import RuleInput, Stage
from chalicelib.text import Text


def days_in_words(days: Collection[date]) -> str:
    """`Mi 28.02.2029`, or ranges of them."""
    firsts = sorted(day for day in days if day - timedelta(days=1) not in days)
    lasts = sorted(day for day in days if day + timedelta(days=1) not in days)
    words = (
        day_words(a) if a == b else f"{day_words(a)} bis {day_words(b)}" for a, b in zip(firsts, lasts, strict=True)
    )
    return ", ".join(words) or "keine Tage"


def _start(it: RuleInput) -> str:
    starts_at = it.candidate.starts_at
    return f"Beginn {it.context.moment(starts_at)}" if starts_at else "Beginn nicht lesbar"


def _born(it: RuleInput) -> str:
    birthday = it.candidate.birthday
    return f"Geburtsdatum {birthday:%d.%m.%Y}" if birthday else "Geburtsdatum nicht lesbar"


def _readable(it: RuleInput) -> Text | None:
    return it.candidate.unreadable


def _readable_fact(it: RuleInput) -> str:
    one = it.candidate
    if one.kind is Kind.BIRTHDAY:
        return f"Patient {one.patient or 'ohne Nummer'}, {_born(it)}"
    return f"Termin {one.appointment or 'ohne Nummer'}, {_start(it)}, Patient {one.patient or '–'}"


def _readable_suggestion(it: RuleInput) -> str:
    where, view = f"beim Termin {it.candidate.appointment or '(ohne Nummer)'}", "vitosms.Termin"
    if it.candidate.kind is Kind.BIRTHDAY:
        where, view = f"beim Patienten {it.candidate.patient}", "vitosms.Patient"
    wrong = f"In der Praxissoftware {where} die genannte Angabe neu erfassen"
    return f"{wrong}; ist sie dort richtig, prüft der Datenbankadministrator die Sicht {view}."


READABLE = Rule(
    "readable", "Die Angaben sind lesbar.", "Angaben in der Praxisdatenbank sind unlesbar",
    _readable, _readable_fact, _readable_suggestion,
)  # fmt: skip


def _definitive(it: RuleInput) -> Text | None:
    status = it.candidate.status
    if status is not None and status.casefold() == "definitiv":
        return None
    return Text("rule.definitive.other" if status else "rule.definitive.empty")


DEFINITIVE = Rule(
    "definitive", "Der Terminstatus ist definitiv.",
    "Termin ist nicht definitiv (provisorisch, abgesagt oder ohne Status)",
    _definitive,
    lambda it: f"Status «{as_value(it.candidate.status)}»" if it.candidate.status else "Status leer",
    lambda it: "Findet der Termin statt: in der Praxissoftware den Status des Termins"
    f" {it.candidate.appointment} auf «definitiv» setzen.",
    frozenset({Kind.REMINDER, Kind.RESCHEDULED}),
)  # fmt: skip


def _searched_days(it: RuleInput) -> Text | None:
    starts_at, context, entry = it.candidate.starts_at, it.context, it.entry
    assert starts_at is not None  # noqa: S101 - the rule `readable` comes first
    day = starts_at.astimezone(context.zone).date()
    if context.stage is Stage.PREPARE:
        return None if day in context.days else Text("rule.searched_days.other")
    if entry is None or starts_at == entry.starts_at or entry.searched_first <= day < entry.searched_end:
        return None
    return Text("rule.searched_days.rescheduled", day=day)


def _searched_days_fact(it: RuleInput) -> str:
    if it.context.stage is Stage.PREPARE:
        return f"{_start(it)}; gesucht: {days_in_words(it.context.days)}"
    if it.entry is None or it.entry.starts_at == it.candidate.starts_at:
        return f"{_start(it)}, wie aufbereitet"
    return f"{_start(it)}; aufbereitet für {it.context.moment(it.entry.starts_at)}"


SEARCHED_DAYS = Rule(
    "searched_days", "Der Termin liegt in den gesuchten Tagen.", "Termin liegt an einem anderen Tag",
    _searched_days, _searched_days_fact,
    lambda it: f"{NOTHING}: Der Lauf, der den neuen Tag sucht, bereitet die Erinnerung wieder auf."
    if it.context.stage is Stage.SEND
    else "Soll dieser Tag gesucht werden: den Zeitplan (vitosms jobs schedule prepare-reminders …) oder die Suchtage"
    " ändern (vitosms switches set OffsetStartTage …, OffsetSuchTage …).",
    frozenset({Kind.REMINDER}),
)  # fmt: skip


def _rescheduled(it: RuleInput) -> Text | None:
    starts_at = it.candidate.starts_at
    if it.context.stage is Stage.SEND:
        return Text("rule.rescheduled.again") if it.entry and starts_at != it.entry.starts_at else None
    if it.known_start is None:
        return Text("rule.rescheduled.on_its_way")
    return Text("rule.rescheduled.known") if starts_at == it.known_start else None


def _rescheduled_fact(it: RuleInput) -> str:
    known_start = it.known_start or (it.entry.announced_start if it.entry else None)
    return f"{_start(it)}; dem Patienten bekannt: {it.context.moment(known_start)}"


RESCHEDULED = Rule(
    "rescheduled", "Der Patient kennt eine andere Zeit des Termins.",
    "Die neue Zeit ist dem Patienten schon bekannt, oder eine Mitteilung ist unterwegs",
    _rescheduled, _rescheduled_fact,
    lambda it: f"{NOTHING}: Der nächste Lauf entscheidet."
    if it.context.stage is Stage.PREPARE and it.known_start is None
    else f"{NOTHING}: Für jede neue Zeit gibt es eine Mitteilung, die der nächste Lauf aufbereitet.",
    frozenset({Kind.RESCHEDULED}),
)  # fmt: skip


def _birthday(it: RuleInput) -> Text | None:
    birthday, context = it.candidate.birthday, it.context
    today = context.today if context.stage is Stage.PREPARE else context.now.astimezone(context.zone).date()
    return None if birthday and is_birthday(birthday, today) else Text("rule.birthday.not_today")


BIRTHDAY = Rule(
    "birthday", "Der Patient hat heute Geburtstag.", "Heute ist nicht der Geburtstag", _birthday,
    lambda it: f"{_born(it)}; gefragt am {day_words(it.context.today)}",
    lambda _: f"{NOTHING}, wenn das Geburtsdatum stimmt; sonst es in der Praxissoftware berichtigen.",
    frozenset({Kind.BIRTHDAY}),
)  # fmt: skip


def _ahead(it: RuleInput) -> Text | None:
    if it.expires_at > it.context.now:
        return None
    return Text("rule.ahead.closed" if it.candidate.kind is Kind.BIRTHDAY else "rule.ahead.begun")


def _ahead_fact(it: RuleInput) -> str:
    moment, greeting = it.context.moment, it.candidate.kind is Kind.BIRTHDAY
    return f"{f'möglich bis {moment(it.expires_at)}' if greeting else _start(it)}; gefragt am {moment(it.context.now)}"


AHEAD = Rule(
    "ahead", "Der Zeitpunkt steht noch bevor.", "Dafür ist es zu spät", _ahead, _ahead_fact,
    lambda it: "Für künftige Geburtstage: das Versandfenster oder die Zeitpläne ändern, sodass noch Zeit bleibt."
    if it.candidate.kind is Kind.BIRTHDAY
    else f"{NOTHING}: Der Zeitpunkt ist vorbei.",
)  # fmt: skip


def _once(it: RuleInput) -> Text | None:
    if it.entry is None or it.entry.state in REVIVABLE:
        return manual_refusal(it.entry, it.candidate.starts_at)
    return Text(f"rule.once.{it.candidate.kind}")


ONCE = Rule(
    "once", "Es ist noch keine Mitteilung versendet worden.", "Mitteilung ist schon versendet oder unterwegs", _once,
    lambda it: f"Eintrag «{STATES[it.entry.state]}» seit {it.context.moment(it.entry.changed_at)}"
    if it.entry
    else "noch kein Eintrag",
    lambda it: f"Soll die Mitteilung doch hinaus: vitosms queue release {it.entry.identity}"
    if it.entry and it.entry.cancelled_manually
    else f"{NOTHING}: Keine Mitteilung geht zweimal hinaus.",
    stages=frozenset({Stage.PREPARE}),
)  # fmt: skip

OCCASION_RULES = (READABLE, DEFINITIVE, SEARCHED_DAYS, RESCHEDULED, BIRTHDAY, AHEAD, ONCE)
