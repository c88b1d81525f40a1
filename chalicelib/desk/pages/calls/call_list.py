"""The page of the call list, and the fragment by which it is refreshed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from chalicelib.desk.answers import File, Page, Redirect
from chalicelib.desk.cookies import YEAR
from chalicelib.desk.pages.calls.call_filters import COOKIE, NAMES, facts
from chalicelib.desk.pages.calls.call_rows import ID, NOTHING, Returned, Row, initials, row_of
from chalicelib.desk.pages.calls.call_view import CallView, read_view
from chalicelib.desk.pages.calls.call_watch import Watch, watch_of
from chalicelib.desk.pages.filters import DAY, Filters, filters_of, options, packed
from chalicelib.desk.visit import Visit
from chalicelib.people.person import Permission
from chalicelib.reports.calls_csv import calls_csv


@dataclass(frozen=True)
class Notice:
    """A sentence, and the patient whom it is about, if it is one."""

    text: str
    name: str = ""
    initials: str = ""


@dataclass(frozen=True)
class CallPage:
    """`error` is that of the whole page; `options` are the choices of each filter that has some, with labels."""

    summary: str
    rows: Sequence[Row]
    remarks: Sequence[str]
    empty: str
    may_phone: bool
    hidden: bool  # names and numbers, until a reason is given
    filters: Filters
    options: Mapping[str, Mapping[str, str]]
    hidden_by_filters: int
    watch: Watch
    notice: Notice | None = None
    error: Notice | None = None
    kept_note: str = ""  # of a form whose row has no place for it
    errors: Mapping[str, str] = field(default_factory=dict)


def show(visit: Visit) -> Page:
    view = read_view(visit)
    return call_page(view, visit, notice=_notice(view, visit))


def call_page(
    view: CallView,
    visit: Visit,
    status: int = 200,
    returned: Returned = NOTHING,
    notice: Notice | None = None,
    errors: Mapping[str, str] | None = None,
) -> Page:
    """The page with the view's rows, which are audited; with a form that comes back, and what is wrong with it."""
    shown = view.shown
    rows = [row_of(line, visit, returned) for line in shown]
    if visit.sees_patients:
        visit.audit(visit.facts.get("action", "call list"), seen=[line.key for line in shown])
    on_a_row = any(row.cell.error and not row.cell.done for row in rows)
    model = CallPage(
        summary=summary(view, visit), rows=rows, remarks=[visit.said(one) for one in view.remarks],
        empty="" if rows else _empty(view, visit), may_phone=visit.person.may(Permission.PHONE),
        hidden=not visit.sees_patients, filters=view.filters, options=_options(view, visit),
        hidden_by_filters=len(view.lines) - len(shown), watch=watch_of(view, visit), notice=notice,
        error=_about(returned.error, returned.key, view, visit), errors=errors or {},
        kept_note="" if on_a_row else returned.note,
    )  # fmt: skip
    return Page("call_list.html", model, visit.tr("Call list"), status)


def summary(view: CallView, visit: Visit) -> str:
    """Such as: 7 Patienten anrufen, 2 erledigt."""
    done = sum(line.reached is not None for line in view.shown)
    return said_summary(len(view.shown) - done, done, visit)


def said_summary(left: int, done: int, visit: Visit) -> str:
    text = visit.trn("{count} patient to phone", "{count} patients to phone", left)
    return f"{text}, {visit.trn('{count} done', '{count} done', done)}" if done else text


def choose_filters(visit: Visit) -> Redirect:
    """Remember the filters on this device. Raises NotFoundError if there is no such practice."""
    assert visit.practice  # noqa: S101 - reads it
    cookie = packed(filters_of({} if "reset" in visit.form else visit.form, NAMES), visit.practice_id)
    cookies = visit.incoming.cookies
    return Redirect(visit.path("calls"), (cookies.set(COOKIE, cookie, YEAR) if cookie else cookies.clear(COOKIE),))


def csv(visit: Visit) -> File:
    """The open lines, as filtered, for Excel."""
    view = read_view(visit)
    lines = [line for line in view.shown if not line.reached]
    visit.audit("call list saved as a file", seen=[line.key for line in lines])
    content = calls_csv(lines, visit.zone, visit.short).decode("utf-8")
    name = f"{visit.tr('call-list')}-{visit.now.astimezone(visit.zone):%Y-%m-%d}.csv"
    return File(content, "text/csv; charset=utf-8", name)


def _notice(view: CallView, visit: Visit) -> Notice | None:
    """The result of the form before this page; the URL has a code and a part of a key."""
    query = visit.incoming.query
    told, id = query.get("told", ""), query.get("row", "")
    texts = {
        "coming": visit.tr("reached, comes"), "not_reached": visit.tr("not reached; stays on the list"),
        "not_coming": visit.tr("reached, does not come: cancel it in your own system"), "undone": visit.tr("undone"),
        "calling": visit.tr("marked: you are phoning"), "sheet": visit.tr("The sheet is saved."),
    }  # fmt: skip
    if told not in texts:
        return None
    return _about(texts[told], id if len(id) == ID else "", view, visit)


def _about(text: str, key: str, view: CallView, visit: Visit) -> Notice | None:
    """A text about the patient of a line, by its key or the beginning of it; alone if there is no such line."""
    line = next((one for one in view.lines if key and one.key.startswith(key)), None)
    name = (line.whom.name or line.patient) if line and visit.sees_patients else ""
    return Notice(text if name else text[:1].upper() + text[1:], name, initials(name)) if text else None


def _empty(view: CallView, visit: Visit) -> str:
    if view.lines:
        return visit.tr("No line matches the filters.")
    if view.limited and view.listed.unread:
        return ""
    at = view.sources.next_send
    if at is None:
        return visit.tr("Nobody to phone.")
    time = visit.words.moment(at.astimezone(visit.zone))
    return visit.tr("Nobody to phone. The next messages leave {time}; then the list may change.", time=time)


def _options(view: CallView, visit: Visit) -> dict[str, dict[str, str]]:
    names = {line.whom.mandant: line.whom.mandant_name for line in view.lines}

    def label(name: str, value: str) -> str:
        if name == DAY:
            return visit.words.near_day(date.fromisoformat(value))
        return (names.get(value) if name == "mandant" else "") or value

    return options((facts(one, visit.zone) for one in view.lines), view.filters, NAMES, label)
