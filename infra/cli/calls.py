"""`vitosms calls`: the Anrufliste, whom the practice has to phone."""

from collections.abc import Sequence
from textwrap import fill
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from chalicelib.call_list import entries_to_phone, why_to_phone, why_unsent
from chalicelib.entry import Entry
from chalicelib.german import moment
from chalicelib.job import Job
from chalicelib.practice_errors import PracticeDatabaseError
from infra.cli.call_list import Call, call_list
from infra.cli.deployment import Deployment, Practice, connected
from infra.cli.options import DEV, AsJson, PracticeId, Stage
from infra.cli.queue_entries import entries_of
from infra.cli.screen import answer, hints, local
from infra.cli.tables import MOST_ROWS, call_table, new_table, with_rest


def calls(practice: PracticeId = None, stage: Stage = DEV, as_json: AsJson = False) -> None:
    """The call list (Anrufliste). Appointments ahead, of which no message told the patient."""
    with connected(stage) as deployment:
        found = deployment.practice(practice)
        send = found.record.jobs.get(Job.SEND)
        phoned = entries_to_phone(entries_of(deployment.parts.store, found.id), send, deployment.now)
        unsent = why_unsent(found.record.stopped or deployment.stop, found.record.alerts)
        named, unread = _named(phoned, unsent, found, deployment)
    if named is not None:
        rows = [
            {"patient": call.patient, "phone": call.phone or None, "reason": call.reason}
            | {"begins": local(call.begins, found.zone)}
            for call in named
        ]
        shown = call_table(named, found.zone)
    else:
        rows = [
            {"patient": entry.patient, "phone": None, "reason": why_to_phone(entry, unsent)}
            | {"begins": local(entry.until, found.zone)}
            for entry in phoned
        ]
        shown = _numbers_table(phoned, unsent, found.zone)
    remarks = [f"{unread} Gezeigt sind nur die Patientennummern."] if unread else []
    answer(as_json, {"practice": found.id, "calls": rows, "remarks": remarks}, shown, *hints(remarks))


def _named(
    phoned: Sequence[Entry], unsent: str, practice: Practice, deployment: Deployment
) -> tuple[list[Call] | None, str | None]:
    """With names and numbers; None, and why not, where the practice database cannot be read from here."""
    from chalicelib.parameters import ParameterError

    try:
        url = deployment.parts.parameters.database_url(practice.id)
        return call_list(phoned, url, deployment.now, practice.zone, unsent), None
    except (PracticeDatabaseError, ParameterError) as error:
        return None, str(error)


def _numbers_table(phoned: Sequence[Entry], unsent: str, zone: ZoneInfo) -> RenderableType:
    if not phoned:
        return Text("Niemand ist anzurufen.")
    table = new_table("!Patient", "!Termin", "Grund")
    for entry in phoned[:MOST_ROWS]:
        table.add_row(fill(entry.patient, 22), moment(entry.until, zone), why_to_phone(entry, unsent))
    return with_rest(table, len(phoned), "weitere Patienten")
