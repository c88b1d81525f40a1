"""Each fault of `make prove` still fits the source; checked here because `make prove` takes minutes."""

from __future__ import annotations

import pytest

from tests.prove.covering_faults import COVERED, COVERING
from tests.prove.faults import RETRIED, SIMULATED, Fault
from tests.prove.money_faults import MONEY
from tests.prove.receipt_faults import RECEIPTS
from tests.prove.sending_faults import DOUBTS
from tests.unit.test_rooms import ROOT


@pytest.mark.parametrize(
    "fault", [*SIMULATED, *COVERING, *COVERED, *MONEY, *RECEIPTS, *DOUBTS, RETRIED], ids=lambda fault: fault.name
)
def test_a_fault_replaces_what_stands_in_the_source_once(fault: Fault) -> None:
    for name, replacements in fault.changes.items():
        source = (ROOT / name).read_text(encoding="utf-8")
        assert [before for before, _ in replacements if source.count(before) != 1] == []
