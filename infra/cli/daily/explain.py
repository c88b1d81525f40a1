"""`vitosms explain`: why a patient gets a message, got one, or does not, and what to change."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import typer

from chalicelib.aws.deployment import Deployment
from chalicelib.explain.explanation import Explanation
from chalicelib.explain.rule_answers import RuleAnswer
from chalicelib.practice.practice import Practice
from infra.cli.core.arguments import ArgumentError, local_time
from infra.cli.core.options import DEV, AsJson, PracticeId, Stage
from infra.cli.core.output import Document, answer, local
from infra.cli.core.stage import connected
from infra.cli.daily.explain_screen import shown

_LONGEST = 64  # characters of an id


def explain(
    appointment: Annotated[str | None, typer.Option(metavar="ID", help="The TerminId of an appointment.")] = None,
    patient: Annotated[str | None, typer.Option(metavar="ID", help="A PatientId: appointments, greeting.")] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="With --patient: this day, as 2026-11-23.")] = None,
    practice: PracticeId = None,
    stage: Stage = DEV,
    as_json: AsJson = False,
) -> None:
    """Why a message is sent, was sent, or is not: every rule, what it saw, what comes next, and what to change.

    In advance too. The rules are asked with the data as it is now; what a run wrote down at its time comes first.
    """
    if (appointment is None) is (patient is None):
        raise ArgumentError("give either --appointment ID or --patient ID")
    if on is not None and patient is None:
        raise ArgumentError("--on DATE goes with --patient ID")
    with connected(stage) as deployment:
        found = deployment.practice(practice)
        day = local_time("--on", on, found.zone).date() if on else None
        told = _explained(appointment, patient, day, found, deployment)
    document = {"practice": found.id, "explanations": [_document(one, found) for one in told]}
    answer(as_json, document, *shown(told, found.zone))


def _explained(
    appointment: str | None, patient: str | None, on: date | None, found: Practice, deployment: Deployment
) -> Sequence[Explanation]:
    """Raises ArgumentError where nobody knows the id."""
    from chalicelib.explain.explain import ExplainPorts, explain_appointment, explain_patient

    parts = deployment.parts
    sources = ExplainPorts(parts.store, parts.history, parts.parameters, parts.open_database, deployment.stop)
    if appointment is not None:
        told = explain_appointment(_id("--appointment", appointment), found, deployment.now, sources)
    else:
        told = explain_patient(_id("--patient", patient or ""), on, found, deployment.now, sources)
    if not told:
        raise ArgumentError(_unknown(appointment, patient, on, found, sources))
    return told


def _unknown(appointment: str | None, patient: str | None, on: date | None, found: Practice, sources: Any) -> str:
    from chalicelib.explain.explain import known_as

    given = (appointment or patient or "").strip()
    appointments, patients = known_as(given, found, sources)
    if patient is not None and given in patients and on is not None:
        return f"--patient {given!r}: on {on} there is neither an appointment nor a birthday; leave --on away for all"
    meant = [f"--appointment {one}" for one in appointments] + [f"--patient {one}" for one in patients]
    option, what = ("--appointment", "appointment") if appointment is not None else ("--patient", "patient")
    hint = f"did you mean {' or '.join(meant)}?" if meant else "allowed is an id as the practice software has it"
    return f"{option} {given!r}: there is no such {what} in the practice database, nor an entry of it; {hint}"


def _id(option: str, text: str) -> str:
    if not text.strip() or len(text) > _LONGEST or "\0" in text:
        raise ArgumentError(f"{option} {text[:_LONGEST]!r}: allowed are 1 to {_LONGEST} characters")
    return text


def _document(one: Explanation, practice: Practice) -> Document:
    zone, entry = practice.zone, one.entry
    text = entry.text if entry and entry.text else one.message.text if one.message else None
    return {
        "entry": one.identity, "key": one.key, "kind": one.kind, "appointment": one.appointment,
        "patient": one.patient, "name": one.name or None, "day": one.day.isoformat() if one.day else None,
        "begins": local(one.starts_at, zone), "state": one.state, "answer": one.headline, "reason": one.reason,
        "basis": one.basis, "asked_at": local(one.asked_at, zone), "ahead": one.ahead,
        "rules": [_rule(asked) for asked in one.rules], "send_rules": [_rule(asked) for asked in one.send_rules],
        "life": [
            {"at": local(happened.at, zone), "what": happened.what, "rule": happened.rule}
            | {"reason": happened.reason, "by": happened.by}
            for happened in one.life
        ],
        "next": list(one.then), "changes": list(one.changes), "remarks": list(one.remarks), "text": text,
        "message": _sent(one, practice) if entry and entry.text else None,
    }  # fmt: skip


def _rule(asked: RuleAnswer) -> Document:
    own = {"rule": asked.rule, "result": asked.result, "reason": asked.reason}
    return {**own, "fact": asked.fact, "change": asked.remedy}


def _sent(one: Explanation, practice: Practice) -> Document:
    entry = one.entry
    assert entry is not None  # noqa: S101 - asked before
    return {
        "channel": entry.channel, "recipient": entry.recipient, "sender": entry.sender, "subject": entry.subject,
        "parts": entry.parts, "credits": entry.credits, "mandant": entry.mandant, "message_id": entry.message_id,
        "reserved": local(entry.reserved_at, practice.zone), "attempt": entry.attempt,
    }  # fmt: skip
