"""Deliberate faults: mistakes that somebody might make, as replacements of source text. Each breaks a promise.

Faults of the store are put into its fake, on which the simulator plays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class FaultError(Exception):
    """The source has changed, and the fault no longer fits."""


@dataclass(frozen=True)
class Fault:
    """`changes` are, by file, the text to replace (which occurs once) and its replacement."""

    name: str
    changes: Mapping[str, tuple[tuple[str, str], ...]]

    def put_into(self, tree: Path) -> None:
        """Change the files of a copy of the project. Raises FaultError."""
        for name, replacements in self.changes.items():
            path = tree / name
            text = path.read_text(encoding="utf-8")
            for before, after in replacements:
                if text.count(before) != 1:
                    raise FaultError(f"«{self.name}» does not fit {name} any more: {before!r}")
                text = text.replace(before, after)
            path.write_text(text, encoding="utf-8")


SIMULATED = (
    Fault(
        "claim after publish",
        {
            "chalicelib/jobs/deliver.py": (
                (
                    "    claimed = _claim([entry for entry in reserved if entry.key not in given_back], ports.store, done, now)\n"
                    "    outcomes = without_doubt(claimed, _request(claimed, ports))\n",
                    "    due = [entry for entry in reserved if entry.key not in given_back]\n"
                    "    asked = dict(zip([e.key for e in due], _request(due, ports), strict=True))\n"
                    "    claimed = _claim(due, ports.store, done, now)\n"
                    "    outcomes = [asked[entry.key] for entry in claimed]\n",
                ),
            )
        },
    ),
    Fault(
        "charge without the transaction",
        {
            "tests/fakes/store.py": (
                (
                    "        self._data.add(practice, charge)\n        return paid\n",
                    '        self._world.call("store.charge", lambda: self._data.add(practice, charge))\n'
                    "        return paid\n",
                ),
            )
        },
    ),
    Fault(
        "refund without its key",
        {
            "tests/fakes/store.py": (
                (
                    "            if self._is_ours(transition):\n",
                    "            if transition.refund:\n"
                    '                self._world.call("store.refund", partial(self._give_back, transition))\n'
                    "            if self._is_ours(transition):\n",
                ),
                (
                    "        if transition.refund:\n            self._data.add(transition.after.practice, transition.refund)\n",
                    "",
                ),
                (
                    "    def _reserve(",
                    "    def _give_back(self, transition: Transition) -> None:\n"
                    "        assert transition.refund\n"
                    "        place = transition.after.practice, transition.refund.mandant\n"
                    "        self._data.ledger(*place)[self._world.new_id()] = transition.refund\n"
                    "        self._data.balances[place] += transition.refund.credits\n\n"
                    "    def _reserve(",
                ),
            )
        },
    ),
    Fault(
        "receipt overwriting a final state",
        {
            "chalicelib/jobs/apply_receipts.py": (
                (
                    "    if waits or arrow_between(entry.state, target) is None:\n        return None\n",
                    "",
                ),
                (
                    "    after = transition(entry, target, now, reason=not_delivered(failure.reason) if failure else None)\n",
                    "    after = replace(entry, state=target, changed_at=now, version=entry.version + 1)\n",
                ),
            )
        },
    ),
    Fault(
        "an out-of-office reply undoes a delivery",
        {
            "chalicelib/providers/receipt_events.py": (('not status.startswith("5")', "False"),),
        },
    ),
    Fault(
        "sweep resending unknown ones",
        {
            "chalicelib/jobs/sweep.py": (
                (
                    "        case State.UNKNOWN if not entry.settled:\n            return _unknown(entry, now)\n",
                    "        case State.UNKNOWN if not entry.settled:\n"
                    "            again = replace(entry, state=State.PREPARED, changed_at=now, version=entry.version + 1)\n"
                    "            return Transition(entry, again)\n",
                ),
            )
        },
    ),
    Fault(
        "covered by a message that was lost",
        {
            "chalicelib/jobs/sweep.py": (
                ("    return Transition(entry, back) if back else None\n", "    return None\n"),
            )
        },
    ),
    Fault(
        "re-check left out",
        {"chalicelib/planning/recheck.py": (("    refusal = first_refusal(rule_input)\n", "    refusal = None\n"),)},
    ),
    Fault(
        "an opt-out is not looked at",
        {
            "chalicelib/rules/rule_input.py": (("            refusal=self.context.opt_outs.refusal,\n", ""),),
        },
    ),
    Fault(
        "what a person cancelled revived",
        {
            "chalicelib/entries/manual_decision.py": (
                (
                    'Text("rule.once.cancelled") if entry.cancelled_manually',
                    'Text("rule.once.cancelled") if entry.held',
                ),
            )
        },
    ),
    Fault(
        "window check left out",
        {
            "chalicelib/planning/recheck.py": (
                (
                    "min(context.now + CLAIM_WITHIN, min(context.closes, rule_input.expires_at) - REQUESTED_WITHIN)",
                    "context.now + CLAIM_WITHIN",
                ),
            )
        },
    ),
    Fault(
        "guard key dropped with the personal data",
        {
            "tests/fakes/world.py": (
                (
                    "        self.entries[practice][key] = entry\n",
                    "        self.entries[practice][key] = entry\n"
                    "        if entry.anonymised:\n"
                    "            del self.entries[practice][key]\n",
                ),
            )
        },
    ),
    Fault(
        "starts compared as instants",
        {
            "chalicelib/rules/candidate.py": (
                (
                    "local_start=local_minute(starts_at.astimezone(zone))",
                    "local_start=local_minute(starts_at)",
                ),
            ),
        },
    ),
    Fault(
        "an undo that takes a try with it",
        {
            "chalicelib/admin/phone_calls.py": (
                ("with_phone_calls(entry, calls[:-1])", "with_phone_calls(entry, calls[:-2])"),
            )
        },
    ),
)
RETRIED = Fault(
    "requests to carriers repeated by the client",
    {
        "chalicelib/wiring.py": (
            (
                'max_pool_connections=10,\n        retries={"mode": "standard", "total_max_attempts": 1}',
                'max_pool_connections=10,\n        retries={"mode": "standard", "total_max_attempts": 3}',
            ),
        )
    },
)

# Of calls, found by tests/flow/calls.
CALLS = (
    Fault(
        "a phone call that hides the new time",
        {
            "chalicelib/entries/phone_call.py": (
                ("    return last if last and start in (None, last.start) else None\n", "    return last\n"),
            )
        },
    ),
    Fault(
        "a call noted on one row only, if another person was faster",
        {"chalicelib/admin/phone_calls.py": (("wanted[made.after.key][2] not in keys", "not keys"),)},
    ),
)
MOVED = (  # the simulator sees it after too many days
    Fault(
        "what a Terminverschiebung told forgotten",
        {
            "chalicelib/rules/rescheduled.py": (
                (
                    "        if (entry := entries.get(key)) is None or _is_older(entry, reminder):\n",
                    "        if True:\n",
                ),
            )
        },
    ),
)
