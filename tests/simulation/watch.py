"""The watcher of a simulation: looks at each request and each write as it happens, and at everything in the end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.aws.log_lines import delivered_lines
from chalicelib.entries.covering import stands_for
from chalicelib.entries.credits import LedgerItem
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import END_STATES, REVIVABLE, State, arrow_between
from chalicelib.messages.kind import Kind
from chalicelib.messages.sms import is_gsm7
from chalicelib.planning.recheck import CLAIM_WITHIN, REQUESTED_WITHIN
from chalicelib.schedule.time_zone import local_minute
from chalicelib.text import text_line
from infra.local.networks.networks import Fault
from infra.local.networks.sent_message import MAIL, SentMessage
from tests.simulation.halts import cancels
from tests.simulation.life import LAST_NAME, NUMBER, Life
from tests.simulation.told import Told, names
from tests.simulation.trouble import FAULTS, MAIL_REFUSED, NOTHING_LEFT, Dice

if TYPE_CHECKING:
    from tests.simulation.cloud import TroubledCloud

NOT_TOLD = NOTHING_LEFT | {"refused"}
_SECRETS = (LAST_NAME, NUMBER, "@patient.example")
STOPS_WITHIN = timedelta(minutes=1)


@dataclass(frozen=True)
class Violation:
    """A violation, and the transitions of its entry, oldest first."""

    practice: str
    text: str
    history: tuple[str, ...] = ()


class Watcher:
    """`requests` counts, by practice and entry, the requests that a provider may have accepted."""

    def __init__(self, cloud: TroubledCloud, lives: dict[str, Life], dice: Dice) -> None:
        self.violations: list[Violation] = []
        self.requests: Counter[tuple[str, str]] = Counter()
        self.stopped_at: datetime | None = None  # since when a person has stopped everything
        self._cloud, self._lives, self._dice = cloud, lives, dice
        self._sending: dict[tuple[str, str], Entry] = {}
        self._reserved: dict[tuple[str, str], datetime] = {}  # when it was written
        self._cancelled: set[tuple[str, str]] = set()  # by a person
        self._moves: dict[tuple[str, str], list[str]] = {}
        data = cloud.parts.data
        self.told = Told(lives, data.entry)
        self._put, self._add = data.put, data.add
        data.put = self.on_put  # type: ignore[method-assign]
        data.add = self.on_add  # type: ignore[method-assign]
        cloud.parts.networks.on_request = self.on_request

    def wrong(self, practice: str, text: str, key: str = "") -> None:
        """Note what is wrong now."""
        when, history = f"{self._cloud.world.now:%Y-%m-%dT%H:%M:%SZ}", self._moves.get((practice, key), ())
        self.violations.append(Violation(practice, f"{when} {text}", tuple(history)))

    def on_put(self, entry: Entry) -> None:
        """An entry is written."""
        place = entry.practice, entry.key
        self._check_arrow(entry)
        if entry.state is State.FAILED and (entry.key, entry.attempt) in self._cloud.arrived:
            self.wrong(entry.practice, f"{entry.identity} is in its mailbox, and is failed", entry.key)
        if entry.reason and "opted_out" in text_line(entry.reason):  # by the carrier: no other row is promised anything
            self._lives[entry.practice].doubtful.add(entry.patient)
        if place in self._cancelled and entry.state is not State.CANCELLED:
            self.wrong(entry.practice, f"{entry.identity} was cancelled by a person, and is {entry.state}", entry.key)
        why = entry.reason.code if entry.reason else ""
        self._note(place, f"{entry.state} (version {entry.version}, attempt {entry.attempt}) {why}")
        if entry.state is State.COVERED:
            self._check_covered(entry)
        self._sending.pop(place, None)
        if entry.state is State.SENDING:
            self._sending[place] = entry
        if entry.state is State.RESERVED and entry.claimed_at is None and place not in self._reserved:
            self._reserved[place] = self._cloud.world.now
        elif entry.state is State.PREPARED:
            self._reserved.pop(place, None)
        self._put(entry)

    def _check_covered(self, entry: Entry) -> None:
        before = self._cloud.parts.data.entry(entry.practice, entry.key)
        if self.requests[entry.practice, entry.key]:
            self.wrong(entry.practice, f"{entry.identity} is covered, and was asked for", entry.key)
        for text in self.told.too_old(entry) if before is None or before.state in REVIVABLE else ():
            self.wrong(entry.practice, f"{entry.identity} {text}", entry.key)
        self.told.cover(entry)

    def may_be_asked_again(self, entry: Entry) -> None:
        """Note a person's decision."""
        self._note((entry.practice, entry.key), "a person sends it again")
        self.requests[entry.practice, entry.key] = 0
        self.told.may_be_said_again(entry.key)

    def cancelled(self, practice: str, keys: Iterable[str]) -> None:
        """Note that a person has cancelled them: only a person may revive them."""
        self._cancelled |= {(practice, key) for key in keys}

    def released(self, practice: str, keys: Collection[str]) -> None:
        """Note that a person is about to release them."""
        self._cancelled -= {(practice, key) for key in keys}
        for key in keys:
            self.told.may_be_said_again(key)

    def _check_arrow(self, after: Entry) -> None:
        """An end state is left by the drawing's arrows only, and rewritten only to anonymise, reschedule or phone."""
        before = self._cloud.parts.data.entry(after.practice, after.key)
        if before is None or arrow_between(before.state, after.state) or cancels(before, after):
            return
        names = ("announcements", "announced_start", "phone_calls", "version", "write_id")
        only_noted = after == replace(before, **{name: getattr(after, name) for name in names})
        if before.state is not after.state or (before.state in END_STATES and not after.anonymised and not only_noted):
            self.wrong(after.practice, f"{before.identity} went from {before.state} to {after.state}", after.key)

    def _note(self, place: tuple[str, str], what: str) -> None:
        self._moves.setdefault(place, []).append(f"{self._cloud.world.now:%Y-%m-%dT%H:%M:%SZ} {what}".rstrip())

    def on_add(self, practice: str, item: LedgerItem) -> None:
        """A ledger item is written with its balance."""
        self._add(practice, item)
        balance = self._cloud.parts.data.balances[practice, item.mandant]
        if balance < 0:
            self.wrong(practice, f"the balance of {item.mandant} is {balance} after {item.key}")

    def on_request(self, message: SentMessage) -> Fault | None:
        """A provider gets a request: check its entry, that it was claimed, and that it may be sent now."""
        kind = self._dice.fault(message.channel)
        entry = self._owner(message)
        if entry is None:
            self.wrong("?", f"a provider was asked to send to {message.to} without a claim")
        else:
            self._ask(entry, kind)
        if kind == "refused" and message.channel == MAIL:
            return MAIL_REFUSED
        return FAULTS[kind] if kind else None

    def _ask(self, entry: Entry, fault: str | None) -> None:
        place = entry.practice, entry.key
        self._note(place, f"a provider is asked: {fault or 'accepted'}")
        self.requests[place] += fault not in NOTHING_LEFT
        if self.requests[place] > 1:
            self.wrong(entry.practice, f"{entry.identity} was asked for {self.requests[place]} times", entry.key)
        told = entry.appointment and fault not in NOT_TOLD
        for text in (*self._unlawful(entry), *self._untrue(entry), *(self.told.said_twice(entry) if told else ())):
            self.wrong(entry.practice, f"{entry.identity} {text}", entry.key)
        covering = self._covered_by(entry)
        for covered in covering:
            if not any(names(entry, start) for start in self._local_starts(covered)):
                text = f"{entry.identity} covers {covered.identity}, and does not name it"
                self.wrong(entry.practice, text, entry.key)
        if told:
            self.told.say(entry, covering)

    def _local_starts(self, entry: Entry) -> list[str]:
        """Its start as it reads in each zone that the practice has had."""
        zones, starts_at = self._lives[entry.practice].settings.zones(), entry.starts_at
        return [local_minute(starts_at.astimezone(zone)) for zone in zones] if starts_at else []

    def _covered_by(self, first: Entry) -> list[Entry]:
        entries = self._cloud.parts.data.entries[first.practice].values()
        return [sent for sent in entries if sent.covered_by == first.key and stands_for(first, sent)]

    def _owner(self, message: SentMessage) -> Entry | None:
        tagged = message.tags.get("entry")
        found = [
            entry
            for entry in self._sending.values()
            if entry.recipient == message.to and entry.text == message.text and tagged in (None, entry.key)
        ]
        fresh = [e for e in found if self.requests[e.practice, e.key] == 0]
        return next(iter(fresh or found), None)

    def _unlawful(self, entry: Entry) -> Iterator[str]:
        now, life = self._cloud.world.now, self._lives[entry.practice]
        if self.stopped_at and now - self.stopped_at > STOPS_WITHIN:
            yield "left though everything is stopped"
        if not any(life.window.is_open(now, zone) for zone in life.settings.zones(now - CLAIM_WITHIN)):
            yield "left outside the Versandfenster"
        if entry.starts_at is not None and entry.starts_at <= now:
            yield "left after its Beginn"
        since = life.opted_out.get(entry.recipient or "")
        if since and now - since > CLAIM_WITHIN + REQUESTED_WITHIN:
            yield "left though its address was opted out long ago"
        checked = entry.reserved_at or now
        until = self._reserved.get((entry.practice, entry.key), now)
        if not life.was_ever_admissible(entry, checked, until):
            yield "was not to be sent as of its re-check"
        if entry.parts and life.habits.plain_letters and not is_gsm7(entry.text or ""):
            yield "has letters that were to be spelled out"

    def _untrue(self, entry: Entry) -> Iterator[str]:
        """Yield the violations in the start that a message names, or in naming it at all."""
        if entry.starts_at is None:
            return
        life, told = self._lives[entry.practice], self.told.of(entry.practice, entry.appointment or "")
        told = [one for one in told if one.key != entry.key]  # it may have been covered by another one
        reserved = self._reserved.get((entry.practice, entry.key), self._cloud.world.now)
        if not life.ever_began_at(entry, entry.reserved_at or reserved, reserved):
            yield "tells a Beginn that its appointment did not have"
        noted = entry.announced_start or ""
        if noted not in self._local_starts(entry) or not names(entry, noted):
            yield "does not tell the Beginn that it is noted with"
        if entry.kind is Kind.RESCHEDULED:
            if not life.tells_moves:
                yield "tells of a move though the practice does not want it"
            if not told and not self._may_have_been_told(entry):
                yield "tells of a move, and nothing told of the appointment before"
            elif told and told[-1].announced_start == noted and not self._may_have_been_told(entry):
                yield "tells of a move to the Beginn that was told last"

    def _may_have_been_told(self, entry: Entry) -> bool:
        """Whether the patient may know a start otherwise: by phone, or by a message that was unknown once."""
        keys = self.told.keys(entry.practice, entry.appointment or "")
        lines = (line for key in keys if key != entry.key for line in self._moves.get((entry.practice, key), ()))
        return self.told.by_phone(entry) or any(f" {State.UNKNOWN} (" in line for line in lines)

    def look(self) -> None:
        """At the end: note each text that names a patient."""
        for place, text in self._texts():
            for secret in _SECRETS:
                if secret in text:
                    self.wrong("", f"{place} names a patient ({secret})")

    def _texts(self) -> Iterator[tuple[str, str]]:
        parts = self._cloud.parts
        for name in self._lives:
            lines: list[dict[str, Any]] = [*parts.history.runs(name), *parts.history.activities(name)]
            yield f"the history of {name}", json.dumps(lines, ensure_ascii=False)
        yield "an alert", " ".join(text_line(alert.text) for _, alert in parts.alerts.told)
        yield "an e-mail to a practice", " ".join(f"{n.subject} {n.text}" for n in parts.networks.notices)
        yield "an exception", " ".join(repr(failure.error) for failure in self._cloud.errors)
        yield "a queue message", " ".join(self._cloud.bodies)
        printed = (line for done in self._cloud.delivered for line in delivered_lines(done.activities, done.outcomes))
        yield "a line of deliver", " ".join(map(str, printed))
