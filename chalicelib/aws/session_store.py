"""Sessions of the desk in the table; the cookie has a secret of which only the hash is here. I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.aws.items import Item, Key
from chalicelib.aws.people_items import device_item_key, person_item_key, person_of
from chalicelib.aws.table import Table
from chalicelib.people.person import Person
from chalicelib.people.session import KEPT, LONGEST, MOST_LOOKS, KeptForm, Look, Session
from chalicelib.schedule.time_zone import instant_of, instant_text

_LOOK = "look."  # with the name of one: an attribute each


class SessionStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, username: str, hash: str, device: str = "") -> tuple[Session | None, Person | None]:
        """Read the current session and its person, in one call.

        `device` is the hash of the browser's registered device: a session that began on one ends with it.
        """
        practice = username.partition(".")[2]
        of_device = [device_item_key(practice, device)] if practice and device else []
        items = self._table.get_many([_key(hash), person_item_key(username), *of_device])
        session = next((_session_of(item) for item in items if item["sk"] == "session"), None)
        if session and session.device and not any(item["sk"] == f"device#{session.device}" for item in items):
            session = None
        return session, next((person_of(item) for item in items if item["sk"].startswith("person#")), None)

    def begin(self, session: Session) -> None:
        self._table.write({"Put": {"Item": _item(session)}})

    def seen(self, hash: str, at: datetime) -> None:
        """Note that the person was seen (UTC), unless the session has ended."""
        self._change(hash, "SET seen_at = :value", instant_text(at))

    def set_private(self, hash: str, private: bool) -> None:
        self._change(hash, "SET names_hidden = :value", private)

    def set_reasons(self, hash: str, reasons: Mapping[str, str]) -> None:
        self._change(hash, "SET reasons = :value", dict(reasons))

    def keep(self, hash: str, form: KeptForm) -> None:
        """Keep a form that came too late."""
        self._change(hash, "SET kept = :value", json.dumps([form.path, dict(form.fields)]))

    def drop_kept(self, hash: str) -> None:
        there = {"ConditionExpression": "attribute_exists(pk)"}
        self._table.write({"Update": {"Key": _key(hash), "UpdateExpression": "REMOVE kept", **there}})

    def keep_look(self, session: Session, name: str, look: Look) -> None:
        """Keep what somebody looks for, under a random name."""
        by_age = sorted(session.looks, key=lambda one: session.looks[one].at)
        oldest = by_age[: max(len(by_age) + 1 - MOST_LOOKS, 0)]
        names = {f"#l{n}": _LOOK + one for n, one in enumerate([name, *oldest])}
        drop = f" REMOVE {', '.join([*names][1:])}" if oldest else ""
        update = {
            "Key": _key(session.hash),
            "UpdateExpression": f"SET #l0 = :value{drop}",
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": {":value": _look_line(look)},
        }
        self._table.write({"Update": update})

    def end(self, hash: str) -> None:
        self._table.write({"Delete": {"Key": _key(hash)}})

    def _change(self, hash: str, expression: str, value: Any) -> None:
        condition = {"ConditionExpression": "attribute_exists(pk)", "ExpressionAttributeValues": {":value": value}}
        self._table.write({"Update": {"Key": _key(hash), "UpdateExpression": expression, **condition}})


def _key(hash: str) -> Key:
    return {"pk": f"session#{hash}", "sk": "session"}


def _item(session: Session) -> Item:
    times = {"began_at": instant_text(session.began_at), "seen_at": instant_text(session.seen_at)}
    more = {
        "device": session.device,
        "names_hidden": session.private,
        "reasons": dict(session.reasons),
        "key": session.key,
    }
    kept = {"kept": json.dumps([session.kept.path, dict(session.kept.fields)])} if session.kept else {}
    looks = {_LOOK + name: _look_line(look) for name, look in session.looks.items()}
    ttl = int((session.began_at + LONGEST + KEPT).timestamp())
    return {**_key(session.hash), "username": session.username, **times, **more, **kept, **looks, "ttl": ttl}


def _session_of(item: Item) -> Session:
    kept = json.loads(item["kept"]) if "kept" in item else None
    return Session(
        item["pk"].removeprefix("session#"), item["username"], instant_of(item["began_at"]),
        instant_of(item["seen_at"]), item["device"], item["names_hidden"], item["reasons"],
        KeptForm(*kept) if kept else None, item["key"],
        {name.removeprefix(_LOOK): _look_of(line) for name, line in item.items() if name.startswith(_LOOK)},
    )  # fmt: skip


def _look_line(look: Look) -> str:
    return json.dumps([look.practice, look.kind, look.text, instant_text(look.at)])


def _look_of(line: str) -> Look:
    practice, kind, text, at = json.loads(line)
    return Look(practice, kind, text, instant_of(at))
