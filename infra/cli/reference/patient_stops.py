"""The documents of `patients stop`, `patients release` and `patients stopped`."""

from __future__ import annotations

from infra.cli.reference import parts
from infra.cli.reference.schema import Schema, boolean, integer, list_of, or_null, records, string, time

STOP = {
    "stopped_at": time("Since when."),
    "by": string("Who stopped the patient."),
    "reason": string("Why, in their own words."),
}
DOCUMENTS: dict[str, tuple[str, dict[str, Schema]]] = {
    "patients stop": (
        "A patient who gets no message any longer.",
        {
            "practice": parts.PRACTICE,
            "patient": parts.PATIENT,
            "added": boolean("Whether the patient was not stopped before."),
            "known": boolean("Whether the queue or the practice database has the patient."),
            **STOP,
            "cancelled": list_of(string(), "The entries that waited."),
            "refunded": integer("Credits that were refunded."),
            "left": records(
                {
                    "entry": parts.ENTRY,
                    "key": parts.KEY,
                    "state": parts.STATE,
                    "sent_at": time("When it was sent."),
                    "starts_at": or_null(time("The start of its appointment.")),
                },
                "Messages that had left already, by time.",
            ),
            "warnings": parts.WARNINGS,
        },
    ),
    "patients release": (
        "A stopped patient who gets messages again.",
        {
            "practice": parts.PRACTICE,
            "patient": parts.PATIENT,
            **STOP,
            "waiting": integer("Entries that the stop had cancelled, and that wait again."),
            "too_late": integer("Entries that the stop had cancelled, and whose time is over."),
            "warnings": parts.WARNINGS,
        },
    ),
    "patients stopped": (
        "The stopped patients, by time.",
        {
            "practice": parts.PRACTICE,
            "patients": records(
                {
                    "patient": or_null({**parts.PATIENT, "description": "The PatientId; null if it is not known."}),
                    "hash": string("The keyed hash of the PatientId."),
                    **STOP,
                }
            ),
            "warnings": parts.WARNINGS,
        },
    ),
}
