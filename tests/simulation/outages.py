"""Providers that accept nothing for hours, and a watcher of what the practices and the operator are told meanwhile."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from chalicelib.entries.entry import Entry
from chalicelib.entries.phone_call import reached_call
from chalicelib.entries.states import State
from chalicelib.planning.alerts import Alert, AlertKind
from infra.local.networks.sent_message import MAIL, SMS
from tests.builders.calls import entries_to_phone
from tests.simulation.life import Life
from tests.simulation.trouble import OUTAGES, Dice
from tests.simulation.watch import Watcher

if TYPE_CHECKING:
    from tests.simulation.cloud import TroubledCloud

WAITING = frozenset({State.PREPARED, State.RESERVED, State.SENDING})
LONGEST = 36  # hours
ONE_CAUSE = timedelta(days=2)  # later, the operator is told again
MOST_ALERTS = 3  # of one cause: a crash may repeat one
_MINUTE, _LOOKS = timedelta(minutes=1), timedelta(minutes=95)
SUMMARY = re.compile(r"Tagesübersicht \w+ (\d\d)\.(\d\d)\.(\d{4}): (\d+) versendet")
_CLOSED_SINCE = re.compile(r"den geschlossenen Tagen seit \w+ (\d\d)\.(\d\d)\.(\d{4})")
PRACTICE = re.compile(r"Praxis (p\d+),")


class Outages:
    """Have providers accept nothing for 1 to 36 hours; `dice.down` says which ones, and how they answer."""

    def __init__(self, cloud: TroubledCloud, lives: Mapping[str, Life], watcher: Watcher, dice: Dice) -> None:
        self._cloud, self._lives, self._watcher, self._dice = cloud, lives, watcher, dice
        self._listed: dict[tuple[str, str], Entry] = {}  # the entries on a call list when it was last looked at
        self._alerts: list[datetime] = []  # that messages are delayed, since the latest one that was accepted
        self._on_mail, self._on_operator = cloud.parts.alerts.send_mail, cloud.parts.alerts.notify_operator
        cloud.parts.alerts.send_mail = self.on_mail  # type: ignore[method-assign]
        cloud.parts.alerts.notify_operator = self.on_operator  # type: ignore[method-assign]

    def plan(self, days: Sequence[date]) -> None:
        for day in days:
            if self._dice.rolls("outage", self._dice.rates.outage):
                start = datetime(day.year, day.month, day.day, tzinfo=UTC) + self._dice.between(0, 1439) * _MINUTE
                hours = self._dice.between(1, LONGEST)
                self.have(self._dice.pick(SMS, MAIL, f"{SMS} {MAIL}"), start, start + timedelta(hours=hours))

    def have(self, channels: str, start: datetime, end: datetime) -> None:
        """An outage of one or both channels between two instants (UTC)."""
        self._cloud.at(start, partial(self._set, channels.split(" "), self._dice.pick(*OUTAGES)))
        self._cloud.at(end, partial(self._set, channels.split(" "), None))
        looks = int((end - start) / _LOOKS) + 8  # until its consequences are over
        for n in range(looks):
            self._cloud.at(start + n * _LOOKS, self._look)

    def _set(self, channels: Sequence[str], kind: str | None) -> None:
        self._dice.down |= dict.fromkeys(channels, kind)

    def _look(self) -> None:
        """See that a patient whose message came back stays on the call list until it has left."""
        now, listed = self._cloud.world.now, dict[tuple[str, str], Entry]()
        for name, life in self._lives.items():
            entries, practice = self._cloud.parts.data.entries.get(name, {}), life.desk.practice
            listed |= {(name, one.key): one for one in entries_to_phone(entries.values(), practice, now)}
            for (owner, key), before in self._listed.items():
                one = entries.get(key) if owner == name else None
                if one and (name, key) not in listed and _still_waits(one, before, now):
                    self._watcher.wrong(name, f"{one.identity} is {one.state}, and off the call list again", key)
        self._listed = listed

    def on_mail(self, to: Sequence[str], subject: str, text: str, *more: Any, **named: Any) -> None:
        """See that a summary counts as sent only what a provider may have accepted."""
        self._on_mail(to, subject, text, *more, **named)
        summary, practice = SUMMARY.search(subject), PRACTICE.search(text)
        if summary and practice and (life := self._lives.get(practice[1])):
            *_, sent = map(int, summary.groups())
            day, month, year = map(int, (_CLOSED_SINCE.search(text) or summary).groups()[:3])
            start = datetime(year, month, day, tzinfo=life.zone)
            entries = self._cloud.parts.data.entries.get(practice[1], {}).values()
            asked = [e for e in entries if e.reserved_at and e.reserved_at >= start and self._may_have_left(e)]
            if sent > len(asked):
                self._watcher.wrong(practice[1], f"«{subject}», and a provider may have accepted {len(asked)}")

    def _may_have_left(self, entry: Entry) -> bool:
        """Whether a provider may have accepted it, a person says so, or that is unknown."""
        by_person = entry.reason is not None and entry.reason.code == "manual.delivered"
        return by_person or entry.state is State.UNKNOWN or self._watcher.requests[entry.practice, entry.key] > 0

    def on_operator(self, practice: Any, alerts: Sequence[Alert]) -> None:
        """The operator is alerted: once about each outage, whatever the number of practices."""
        self._on_operator(practice, alerts)
        now, accepted = self._cloud.world.now, self._cloud.parts.networks.messages
        since = accepted[-1].at if accepted else now - ONE_CAUSE
        self._alerts = [at for at in self._alerts if at > max(since, now - ONE_CAUSE)]
        self._alerts += [now for alert in alerts if alert.kind is AlertKind.DELAYED]
        if len(self._alerts) > MOST_ALERTS:
            self._watcher.wrong(str(practice), f"the operator has heard {len(self._alerts)} times of one outage")


def _still_waits(one: Entry, before: Entry, now: datetime) -> bool:
    """Whether a message that came back has not left since, and its appointment is as it was."""
    same = (one.starts_at, one.expires_at) == (before.starts_at, before.expires_at)
    waits = one.state in WAITING and min(one.attempt, before.attempt) > 0 and not reached_call(one.phone_calls, None)
    return waits and same and one.expires_at > now
