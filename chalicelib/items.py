"""The shapes of the items in the DynamoDB table: keys, indexes, and conversion to and from our values. Pure.

docs/flow.md lists the access paths. Instants are stored as `YYYY-MM-DDTHH:MM:SS.ffffffZ` in UTC, so that their text
sorts as they do. An entry of an SMS stays below 1 KB, for a write costs by the KB: its instants are microseconds since
1970, and what says nothing (None, "", 0, no) is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

from .credits import LedgerItem
from .entry import UNDERWAY, UNREACHED, Entry, Kind, State, forget_at, look_again_at, looked_at_alone
from .job import TICK_OF, Job, Tick
from .job_record import JobRecord
from .licence import Licence
from .opt_out import OptOut, Source
from .receipt import MailReceipt
from .recipient import Channel

Item = dict[str, Any]
Key = dict[str, str]

_INSTANTS = {
    "begins", "until", "slot", "moved_at", "reserved_at", "latest", "claimed_at", "communicated", "moved_to", "phoned",
}  # fmt: skip
_DATES = {"searched_first", "searched_end"}
_ENTRY_FIELDS = tuple(f.name for f in fields(Entry) if f.name != "practice")  # it begins the item's key
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

DEPLOYMENT: Key = {"pk": "#deployment", "sk": "deployment"}
PRACTICES = "#practices"  # the group of the index `groups` that lists all practices


def instant_text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def instant_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def entry_item_key(practice: str, key: str) -> Key:
    return {"pk": f"{practice}#{key}", "sk": "entry"}


def practice_item_key(practice: str) -> Key:
    return {"pk": practice, "sk": "practice"}


def practice_item(practice: str, email_senders: Sequence[str]) -> Item:
    senders = sorted({sender.casefold() for sender in email_senders})
    listed = {"open_pk": PRACTICES, "open_sk": practice}
    return {**practice_item_key(practice), **listed, "email_senders": senders}


def job_item_key(practice: str, job: Job) -> Key:
    return {"pk": practice, "sk": f"job#{job}"}


def licence_item_key(practice: str, number: str) -> Key:
    return {"pk": practice, "sk": f"licence#{number}"}


def alert_item_key(practice: str, cause: str) -> Key:
    return {"pk": practice, "sk": f"alert#{cause}"}


def opt_out_item_key(practice: str, hash: str) -> Key:
    return {"pk": practice, "sk": f"optout#{hash}"}


def balance_item_key(practice: str, mandant: str) -> Key:
    return {"pk": f"{practice}#mandant#{mandant}", "sk": "balance"}


def ledger_item_key(practice: str, item: LedgerItem) -> Key:
    return {"pk": f"{practice}#mandant#{item.mandant}", "sk": item.key}


def run_item_key(practice: str, job: Job, slot: datetime) -> Key:
    return {"pk": f"{practice}#run#{job}#{instant_text(slot)}", "sk": "run"}


def receipt_item_key(message_id: str) -> Key:
    return {"pk": f"#receipt#{message_id}", "sk": "receipt"}


def accepted_key(at: datetime) -> str:
    """Where the message ids lie that came back on a day (UTC)."""
    return f"#accepted#{at.astimezone(UTC):%Y-%m-%d}"


def mailbox_key(practice: str) -> str:
    return f"{practice}#mail"


def mail_item(receipt: MailReceipt, ttl: int) -> Item:
    """What an SES event, or a provider that refused for good, leaves in the practice's mailbox."""
    item: Item = {"pk": mailbox_key(receipt.practice), "sk": receipt.sort_key, "ttl": ttl}
    item |= {"entry_key": receipt.entry, "attempt": receipt.attempt}
    item |= {"delivered": receipt.delivered, "reason": receipt.reason[:200]}
    return item | ({"opts_out": receipt.opts_out.value} if receipt.opts_out else {})


def checkpoint_item_key(log_group: str) -> Key:
    return {"pk": "#deployment", "sk": f"checkpoint#{log_group}"}


def open_group(entry: Entry) -> str | None:
    """The group of the index `groups` in which a practice finds the entry; None: not listed any more."""
    if entry.state is State.PREPARED:
        return "held" if entry.held else "prepared"
    if entry.state in UNDERWAY:
        return "underway"
    if entry.state in UNREACHED:
        return "unreached"
    return None if entry.stripped else "ended"


def open_place(entry: Entry) -> datetime:
    """Where it stands in its group: what has ended by its last move, all others by Beginn or the day's end."""
    return entry.moved_at if open_group(entry) == "ended" else entry.until


