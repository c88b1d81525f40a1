"""Note a call on the call list, claim one, and take one back."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.admin.phone_calls import NewCall, NotedCalls, note_calls, undo_calls
from chalicelib.desk.answers import Page, Redirect
from chalicelib.desk.pages.calls.call_list import call_page
from chalicelib.desk.pages.calls.call_rows import ID, Returned
from chalicelib.desk.pages.calls.call_view import CallView, read_view
from chalicelib.desk.visit import Visit
from chalicelib.entries.phone_call import LONGEST_NOTE, CallOutcome, note_is_allowed
from chalicelib.reports.call_list import Call
from chalicelib.schedule.time_zone import minute_in


@dataclass(frozen=True)
class NoteForm:
    """`outcome` is None for an unknown one; `wrong` says what is wrong with the form."""

    key: str
    version: int
    start: str
    outcome: CallOutcome | None
    note: str
    wrong: str


def read_form(visit: Visit) -> NoteForm:
    form, wrong = visit.form, ""
    version, given = form.get("version", ""), form.get("outcome", "")
    note = form.get("note", "").strip()
    if not (form.get("key") and version.isdecimal() and len(version) < 10):
        wrong = visit.tr("The form is incomplete. Nothing was changed. Choose again.")
    elif given not in set(CallOutcome) and "undo" not in visit.incoming.path:
        wrong = visit.tr("Choose one of the outcomes. Nothing was changed.")
    elif not note_is_allowed(note):
        wrong = wrong_note(note, visit)
    outcome = CallOutcome(given) if given in set(CallOutcome) else None
    return NoteForm(form.get("key", ""), 0 if wrong else int(version), form.get("start", ""), outcome, note, wrong)


def wrong_note(note: str, visit: Visit) -> str:
    return visit.tr(
        "A note has at most {most} characters, on one line; this one has {count}. Nothing was changed.",
        most=LONGEST_NOTE, count=len(note),
    )  # fmt: skip


def note(visit: Visit) -> Page | Redirect:
    """Note an outcome, or that the person is phoning."""
    form, view = read_form(visit), read_view(visit)
    if form.wrong or form.outcome is None:
        return call_page(view, visit, 422, Returned(form.key, form.note, form.wrong))
    line, new = view.line(form.key), new_call(form.outcome, form.note, visit)
    visit.audit("call", entry=form.key, wanted=form.outcome.value)
    if line is None:
        why: str | None = _unknown(visit)
    else:
        why = _moved(line, form.start, visit)
        noted = None if why else _note(line, form, new, view, visit)
        why = why or (visit.said(noted.conflicts[0].why) if noted and noted.conflicts else None)
    before = _latest(line)
    if why is None:
        visit.audit("call noted", before=before, after=form.outcome.value)
        return _back(form.outcome.value, form.key, visit)
    visit.audit("call not noted", before=before)
    return call_page(read_view(visit), visit, 409, Returned(form.key, form.note, why))


def undo(visit: Visit) -> Page | Redirect:
    """Take the latest call of a line back."""
    form, view = read_form(visit), read_view(visit)
    if form.wrong:
        return call_page(view, visit, 422, Returned(form.key, "", form.wrong))
    line, why = view.line(form.key), _unknown(visit)
    visit.audit("undo", entry=form.key)
    if line is not None:
        seen = {form.key: form.version}
        noted = undo_calls(seen, log_name(visit), view.sources.context, visit.clients)
        why = visit.said(noted.conflicts[0].why) if noted.conflicts else ""
    if not why:
        visit.audit("call undone", before=_latest(line), after="")
        return _back("undone", form.key, visit)
    visit.audit("call not undone")
    return call_page(read_view(visit), visit, 409, Returned(form.key, "", why))


def new_call(outcome: CallOutcome, note: str, visit: Visit) -> NewCall:
    """A call as colleagues see it; logs have the Kürzel, which stays when the person has left."""
    return NewCall(outcome, visit.person.name, note, log_name(visit))


_AT_DESK = "desk/"  # what the logs put before the Kürzel


def log_name(visit: Visit) -> str:
    return f"{_AT_DESK}{visit.person.id}"


def kuerzel_of(name: str) -> str:
    """The Kürzel of a `log_name`; a caller of the command keeps their name, in capitals."""
    return name.removeprefix(_AT_DESK).upper()


def _note(line: Call, form: NoteForm, new: NewCall, view: CallView, visit: Visit) -> NotedCalls:
    """By the version that the person has seen; their own claim since is no other version."""
    own = line.claim is not None and line.claim.by == new.by and line.version == form.version + 1
    seen = {form.key: line.version if own else form.version}
    return note_calls(seen, new, view.listed, view.sources.context, visit.clients)


def _moved(line: Call, start: str, visit: Visit) -> str | None:
    """Why an outcome about another start is not noted."""
    if start == line.start:
        return None
    at = minute_in(line.start, visit.zone).astimezone(visit.zone)
    return visit.tr("The appointment is now at {time}. Nothing was changed.", time=visit.words.moment(at))


def _unknown(visit: Visit) -> str:
    return visit.tr("This appointment is not on your call list, or no longer. Nothing was changed.")


def _latest(line: Call | None) -> str:
    """The outcome that stood there, for the audit."""
    calls = [one for one in (line.reached, line.claim, *line.tries[-1:]) if one] if line else []
    return calls[0].outcome.value if calls else ""


def _back(told: str, key: str, visit: Visit) -> Redirect:
    return Redirect(f"{visit.path('calls')}?told={told}&row={key[:ID]}#r-{key[:ID]}")
