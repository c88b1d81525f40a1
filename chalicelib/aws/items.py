"""The items of the DynamoDB table: keys, indexes, and conversion to and from our values. Pure.

docs/flow.md lists the access paths. Instants are stored as `YYYY-MM-DDTHH:MM:SS.ffffffZ` in UTC, so that their text
sorts by time. An entry of an SMS stays below 1 KB, because writes are charged by the KB: its instants are microseconds
since 1970, and empty values (None, "", 0, False) are omitted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chalicelib.entries.credits import LedgerItem
from chalicelib.entries.day_counts import KEPT, DayChange, day_changes
from chalicelib.entries.deadlines import delete_at, is_checked_individually, next_check_at
from chalicelib.entries.entry import Entry, reminder_identity
from chalicelib.entries.groups import Group, group_sort_key
from chalicelib.entries.phone_call import calls_in_line, calls_line
from chalicelib.entries.receipt import EmailEvent
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.messages.kind import Kind
from chalicelib.practice.day_counts import Cell, DayCounts
from chalicelib.schedule.job import Tick
from chalicelib.schedule.time_zone import instant_of, instant_text
from chalicelib.text import Text, text_in_line, text_line

Item = dict[str, Any]
Key = dict[str, str]

_INSTANTS = {
    "starts_at", "expires_at", "slot", "changed_at", "reserved_at", "send_before", "claimed_at",
}  # fmt: skip
_DATES = {"searched_first", "searched_end", "day"}
_ENTRY_FIELDS = tuple(f.name for f in fields(Entry) if f.name != "practice")  # it begins the item's key
_REMINDER = reminder_identity("")
_DAY = "day#"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

DEPLOYMENT: Key = {"pk": "#deployment", "sk": "deployment"}


def entry_item_key(practice: str, key: str) -> Key:
    return {"pk": f"{practice}#{key}", "sk": "entry"}


def balance_item_key(practice: str, mandant: str) -> Key:
    return {"pk": f"{practice}#mandant#{mandant}", "sk": "balance"}


def balances_group(practice: str) -> str:
    """The group of the index `groups` that lists the balances of a practice."""
    return f"{practice}#balances"


def put_new(item: Item) -> Item:
    """Write an item that must not exist yet."""
    return {"Put": {"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}


def ledger_item_key(practice: str, item: LedgerItem) -> Key:
    return {"pk": f"{practice}#mandant#{item.mandant}", "sk": item.key}


def entry_item(entry: Entry) -> Item:
    """An entry with its keys, its place in the indexes and its TTL."""
    item: Item = entry_item_key(entry.practice, entry.key)
    named = entry.appointment is not None and entry.identity == reminder_identity(entry.appointment)
    for name in _ENTRY_FIELDS:
        value = getattr(entry, name)
        if value and not (named and name == "appointment"):  # that of a reminder is in its identity
            item[name] = (value - _EPOCH) // _MICROSECOND if name in _INSTANTS else to_storable(value)
    group = Group.of(entry)
    if group:
        item["open_pk"] = f"{entry.practice}#{group}"
        item["open_sk"] = instant_text(group_sort_key(entry))
    look_again = next_check_at(entry) if is_checked_individually(entry) else None
    if look_again:
        item["due_pk"] = Tick.STATUS.value
        item["due_sk"] = instant_text(look_again)
    item["ttl"] = int(delete_at(entry).timestamp())
    return item


def entry_of(item: Mapping[str, Any]) -> Entry:
    values: dict[str, Any] = {name: item[name] for name in _ENTRY_FIELDS if name in item}
    for name in _INSTANTS & values.keys():
        values[name] = _EPOCH + values[name] * _MICROSECOND
    for name in _DATES & values.keys():
        values[name] = date.fromisoformat(values[name])
    values["phone_calls"] = calls_in_line(item["phone_calls"]) if "phone_calls" in item else ()
    values["reason"] = text_in(item, "reason")
    values["kind"], values["state"] = Kind(values["kind"]), State(values["state"])
    left_out: dict[str, Any] = dict.fromkeys(("appointment", "starts_at", "mandant", "channel", "language"))
    left_out |= {"identity": "", "patient": "", "version": 0, "retention_days": 0}
    if values["kind"] is Kind.REMINDER and values.get("identity", "").startswith(_REMINDER):
        left_out["appointment"] = values["identity"].removeprefix(_REMINDER)
    return Entry(practice=item["pk"].partition("#")[0], **{**left_out, **values})


def to_storable(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return calls_line(value)
    return text_line(value) if isinstance(value, Text) else value


def text_in(item: Mapping[str, Any], name: str) -> Text | None:
    """A text attribute of an item, if it has it."""
    return text_in_line(item[name]) if name in item else None


def receipt_item_key(message_id: str) -> Key:
    return {"pk": f"#receipt#{message_id}", "sk": "receipt"}


def accepted_key(at: datetime) -> str:
    """The key under which the message ids returned on a day (UTC) are stored."""
    return f"#accepted#{at.astimezone(UTC):%Y-%m-%d}"


def email_events_key(practice: str) -> str:
    return f"{practice}#mail"


def receipt_ttl(at: datetime) -> int:
    """When receipts are deleted (epoch seconds): after 30 days, four times the seven in which they may matter."""
    return int(at.timestamp()) + 30 * 86_400


def email_event_item(receipt: EmailEvent) -> Item:
    """The item of an SES event, or of a refusal for good, among the practice's pending e-mail events."""
    item: Item = {"pk": email_events_key(receipt.practice), "sk": receipt.sort_key, "ttl": receipt_ttl(receipt.at)}
    item |= {"entry_key": receipt.entry, "attempt": receipt.attempt}
    item |= {"delivered": receipt.delivered, "reason": receipt.reason[:200]}
    item |= {"counts_from": instant_text(receipt.counts_from)} if receipt.counts_from else {}
    item |= {"recipient": receipt.recipient} if receipt.recipient else {}
    return item | ({"opts_out": receipt.opts_out.value} if receipt.opts_out else {})


