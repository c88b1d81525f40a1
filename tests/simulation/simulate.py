"""Many consecutive episodes, until a number of practice-days are played."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.simulation.episode import Outcome, play
from tests.simulation.trouble import LEVELS
from tests.simulation.watch import Violation

MOST_VIOLATIONS = 20


@dataclass
class Simulated:
    """`days` are practice-days; `violations` have the number of their episode."""

    seed: int
    days: int = 0
    messages: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    violations: list[tuple[int, Violation]] = field(default_factory=list)

    def add(self, episode: int, outcome: Outcome) -> None:
        self.days += outcome.days
        self.messages += outcome.messages
        self.faults += outcome.faults
        self.violations += [(episode, violation) for violation in outcome.violations]

    def document(self) -> dict[str, Any]:
        """For programs."""
        found = [{"seed": self.seed, "episode": episode, **asdict(violation)} for episode, violation in self.violations]
        faults = dict(sorted(self.faults.items()))
        return {"days": self.days, "messages": self.messages, "faults": faults, "violations": found}


def simulate(
    days: int,
    seed: int,
    level: str,
    progress: Callable[[Simulated], None] = lambda so_far: None,
    most_violations: int = MOST_VIOLATIONS,
) -> Simulated:
    """Play at least `days` practice-days, or until enough violations are found; a seed always gives the same days."""
    found, episode = Simulated(seed), 0
    while found.days < days and len(found.violations) < most_violations:
        with _without_garbage_collection():
            found.add(episode, play(seed, episode, LEVELS[level], most_violations=most_violations))
        progress(found)
        episode += 1
    return found


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Disable garbage collection, a sixth of the time: objects of an episode live until its end anyway."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
