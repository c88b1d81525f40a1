"""`vitosms erase`: erase the personal data of a patient, and send them nothing more (art. 32 of the Swiss FADP)."""

import typer
from rich.console import RenderableType
from rich.text import Text

from chalicelib.admin.personal_data import ErasureResult, erase
from chalicelib.practice.practice import Practice
from infra.cli.core.caller import who
from infra.cli.core.confirmation import confirmed_by_typing
from infra.cli.core.documents import local, text_document
from infra.cli.core.options import ConfirmedOptions
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.privacy.data_locations_table import traces_document, traces_shown
from infra.cli.privacy.export import PatientId
from infra.cli.privacy.patient_data import Found, found_of
from infra.language import moment, number, said
from infra.translation import tr, trn

UNFINISHED = 1


def erase_(
    options: ConfirmedOptions,
    patient: PatientId,
) -> None:
    """Erase the data of a patient, and send them nothing more. It cannot be undone; export it first if they want it.

    Exit code 1: a message is being sent to them right now; repeat the command in ten minutes.
    """
    with connected(options.stage) as deployment:
        registered = deployment.practice(options.practice)
        found = found_of(patient, registered, deployment)
        confirmed_by_typing(_question(found, registered.id), patient, options.yes)
        by, now, clients = who(), deployment.now, deployment.clients
        done = erase(patient, registered.record, found.held, by, registered.language, now, clients)
    answer(options.as_json, _document(done, found, registered), *_shown(done, found, registered))
    if done.sending:
        raise typer.Exit(UNFINISHED)


def _question(found: Found, practice: str) -> str:
    entries = len(found.held.entries)
    return trn(
        "Permanently erase {count} entry of patient {patient} at {practice}? Type the PatientId:",
        "Permanently erase {count} entries of patient {patient} at {practice}? Type the PatientId:",
        entries,
        count=number(entries), patient=found.patient, practice=practice,
    )  # fmt: skip


def _shown(done: ErasureResult, found: Found, practice: Practice) -> list[RenderableType]:
    warnings = [*_unfinished(done, found), *_ahead(found, practice), *_shared(found)]
    return [
        Text(_headline(done, found.patient), "bold"),
        *(Text(f"• {one}") for one in _done(done)), *hints(warnings), Text(),
        Text(tr("What remains elsewhere, and until when"), "bold"), *traces_shown(found.traces, practice.zone),
    ]  # fmt: skip


def _headline(done: ErasureResult, patient: str) -> str:
    if done.sending:
        return tr("Patient {patient}: not finished", patient=patient)
    if done.anonymised or done.opted_out:
        return tr("Patient {patient}: erased", patient=patient)
    return tr("Patient {patient}: was already erased", patient=patient)


def _done(done: ErasureResult) -> list[str]:
    anonymised = trn(
        "{count} entry without personal data, {cancelled} of them cancelled",
        "{count} entries without personal data, {cancelled} of them cancelled",
        done.anonymised,
        count=number(done.anonymised), cancelled=number(done.cancelled),
    )  # fmt: skip
    refund = trn("{count} credit refunded", "{count} credits refunded", done.refunded, count=number(done.refunded))
    opted_out = trn(
        "{count} new opt-out: the patient and their addresses",
        "{count} new opt-outs: the patient and their addresses",
        done.opted_out,
        count=number(done.opted_out),
    )
    kept = tr("Key and state remain, so that nothing is created twice; they identify nobody")
    return [f"{anonymised}, {refund}" if done.refunded else anonymised, opted_out, kept]


def _shared(found: Found) -> list[str]:
    if not found.held.addresses:
        return []
    addresses = ", ".join(_addresses(found))
    return [tr("Others who share an address no longer get messages there either: {addresses}", addresses=addresses)]


def _unfinished(done: ErasureResult, found: Found) -> list[str]:
    told = []
    if done.sending:
        count = len(done.sending)
        told.append(trn(
            "{count} message is being sent right now; please repeat the command in ten minutes.",
            "{count} messages are being sent right now; please repeat the command in ten minutes.",
            count, count=number(count),
        ))  # fmt: skip
    if found.unread:
        left = tr("The addresses in the practice database were not opted out; the patient was.")
        told.append(f"{said(found.unread)} {left}")
    return told


def _ahead(found: Found, practice: Practice) -> list[str]:
    if not found.ahead:
        return []
    times = ", ".join(moment(starts_at, practice.zone) for starts_at in found.ahead[:5])
    return [trn(
        "{count} upcoming appointment ({times}): no further message, and not on the call list; "
        "phone now if necessary.",
        "{count} upcoming appointments ({times}): no further message, and not on the call list; "
        "phone now if necessary.",
        len(found.ahead), count=number(len(found.ahead)), times=times,
    )]  # fmt: skip


def _addresses(found: Found) -> list[str]:
    return [one.value for one in found.held.addresses]


def _document(done: ErasureResult, found: Found, practice: Practice) -> Document:
    document: Document = {"practice": practice.id, "patient": found.patient, "anonymised": done.anonymised}
    document |= {"cancelled": done.cancelled, "refunded": done.refunded, "opted_out": done.opted_out}
    document |= {"sending": list(done.sending), "addresses": _addresses(found), "unread": text_document(found.unread)}
    document |= {"appointments_ahead": [local(starts_at, practice.zone) for starts_at in found.ahead]}
    return {**document, "data_locations": traces_document(found.traces, practice.zone)}