def checkpoint_item_key(log_group: str) -> Key:
    return {"pk": "#deployment", "sk": f"checkpoint#{log_group}"}


def day_item_key(practice: str, day: date) -> Key:
    return {"pk": practice, "sk": f"{_DAY}{day}"}


def day_writes(transitions: Sequence[Transition]) -> list[Item]:
    """One update a day whose counts these transitions, of one practice, change.

    Each cell is an attribute, named by its parts as JSON, so that a write adds to it without reading the item.
    """
    return [_day_write(transitions[0].after.practice, *change) for change in day_changes(transitions).items()]


def _day_write(practice: str, day: date, change: DayChange) -> Item:
    names = {"#ttl": "ttl"} | ({"#at": "at"} if change.at else {})
    values: Item = {":ttl": int(datetime.combine(day + KEPT, time.max, UTC).timestamp())}
    values |= {":at": instant_text(change.at)} if change.at else {}
    added = {f"{number}": cell for number, cell in enumerate(change.counts)}
    setting = ", ".join(f"{name} = :{name[1:]}" for name in names)
    return {
        "Update": {
            "Key": day_item_key(practice, day),
            "UpdateExpression": f"SET {setting} ADD " + ", ".join(f"#{number} :{number}" for number in added),
            "ExpressionAttributeNames": names | {f"#{number}": _name(cell) for number, cell in added.items()},
            "ExpressionAttributeValues": values | {f":{number}": change.counts[cell] for number, cell in added.items()},
        }
    }


def _name(cell: Cell) -> str:
    return json.dumps([cell.kind, cell.state, cell.mandant, cell.practitioner], ensure_ascii=False)


def days_of_items(items: Sequence[Mapping[str, Any]]) -> dict[date, DayCounts]:
    """The counts by day, from all items under the practice's own key."""
    found = ((item["sk"].removeprefix(_DAY), item) for item in items if item["sk"].startswith(_DAY))
    return {date.fromisoformat(day): _counts_of(item) for day, item in found}


def _counts_of(item: Mapping[str, Any]) -> DayCounts:
    cells = ((json.loads(name), count) for name, count in item.items() if name.startswith("[") and count)
    counts = {Cell(Kind(kind), state, mandant, who): count for (kind, state, mandant, who), count in cells}
    return DayCounts(instant_of(item["at"]) if "at" in item else None, counts)
