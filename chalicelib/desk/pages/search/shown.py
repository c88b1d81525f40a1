"""An explained message as a page shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from chalicelib.desk.pages.calls.call_notes import kuerzel_of
from chalicelib.desk.pages.calls.call_rows import ID, masked
from chalicelib.desk.pages.calls.call_view import masks_numbers
from chalicelib.desk.pages.search.acts_offered import Returned, entry_acts
from chalicelib.desk.pages.search.advice import advised
from chalicelib.desk.pages.search.models import Bubble, RuleLine, Rules, Shown, Step
from chalicelib.desk.visit import Visit
from chalicelib.entries.credits import Tariff
from chalicelib.entries.states import State, state_label
from chalicelib.explain.explanation import Explanation
from chalicelib.explain.message import ExplainedMessage
from chalicelib.explain.verdict import NONE, PLANNED, Basis
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Channel
from chalicelib.rules.rule import Result as Met
from chalicelib.rules.rule import RuleAnswer
from chalicelib.text import Text

_TONES: dict[str, str] = {
    PLANNED: "mark", NONE: "quiet", State.PREPARED: "mark", State.RESERVED: "mark", State.SENDING: "mark",
    State.SENT: "mark", State.DELIVERED: "good", State.FAILED: "bad", State.REFUSED: "bad", State.UNKNOWN: "warn",
    State.UNCONFIRMED: "warn", State.NOT_SENDABLE: "bad",
}  # fmt: skip
_WITH_ADDRESSES = {"address", "not_opted_out"}  # rules whose facts name them


def shown(
    one: Explanation, visit: Visit, returned: Returned, tariff: Tariff | None, common: Collection[Text] = ()
) -> Shown:
    """`common` are remarks that stand above all messages already."""
    message, verdict = one.message, one.verdict
    suggestions = list(dict.fromkeys(advised(each, visit) for each in verdict.suggestions))
    notes = (*verdict.then, *one.remarks) if visit.sees_patients else ()
    held = message.entry is not None and message.entry.held
    return Shown(
        id=message.key[:ID], key=message.key, title=title(message, visit), when=when(message, visit),
        state=state_word(verdict.state, held, visit), tone="warn" if held else _TONES.get(verdict.state, "quiet"),
        answer=visit.said(verdict.headline), why=_why(one, visit),
        notes=[visit.said(text) for text in notes if text not in common], advice=suggestions,
        acts=entry_acts(message, visit, returned, tariff), bubble=_bubble(one, visit), steps=list(_steps(one, visit)),
        rules=list(_rules(one, visit)) if visit.sees_patients else [],
    )  # fmt: skip


def title(message: ExplainedMessage, visit: Visit) -> str:
    kinds = {
        Kind.REMINDER: visit.tr("Reminder"), Kind.BIRTHDAY: visit.tr("Birthday greeting"),
        Kind.RESCHEDULED: visit.tr("New time"), Kind.AGAIN: visit.tr("Sent again"),
    }  # fmt: skip
    return kinds[message.kind]


def when(message: ExplainedMessage, visit: Visit) -> str:
    """The start of the appointment, or the day, with practitioner and place if they are known."""
    source = message.source
    starts_at = source.starts_at if source else None
    if starts_at:
        at = visit.words.moment(starts_at.astimezone(visit.zone))
    else:
        at = visit.words.day(message.day) if message.day else visit.tr("without a date")
    one = message.candidate
    where = [one.practitioner, one.place] if one else [message.entry.practitioner if message.entry else ""]
    return " · ".join(filter(None, [at, *where])) if message.kind is not Kind.BIRTHDAY else at


def state_word(state: str, held: bool, visit: Visit) -> str:
    if held:
        return visit.tr("on hold")
    own = {PLANNED: visit.tr("planned"), NONE: visit.tr("no message")}
    return own.get(state) or visit.said(state_label(State(state)))


def _why(one: Explanation, visit: Visit) -> str:
    if one.verdict.reason is None:
        return ""
    bases = {
        Basis.PROTOCOL: visit.tr("(according to the log)"), Basis.NOW: visit.tr("(according to the current data)"),
        Basis.ENTRY: "",
    }  # fmt: skip
    return f"{visit.said(one.verdict.reason)} {bases[one.verdict.basis]}".strip()


def _bubble(one: Explanation, visit: Visit) -> Bubble | None:
    entry, text = one.message.entry, one.answers.text
    left = entry if entry and entry.text else None
    found = left or text
    if found is None or not found.text or not visit.sees_patients:
        return None
    email, to = found.channel == Channel.EMAIL, found.recipient or ""
    facts = [visit.tr("to {recipient}", recipient=_masked(to, visit))] if to else []
    if found.sender:
        facts.append(visit.tr("from {sender}", sender=found.sender))
    if not email:
        facts.append(visit.trn("{count} part", "{count} parts", found.parts))
    if left and left.credits:
        facts.append(visit.trn("{count} credit", "{count} credits", left.credits))
    elif left:
        facts.append(visit.tr("not charged, or refunded"))
    return Bubble(email, " · ".join(facts), found.subject or "", found.text, left is None)


def _masked(address: str, visit: Visit) -> str:
    return masked(address) if masks_numbers(visit.person) else address


def _steps(one: Explanation, visit: Visit) -> Iterator[Step]:
    for event in one.timeline:
        by = visit.tr("by {person}", person=kuerzel_of(event.by)) if event.by else ""
        reason = visit.said(event.reason) if event.reason else ""
        at = visit.words.moment(event.at.astimezone(visit.zone))
        yield Step(at, visit.said(event.what), ", ".join(filter(None, [reason, by])))


def _rules(one: Explanation, visit: Visit) -> Iterator[Rules]:
    run = one.answers.run
    if run is None or not one.answers.prepare:
        return
    time = visit.words.moment_with_year(run.slot.astimezone(visit.zone))
    coming = visit.tr("The rules of the coming run of {time}, with the current data", time=time)
    past = visit.tr("The rules of the run of {time}, with the current data", time=time)
    yield Rules(coming if run.ahead else past, _lines(one.answers.prepare, visit))
    if one.answers.differing_in_send:
        sending = visit.tr("What the run that sends checks differently, or in addition")
        yield Rules(sending, _lines(one.answers.differing_in_send, visit))


def _lines(answers: Sequence[RuleAnswer], visit: Visit) -> list[RuleLine]:
    words = {Met.PASSED: (visit.tr("yes"), "good"), Met.REFUSED: (visit.tr("no"), "bad"), Met.NOT_ASKED: ("–", "quiet")}
    return [
        RuleLine(*words[one.result], visit.said(Text(f"rule.{one.rule.name}")), _seen(one, visit)) for one in answers
    ]


def _seen(one: RuleAnswer, visit: Visit) -> str:
    """The data, with why it refuses; addresses are for those who phone."""
    unseen = masks_numbers(visit.person) and one.rule.name in _WITH_ADDRESSES
    texts = [*([] if unseen else [one.fact]), *([one.reason] if one.reason else [])]
    return " – ".join(visit.said(text) for text in texts if text)
