"""Deliberate faults in who signs a message and who pays it."""

from __future__ import annotations

from tests.prove.faults import Fault

SIGNERS = (
    Fault(
        "the payer signs",
        {
            "chalicelib/rules/candidate.py": (('of = bool(parse_text(row.get("TerminMandantId")))', "of = False"),),
        },
    ),
    Fault(
        "the signer pays",
        {
            "chalicelib/planning/recheck.py": (
                ("mandant=rule_input.candidate.payer.mandant,", "mandant=rule_input.candidate.signer.mandant,"),
            ),
        },
    ),
)
