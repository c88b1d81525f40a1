"""Many episodes after each other, until so many practice-days are played."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.episode import Outcome, play
from tests.simulation.trouble import LEVELS

MOST_VIOLATIONS = 20


@dataclass
class Simulated:
    """`days` are practice-days; a violation names its seed and episode."""

    seed: int
    days: int = 0
    messages: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def add(self, episode: int, outcome: Outcome) -> None:
        self.days += outcome.days
        self.messages += outcome.messages
        self.faults += outcome.faults
        self.violations += [f"seed {self.seed}, episode {episode}: {text}" for text in outcome.violations]

    def document(self) -> dict[str, Any]:
        faults = dict(sorted(self.faults.items()))
        return {"days": self.days, "messages": self.messages, "faults": faults, "violations": self.violations}


def simulate(
    days: int, seed: int, level: str, progress: Callable[[Simulated], None] = lambda so_far: None
) -> Simulated:
    """Play at least so many practice-days, or until many violations are found."""
    found, episode = Simulated(seed), 0
    while found.days < days and len(found.violations) < MOST_VIOLATIONS:
        found.add(episode, play(seed, episode, LEVELS[level]))
        progress(found)
        episode += 1
    return found