def entry_item(entry: Entry) -> Item:
    """An entry with its keys, its place in the indexes and its TTL."""
    item: Item = entry_item_key(entry.practice, entry.key)
    for name in _ENTRY_FIELDS:
        value = getattr(entry, name)
        if value:
            item[name] = (value - _EPOCH) // _MICROSECOND if name in _INSTANTS else plain(value)
    group = open_group(entry)
    if group:
        item["open_pk"] = f"{entry.practice}#{group}"
        item["open_sk"] = instant_text(open_place(entry))
    look_again = look_again_at(entry) if looked_at_alone(entry) else None
    if look_again:
        item["due_pk"] = Tick.STATUS.value
        item["due_sk"] = instant_text(look_again)
    item["ttl"] = int(forget_at(entry).timestamp())
    return item


def entry_of(item: Mapping[str, Any]) -> Entry:
    values: dict[str, Any] = {name: item[name] for name in _ENTRY_FIELDS if name in item}
    for name in _INSTANTS & values.keys():
        values[name] = _instant(values[name])
    for name in _DATES & values.keys():
        values[name] = date.fromisoformat(values[name])
    values["kind"], values["state"] = Kind(values["kind"]), State(values["state"])
    left_out: dict[str, Any] = dict.fromkeys(("appointment", "begins", "mandant", "channel", "language"))
    left_out |= {"identity": "", "patient": "", "version": 0, "retention_days": 0}
    return Entry(practice=item["pk"].partition("#")[0], **{**left_out, **values})


def _instant(stored: int | str) -> datetime:
    """Text is of an earlier version."""
    return instant_of(stored) if isinstance(stored, str) else _EPOCH + stored * _MICROSECOND


def job_item(record: JobRecord) -> Item:
    item: Item = job_item_key(record.practice, record.job)
    item |= {"due_pk": TICK_OF[record.job].value, "due_sk": instant_text(record.due)}
    item |= {"job_slot": instant_text(record.slot), "zone": record.zone}
    item |= {"schedule": record.schedule} if record.schedule else {}
    return item | ({"done": instant_text(record.done)} if record.done else {})


def job_of(item: Mapping[str, Any]) -> JobRecord:
    return JobRecord(
        practice=item["pk"],
        job=Job(item["sk"].removeprefix("job#")),
        slot=instant_of(item["job_slot"]),
        due=instant_of(item["due_sk"]),
        zone=item["zone"],
        done=instant_of(item["done"]) if "done" in item else None,
        schedule=item.get("schedule", ""),
    )


@dataclass(frozen=True)
class PracticeRecord:
    """What the table knows of a practice beside its entries."""

    practice: str
    email_senders: frozenset[str] = frozenset()  # lower case; what the operator lists
    stopped: str | None = None  # German reason of the stop mark
    removed: datetime | None = None  # since when (UTC) it is only harvested
    jobs: Mapping[Job, JobRecord] = field(default_factory=dict)
    licences: Mapping[str, Licence] = field(default_factory=dict)
    alerts: frozenset[str] = frozenset()  # causes raised and not yet over
    opt_outs: Mapping[str, OptOut] = field(default_factory=dict)  # by hash


def practice_of(practice: str, items: list[Mapping[str, Any]]) -> PracticeRecord | None:
    """The record from all items under the practice's own key; None where the practice is not there."""
    by_sort_key = {item["sk"]: item for item in items}
    own = by_sort_key.get("practice")
    if own is None:
        return None
    jobs = [job_of(item) for item in items if item["sk"].startswith("job#")]
    licences = [licence_of(item) for item in items if item["sk"].startswith("licence#")]
    opt_outs = [opt_out_of(item) for item in items if item["sk"].startswith("optout#")]
    return PracticeRecord(
        practice=practice,
        email_senders=frozenset(own.get("email_senders", [])),
        stopped=own.get("stopped"),
        removed=instant_of(own["removed"]) if "removed" in own else None,
        jobs={record.job: record for record in jobs},
        licences={licence.number: licence for licence in licences},
        alerts=frozenset(key.removeprefix("alert#") for key in by_sort_key if key.startswith("alert#")),
        opt_outs={opt_out.hash: opt_out for opt_out in opt_outs},
    )


def opt_out_item(practice: str, opt_out: OptOut) -> Item:
    item = {"channel": opt_out.channel.value, "source": opt_out.source.value, "at": instant_text(opt_out.at)}
    return {**opt_out_item_key(practice, opt_out.hash), **item}


def opt_out_of(item: Mapping[str, Any]) -> OptOut:
    return OptOut(
        hash=item["sk"].removeprefix("optout#"),
        channel=Channel(item["channel"]),
        source=Source(item["source"]),
        at=instant_of(item["at"]),
    )


def licence_item(practice: str, licence: Licence) -> Item:
    own = {name: plain(value) for name, value in asdict(licence).items() if value is not None}
    return {**licence_item_key(practice, licence.number), **own}


def licence_of(item: Mapping[str, Any]) -> Licence:
    first, last = (date.fromisoformat(item[name]) if name in item else None for name in ("first", "last"))
    return Licence(item["number"], first, last, bool(item.get("revoked", False)))


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
