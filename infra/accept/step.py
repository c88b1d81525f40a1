"""A step of the acceptance, and the account that it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

POLL = 15.0  # seconds
Found = TypeVar("Found")


class Verdict(StrEnum):
    EXPECTED = "as expected"
    OTHERWISE = "otherwise"
    NOTED = "noted"  # both answers are safe
    SKIPPED = "skipped"
    UNDONE = "undone"
    NOT_UNDONE = "NOT undone"


@dataclass(frozen=True)
class Undo:
    """`told` says how a person does it; `act` does it."""

    told: str
    act: Callable[[], object]


@dataclass(frozen=True)
class Seen:
    """The outcome of a step. It names no patient: numbers are those of the person who accepts."""

    told: str
    verdict: Verdict
    undo: Undo | None = None


class Clients(Protocol):
    def __call__(self, service: str, region: str | None = None) -> Any:
        """A client of boto3; `region` is None for the stage's own."""


@dataclass
class Account:
    """A stage in its account. `number` (E.164) is a phone of the person who accepts; `wait` is given seconds."""

    stage: str
    account: str
    region: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    number: str
    client: Clients
    now: Callable[[], datetime]
    wait: Callable[[float], None]
    ask: Callable[[str], str]
    local: bool = False
    remembered: dict[str, Any] = field(default_factory=dict)  # from a step for a later one

    @property
    def sms_region(self) -> str:
        return self.parameters.get("SmsRegion", self.region)

    def until(self, look: Callable[[], Found | None], minutes: float) -> Found | None:
        """The answer of `look` within these minutes; None if it finds nothing."""
        for _ in range(int(minutes * 60 / POLL)):
            if (found := look()) is not None:
                return found
            self.wait(POLL)
        return look()


@dataclass(frozen=True)
class Step:
    """`question` says what is done, and what it costs; `only_aws` why a local cloud cannot answer it, if it cannot."""

    code: str
    question: str
    expected: str
    act: Callable[[Account], Seen]
    only_aws: str = ""


def judged(told: str, good: bool, undo: Undo | None = None) -> Seen:
    return Seen(told, Verdict.EXPECTED if good else Verdict.OTHERWISE, undo)
