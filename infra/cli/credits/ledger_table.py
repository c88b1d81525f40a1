"""The ledger of a practice as rows: when, which Mandant, what for, how many credits, and what was left. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from chalicelib.entries.credits import AUTOMATIC, ORDER, Charge, LedgerItem, Refund, TopUp, Transfer
from chalicelib.entries.entry import Entry, short_id
from chalicelib.reports.csv_file import csv_file
from infra.cli.core.documents import local
from infra.cli.core.labels import labelled
from infra.cli.core.output import Document
from infra.cli.core.tables import MOST_ROWS, new_table, with_rest
from infra.language import moment_with_year, number
from infra.translation import tr, trn

_KINDS = {TopUp: "top_up", Charge: "charge", Refund: "refund", Transfer: "transfer"}


@dataclass(frozen=True)
class LedgerRow:
    """One ledger item; `at` is aware, `balance` what the Mandant had afterwards, `entries` those that it is about."""

    at: datetime
    mandant: str
    kind: str
    about: str
    balance: int
    item: LedgerItem
    entries: tuple[str, ...] = ()

    @property
    def credits(self) -> int:
        return self.item.credits


def ledger_rows(ledgers: Mapping[str, Iterable[LedgerItem]], names: Mapping[str, Entry]) -> list[LedgerRow]:
    """All items of these Mandanten by time, each with the balance after it; `names` are entries by key."""
    rows = [row for mandant, items in ledgers.items() for row in _rows(mandant, items, names)]
    return sorted(rows, key=lambda row: row.at)


def _rows(mandant: str, items: Iterable[LedgerItem], names: Mapping[str, Entry]) -> Iterator[LedgerRow]:
    balance = 0
    for item in items:
        balance += item.credits
        kind, about, keys = _about(item)
        entries = tuple(_name(key, names) for key in keys)
        yield LedgerRow(item.at, mandant, kind, about or f"{entries[0]} ({short_id(keys[0])})", balance, item, entries)


def _about(item: LedgerItem) -> tuple[str, str, Sequence[str]]:
    match item:
        case TopUp():
            order = tr("order {number}", number=item.reference)
            about = {ORDER: order, AUTOMATIC: tr("automatically")}.get(item.source, item.reference)
            return tr("topped up"), about, ()
        case Charge():
            messages = trn("{count} message", "{count} messages", len(item.lines), count=number(len(item.lines)))
            return tr("charged"), messages, sorted(item.lines)
        case Refund():
            return tr("refunded"), "", (item.entry,)
    about = tr(
        "to {mandant}: {reference}" if item.credits < 0 else "from {mandant}: {reference}",
        mandant=item.other, reference=item.reference,
    )  # fmt: skip
    return tr("transferred"), about, ()


def refunded_keys(ledgers: Iterable[Iterable[LedgerItem]]) -> list[str]:
    """The keys of the entries that were refunded: their names are shown."""
    return sorted({item.entry for items in ledgers for item in items if isinstance(item, Refund)})


def _name(key: str, names: Mapping[str, Entry]) -> str:
    """As the other commands take it; the key where the entry is gone or stripped."""
    return (names[key].identity if key in names else "") or key


def ledger_table(rows: Sequence[LedgerRow], zone: ZoneInfo) -> RenderableType:
    if not rows:
        return Text(tr("There are no ledger items in this period."))
    table = new_table("!" + tr("Time"), tr("Mandant"), tr("Ledger item"), ">" + tr("Credits"), ">" + tr("Balance"))
    for row in rows[-MOST_ROWS:]:
        credits = Text(f"{'+' if row.credits > 0 else ''}{number(row.credits)}", "green" if row.credits > 0 else "")
        what = f"{row.kind} {row.about}" if isinstance(row.item, Transfer) else labelled(row.kind, row.about)
        table.add_row(moment_with_year(row.at, zone), row.mandant, what, credits, number(row.balance))
    return with_rest(table, len(rows), _earlier)


def _earlier(count: int) -> str:
    return trn(
        "… and {count} earlier ledger item; --json shows all.",
        "… and {count} earlier ledger items; --json shows all.",
        count, count=number(count),
    )  # fmt: skip


def ledger_document(row: LedgerRow, zone: ZoneInfo) -> Document:
    item = row.item
    reference = item.reference if isinstance(item, TopUp | Transfer) else None
    what = {"kind": _KINDS[type(item)], "credits": row.credits, "balance": row.balance, "key": item.key}
    other = item.other if isinstance(item, Transfer) else None
    source = (item.source or "person") if isinstance(item, TopUp) else None
    about = {"reference": reference, "source": source, "other_mandant": other, "entries": list(row.entries)}
    return {"at": local(row.at, zone), "mandant": row.mandant, **what, **about}


def ledger_csv(rows: Iterable[LedgerRow], zone: ZoneInfo) -> bytes:
    """For Excel."""
    header = (
        tr("Date"), tr("Time"), tr("Mandant"), tr("Ledger item"), tr("What for"), tr("Credits"), tr("Balance"),
    )  # fmt: skip
    timed = ((row, row.at.astimezone(zone)) for row in rows)
    cells = ((at.date(), at.time(), row.mandant, row.kind, row.about, row.credits, row.balance) for row, at in timed)
    return csv_file(header, cells)
