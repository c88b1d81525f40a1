"""`vitosms explain`: why a patient gets a message, got one, or does not, and what to change."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.entry import Entry
from chalicelib.explain.explanation import Explanation
from chalicelib.explain.timeline import TimelineEvent
from chalicelib.practice.practice import Practice
from chalicelib.rules.rule import RuleAnswer
from infra.cli.core.arguments import ArgumentError, local_time
from infra.cli.core.documents import (
    channel_code,
    local,
    suggestion_documents,
    text_document,
    text_documents,
)
from infra.cli.core.options import PracticeOptions
from infra.cli.core.output import Document, answer
from infra.cli.core.stage import connected
from infra.cli.daily.explain_screen import shown

_LONGEST = 64  # characters of an id


def explain(
    options: PracticeOptions,
    appointment: Annotated[str | None, typer.Option(metavar="ID", help="The TerminId of an appointment.")] = None,
    patient: Annotated[str | None, typer.Option(metavar="ID", help="A PatientId: appointments, greeting.")] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="With --patient: this day, as 2026-11-23.")] = None,
) -> None:
    """Why a message is sent, was sent, or is not: every rule, what it saw, what comes next, and what to change.

    In advance too. The rules are asked with the data as it is now; what a run wrote down at its time comes first.
    """
    if (appointment is None) is (patient is None):
        raise ArgumentError("give either --appointment ID or --patient ID")
    if on is not None and patient is None:
        raise ArgumentError("--on DATE goes with --patient ID")
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        day = local_time("--on", on, found.zone).date() if on else None
        explanations = _explained(appointment, patient, day, found, deployment)
    document = {"practice": found.id, "explanations": [_document(one) for one in explanations]}
    answer(options.as_json, document, *shown(explanations, found.zone))


def _explained(
    appointment: str | None, patient: str | None, on: date | None, found: Practice, deployment: Deployment
) -> Sequence[Explanation]:
    """Raises ArgumentError if the id is unknown."""
    from chalicelib.explain.explain import explain_appointment, explain_patient

    if appointment is not None:
        explanations = explain_appointment(_id("--appointment", appointment), found, deployment)
    else:
        explanations = explain_patient(_id("--patient", patient or ""), on, found, deployment)
    if not explanations:
        raise ArgumentError(_unknown(appointment, patient, on, found, deployment))
    return explanations


def _unknown(
    appointment: str | None, patient: str | None, on: date | None, found: Practice, deployment: Deployment
) -> str:
    from chalicelib.explain.explain import known_ids

    given = (appointment or patient or "").strip()
    appointments, patients = known_ids(given, found, deployment)
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


def _document(one: Explanation) -> Document:
    message, answers, verdict = one.message, one.answers, one.verdict
    zone, entry, source, run = message.practice.zone, message.entry, message.source, answers.run
    text = entry.text if entry and entry.text else answers.text.text if answers.text else None
    return {
        "entry": message.identity, "key": message.key, "kind": message.kind,
        "appointment": source.appointment if source else None, "patient": source.patient if source else "",
        "name": message.candidate.full_name or None if message.candidate else None,
        "day": message.day.isoformat() if message.day else None,
        "starts_at": local(source.starts_at if source else None, zone), "state": verdict.state,
        "headline": text_document(verdict.headline), "reason": text_document(verdict.reason), "basis": verdict.basis,
        "asked_at": local(run.slot if run else None, zone), "ahead": bool(run and run.ahead),
        "rules": [_rule(answer) for answer in answers.prepare],
        "send_rules": [_rule(answer) for answer in answers.differing_in_send],
        "timeline": [_event(event, zone) for event in one.timeline],
        "next": text_documents(verdict.then), "suggestions": suggestion_documents(verdict.suggestions),
        "remarks": text_documents(one.remarks), "text": text,
        "message": _sent(entry, zone) if entry and entry.text else None,
    }  # fmt: skip


def _event(event: TimelineEvent, zone: ZoneInfo) -> Document:
    own = {"at": local(event.at, zone), "event": text_document(event.what), "state": event.state}
    return {**own, "rule": event.rule, "reason": text_document(event.reason), "by": event.by}


def _rule(one: RuleAnswer) -> Document:
    own = {"rule": one.rule.name, "result": one.result.name.lower(), "reason": text_document(one.reason)}
    return {**own, "fact": text_document(one.fact), "suggestions": suggestion_documents(one.suggestions)}


def _sent(entry: Entry, zone: ZoneInfo) -> Document:
    return {
        "channel": channel_code(entry.channel), "recipient": entry.recipient, "sender": entry.sender,
        "subject": entry.subject, "parts": entry.parts, "credits": entry.credits, "mandant": entry.mandant,
        "message_id": entry.message_id, "reserved_at": local(entry.reserved_at, zone), "attempt": entry.attempt,
    }  # fmt: skip
