"""The page of a patient's messages."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.desk.answers import Page
from chalicelib.desk.pages.calls.call_notes import kuerzel_of
from chalicelib.desk.pages.calls.call_rows import ID, initials, phone_line
from chalicelib.desk.pages.search.acts_offered import NOTHING, Returned, address_of, leaves, patient_acts
from chalicelib.desk.pages.search.models import Act, Head, Result
from chalicelib.desk.pages.search.shown import shown, state_word, title, when
from chalicelib.desk.pages.search.view import View, entry_view
from chalicelib.desk.visit import Visit
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import ACCEPTED, State
from chalicelib.explain.explanation import Explanation
from chalicelib.explain.message import ExplainedMessage
from chalicelib.practice.opt_out import STOPPED, OptOut


def entry(visit: Visit) -> Page:
    """Explain the message of an entry."""
    return result_page(entry_view(visit), visit)


def result_page(view: View, visit: Visit, status: int = 200, returned: Returned = NOTHING) -> Page:
    """The page of a view, which is audited; with a form that comes back."""
    today, found = visit.now.astimezone(visit.zone).date(), view.explanations
    coming = [one for one in found if not one.message.day or one.message.day >= today]
    past = [one for one in reversed(found) if one not in coming]
    first = list(found) if view.own else coming or past[:1]
    earlier = [one for one in past if one not in first]
    common = [text for text in found[0].remarks if all(text in one.remarks for one in found)] if len(found) > 1 else []
    visit.audit(visit.facts.get("action", "patient"), seen=view.keys(visit.now))
    cards = {one.message.key: shown(one, visit, returned, view.tariff, common) for one in found}
    look = visit.parameters.get("look", "")
    base = f"patient/{look}" if look else f"entry/{view.own}"
    acts = patient_acts(view.patient, base, view.stop, visit, returned)
    model = Result(
        head=head_of(view, visit), first=[cards[one.message.key] for one in first],
        earlier=[cards[one.message.key] for one in earlier], remarks=[visit.said(one) for one in common],
        hidden=not visit.sees_patients, acts=acts, look=look,
        all_of=view.patient if view.own and visit.sees_patients else "", notice=_notice(view, visit),
        error=_error(returned, [*acts, *(act for one in cards.values() for act in one.acts)], visit),
    )  # fmt: skip
    return Page("patient.html", model, visit.tr("Messages of a patient"), status)  # a title stays in the history


def _error(returned: Returned, offered: Sequence[Act], visit: Visit) -> str:
    """Tell the error; with what was typed, if its form is gone."""
    if not returned.note or any(one.url == returned.url for one in offered):
        return returned.error
    return f"{returned.error} {visit.tr('Your note: “{note}”', note=returned.note)}"


def head_of(view: View, visit: Visit) -> Head:
    """The patient, as the practice's own database knows them."""
    if not visit.sees_patients:
        return Head(view.patient)
    whom, found = view.whom, view.found
    born, phones = (found.birthday, found.phones) if found else (whom.born, whom.phones)
    name, next = (found.name if found else whom.name), ""
    if found and found.next_start:
        next = visit.words.moment(found.next_start.astimezone(visit.zone))
    return Head(
        view.patient, name, initials(name), f"{born:%d.%m.%Y}" if born else "",
        [phone_line(phone, number, visit) for phone, number in phones],
        next, [_stopped(view.stop, visit), *_after_stop(view, visit)] if view.stop else [],
    )  # fmt: skip


def _stopped(stop: OptOut, visit: Visit) -> str:
    time, by = visit.words.moment(stop.at.astimezone(visit.zone)), kuerzel_of(stop.by)
    return visit.tr("Stopped {time} by {by}: {reason}. Nothing more is sent.", time=time, by=by, reason=stop.reason)


def _after_stop(view: View, visit: Visit) -> list[str]:
    """The messages that the stop has cancelled, and those that have left before."""
    entries = [(one, one.message.entry) for one in view.explanations]
    cancelled = [one for one, entry in entries if entry and entry.reason == STOPPED]
    left = [one for one, entry in entries if entry and entry.state in ACCEPTED | {State.SENDING, State.UNKNOWN}]
    told = []
    if cancelled:
        told.append(visit.tr("Cancelled: {messages}", messages=_listed(cancelled, visit)))
    if left:
        told.append(visit.tr("Had left before: {messages}", messages=_listed(left, visit)))
    return told


def _listed(found: Sequence[Explanation], visit: Visit) -> str:
    words = [
        f"{title(one.message, visit)} {when(one.message, visit)} ({state_word(one.verdict.state, False, visit)})"
        for one in found
    ]
    return "; ".join(words)


def _notice(view: View, visit: Visit) -> str:
    """The result of the form before this page, and until when it can be taken back; the URL has only a code."""
    told, tr = visit.incoming.query.get("told", ""), visit.tr
    row = visit.incoming.query.get("row", "")
    about = (one.message for one in view.explanations if len(row) == ID and one.message.key.startswith(row))
    message = next(about, None)
    entry = message.entry if message else None
    if told == "stop" and view.stop:
        return tr("Nothing more is sent to this patient. A manager can take it back at any time.")
    if told == "release-patient" and not view.stop:
        return tr("The patient gets messages again.")
    if message is None or entry is None or not _is_so(told, message, entry):
        return ""
    until, goes = visit.words.moment(entry.expires_at.astimezone(visit.zone)), leaves(entry, view.known.practice, visit)
    texts = {
        "cancel": tr("The message is not sent. Until {time} it can be released.", time=until),
        "release": tr("The message is released. {leaves} Until then it can be stopped.", leaves=goes),
        "resolve": tr("Noted: the message has arrived. This cannot be taken back."),
        "resolve-again": tr("The message waits again. {leaves} Until then it can be stopped.", leaves=goes),
        "send-again": tr("The message is sent once more. {leaves} Until then it can be stopped.", leaves=goes),
        "opt-out": tr("This address gets no message any more. Only the operator lifts it."),
    }  # fmt: skip
    return texts.get(told, "")


def _is_so(told: str, message: ExplainedMessage, entry: Entry) -> bool:
    """Whether a result still holds: the page may be loaded again much later."""
    if told == "opt-out":
        address, snapshot = address_of(entry), message.snapshot
        return address is not None and (snapshot.unread is not None or snapshot.opt_outs.of(address) is not None)
    after = {"cancel": State.CANCELLED, "resolve": State.DELIVERED}.get(told, State.PREPARED)
    return entry.state is after and not entry.held
