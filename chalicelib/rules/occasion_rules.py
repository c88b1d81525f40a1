"""The rules about one appointment or birthday: whether there is still an occasion for a message. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from chalicelib.entries.manual_decision import manual_refusal
from chalicelib.entries.states import REVIVABLE, state_label
from chalicelib.messages.birthday import AGES, age_on, is_birthday
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.rules.rule import Rule
from chalicelib.rules.rule_input import RuleInput, Stage
from chalicelib.text import Suggestion, Text, joined


def searched(days: Collection[date]) -> Text:
    """The days, with consecutive ones as ranges."""
    firsts = sorted(day for day in days if day - timedelta(days=1) not in days)
    lasts = sorted(day for day in days if day + timedelta(days=1) not in days)
    return joined("comma", [*map(_days, firsts, lasts)] or [Text("fact.no_days")])


def _days(first: date, last: date) -> Text:
    return Text("fact.day", day=first) if first == last else Text("fact.days", first=first, last=last)


def _start(it: RuleInput) -> Text:
    starts_at = it.candidate.starts_at
    return Text("fact.start", it.context.moment(starts_at)) if starts_at else Text("fact.start_unreadable")


def _born(it: RuleInput) -> Text:
    birthday = it.candidate.birthday
    return Text("fact.born", birthday=birthday) if birthday else Text("fact.born_unreadable")


def _readable_fact(it: RuleInput) -> Text:
    one, patient = it.candidate, it.candidate.patient
    if one.kind is Kind.BIRTHDAY:
        born = _born(it)
        return Text("fact.patient_born", born, patient=patient) if patient else Text("fact.unnumbered_born", born)
    if one.appointment is None:
        return Text("fact.unnumbered_appointment", _start(it), patient=patient or "–")
    return Text("fact.appointment", _start(it), appointment=one.appointment, patient=patient or "–")


def _readable_suggestion(it: RuleInput) -> Suggestion:
    if it.candidate.kind is Kind.BIRTHDAY:
        return Suggestion("correct_patient", patient=it.candidate.patient)
    if it.candidate.appointment is None:
        return Suggestion("correct_unnumbered_appointment")
    return Suggestion("correct_appointment", appointment=it.candidate.appointment)


def _readable(it: RuleInput) -> Text | None:
    one = it.candidate
    if one.kind is Kind.BIRTHDAY and one.birthday and age_on(one.birthday, _greeted_day(it)) not in AGES:
        return Text("defect.age", patient=one.patient, youngest=AGES[0], oldest=AGES[-1])
    return one.unreadable


def _greeted_day(it: RuleInput) -> date:
    context = it.context
    return context.today if context.stage is Stage.PREPARE else context.now.astimezone(context.zone).date()


READABLE = Rule("readable", _readable, _readable_fact, _readable_suggestion)


def _definitive(it: RuleInput) -> Text | None:
    status = it.candidate.status
    if status is not None and status.casefold() == "definitiv":
        return None
    return Text("rule.definitive.other" if status else "rule.definitive.empty")


DEFINITIVE = Rule(
    "definitive", _definitive,
    lambda it: Text("fact.status", status=as_value(it.candidate.status))
    if it.candidate.status
    else Text("fact.no_status"),
    lambda it: Suggestion("make_definitive", appointment=it.candidate.appointment or ""),
    frozenset(Kind) - {Kind.BIRTHDAY},
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


def _searched_days_fact(it: RuleInput) -> Text:
    if it.context.stage is Stage.PREPARE:
        return Text("fact.searched", _start(it), searched(it.context.days))
    if it.entry is None or it.entry.starts_at == it.candidate.starts_at:
        return Text("fact.as_prepared", _start(it))
    return Text("fact.prepared_for", _start(it), it.context.moment(it.entry.starts_at))


SEARCHED_DAYS = Rule(
    "searched_days", _searched_days, _searched_days_fact,
    lambda it: Suggestion("search_finds_it" if it.context.stage is Stage.SEND else "search_other_days"),
    frozenset({Kind.REMINDER}),
)  # fmt: skip


def _rescheduled(it: RuleInput) -> Text | None:
    start = it.candidate.local_start
    if it.context.stage is Stage.SEND:
        return Text("rule.rescheduled.again") if it.entry and start != it.entry.announced_start else None
    if it.known_start is None:
        return Text("rule.rescheduled.on_its_way")
    return Text("rule.rescheduled.known") if start == it.known_start else None


def _rescheduled_fact(it: RuleInput) -> Text:
    told = it.entry.announced_start if it.entry and it.entry.reserved_at else None
    return Text("fact.known_start", _start(it), it.context.known_moment(it.known_start or told))


RESCHEDULED = Rule(
    "rescheduled", _rescheduled, _rescheduled_fact,
    lambda it: Suggestion(
        "next_run_decides" if it.context.stage is Stage.PREPARE and it.known_start is None else "each_new_start"
    ),
    frozenset({Kind.RESCHEDULED}),
)  # fmt: skip


def _sent_again(it: RuleInput) -> Text | None:
    """The start is the one that the patient knows, or was to know."""
    return None if it.entry is None or it.known_start == it.candidate.local_start else Text("rule.sent_again.moved")


def _sent_again_fact(it: RuleInput) -> Text:
    told = it.entry.announced_start if it.entry else None
    return Text("fact.known_start", _start(it), it.context.known_moment(told))


SENT_AGAIN = Rule(
    "sent_again", _sent_again,
    _sent_again_fact,
    lambda _: Suggestion("phone_new_time"),
    frozenset({Kind.AGAIN}), frozenset({Stage.SEND}),
)  # fmt: skip


def _birthday(it: RuleInput) -> Text | None:
    birthday = it.candidate.birthday
    return None if birthday and is_birthday(birthday, _greeted_day(it)) else Text("rule.birthday.not_today")


BIRTHDAY = Rule(
    "birthday", _birthday, lambda it: Text("fact.birthday", _born(it), today=it.context.today),
    lambda _: Suggestion("correct_birthday"), frozenset({Kind.BIRTHDAY}),
)  # fmt: skip


def _open(it: RuleInput) -> Text | None:
    day = _greeted_day(it)
    return Text("rule.open.closed", day=day) if day in it.context.switches.closed_days else None


OPEN = Rule(
    "open", _open, lambda it: Text("fact.closed" if _open(it) else "fact.open", day=_greeted_day(it)),
    lambda _: Suggestion("change_closed_days"), frozenset({Kind.BIRTHDAY}),
)  # fmt: skip


def _ahead(it: RuleInput) -> Text | None:
    if it.expires_at > it.context.now:
        return None
    return Text("rule.ahead.closed" if it.candidate.kind is Kind.BIRTHDAY else "rule.ahead.begun")


def _ahead_fact(it: RuleInput) -> Text:
    moment, greeting = it.context.moment, it.candidate.kind is Kind.BIRTHDAY
    when = Text("fact.possible_until", moment(it.expires_at)) if greeting else _start(it)
    return Text("fact.asked_at", when, moment(it.context.now))


AHEAD = Rule(
    "ahead", _ahead, _ahead_fact,
    lambda it: Suggestion("greet_earlier" if it.candidate.kind is Kind.BIRTHDAY else "time_is_over"),
)  # fmt: skip


def _once(it: RuleInput) -> Text | None:
    if it.entry is None or it.entry.state in REVIVABLE:
        return manual_refusal(it.entry, it.candidate.local_start)
    return Text(f"rule.once.{it.candidate.kind}")


ONCE = Rule(
    "once", _once,
    lambda it: Text("fact.entry", state_label(it.entry.state), it.context.moment(it.entry.changed_at))
    if it.entry
    else Text("fact.no_entry"),
    lambda it: Suggestion("release", entry=it.entry.identity)
    if it.entry and it.entry.cancelled_manually
    else Suggestion("never_twice"),
    stages=frozenset({Stage.PREPARE}),
)  # fmt: skip

OCCASION_RULES = (READABLE, DEFINITIVE, SEARCHED_DAYS, RESCHEDULED, SENT_AGAIN, BIRTHDAY, OPEN, AHEAD, ONCE)
