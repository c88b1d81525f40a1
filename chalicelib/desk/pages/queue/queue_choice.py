"""Several messages chosen: the effect on each, the reason, and the result."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.admin.queue_actions import decide_possible
from chalicelib.desk.answers import BadFormError, Page
from chalicelib.desk.pages.calls.call_notes import log_name, wrong_note
from chalicelib.desk.pages.queue.queue_page import queue_page, url
from chalicelib.desk.pages.queue.queue_rows import Row, row_of
from chalicelib.desk.pages.queue.queue_view import QueueView, Show, day_of, is_mine, read_view
from chalicelib.desk.pages.queue.queue_words import answer_words, button_words, done_words, title_words, what_words
from chalicelib.desk.visit import Visit
from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import ManualNote
from chalicelib.entries.phone_call import note_is_allowed
from chalicelib.entries.several import Act, Decided, acts_of, decided

MOST = 1_000  # messages at once
_BOX = "e-"


@dataclass(frozen=True)
class Line:
    """A message, and the effect on it, or why there is none."""

    row: Row
    what: str


@dataclass(frozen=True)
class ChoicePage:
    """`lines` are those about which something can be done, `seen` their versions by key; `left` the others.

    `unknown` counts those that there are not, for this person. `undo` has the versions of what can be released again.
    """

    act: Act
    show: Show
    day: str
    lines: Sequence[Line]
    left: Sequence[Line]
    unknown: int
    summary: str
    button: str
    seen: Mapping[str, int]
    back: str
    note: str = ""
    error: str = ""
    undo: Mapping[str, int] | None = None


def chosen(visit: Visit) -> Page:
    """Show the effect on the ticked messages, or on all of the part; nothing is changed."""
    act, view = _act(visit.form.get("all") or visit.form.get("act", "")), read_view(visit, visit.form)
    seen = _seen(visit.form)
    if "all" in visit.form:
        seen = {one.key: one.version for one in view.shown if act in acts_of(one, visit.now)}
    if not seen:
        return queue_page(view, visit, error=visit.tr("No message is ticked. Tick one, or choose all."))
    page = _choice(dict(list(seen.items())[:MOST]), act, view, visit)
    if (rest := len(seen) - MOST) > 0:
        more = visit.trn("{count} more can be chosen afterwards.", "{count} more can be chosen afterwards.", rest)
        page = replace(page, model=replace(page.model, summary=f"{page.model.summary} {more}"))
    return page


def decide(visit: Visit) -> Page:
    """Do what is possible, and tell what was not."""
    act, seen, note = _act(visit.form.get("act", "")), _seen(visit.form), visit.form.get("note", "").strip()
    wrong = _wrong(act, note, visit)
    if wrong or not seen:
        return _choice(seen, act, read_view(visit, visit.form), visit, note, wrong)
    practice, clients = visit.practice, visit.clients
    entries = _mine(clients.store.entries(practice.id, list(seen)), visit)
    by = ManualNote(log_name(visit), note)
    visit.audit(f"messages: {act} not finished", seen=list(entries))
    done = decide_possible(seen, entries, act, by, practice.language, visit.now, clients)
    before = {made.after.key: str(made.before.state) for made in done.done if made.before}
    after = {made.after.key: str(made.after.state) for made in done.done}
    visit.audit(f"messages: {act}", before=before, after=after, not_done=sorted(done.left))
    return _done(act, done, entries, note, visit)


def _act(text: str) -> Act:
    if text not in set(Act):
        raise BadFormError("form")
    return Act(text)


def _seen(form: Mapping[str, str]) -> dict[str, int]:
    """The versions by key; of a made-up form one that no entry has. Raises BadFormError."""
    found = {name.removeprefix(_BOX): text for name, text in form.items() if name.startswith(_BOX)}
    known = {key: text for key, text in found.items() if re.fullmatch("[0-9a-f]{32}", key)}
    if len(known) > MOST:  # an audit line is no longer
        raise BadFormError("size")
    return {key: int(text) if text.isdecimal() and len(text) < 10 else -1 for key, text in known.items()}


def _mine(entries: Mapping[str, Entry], visit: Visit) -> dict[str, Entry]:
    return {key: one for key, one in entries.items() if is_mine(visit.person, one)}


def _wrong(act: Act, note: str, visit: Visit) -> str:
    if act is Act.CANCEL and not note:
        return visit.tr("Give a reason. Nothing was changed.")
    if visit.practice.record.removed:
        return visit.tr("The practice is removed. Nothing was changed.")
    return "" if note_is_allowed(note) else wrong_note(note, visit)


def _choice(seen: Mapping[str, int], act: Act, view: QueueView, visit: Visit, note: str = "", error: str = "") -> Page:
    known = {one.key: one for one in view.sources.entries}
    others = [key for key in seen if key not in known]  # the index may lag, or it has ended
    known |= visit.clients.store.entries(visit.practice_id, others) if others else {}
    entries = _mine({key: known[key] for key in seen if key in known}, visit)
    found = decided(seen, entries, act, "", visit.now)
    lines = [Line(row_of(entries[made.after.key], visit), what_words(act, made, view.sources, visit))
             for made in found.done]  # fmt: skip
    model = ChoicePage(
        act=act, show=view.show, day=view.day.isoformat() if view.day else "", lines=lines,
        summary=answer_words(act, found.done, view.sources, visit), button=button_words(act, len(lines), visit),
        seen={line.row.key: line.row.version for line in lines}, note=note, error=error,
        back=url(view.show, visit, day=view.day), **_left(found, entries, visit),
    )  # fmt: skip
    visit.audit("messages chosen", seen=list(entries), wanted=act.value)
    return Page("queue_choice.html", model, title_words(act, visit), 422 if error else 200)


def _done(act: Act, done: Decided, entries: Mapping[str, Entry], note: str, visit: Visit) -> Page:
    show = Show(visit.form["show"]) if visit.form.get("show") in set(Show) else Show.WAITING
    again = {one.after.key: one.after.version for one in done.done if Act.RELEASE in acts_of(one.after, visit.now)}
    left = _left(done, entries, visit)
    model = ChoicePage(
        act=act, show=show, day="", lines=(), summary=done_words(act, done.done, visit), button="", seen={},
        back=url(show, visit, day=day_of(visit.form)), note=note, undo=again if act is Act.CANCEL else None, **left,
    )  # fmt: skip
    return Page("queue_done.html", model, title_words(act, visit), 409 if done.left else 200)


def _left(found: Decided, entries: Mapping[str, Entry], visit: Visit) -> dict[str, Any]:
    """The messages about which nothing can be done, with why, and how many of the chosen ones are unknown."""
    left = [Line(row_of(entries[key], visit), visit.said(why)) for key, why in found.left.items() if key in entries]
    return {"left": left, "unknown": len(found.left) - len(left)}
