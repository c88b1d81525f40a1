"""Deliberate faults in what SNS accepts and costs."""

from __future__ import annotations

from tests.prove.faults import Fault

# Found by tests/flow/test_sms_switches.py.
SENDERS = (
    Fault(
        "the price of one part for all of them",
        {"chalicelib/providers/sns_sms.py": (("Decimal(self._max_price) * max(entry.parts, 1)", "self._max_price"),)},
    ),
    Fault(
        "a name where names are refused as senders",
        {"chalicelib/planning/compose.py": (("named = country_without_name(address.value) is None", "named = True"),)},
    ),
)
# Found by tests/flow/trouble/test_spend_limit.py.
SPENDING = (
    Fault(
        "the spend limit told every night",
        {"chalicelib/jobs/spend_limit.py": (("elif soon and not told:", "elif soon:"),)},
    ),
    Fault(
        "the spend limit told when it is reached",
        {"chalicelib/jobs/spend_limit.py": (("NOTICE = 3 ", "NOTICE = 0 "),)},
    ),
)
