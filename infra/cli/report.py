"""The report of a rehearsal, in German, as a practice wants to see it; at 80 columns and more, with or without colour."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, Protocol, TextIO

from rich.console import Console, Group, RenderableType
from rich.text import Text

from chalicelib.credits import Totals
from chalicelib.entry import Entry, State
from infra.cli.call_list import Call, call_list
from infra.cli.german import ALERTS, counted, moment, moment_with_year, number
from infra.cli.phones import phones
from infra.cli.tables import balance_table, call_table, history_table, prepared_table, skipped_table, state_table
from infra.local.rehearsal import Rehearsal

class Happening(Protocol):
    """What the practice entered meanwhile."""
