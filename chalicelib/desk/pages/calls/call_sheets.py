"""Print the call list as a numbered sheet, and report its outcomes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.admin.phone_calls import note_calls
from chalicelib.desk.answers import NotFoundError, Page, Redirect
from chalicelib.desk.pages.calls.call_filters import NAMES
from chalicelib.desk.pages.calls.call_list import call_page
from chalicelib.desk.pages.calls.call_notes import new_call, wrong_note
from chalicelib.desk.pages.calls.call_rows import ID, Row, row_of
from chalicelib.desk.pages.calls.call_view import CallView, read_view
from chalicelib.desk.visit import Visit
from chalicelib.entries.phone_call import CallOutcome, note_is_allowed
from chalicelib.entries.sheet import Sheet, SheetLine
from chalicelib.reports.call_list import Call

OUTCOMES = (CallOutcome.COMING, CallOutcome.NOT_COMING, CallOutcome.NOT_REACHED)


@dataclass(frozen=True)
class ReportRow:
    """A line of a sheet; `outcome` and `note` are those of a form that comes back, `error` says why."""

    row: Row
    outcome: str = ""
    note: str = ""
    error: str = ""


@dataclass(frozen=True)
class SheetPage:
    """`missing` counts lines that are no longer on the list."""

    sheet: Sheet
    as_of: str
    rows: Sequence[ReportRow]
    missing: int
    filters: Sequence[str]
    error: str = ""
    saved: str = ""


def print_sheet(visit: Visit) -> Page | Redirect:
    """Number the open lines, as filtered, as a sheet."""
    view = read_view(visit)
    lines = [SheetLine(one.key, one.version, one.start) for one in view.shown if not one.reached]
    if not lines:
        return Redirect(visit.path("calls"))
    new = Sheet(0, visit.now, visit.person.name, tuple(lines), visit.form.get("reasons") == "yes", dict(view.filters))
    made = visit.clients.sheets.add(visit.practice_id, new)
    visit.audit("call list printed", sheet=made.number, seen=[one.key for one in lines])
    return Redirect(visit.path(f"calls/sheets/{made.number}"))


def find_sheet(visit: Visit) -> Page | Redirect:
    """Go to the sheet whose number is on the paper."""
    number = visit.form.get("number", "").strip()
    if _sheet(number, visit) is not None:
        return Redirect(visit.path(f"calls/sheets/{int(number)}/report"))
    wrong = visit.tr("There is no sheet {number}, or it is older than 30 days.", number=number[:10])
    return call_page(read_view(visit), visit, 422, errors={"number": wrong})


def sheet(visit: Visit) -> Page:
    """The sheet as it is printed."""
    found, lines, view = _read(visit)
    rows = [ReportRow(row_of(line, visit)) for line in lines]
    visit.audit("call list printed again")
    return Page(
        "call_sheet.html", _page(found, rows, view, visit), visit.tr("Call list, sheet {number}", number=found.number)
    )


def report(visit: Visit) -> Page:
    """The form by which a sheet is reported back."""
    found, lines, view = _read(visit)
    return _report(_page(found, [ReportRow(row_of(line, visit)) for line in lines], view, visit), visit)


def save_report(visit: Visit) -> Page | Redirect:
    """Note all outcomes of a sheet; those that cannot be noted come back with why."""
    found, lines, view = _read(visit)
    given = {line.key: _given(line, visit) for line in lines}
    wrong = {key: text for key, one in given.items() if (text := _wrong(*one, visit))}
    if wrong or not any(outcome for outcome, _ in given.values()):
        error = (
            visit.tr("Nothing was saved: see below.") if wrong else visit.tr("Nothing is ticked. Nothing was saved.")
        )
        return _report(_page(found, _rows(lines, given, wrong, visit), view, visit, error=error), visit, 422)
    why = _save(found, lines, given, view, visit)
    chosen = [line for line in lines if given[line.key][0]]
    done = {line.key: given[line.key][0] for line in chosen if line.key not in why}
    visit.audit("sheet reported", noted=done, not_noted=sorted(why))
    if not why:
        return Redirect(f"{visit.path('calls')}?told=sheet")
    saved = visit.trn("{count} outcome was saved.", "{count} outcomes were saved.", len(done))
    again, now, fresh = _read(visit)
    rows = _rows(now, {key: one for key, one in given.items() if key in why}, why, visit)
    return _report(_page(again, rows, fresh, visit, saved=saved, error=_some_left(why, visit)), visit, 409)


def _save(
    sheet: Sheet, lines: Sequence[Call], given: Mapping[str, tuple[str, str]], view: CallView, visit: Visit
) -> dict[str, str]:
    """Note them, a write for all with the same outcome and note; return why some could not be noted, by key."""
    printed, why = {one.key: one for one in sheet.lines}, dict[str, str]()
    together: dict[tuple[str, str], dict[str, int | None]] = {}
    for line in lines:
        outcome, note = given[line.key]
        if outcome and line.start != printed[line.key].start:
            why[line.key] = visit.tr("The appointment was moved after the sheet was printed.")
        elif outcome:
            together.setdefault((outcome, note), {})[line.key] = _seen(line, printed[line.key], sheet)
    for (outcome, note), seen in together.items():
        new = new_call(CallOutcome(outcome), note, visit)
        noted = note_calls(seen, new, view.listed, view.sources.context, visit.clients)
        for one in noted.conflicts:
            last = one.entry.phone_calls[-1:] if one.entry else ()
            if not any((call.outcome, call.by, call.at) == (new.outcome, new.by, visit.now) for call in last):
                why[one.key] = visit.said(one.why)  # else noted with another row of the same appointment
    return why


def _seen(line: Call, printed: SheetLine, sheet: Sheet) -> int:
    """The version that the paper knows: the current one, unless somebody has noted an outcome since."""
    noted = [*line.tries, *([line.reached] if line.reached else [])]
    return printed.version if any(call.at > sheet.at for call in noted) else line.version


def _given(line: Call, visit: Visit) -> tuple[str, str]:
    id = line.key[:ID]
    return visit.form.get(f"outcome-{id}", ""), visit.form.get(f"note-{id}", "").strip()


def _wrong(outcome: str, note: str, visit: Visit) -> str:
    if not note_is_allowed(note):
        return wrong_note(note, visit)
    if outcome not in ("", *OUTCOMES):
        return visit.tr("Choose one of the outcomes. Nothing was changed.")
    return "" if outcome or not note else visit.tr("Tick an outcome, or remove the note.")


def _some_left(why: Mapping[str, str], visit: Visit) -> str:
    return visit.trn(
        "{count} outcome was not saved: see below.", "{count} outcomes were not saved: see below.", len(why)
    )


def _rows(
    lines: Sequence[Call], given: Mapping[str, tuple[str, str]], why: Mapping[str, str], visit: Visit
) -> list[ReportRow]:
    """The lines with what was chosen, unless it was saved."""
    return [ReportRow(row_of(line, visit), *given.get(line.key, ("", "")), why.get(line.key, "")) for line in lines]


def _sheet(number: str, visit: Visit) -> Sheet | None:
    short = number.isascii() and number.isdecimal() and len(number) < 10
    return visit.clients.sheets.sheet(visit.practice_id, int(number)) if short else None


def _read(visit: Visit) -> tuple[Sheet, list[Call], CallView]:
    """The sheet of the path with its current lines, without those of others; audited. Raises NotFoundError."""
    found = _sheet(visit.parameters["sheet"], visit)
    if found is None:
        raise NotFoundError
    view = read_view(visit)
    lines = [line for one in found.lines if (line := view.line(one.key))]
    if not lines and view.limited:
        raise NotFoundError
    visit.audit(visit.facts.get("action", "sheet opened"), sheet=found.number, seen=[line.key for line in lines])
    return found, lines, view


def _report(model: SheetPage, visit: Visit, status: int = 200) -> Page:
    title = visit.tr("Report sheet {number} back", number=model.sheet.number)
    return Page("call_report.html", model, title, status)


def _page(
    sheet: Sheet, rows: Sequence[ReportRow], view: CallView, visit: Visit, error: str = "", saved: str = ""
) -> SheetPage:
    labels = {line.whom.mandant: line.whom.mandant_name or line.whom.mandant for line in view.lines}
    if day := sheet.filters.get("day"):
        labels[day] = visit.words.near_day(date.fromisoformat(day))
    chosen = [sheet.filters[name] for name in NAMES if name in sheet.filters]
    filters = [labels.get(value, value) for value in chosen]
    as_of = visit.words.moment(sheet.at.astimezone(visit.zone))
    return SheetPage(sheet, as_of, rows, len(sheet.lines) - len(rows), filters, error, saved)
