"""The page of the Versand-Queue: its parts with their counts, the rows of one, and what can be done about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from chalicelib.desk.answers import Page, Redirect
from chalicelib.desk.cookies import YEAR
from chalicelib.desk.pages.filters import DAY, Filters, filters_of, options, packed
from chalicelib.desk.pages.queue.queue_rows import Row, channel_words, row_of
from chalicelib.desk.pages.queue.queue_view import COOKIE, QueueView, Show, filters_in, names_in, read_view
from chalicelib.desk.pages.queue.queue_words import run_words
from chalicelib.desk.visit import Visit
from chalicelib.entries.several import Act, acts_of
from chalicelib.entries.states import State, state_label
from chalicelib.people.person import Permission
from chalicelib.reports.queue_sources import MOST_DAYS

ROWS = 200  # of a page


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Button:
    """An act about the chosen rows, or about all of the part; `all` is empty for a single one."""

    act: Act
    chosen: str
    all: str


@dataclass(frozen=True)
class QueuePage:
    """`days` are those whose failures can be shown; `choosable` are the keys of the rows that have a box."""

    show: Show
    day: str
    patient: str
    tabs: Sequence[Tab]
    days: Sequence[Tab]
    pages: Sequence[Tab]
    summary: str
    reasons: Sequence[tuple[str, int]]
    rows: Sequence[Row]
    has_credits: bool
    hidden: bool  # addresses, until a reason is given
    buttons: Sequence[Button]
    choosable: frozenset[str]
    filters: Filters
    options: Mapping[str, Mapping[str, str]]
    hidden_by_filters: int
    error: str = ""


def show(visit: Visit) -> Page:
    return queue_page(read_view(visit, visit.incoming.query), visit)


def choose_filters(visit: Visit) -> Page | Redirect:
    """Remember the filters on this device, and go back; a patient number is only used for this answer."""
    view = read_view(visit, {**visit.form, "patient": ""} if "reset" in visit.form else visit.form)
    filters = {} if "reset" in visit.form else filters_of(visit.form, names_in(view.show))
    kept = {name: value for name, value in view.filters.items() if name not in names_in(view.show)}
    cookie, cookies = packed({**kept, **filters}, visit.practice_id), visit.incoming.cookies
    set_cookies = (cookies.set(COOKIE, cookie, YEAR) if cookie else cookies.clear(COOKIE),)
    if not view.patient:
        return Redirect(url(view.show, visit, day=view.day), set_cookies)
    found = QueueView(view.sources, view.person, view.show, view.day, {**kept, **filters}, view.patient)
    return queue_page(found, visit, set_cookies)


def queue_page(view: QueueView, visit: Visit, cookies: tuple[str, ...] = (), error: str = "") -> Page:
    """The page with the view's rows, which are audited."""
    pages = max(1, -(-len(view.shown) // ROWS))
    wanted = visit.incoming.query.get("page", "1")
    number = min(int(wanted), pages) if wanted.isdecimal() and len(wanted) < 5 else 1
    entries = view.shown[(max(number, 1) - 1) * ROWS :][:ROWS]
    may = visit.person.may(Permission.DECIDE)
    choosable = {one.key for one in entries if next(acts_of(one, visit.now), None)} if may else set[str]()
    if visit.sees_patients:
        visit.audit("queue", seen=[one.key for one in entries])
    model = QueuePage(
        show=view.show, day=view.day.isoformat() if view.day else "", patient=view.patient,
        tabs=_tabs(view, visit), days=_days(view, visit), pages=_pages(number, pages, view, visit),
        summary=_summary(view, visit), reasons=_reasons(view, visit),
        rows=[row_of(one, visit) for one in entries], hidden=not visit.sees_patients,
        has_credits=any(one.credits for one in entries),
        buttons=_buttons(view, visit) if choosable else (), choosable=frozenset(choosable),
        filters=filters_in(view.filters, view.show), options=_options(view, visit),
        hidden_by_filters=len(view.whole) - len(view.shown),
        error=error,
    )  # fmt: skip
    return Page("queue_page.html", model, visit.tr("Messages"), 422 if error else 200, cookies)


def url(show: Show, visit: Visit, **more: object) -> str:
    """The path of a part; a patient is in no URL."""
    query = {"show": show.value, **{name: str(value) for name, value in more.items() if value}}
    return f"{visit.path('queue')}?{urlencode(query)}"


def show_words(show: Show, visit: Visit) -> str:
    words = {
        Show.WAITING: visit.tr("Waiting"), Show.HELD: visit.tr("On hold"), Show.UNDERWAY: visit.tr("On its way"),
        Show.UNREACHED: visit.tr("Reached nobody"), Show.SENT: visit.tr("Sent today"),
    }  # fmt: skip
    return words[show]


def _tabs(view: QueueView, visit: Visit) -> list[Tab]:
    return [Tab(show_words(one, visit), url(one, visit), one is view.show, view.count(one)) for one in Show]


def _days(view: QueueView, visit: Visit) -> list[Tab]:
    if view.show is not Show.UNREACHED:
        return []
    today, labels = view.sources.today, [visit.tr("today"), visit.tr("yesterday")]
    days = [today - timedelta(days=n) for n in range(MOST_DAYS + 1)]
    named = zip(days, [*labels, *map(visit.words.near_day, days[2:])], strict=True)
    found = [Tab(label, url(view.show, visit, day=day), day == view.day) for day, label in named]
    return [Tab(visit.tr("all"), url(view.show, visit), view.day is None), *found]


def _pages(number: int, pages: int, view: QueueView, visit: Visit) -> list[Tab]:
    found = [Tab(str(n), url(view.show, visit, day=view.day, page=n), n == number) for n in range(1, pages + 1)]
    return found if pages > 1 else []


def _summary(view: QueueView, visit: Visit) -> str:
    count = len(view.shown)
    match view.show:
        case Show.WAITING:
            said = visit.trn("{count} message is waiting.", "{count} messages are waiting.", count)
            said = said if count else visit.tr("No message is waiting.")
            return f"{said} {run_words(view.sources.next_send, visit)}"
        case Show.HELD:
            said = visit.trn("{count} message is on hold until somebody decides.",
                             "{count} messages are on hold until somebody decides.", count)  # fmt: skip
            return said if count else visit.tr("No message is on hold.")
        case Show.UNDERWAY:
            said = visit.trn("{count} message is on its way or has no receipt yet.",
                             "{count} messages are on their way or have no receipt yet.", count)  # fmt: skip
            return said if count else visit.tr("No message is on its way.")
        case Show.SENT:
            credits = sum(one.credits for one in view.shown)
            said = visit.trn("{count} message was sent today", "{count} messages were sent today", count)
            paid = visit.trn("{count} credit", "{count} credits", credits)
            return f"{said}, {paid}." if count else visit.tr("No message was sent today.")
    return _failures(view, visit)


def _failures(view: QueueView, visit: Visit) -> str:
    count = len(view.shown)
    if view.day is None:
        said = visit.trn("{count} message reached nobody.", "{count} messages reached nobody.", count)
        return said if count else visit.tr("Every message has reached its patient.")
    day = visit.words.near_day(view.day)
    said = visit.trn(
        "{day}: {count} message reached nobody.", "{day}: {count} messages reached nobody.", count, day=day
    )
    return said if count else visit.tr("{day}: no message failed.", day=day)


def _reasons(view: QueueView, visit: Visit) -> list[tuple[str, int]]:
    """How many failed for which reason, the most frequent first."""
    if view.show is not Show.UNREACHED:
        return []
    return Counter(visit.short(one.reason or state_label(one.state)) for one in view.shown).most_common()


def _buttons(view: QueueView, visit: Visit) -> list[Button]:
    possible = Counter(act for one in view.shown for act in acts_of(one, visit.now))
    return [_button(act, possible[act], visit) for act in Act if possible[act]]


def _button(act: Act, count: int, visit: Visit) -> Button:
    match act:
        case Act.CANCEL:
            chosen, every = visit.tr("Do not send the ticked ones"), visit.tr("Do not send any of {count}", count=count)
        case Act.RELEASE:
            chosen, every = visit.tr("Release the ticked ones"), visit.tr("Release all {count}", count=count)
        case Act.DELIVERED:
            chosen, every = visit.tr("The ticked ones have arrived"), visit.tr("All {count} have arrived", count=count)
    return Button(act, chosen, every if count > 1 else "")


def _options(view: QueueView, visit: Visit) -> dict[str, dict[str, str]]:
    def label(name: str, value: str) -> str:
        if name == DAY:
            return visit.words.near_day(date.fromisoformat(value))
        if name == "channel":
            return channel_words(value, visit)
        return visit.said(state_label(State(value))) if name == "state" else value

    facts = map(view.facts, view.whole)
    return options(facts, filters_in(view.filters, view.show), names_in(view.show), label)
