"""`vitosms patients stop`, `patients release` and `patients stopped`: a person stops all messages to a patient."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from chalicelib.admin.patient_stops import StopResult, release_patient, stop_patient
from chalicelib.aws.deployment import Deployment
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.practice.opt_out import OptOut, OptOuts, stop_hash
from chalicelib.practice.practice import Practice
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.reports.appointments import appointments_of
from chalicelib.reports.unreachable import days_ahead
from chalicelib.rules.candidate import ID_LENGTH
from infra.cli.core.arguments import ArgumentError, refused, short_text
from infra.cli.core.caller import who
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import local, stop_document, text_documents
from infra.cli.core.labels import kind_words, short_id_words, stopped_since
from infra.cli.core.options import ConfirmedOptions, PracticeOptions
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.language import moment, moment_with_year, number, said, state_words
from infra.translation import tr, trn

Id = Annotated[str, typer.Argument(metavar="ID", help="The PatientId.")]
_HASH = 12  # characters: enough to tell one from another


def stop(
    options: PracticeOptions,
    patient: Id,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Such as verstorben; colleagues read it.")],
) -> None:
    """Stop all messages to a patient at once, whatever the practice database says, until you release the patient.

    What waits is cancelled and refunded. Messages that have left already are listed. Nobody is asked to phone.
    """
    words = short_text("--reason", reason)
    if not patient.strip() or len(patient) > ID_LENGTH:
        raise refused("ID", patient[:40], tr("must be 1 to {most} characters", most=ID_LENGTH))
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        known, doubt = _is_known(patient, found, deployment)
        done = stop_patient(patient, words, found, who(), deployment.now, deployment.clients)
        noted = _noted(patient, deployment.practice(found.id), deployment)
    refunded = sum(made.refund.credits for made in done.cancelled if made.refund)
    text = tr(
        "{practice}: patient {patient} gets no message any more; entries cancelled: {cancelled}, credits refunded: "
        "{refunded}"
        if done.added
        else "{practice}: patient {patient} was already stopped; entries cancelled: {cancelled}, credits refunded: "
        "{refunded}",
        practice=found.id, patient=patient, cancelled=number(len(done.cancelled)), refunded=number(refunded),
    )  # fmt: skip
    told = [] if done.added else [stopped_since(noted, found.zone)]
    told += doubt
    back = tr("to take that back: vitosms patients release {patient}", patient=patient)
    document = {
        "practice": found.id,
        "patient": patient,
        "added": done.added,
        "known": known,
        **stop_document(noted, found.zone),
    }
    document |= {"cancelled": [made.after.identity for made in done.cancelled], "refunded": refunded}
    document |= {"left": [_left_document(one, found) for one in done.left], "warnings": text_documents(told)}
    answer(options.as_json, document, text, *_left(done, found), *hints(told), back)


def release(options: ConfirmedOptions, patient: Id) -> None:
    """Let a stopped patient get messages again. What the stop cancelled waits again, if it is not too late."""
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        noted = _noted(patient, found, deployment)
        since = stopped_since(noted, found.zone)
        confirmed(tr("{since} Send to patient {patient} again?", since=since, patient=patient), options.yes)
        done = release_patient(patient, noted, found, who(), deployment.now, deployment.clients)
    text = tr(
        "{practice}: patient {patient} gets messages again; entries that wait again: {waiting}, too late: {over}",
        practice=found.id, patient=patient, waiting=number(len(done.waiting)), over=number(done.over),
    )  # fmt: skip
    told = [tr("the next search looks again at the appointments since then")]
    document = {
        "practice": found.id,
        "patient": patient,
        **stop_document(noted, found.zone),
        "waiting": len(done.waiting),
    }
    document |= {"too_late": done.over, "warnings": text_documents(told)}
    answer(options.as_json, document, text, *hints(told))


def stopped(options: PracticeOptions) -> None:
    """List the stopped patients: since when, by whom and why.

    The table holds hashes: the number is shown of those in the queue or with an appointment in the next 14 days.
    """
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        stops = sorted(
            (one for one in found.record.opt_outs.values() if one.is_stop), key=lambda one: (one.at, one.hash)
        )
        known, told = _numbers(found, deployment) if stops else ({}, [])
    table = new_table("!" + tr("Since"), "!" + tr("Patient number"), tr("By"), tr("Reason"))
    for one in stops:
        name = Text(known[one.hash]) if one.hash in known else Text(one.hash[:_HASH], "dim")
        table.add_row(moment_with_year(one.at, found.zone), name, one.by, one.reason)
    shown: RenderableType = table if stops else Text(tr("No patient is stopped."))
    documents = [{"patient": known.get(one.hash), "hash": one.hash, **stop_document(one, found.zone)} for one in stops]
    document = {"practice": found.id, "patients": documents, "warnings": text_documents(told)}
    answer(options.as_json, document, shown, *hints(told))


def _is_known(patient: str, practice: Practice, deployment: Deployment) -> tuple[bool, list[str]]:
    """Whether the practice has the patient, and the warning if it has not, or cannot be asked."""
    known, told = _patients(practice, deployment, patient)
    if patient in known:
        return True, []
    if told:
        return False, told
    return False, [
        tr("{practice} has no patient {patient}, as far as known: is the number right? It is stopped all the same.",
           practice=practice.id, patient=patient)
    ]  # fmt: skip


def _patients(practice: Practice, deployment: Deployment, patient: str | None = None) -> tuple[set[str], list[str]]:
    """The ids in the queue and of the next two weeks, and the given one if the database has it; why it is unread."""
    from chalicelib.aws.parameter_store import ParameterError

    known = {one.patient for one in deployment.clients.store.entries_in(practice.id, Group)} - {""}
    try:
        with appointments_of(practice, deployment) as appointments:
            if patient is not None:
                return known | appointments.names([patient]).keys(), []
            today = deployment.now.astimezone(practice.zone).date()
            return known | {one.patient for one in appointments.on_days(days_ahead(today))}, []
    except (PracticeDatabaseError, ParameterError) as error:
        return known, [said(error.text)]


def _numbers(practice: Practice, deployment: Deployment) -> tuple[dict[str, str], list[str]]:
    """The known patients by the hash that a stop of theirs has."""
    key = deployment.clients.parameters.opt_out_key(practice.id)
    known, told = _patients(practice, deployment)
    return {stop_hash(key, one): one for one in known}, told


def _noted(patient: str, practice: Practice, deployment: Deployment) -> OptOut:
    """Raises ArgumentError if the patient is not stopped."""
    opt_outs: OptOuts = deployment.clients.parameters.opt_outs(practice.record)
    if noted := opt_outs.stop_of(patient):
        return noted
    raise ArgumentError(
        tr("patient {patient} is not stopped at {practice}; nothing was changed",
           patient=patient[:ID_LENGTH], practice=practice.id)
    )  # fmt: skip


def _left(done: StopResult, practice: Practice) -> list[RenderableType]:
    """The messages that have left already, a line each."""
    if not done.left:
        return []
    lines = [
        tr("{kind} sent {moment}: {state} ({id})", kind=kind_words(one.kind), state=state_words(one.state),
           moment=moment(one.claimed_at, practice.zone), id=short_id_words(one.key))
        for one in done.left if one.claimed_at
    ]  # fmt: skip
    title = trn("{count} message has left already:", "{count} messages have left already:",
                len(lines), count=number(len(lines)))  # fmt: skip
    return [title, *hints(lines)]


def _left_document(one: Entry, practice: Practice) -> Document:
    about = {"entry": one.identity, "key": one.key, "state": one.state.value}
    return {**about, "sent_at": local(one.claimed_at, practice.zone), "starts_at": local(one.starts_at, practice.zone)}
