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
from infra.language import number
from infra.translation import tr

_LONGEST = 64  # characters of an id


def explain(
    options: PracticeOptions,
    text: Annotated[
        list[str] | None,
        typer.Argument(metavar="TEXT", help="Instead of an ID: a name, a date of birth or a telephone number."),
    ] = None,
    appointment: Annotated[str | None, typer.Option(metavar="ID", help="The TerminId of an appointment.")] = None,
    patient: Annotated[
        str | None, typer.Option(metavar="ID", help="A PatientId: all appointments, and the birthday greeting.")
    ] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="With --patient: only this day, such as 2026-11-23.")
    ] = None,
) -> None:
    """Explain why a patient gets a message, got one, or does not: each rule, what comes next, and what to do.

    This works in advance, too. The rules check the current data; a result that a run recorded takes precedence.
    """
    if sum(bool(one) for one in (text, appointment is not None, patient is not None)) != 1:
        raise ArgumentError(tr("give either a name, --appointment ID or --patient ID"))
    if on is not None and appointment is not None:
        raise ArgumentError(tr("--on DATE goes with a name or --patient ID"))
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        if text:
            patient = _the_one(" ".join(text), found, deployment, options.as_json)
        day = local_time("--on", on, found.zone).date() if on else None
        explanations = _explained(appointment, patient, day, found, deployment)
    document = {"practice": found.id, "explanations": [_document(one) for one in explanations]}
    answer(options.as_json, document, *shown(explanations, found.zone))


def _the_one(text: str, practice: Practice, deployment: Deployment, as_json: bool) -> str:
    """The number of the only patient of that name. Raises ArgumentError if there are several, or none."""
    from chalicelib.reports.find_patients import MOST_FOUND
    from infra.cli.daily.found_patients import found_patients, shown_patients

    there = found_patients(text, practice, deployment)
    if len(there) == 1:
        return there[0].patient
    if not there:
        raise ArgumentError(tr("no patient {text!r} in the practice database", text=text))
    if not as_json:
        answer(False, {}, *shown_patients(there, practice))
    count = number(len(there)) if len(there) <= MOST_FOUND else tr("more than {count}", count=number(MOST_FOUND))
    raise ArgumentError(
        tr(
            "{count} patients match {text!r}; choose one by number: {command}",
            count=count, text=text, command=f"vitosms explain --patient {there[0].patient}",
        )
    )  # fmt: skip


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
        return tr(
            "--patient {given!r}: on {day} there is neither an appointment nor a birthday; without --on you see all",
            given=given,
            day=on,
        )
    meant = [f"--appointment {one}" for one in appointments] + [f"--patient {one}" for one in patients]
    return tr(
        "--appointment {given!r}: the practice database has no such appointment, and there is no entry for it; {hint}"
        if appointment is not None
        else "--patient {given!r}: the practice database has no such patient, and there is no entry for them; {hint}",
        given=given,
        hint=tr("did you mean {name}?", name=", ".join(meant))
        if meant
        else tr("use the ID from the practice software"),
    )


def _id(option: str, text: str) -> str:
    if not text.strip() or len(text) > _LONGEST or "\0" in text:
        raise ArgumentError(
            tr(
                "{option} {given!r}: must be 1 to {most} characters",
                option=option, given=text[:_LONGEST], most=_LONGEST,
            )
        )  # fmt: skip
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
