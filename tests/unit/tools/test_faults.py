"""Each fault of `make prove` still fits the source; checked here because `make prove` takes minutes."""

from __future__ import annotations

import pytest

from tests.prove import prove
from tests.prove.faults import Fault
from tests.unit.test_rooms import ROOT

ALL = [*prove.BY_SIMULATION, *(fault for faults in prove.TESTS.values() for fault in faults)]


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.name)
def test_a_fault_replaces_what_stands_in_the_source_once(fault: Fault) -> None:
    for name, replacements in fault.changes.items():
        source = (ROOT / name).read_text(encoding="utf-8")
        assert [before for before, _ in replacements if source.count(before) != 1] == []
