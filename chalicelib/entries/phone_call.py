"""The phone calls about an appointment that people noted on its entry. Pure.

They are a list, oldest first, so that the latest can be taken back. A call is about one start: after the appointment
has moved, the patient has to be phoned again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.schedule.time_zone import instant_of, instant_text
from chalicelib.text import Text

CLAIM_LASTS = timedelta(minutes=5)
MOST_CALLS = 50  # on one entry
LONGEST_NOTE = 200  # characters


class CallOutcome(StrEnum):
    COMING = "coming"
    NOT_COMING = "not_coming"
    NOT_REACHED = "not_reached"  # the patient stays on the call list
    CALLING = "calling"  # a claim: somebody is phoning now


REACHED = frozenset({CallOutcome.COMING, CallOutcome.NOT_COMING})


@dataclass(frozen=True)
class PhoneCall:
    """`at` is UTC, `start` the local start that the call was about (`local_minute`), `note` the caller's own words."""

    at: datetime
    outcome: CallOutcome
    start: str
    by: str
    note: str = ""

    @property
    def label(self) -> Text:
        """The outcome as people read it."""
        return Text(f"phoned.{self.outcome}")


PhoneCalls = tuple[PhoneCall, ...]


def note_is_allowed(note: str) -> bool:
    """Whether a note is short enough, and without control characters, which could steer a screen."""
    return len(note) <= LONGEST_NOTE and note.isprintable()


def reached_call(calls: Sequence[PhoneCall], start: str | None) -> PhoneCall | None:
    """The call that reached the patient about a start (`local_minute`); None: about whichever they were told last."""
    last = next((one for one in reversed(calls) if one.outcome in REACHED), None)
    return last if last and start in (None, last.start) else None


def with_reached(calls: PhoneCalls, others: Sequence[PhoneCall], start: str | None) -> PhoneCalls:
    """The calls, with one of another row of the same start that reached the patient about it."""
    call = None if start is None or reached_call(calls, start) else reached_call(others, start)
    return with_call(calls, call) if call else calls


def call_text(call: PhoneCall, zone: ZoneInfo) -> Text:
    """The outcome of a call, with its time and its person."""
    return Text("phoned.by", call.label, at=call.at.astimezone(zone), by=call.by)


def already_phoned(calls: Sequence[PhoneCall], start: str | None) -> Text | None:
    """Return why the patient gets no message about a start: a call has reached them."""
    call = reached_call(calls, start)
    return Text("rule.once.phoned", call.label) if call else None


def tries(calls: Sequence[PhoneCall], start: str | None) -> PhoneCalls:
    """The calls about a start that did not reach the patient; None: about any."""
    return tuple(one for one in calls if one.outcome is CallOutcome.NOT_REACHED and start in (None, one.start))


def claim_of(calls: Sequence[PhoneCall], now: datetime) -> PhoneCall | None:
    """The claim of somebody who is phoning at `now` (UTC)."""
    last = calls[-1] if calls else None
    held = last is not None and last.outcome is CallOutcome.CALLING and now < last.at + CLAIM_LASTS
    return last if held else None


def with_call(calls: PhoneCalls, call: PhoneCall) -> PhoneCalls:
    """The calls and one more, which ends any claim."""
    return (*_without_claim(calls), call)


def in_force(calls: PhoneCalls, now: datetime) -> PhoneCalls:
    """The calls without a claim that is over at `now` (UTC): the last one is what a person can take back."""
    return calls if claim_of(calls, now) else _without_claim(calls)


def _without_claim(calls: PhoneCalls) -> PhoneCalls:
    return tuple(one for one in calls if one.outcome is not CallOutcome.CALLING)


def without_reached(calls: Sequence[PhoneCall]) -> PhoneCalls:
    """The calls as if nobody had reached the patient."""
    return tuple(one for one in calls if one.outcome not in REACHED)


def without_people(calls: Sequence[PhoneCall]) -> PhoneCalls:
    """The outcomes and times alone."""
    return tuple(replace(one, by="", note="") for one in calls)


def calls_line(calls: PhoneCalls) -> str:
    """The calls as one short line for the table."""
    rows = [[instant_text(one.at), one.outcome, one.start, one.by, one.note] for one in calls]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def calls_in_line(line: str) -> PhoneCalls:
    """Parse the result of `calls_line`."""
    return tuple(PhoneCall(instant_of(at), CallOutcome(outcome), *rest) for at, outcome, *rest in json.loads(line))
