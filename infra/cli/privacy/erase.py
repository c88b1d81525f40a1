"""`vitosms erase`: erase the personal data of a patient, and send them nothing more (Löschung, Art. 32 DSG)."""

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
from infra.language import counted, moment, said

UNFINISHED = 1


def erase_(
    options: ConfirmedOptions,
    patient: PatientId,
) -> None:
    """Erase what is held of a patient, and send him nothing more. It cannot be undone; export it first if he wants it.

    Exit code 1: a message was on its way to him at this moment; give the command again in ten minutes.
    """
    with connected(options.stage) as deployment:
        registered = deployment.practice(options.practice)
        found = found_of(patient, registered, deployment)
        what = counted(len(found.held.entries), "entry", "entries")
        question = f"erase {what} of patient {patient} at {registered.id} for good? Type the patient's number:"
        confirmed_by_typing(question, patient, options.yes)
        by, now, clients = who(), deployment.now, deployment.clients
        done = erase(patient, registered.record, found.held, by, registered.language, now, clients)
    answer(options.as_json, _document(done, found, registered), *_shown(done, found, registered))
    if done.sending:
        raise typer.Exit(UNFINISHED)


def _shown(done: ErasureResult, found: Found, practice: Practice) -> list[RenderableType]:
    refund = f", {counted(done.refunded, 'Credit', 'Credits')} erstattet" if done.refunded else ""
    told = [
        f"{counted(done.anonymised, 'Eintrag', 'Einträge')} ohne Personendaten, "
        f"davon {done.cancelled} storniert{refund}",
        f"{counted(done.opted_out, 'neue Abmeldung', 'neue Abmeldungen')}: der Patient und seine Adressen",
        "Es bleiben Schlüssel und Stand, damit nichts ein zweites Mal entsteht; sie nennen niemanden",
    ]
    shared = [f"Auch wer die Adresse mitbenutzt, erhält dort nichts mehr: {', '.join(_addresses(found))}"]
    warnings = [*_unfinished(done, found), *_ahead(found, practice), *(shared if found.held.addresses else [])]
    over = "unfertig" if done.sending else ("gelöscht" if done.anonymised or done.opted_out else "war schon gelöscht")
    return [
        Text(f"Patient {found.patient}: {over}", "bold"),
        *(Text(f"• {one}") for one in told), *hints(warnings), Text(),
        Text("Was anderswo noch liegt, und bis wann", "bold"), *traces_shown(found.traces, practice.zone),
    ]  # fmt: skip


def _unfinished(done: ErasureResult, found: Found) -> list[str]:
    told = []
    if done.sending:
        which = counted(len(done.sending), "Mitteilung wird", "Mitteilungen werden")
        told.append(f"{which} eben gesendet; bitte den Befehl in zehn Minuten wiederholen.")
    if found.unread:
        words = "Die Adressen, die dort erfasst sind, wurden nicht abgemeldet, der Patient schon."
        told.append(f"{said(found.unread)} {words}")
    return told


def _ahead(found: Found, practice: Practice) -> list[str]:
    if not found.ahead:
        return []
    when = ", ".join(moment(starts_at, practice.zone) for starts_at in found.ahead[:5])
    which = counted(len(found.ahead), "kommender Termin", "kommende Termine")
    return [f"{which} ({when}): ohne weitere Mitteilung, und auf keiner Anrufliste; falls nötig, jetzt anrufen."]


def _addresses(found: Found) -> list[str]:
    return [one.value for one in found.held.addresses]


def _document(done: ErasureResult, found: Found, practice: Practice) -> Document:
    document: Document = {"practice": practice.id, "patient": found.patient, "anonymised": done.anonymised}
    document |= {"cancelled": done.cancelled, "refunded": done.refunded, "opted_out": done.opted_out}
    document |= {"sending": list(done.sending), "addresses": _addresses(found), "unread": text_document(found.unread)}
    document |= {"appointments_ahead": [local(starts_at, practice.zone) for starts_at in found.ahead]}
    return {**document, "data_locations": traces_document(found.traces, practice.zone)}
