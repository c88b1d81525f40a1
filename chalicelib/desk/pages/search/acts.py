"""Act on a message or a patient: decide, write, audit; of two at once the second reads the first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.admin.opt_outs import opt_out
from chalicelib.admin.patient_stops import release_patient, stop_patient
from chalicelib.admin.queue_actions import cancel_entries, release_entries, resolve_entry
from chalicelib.admin.send_again import send_again
from chalicelib.desk.answers import ForbiddenError, NotFoundError, Page, Redirect
from chalicelib.desk.pages.calls.call_notes import kuerzel_of, log_name, wrong_note
from chalicelib.desk.pages.calls.call_rows import ID
from chalicelib.desk.pages.search.acts_offered import Returned, address_of, patient_acts
from chalicelib.desk.pages.search.result import result_page
from chalicelib.desk.pages.search.search import patient_view
from chalicelib.desk.pages.search.view import View, entry_view
from chalicelib.desk.visit import Visit
from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import ManualDecision, ManualNote, UnresolvableError
from chalicelib.entries.phone_call import note_is_allowed
from chalicelib.explain.explanation import Explanation
from chalicelib.people.person import Permission
from chalicelib.practice.opt_out import Source

_ON_PATIENT = ("stop", "release-patient")
_NEEDS_NOTE = {"cancel", "release-patient"}


def on_entry(visit: Visit) -> Page | Redirect:
    """An act on the message of an entry, or on its patient. Raises NotFoundError and ForbiddenError."""
    action, key = visit.parameters["action"], visit.parameters["key"]
    act = _acts().get(action)
    if act is None and action not in _ON_PATIENT:
        raise NotFoundError
    view = entry_view(visit)
    if act is None:
        return _on_patient(view, action, f"entry/{key}", visit)
    one, url = view.one(key), f"entry/{key}/{action}"
    assert one is not None  # noqa: S101 - the view is about it
    assert one.message.entry is not None  # noqa: S101
    entry, note = one.message.entry, visit.form.get("note", "").strip()
    before = entry.state.value
    visit.audit(f"{action} refused", entry=key, before=before)
    if error := _wrong(action, note, visit):
        return result_page(view, visit, 422, Returned(url, note, error))
    if visit.form.get("version") != str(entry.version):
        return result_page(view, visit, 409, Returned(url, note, _meanwhile(one, visit)))
    visit.audit(f"{action} not finished")
    try:
        after = act(entry, ManualNote(log_name(visit), note), visit)
    except UnresolvableError as refused:
        visit.audit(f"{action} refused")
        return result_page(entry_view(visit), visit, 409, Returned(url, note, visit.said(refused.text)))
    visit.audit(action, entry=key, before=before, after=after.state.value, made=after.key)
    look = visit.form.get("look", "")
    page = f"patient/{look}" if look in visit.session.looks else f"entry/{key}"
    return Redirect(f"{visit.path(page)}?told={action}&row={after.key[:ID]}#m-{after.key[:ID]}")


def on_patient(visit: Visit) -> Page | Redirect:
    """Stop the patient in the path, or release them. Raises NotFoundError and ForbiddenError."""
    if visit.parameters["action"] not in _ON_PATIENT:
        raise NotFoundError
    view = patient_view(visit)
    if isinstance(view, Page):
        return view
    return _on_patient(view, visit.parameters["action"], f"patient/{visit.parameters['look']}", visit)


def _on_patient(view: View, action: str, base: str, visit: Visit) -> Page | Redirect:
    if action == "release-patient" and not visit.person.may(Permission.MANAGE):
        raise ForbiddenError
    url, note, stop = f"{base}/{action}", visit.form.get("note", "").strip(), view.stop
    visit.audit(f"{action} refused", before="stopped" if stop else "")
    offered = {one.url: one for one in patient_acts(view.patient, base, stop, visit, Returned())}
    error = _wrong(action, note, visit)
    completes = action == "stop" and stop is not None and view.waits  # it was interrupted
    if url not in offered and not error and not completes:
        return result_page(view, visit, 409, Returned(url, note, _stopped_meanwhile(view, visit)))
    choices = offered[url].choices if url in offered else {}
    reason = choices.get(visit.form.get("reason", "")) if choices else ""
    if reason is None:
        error = error or visit.tr("Choose a reason. Nothing was changed.")
    if error:
        return result_page(view, visit, 422, Returned(url, note, error))
    keys, by, clients = view.keys(visit.now), log_name(visit), visit.clients
    visit.audit(f"{action} not finished", seen=keys)
    if action == "stop":
        words = " – ".join(filter(None, [reason, note]))
        done = stop_patient(view.patient, words, view.known.practice, by, visit.now, clients)
        if not done.added and not completes:
            visit.audit(f"{action} refused")
            read = entry_view(visit) if view.own else patient_view(visit)
            view = read if isinstance(read, View) else view
            return result_page(view, visit, 409, Returned(url, note, _stopped_meanwhile(view, visit)))
        cancelled, left = [one.after.key for one in done.cancelled], [one.key for one in done.left]
        visit.audit("patient stopped", seen=keys, after="stopped", cancelled=cancelled, left=left)
    elif stop:
        released = release_patient(view.patient, stop, view.known.practice, by, visit.now, clients)
        waiting = [one.key for one in released.waiting]
        visit.audit("patient released", seen=keys, before="stopped", after="", waiting=waiting, given=note)
    return Redirect(f"{visit.path(base)}?told={action}")


def _wrong(action: str, note: str, visit: Visit) -> str:
    if not note_is_allowed(note):
        return wrong_note(note, visit)
    return visit.tr("Give a reason. Nothing was changed.") if action in _NEEDS_NOTE and not note else ""


def _meanwhile(one: Explanation, visit: Visit) -> str:
    """Tell the last event since the person saw the message."""
    if not one.timeline:
        return visit.tr("The message has changed meanwhile. Nothing was changed by you.")
    last = one.timeline[-1]
    time, what = visit.words.moment(last.at.astimezone(visit.zone)), visit.said(last.what)
    by = f", {kuerzel_of(last.by)}" if last.by else ""
    return visit.tr("Meanwhile: {what} ({time}{by}). Nothing was changed by you.", what=what, time=time, by=by)


def _stopped_meanwhile(view: View, visit: Visit) -> str:
    if view.stop is None:
        return visit.tr("The patient is not stopped any more. Nothing was changed by you.")
    time = visit.words.moment(view.stop.at.astimezone(visit.zone))
    by = kuerzel_of(view.stop.by)
    return visit.tr("{by} has stopped the patient already, {time}. Nothing was changed by you.", by=by, time=time)


def _acts() -> dict[str, Callable[[Entry, ManualNote, Visit], Entry]]:
    """Each returns the entry after it. Raises UnresolvableError."""
    return {
        "cancel": lambda entry, note, visit: _many(cancel_entries, entry, note, visit),
        "release": lambda entry, note, visit: _many(release_entries, entry, note, visit),
        "resolve": lambda entry, note, visit: _resolved(entry, ManualDecision.DELIVERED, note, visit),
        "resolve-again": lambda entry, note, visit: _resolved(entry, ManualDecision.RESEND, note, visit),
        "send-again": _sent_again,
        "opt-out": _opted_out,
    }


def _many(decide: Callable[..., list[Any]], entry: Entry, note: ManualNote, visit: Visit) -> Entry:
    done = decide(visit.practice_id, [entry.key], note, visit.practice.language, visit.now, visit.clients)
    after: Entry = done[0].after
    return after


def _resolved(entry: Entry, decision: ManualDecision, note: ManualNote, visit: Visit) -> Entry:
    language = visit.practice.language
    return resolve_entry(visit.practice_id, entry.key, decision, note, language, visit.now, visit.clients)


def _sent_again(entry: Entry, note: ManualNote, visit: Visit) -> Entry:
    language = visit.practice.language
    return send_again(visit.practice_id, entry.key, entry.version, note, language, visit.now, visit.clients)


def _opted_out(entry: Entry, note: ManualNote, visit: Visit) -> Entry:
    address, record, clients = address_of(entry), visit.practice.record, visit.clients
    if address is None:
        raise NotFoundError
    added = opt_out(record, clients.parameters, clients.practices, visit.now, address, Source.PERSON)
    visit.audit("opt-out", address_before="" if added else "opted out", address_after="opted out")
    return entry
