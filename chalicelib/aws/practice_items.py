"""Practices, their licences, opt-outs and raised alerts as items of the table, and back. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from chalicelib.aws.items import Item, Key, day_item_key, days_of_items, text_in, to_storable
from chalicelib.aws.job_store import is_resting, job_item_key, job_of
from chalicelib.messages.recipient import Channel
from chalicelib.practice.foreseen import Departure, Foreseen
from chalicelib.practice.opt_out import OptOut, Source
from chalicelib.practice.record import AutomaticTopUp, Correction, Licence, MissedAlert, Order, PracticeRecord
from chalicelib.schedule.job import Job
from chalicelib.schedule.time_zone import instant_of, instant_text
from chalicelib.text import text_in_line, text_line

PRACTICES = "#practices"  # the group of the index `groups` that lists all practices


def practice_item_key(practice: str) -> Key:
    return {"pk": practice, "sk": "practice"}


def practice_item(practice: str, email_senders: Sequence[str]) -> Item:
    senders = sorted({sender.casefold() for sender in email_senders})
    listed = {"open_pk": PRACTICES, "open_sk": practice}
    return {**practice_item_key(practice), **listed, "email_senders": senders}


def licence_item_key(practice: str, number: str) -> Key:
    return {"pk": practice, "sk": f"licence#{number}"}


def alert_item_key(practice: str, cause: str) -> Key:
    return {"pk": practice, "sk": f"alert#{cause}"}


def alert_mark(practice: str, cause: str, at: datetime) -> Item:
    """Note that an alert is due; one that was told stays so."""
    set_mark = {"UpdateExpression": "SET marked = :at", "ExpressionAttributeValues": {":at": instant_text(at)}}
    return {"Update": {"Key": alert_item_key(practice, cause), **set_mark}}


def opt_out_item_key(practice: str, hash: str) -> Key:
    return {"pk": practice, "sk": f"optout#{hash}"}


def practice_of(practice: str, items: list[Mapping[str, Any]]) -> PracticeRecord | None:
    """The record from all items under the practice's own key; None if there is no such practice."""
    by_sort_key = {item["sk"]: item for item in items}
    own = by_sort_key.get("practice")
    if own is None:
        return None
    jobs = [job_of(item) for item in items if item["sk"].startswith("job#") and not is_resting(item)]
    licences = [licence_of(item) for item in items if item["sk"].startswith("licence#")]
    opt_outs = [opt_out_of(item) for item in items if item["sk"].startswith("optout#")]
    alerts = {item["sk"].removeprefix("alert#"): item for item in items if item["sk"].startswith("alert#")}
    return PracticeRecord(
        practice=practice,
        email_senders=frozenset(own.get("email_senders", [])),
        stopped=text_in(own, "stopped"),
        emails_stopped=text_in(own, "stopped_emails"),
        resumed=instant_of(own["resumed"]) if "resumed" in own else None,
        charted="charted" in own,
        removed=instant_of(own["removed"]) if "removed" in own else None,
        jobs={record.job: record for record in jobs},
        licences={licence.number: licence for licence in licences},
        alerts=frozenset(cause for cause, item in alerts.items() if "at" in item),
        untold=frozenset(cause for cause, item in alerts.items() if "at" not in item),
        missed={cause: missed_of(item) for cause, item in alerts.items() if "missed" in item},
        opt_outs={opt_out.hash: opt_out for opt_out in opt_outs},
        optional_columns=frozenset(own.get("optional_columns", [])),
        automatic={rule.mandant: rule for rule in map(automatic_of, items) if rule},
        desk_keys=frozenset(key for key in by_sort_key if key.startswith(("person#", "device#"))),
        days=days_of_items(items),
        forecasts={one.mandant: one for one in map(forecast_of, items) if one},
        corrected={one.key: one for one in map(correction_of, items) if one},
    )


def keys_of(record: PracticeRecord) -> list[Key]:
    """All items under the practice's own key, except for its first one."""
    practice = record.practice
    keys = [job_item_key(practice, job) for job in Job]
    keys += [licence_item_key(practice, number) for number in record.licences]
    keys += [alert_item_key(practice, cause) for cause in record.alerts | record.untold]
    keys += [opt_out_item_key(practice, hash) for hash in record.opt_outs]
    keys += [automatic_item_key(practice, mandant) for mandant in record.automatic]
    keys += [day_item_key(practice, day) for day in record.days]
    keys += [forecast_item_key(practice, mandant) for mandant in record.forecasts]
    keys += [correction_item_key(practice, key) for key in record.corrected]
    return keys + [{"pk": practice, "sk": key} for key in record.desk_keys]


def missed_line(missed: MissedAlert) -> str:
    """The value of the attribute `missed`."""
    return json.dumps([text_line(missed.text), missed.operator, missed.people])


