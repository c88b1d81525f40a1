"""Check the next seven days of a practice: patients reached, texts, licences, credits. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.entries.credits import Tariff
from chalicelib.messages.birthday import MAJORITY, age_on
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Address, Channel, NoAddress, email_address, mobile_number
from chalicelib.messages.template import TemplateError
from chalicelib.planning.compose import Message, TooLongError, compose
from chalicelib.practice.record import licence_problem
from chalicelib.practice_db.database import Row
from chalicelib.rules.candidate import parse_row
from chalicelib.rules.rule_input import KIND_NAMES, RuleContext, RuleInput
from chalicelib.text import Text
from infra.doctor.finding import Finding, bad, doubtful, good
from infra.language import number, said, short
from infra.translation import tr, trn

DAYS = 7
_UNREADABLE = {f"address.{kind}" for kind in ("mobile_flaw", "mobile_invalid", "email_flaw", "email_invalid")}
_FEW = 0.5  # a smaller share of patients with an address suggests a wrong mapping


@dataclass(frozen=True)
class Week:
    """The appointments and birthdays of the next days, as input of the rules; `mandanten` are rows of the view."""

    context: RuleContext
    inputs: Sequence[RuleInput]
    mandanten: Sequence[Row]

    def definitive(self) -> list[RuleInput]:
        return [one for one in self.inputs if one.candidate.kind is Kind.REMINDER and _status(one) == "definitiv"]

    def written(self) -> list[RuleInput]:
        """The inputs that get a text: definitive appointments and birthdays."""
        return [*self.definitive(), *(one for one in self.inputs if one.candidate.kind is Kind.BIRTHDAY)]

    def as_rescheduled(self) -> list[RuleInput]:
        """The definitive appointments, each as an announcement of a new start; empty if none are announced."""
        announced = self.definitive() if self.context.announces_rescheduling else []
        return [replace(one, candidate=replace(one.candidate, kind=Kind.RESCHEDULED)) for one in announced]


def week_of(context: RuleContext, rows: Iterable[Row], mandanten: Sequence[Row]) -> Week:
    candidates = (parse_row(row, context.zone) for row in rows)
    return Week(context, [RuleInput(context, candidate) for candidate in candidates], mandanten)


def appointments(week: Week) -> Iterator[Finding]:
    """The number of definitive appointments, the other states by name, and those without a time or unreadable."""
    found = Counter(_status(one) for one in week.inputs if one.candidate.kind is Kind.REMINDER)
    definitive = found.pop("definitiv", 0)
    text = tr("{count} “definitiv” in the next {days} days", count=number(definitive), days=DAYS)
    fix = tr("check the columns Beginn and Status of the view Termin, infra/sql/check.sql")
    yield good(Text("check.appointments"), text) if definitive else doubtful(Text("check.appointments"), text, fix)
    if found:
        counted = found.most_common(6)
        others = ", ".join(tr("“{status}” {count}", status=name, count=number(count)) for name, count in counted)
        share = tr("these get no reminder; is that intended?")
        check = Text("check.other_states")
        yield doubtful(check, others, share) if not definitive else good(check, others)
    if untimed := sum((one.candidate.local_start or "").endswith("T00:00") for one in week.definitive()):
        text = trn(
            "{count} appointment begins at 00:00: its message names the day only",
            "{count} appointments begin at 00:00: their messages name the day only",
            untimed, count=number(untimed),
        )  # fmt: skip
        fix = tr("enter the time if there is one; in own templates, put it into [% if Uhrzeit %] … [% endif %]")
        yield doubtful(Text("check.untimed"), text, fix)
    if unreadable := [one.candidate.unreadable for one in week.inputs if one.candidate.unreadable]:
        first, more = said(unreadable[0]), len(unreadable) - 1
        text = trn("{first} (and {count} more)", "{first} (and {count} more)", more, first=first, count=number(more))
        fix = tr("these rows are left out: infra/sql/check.sql")
        yield doubtful(Text("check.unreadable"), text if more else first, fix)


def addresses(week: Week) -> Finding:
    """How many patients of these appointments have an address."""
    reached = {one.candidate.patient: _is_reached(one) for one in week.definitive()}
    check, count = Text("check.reachable"), sum(reached.values())
    if not reached:
        label = said(Text("check.appointments"))
        return doubtful(check, tr("nobody to check"), tr("see “{check}”", check=label))
    text = tr(
        "{percent} of the patients ({reached} of {all})",
        percent=f"{100 * count / len(reached):.0f} %", reached=number(count), all=number(len(reached)),
    )  # fmt: skip
    fix = tr(
        "check the columns Mobiltelefon and EMail of the view Patient; patients without an address are on the call list"
    )
    return good(check, text) if count >= _FEW * len(reached) else doubtful(check, text, fix)


def unreadable_addresses(week: Week) -> Iterator[Finding]:
    """How many addresses of these patients and birthday children nobody can read, by kind."""
    patients = {one.candidate.patient: one.candidate for one in week.written()}
    read = [found for one in patients.values() for found in (mobile_number(one.mobile), email_address(one.email))]
    reasons = [found.reason for found in read if isinstance(found, NoAddress) and found.reason.code in _UNREADABLE]
    if reasons:
        kinds = ", ".join(f"{number(count)}× {short(reason)}" for reason, count in Counter(reasons).most_common())
        fix = tr("correct them in the practice's software; vitosms patients unreachable lists who has no other address")
        yield doubtful(Text("check.unreadable_addresses"), kinds, fix)


def minors(week: Week) -> Iterator[Finding]:
    """How many reminders of minors do not name the child: for a parent of several, all of them read the same."""
    unnamed = sum(map(_is_unnamed_minor, week.definitive()))
    if unnamed:
        text = trn(
            "{count} reminder of a minor does not name the child",
            "{count} reminders of minors do not name the child",
            unnamed, count=number(unnamed),
        )  # fmt: skip
        fix = tr("put [[Vorname]] into your own template, such as in [% if Minderjaehrig %] … [% endif %]")
        yield doubtful(Text("check.minors"), text, fix)


def _is_unnamed_minor(rule_input: RuleInput) -> bool:
    candidate, context = rule_input.candidate, rule_input.context
    if candidate.birthday is None or candidate.starts_at is None or not candidate.first_name:
        return False
    age = age_on(candidate.birthday, candidate.starts_at.astimezone(context.zone).date())
    message = _message(rule_input)
    if age is None or age >= MAJORITY or message is None:
        return False
    part = "SMS" if message.channel is Channel.SMS else "E-Mail-Text"
    return "Vorname" not in (context.templates.source(rule_input.kind_name, part, rule_input.language) or "")


def templates(week: Week) -> Iterator[Finding]:
    """The texts of real rows, by kind and language."""
    written: dict[tuple[str, str], list[Message]] = defaultdict(list)
    for one in [*week.written(), *week.as_rescheduled()]:
        check = (one.kind_name, one.language)
        try:
            address = one.address
            if isinstance(address, Address):
                written[check].append(compose(one, address))
        except (TemplateError, TooLongError) as error:
            yield bad(Text("check.template", template=" ".join(check)), error.text, "vitosms switches check")
            return
    for (kind, language), messages in sorted(written.items()):
        yield _parts(Text("check.template", template=f"{kind} {language}"), messages)
    for kind in dict.fromkeys(KIND_NAMES.values()):
        if kind == KIND_NAMES[Kind.RESCHEDULED] and not week.context.announces_rescheduling:
            continue
        if not any(name == kind for name, _ in written):
            found = tr("sends to nobody in the next {days} days", days=DAYS)
            yield good(Text("check.template", template=kind), found)


def _parts(check: Text, messages: Sequence[Message]) -> Finding:
    sizes = sorted(message.parts for message in messages if message.parts)
    mails = len(messages) - len(sizes)
    texts = [_sms_words(sizes)] if sizes else []
    texts += [trn("{count} e-mail", "{count} e-mails", mails, count=number(mails))] if mails else []
    found = ", ".join(texts)
    if sizes and _usual(sizes) > 1:
        return doubtful(check, found, tr("each part is charged: shorten the text"))
    return good(check, found)


def _sms_words(sizes: Sequence[int]) -> str:
    """How many SMS, of how many parts; `sizes` in ascending order."""
    sms, least, most = number(len(sizes)), sizes[0], sizes[-1]
    if least == most:
        return trn("{sms} SMS of {count} part", "{sms} SMS of {count} parts", most, sms=sms, count=most)
    usual = _usual(sizes)
    return tr("{sms} SMS of {least} to {most} parts, usually {usual}", sms=sms, least=least, most=most, usual=usual)


def _usual(sizes: Sequence[int]) -> int:
    return sizes[len(sizes) // 2]


def credits(week: Week, balances: Mapping[str, int], tariff: Tariff) -> Iterator[Finding]:
    """Each payer's balance, and the cost of these days."""
    costs: Counter[str] = Counter()
    for one in week.written():
        mandant = one.candidate.payer.mandant
        if mandant and _may_get_one(one) and (message := _message(one)):
            costs[mandant] += tariff.price(message.channel, message.parts)
    for mandant, cost in sorted(costs.items()):
        check, balance = Text("check.credits", mandant=mandant), balances.get(mandant, 0)
        text = trn(
            "{count} credit; the next {days} days cost about {cost}",
            "{count} credits; the next {days} days cost about {cost}",
            balance,
            count=number(balance), days=DAYS, cost=number(cost),
        )  # fmt: skip
        fix = tr("vitosms credits topup {mandant} N --reference TEXT", mandant=mandant)
        yield good(check, text) if balance >= cost else (doubtful if balance else bad)(check, text, fix)


def _status(rule_input: RuleInput) -> str:
    return (rule_input.candidate.status or tr("empty")).casefold()


def _may_get_one(rule_input: RuleInput) -> bool:
    candidate, practice = rule_input.candidate, rule_input.context
    licensed = licence_problem(candidate.payer.licence, practice.licences, practice.today) is None
    return licensed and not candidate.deceased and not candidate.no_messages


def _is_reached(rule_input: RuleInput) -> bool:
    try:
        return isinstance(rule_input.address, Address)
    except TemplateError:
        return False


def messages(week: Week) -> Iterator[Message]:
    """The messages of these appointments and birthdays."""
    yield from filter(None, map(_message, week.written()))


def _message(rule_input: RuleInput) -> Message | None:
    try:
        address = rule_input.address
        return compose(rule_input, address) if isinstance(address, Address) else None
    except (TemplateError, TooLongError):
        return None
