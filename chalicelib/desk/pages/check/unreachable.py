"""The patients with an appointment in the next days and no usable address: to correct, to tick, to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from chalicelib.desk.answers import File, Page, Redirect
from chalicelib.desk.pages.calls.call_rows import ID, initials, when
from chalicelib.desk.pages.calls.call_view import MOST_SECONDS
from chalicelib.desk.pages.search.view import known_practice
from chalicelib.desk.visit import Visit
from chalicelib.entries.entry import entry_key, reminder_identity
from chalicelib.people.person import Permission
from chalicelib.practice.record import Correction
from chalicelib.practice_db.errors import TIMEOUT
from chalicelib.reports.checks.addresses import read_unreachable
from chalicelib.reports.in_time import in_time
from chalicelib.reports.unreachable import Unreachable, correction_key, unreachable_csv
from chalicelib.text import Text, TextError


@dataclass(frozen=True)
class View:
    """`listed` is None if `unread` says why: the practice database, or settings that are wrong."""

    listed: Sequence[Unreachable] | None
    unread: Text | None = None

    @property
    def all(self) -> Sequence[Unreachable]:
        return self.listed or ()


@dataclass(frozen=True)
class Row:
    """`name` is empty where it is not to be seen; `told` says who has ticked it, empty if nobody has."""

    id: str
    key: str
    time: str
    name: str
    initials: str
    patient: str
    appointment: str
    reason: str
    told: str


@dataclass(frozen=True)
class AddressPage:
    """`days` are the rows of each day; `remark` says why there are none."""

    lead: str
    remark: str
    days: Sequence[tuple[str, Sequence[Row]]]
    notice: str
    may_tick: bool
    hidden: bool
    as_of: str


def read_view(visit: Visit) -> View:
    """The list of those whom the person sees. Raises NotFoundError."""
    known = known_practice(visit)
    try:
        return View(
            in_time(lambda: read_unreachable(known.practice, known.deployment, visit.person.sees), MOST_SECONDS)
        )
    except TimeoutError:
        return View(None, TIMEOUT.text)
    except TextError as error:
        return View(None, error.text)


def show(visit: Visit) -> Page:
    return _page("unreachable.html", visit.tr("Addresses to correct"), "addresses", visit)


def sheet(visit: Visit) -> Page:
    """The list as it is printed."""
    return _page("unreachable_sheet.html", visit.tr("Addresses to correct"), "addresses printed", visit)


def csv(visit: Visit) -> File:
    """The list for Excel, as the command writes it."""
    listed, tr = read_view(visit).all, visit.tr
    visit.audit("addresses saved as a file", seen=_keys(listed, visit))
    header = (tr("Date"), tr("Time"), tr("Patient"), tr("Patient number"), "TerminId", tr("Reason"))
    content = unreachable_csv(header, listed, visit.zone, visit.short).decode("utf-8")
    name = f"{tr('addresses')}-{visit.now.astimezone(visit.zone):%Y-%m-%d}.csv"
    return File(content, "text/csv; charset=utf-8", name)


def tick(visit: Visit) -> Redirect:
    """Note that an address is corrected, or take it back. The first one who has ticked it stays."""
    view, ticked, practice = read_view(visit), visit.practice.record.corrected, visit.practice_id
    key = visit.form.get("key", "")
    one = next((one for one in view.all if correction_key(practice, one) == key), None)
    if one is None:
        return Redirect(visit.path("unreachable") + ("" if view.unread else "?told=gone"))
    done = visit.form.get("done") == "yes"
    if done:
        visit.clients.corrections.add(practice, Correction(key, visit.person.name, visit.now))
    else:
        visit.clients.corrections.drop(practice, key)
    visit.audit("address ticked", seen=_keys([one], visit), before=key in ticked, after=done)
    told = ("already" if key in ticked else "ticked") if done else "undone"
    return Redirect(f"{visit.path('unreachable')}?told={told}#r-{key[:ID]}")


def _page(template: str, title: str, action: str, visit: Visit) -> Page:
    view, tr = read_view(visit), visit.tr
    rows = [(one.starts_at.astimezone(visit.zone).date(), _row(one, visit)) for one in view.all]
    days = [(visit.words.near_day(day), [row for _, row in some]) for day, some in groupby(rows, lambda row: row[0])]
    if visit.sees_patients:
        visit.audit(action, seen=_keys(view.all, visit))
    remark = f"{visit.said(view.unread)} {tr('Without it there is no list.')}" if view.unread else ""
    notices = {
        "ticked": tr("Ticked. The patient leaves this list once the database has a usable address."),
        "already": tr("Somebody else has ticked this already."),
        "undone": tr("The tick is removed."),
        "gone": tr("This patient now has a usable address, another reason, or no appointment ahead."),
    }
    model = AddressPage(
        lead="" if view.unread else _lead([row for _, row in rows], visit), remark=remark, days=days,
        notice=notices.get(visit.incoming.query.get("told", ""), ""), may_tick=visit.person.may(Permission.PHONE),
        hidden=not visit.sees_patients, as_of=visit.words.moment(visit.now.astimezone(visit.zone)),
    )  # fmt: skip
    return Page(template, model, title)


def _lead(rows: Sequence[Row], visit: Visit) -> str:
    if not rows:
        return visit.tr("Everybody with an appointment in the next 14 days has a usable address")
    text = visit.trn(
        "{count} patient of the next 14 days has no usable address",
        "{count} patients of the next 14 days have no usable address",
        len(rows),
    )
    done = sum(bool(row.told) for row in rows)
    return f"{text}, {visit.trn('{count} ticked', '{count} ticked', done)}" if done else text


def _row(one: Unreachable, visit: Visit) -> Row:
    key, name = correction_key(visit.practice_id, one), one.name if visit.sees_patients else ""
    ticked = visit.practice.record.corrected.get(key)
    told = visit.tr("Corrected {time}, {by}", time=when(ticked.at, visit), by=ticked.by) if ticked else ""
    local = one.starts_at.astimezone(visit.zone)
    return Row(
        key[:ID], key, f"{local:%H:%M}", name, initials(name), one.patient, one.appointment or "",
        visit.short(one.reason), told,
    )  # fmt: skip


def _keys(listed: Sequence[Unreachable], visit: Visit) -> list[str]:
    """The keys of the reminders that these patients would get."""
    return [entry_key(visit.practice_id, reminder_identity(one.appointment or "")) for one in listed]