def missed_of(item: Mapping[str, Any]) -> MissedAlert:
    line, operator, people = json.loads(item["missed"])
    return MissedAlert(text_in_line(line), operator, people)


def automatic_item_key(practice: str, mandant: str) -> Key:
    return {"pk": practice, "sk": f"automatic#{mandant}"}


def automatic_item(practice: str, rule: AutomaticTopUp) -> Item:
    return {**automatic_item_key(practice, rule.mandant), "below": rule.below, "amount": rule.amount}


def automatic_of(item: Mapping[str, Any]) -> AutomaticTopUp | None:
    kind, _, mandant = item["sk"].partition("#")
    return AutomaticTopUp(mandant, item["below"], item["amount"]) if kind == "automatic" else None


def forecast_item_key(practice: str, mandant: str) -> Key:
    return {"pk": practice, "sk": f"forecast#{mandant}"}


def forecast_item(practice: str, one: Foreseen) -> Item:
    own = {"at": instant_text(one.at), "balance": one.balance, "last_day": one.end.isoformat()}
    own |= {"until": instant_text(one.until)} if one.until else {}
    own |= {name: value for name, value in (("name", one.name), ("licence", one.licence)) if value}
    leave = [[instant_text(leaving.at), leaving.messages, leaving.credits] for leaving in one.departures]
    return {**forecast_item_key(practice, one.mandant), **own, "departures": leave}


def forecast_writes(record: PracticeRecord, forecasts: Sequence[Foreseen]) -> list[Item]:
    """The writes that replace the forecasts of a record by others; those that foresee the same stay."""
    practice, before = record.practice, record.forecasts
    gone = sorted(before.keys() - {one.mandant for one in forecasts})
    new = [one for one in forecasts if not one.is_like(before.get(one.mandant))]
    writes: list[Item] = [{"Put": {"Item": forecast_item(practice, one)}} for one in new]
    return writes + [{"Delete": {"Key": forecast_item_key(practice, mandant)}} for mandant in gone]


def forecast_of(item: Mapping[str, Any]) -> Foreseen | None:
    kind, _, mandant = item["sk"].partition("#")
    if kind != "forecast":
        return None
    until, leave = item.get("until"), item["departures"]
    return Foreseen(
        mandant, instant_of(item["at"]), int(item["balance"]), date.fromisoformat(item["last_day"]),
        instant_of(until) if until else None, item.get("name", ""), item.get("licence", ""),
        tuple(Departure(instant_of(at), int(messages), int(credits)) for at, messages, credits in leave),
    )  # fmt: skip


def correction_item_key(practice: str, key: str) -> Key:
    return {"pk": practice, "sk": f"corrected#{key}"}


def correction_item(practice: str, one: Correction, until: datetime) -> Item:
    """It is deleted some time after `until` (UTC)."""
    own = {"by": one.by, "at": instant_text(one.at), "ttl": int(until.timestamp())}
    return {**correction_item_key(practice, one.key), **own}


def correction_of(item: Mapping[str, Any]) -> Correction | None:
    kind, _, key = item["sk"].partition("#")
    return Correction(key, item["by"], instant_of(item["at"])) if kind == "corrected" else None


def orders_key(practice: str) -> str:
    return f"{practice}#orders"


def order_item(practice: str, order: Order) -> Item:
    """It is not deleted: the ledger names its number."""
    own = {name: to_storable(value) for name, value in asdict(order).items()}
    return {"pk": orders_key(practice), "sk": f"order#{order.number:09}", **own}


def order_of(item: Mapping[str, Any]) -> Order:
    values = {field.name: item[field.name] for field in fields(Order)}
    return Order(**values | {"at": instant_of(item["at"])})


def opt_out_item(practice: str, opt_out: OptOut) -> Item:
    item = {**opt_out_item_key(practice, opt_out.hash), "source": opt_out.source.value, "at": instant_text(opt_out.at)}
    own = {"channel": opt_out.channel and opt_out.channel.value, "by": opt_out.by, "reason": opt_out.reason}
    return item | {name: value for name, value in own.items() if value}


def opt_out_of(item: Mapping[str, Any]) -> OptOut:
    return OptOut(
        hash=item["sk"].removeprefix("optout#"),
        channel=Channel(item["channel"]) if "channel" in item else None,
        source=Source(item["source"]),
        at=instant_of(item["at"]),
        by=item.get("by", ""),
        reason=item.get("reason", ""),
    )


def licence_item(practice: str, licence: Licence) -> Item:
    own = {name: to_storable(value) for name, value in asdict(licence).items() if value is not None}
    return {**licence_item_key(practice, licence.number), **own}


def licence_of(item: Mapping[str, Any]) -> Licence:
    first, last = (date.fromisoformat(item[name]) if name in item else None for name in ("first", "last"))
    return Licence(item["number"], first, last, bool(item.get("revoked", False)))
