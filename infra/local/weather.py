"""The troubles of AWS that fakes and local cloud can have, switched on by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass
class Weather:
    """Troubles at present, none by default; a test or a person changes them while the cloud runs."""

    logs_late: timedelta = timedelta()  # how long after its own timestamp a line of a delivery log becomes visible
    conflicts: float = 0.0  # for how many seconds transactions with entries meet others (in the fakes)
    clock_ahead: timedelta = timedelta()  # how far the clock of the Lambdas is wrong
