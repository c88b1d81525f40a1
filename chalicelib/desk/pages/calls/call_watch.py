"""The refresh of the call list: a page asks for its own rows, signed, so that nobody asks for others."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from chalicelib.desk.answers import NotFoundError, Page
from chalicelib.desk.pages.calls.call_rows import ID, Cell, cell_of
from chalicelib.desk.pages.calls.call_view import CallView, digest
from chalicelib.desk.visit import Visit
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.entries.phone_call import CallOutcome, claim_of, reached_call, tries
from chalicelib.people.person import Permission
from chalicelib.reports.call_list import UNSENT, Call, Whom
from chalicelib.schedule.time_zone import local_minute, zone_named


@dataclass(frozen=True)
class Watch:
    """`rows` are the zone, the digest of the unreached entries, and a word for each row; `mac` signs them.

    A row's word is `<key>:<version>@<start>`. The key is short if the index lists the entry as unreached, and the start
    is left out where the entry has the same.
    """

    rows: str
    mac: str


@dataclass(frozen=True)
class State:
    """`cells` are those that may look different now; `changed`: the list itself has changed."""

    cells: Sequence[Cell]
    summary: str
    changed: bool
    may_phone: bool


def watch_of(view: CallView, visit: Visit) -> Watch:
    entries = {one.key: one for one in view.listed.entries}
    words = [_word(line, entries.get(line.key), visit) for line in view.shown]
    return _signed(" ".join([visit.zone.key, digest(view.sources.entries), *words]), visit)


def _word(line: Call, entry: Entry | None, visit: Visit) -> str:
    short = entry is None or Group.of(entry) is Group.UNREACHED
    own = entry and local_minute(entry.expires_at.astimezone(visit.zone)) == line.start
    return f"{line.key[:ID] if short else line.key}:{line.version}" + ("" if own else f"@{line.start}")


def _signed(rows: str, visit: Visit) -> Watch:
    """With the limits of the person, and a key that the browser does not have."""
    signed = " ".join([visit.practice_id, *sorted(visit.person.mandanten), *sorted(visit.person.practitioners), rows])
    return Watch(rows, hmac.new(visit.session.key.encode(), signed.encode(), sha256).hexdigest()[:32])


def state(visit: Visit) -> Page:
    """The cells that others have changed: one query and one read beside that of the session."""
    from chalicelib.desk.pages.calls.call_list import said_summary

    rows = visit.incoming.query.get("rows", "")
    if not hmac.compare_digest(_signed(rows, visit).mac.encode(), visit.incoming.query.get("mac", "").encode()):
        raise NotFoundError
    zone, known, *words = rows.split(" ")
    visit.known_zone = zone_named(zone)
    wanted = [_row(word) for word in words]
    store, practice = visit.clients.store, visit.practice_id
    listed = list(store.listed_keys(practice, Group.UNREACHED))
    keys = dict.fromkeys([*listed, *(key for key, _, _ in wanted if len(key) > ID)])
    entries = {one.key: one for one in store.entries(practice, list(keys)).values()}
    by_id = {key[:ID]: one for key, one in entries.items()}
    found = [(version, _call(entry, start, visit)) for key, version, start in wanted if (entry := by_id.get(key[:ID]))]
    done = sum(call.reached is not None for _, call in found)
    cells = [
        cell_of(call, visit) for version, call in found if call.version != version or _was_claimed(entries[call.key])
    ]
    changed = digest(entries[key] for key in listed if key in entries) != known
    model = State(cells, said_summary(len(words) - done, done, visit), changed, visit.person.may(Permission.PHONE))
    return Page("call_state.html", model)


def _row(word: str) -> tuple[str, int, str]:
    key, _, rest = word.partition(":")
    version, _, start = rest.partition("@")
    return key, int(version), start


def _was_claimed(entry: Entry) -> bool:
    return bool(entry.phone_calls) and entry.phone_calls[-1].outcome is CallOutcome.CALLING


def _call(entry: Entry, start: str, visit: Visit) -> Call:
    """The line of an entry, as far as a cell shows it."""
    start, noted = start or local_minute(entry.expires_at.astimezone(visit.zone)), entry.phone_calls
    return Call(
        entry.identity, entry.key, entry.version, entry.appointment, entry.patient, Whom(), entry.expires_at, start,
        UNSENT, tries(noted, start), reached_call(noted, start), claim_of(noted, visit.now),
    )  # fmt: skip
