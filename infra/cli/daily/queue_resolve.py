"""`vitosms queue resolve`: a person settles an entry whose outcome is unknown."""

from datetime import datetime
from typing import Annotated

import typer

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import ManualDecision, ManualNote, UnresolvableError
from chalicelib.entries.states import State
from chalicelib.practice.practice import Practice
from chalicelib.reports.entry_lookup import named_entries
from infra.cli.core.arguments import ArgumentError, check_note
from infra.cli.core.caller import who
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import local, text_document, text_documents
from infra.cli.core.options import ConfirmedOptions
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.daily.queue_change import before_they_leave
from infra.language import moment_with_year, said, state_words
from infra.translation import tr


def resolve(
    options: ConfirmedOptions,
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="reminder:…, birthday:… or a key.")],
    decision: Annotated[
        ManualDecision,
        typer.Argument(
            metavar="delivered|resend", help="delivered: the patient has it; resend: it did not arrive, send it again."
        ),
    ],
    note: Annotated[str, typer.Option(metavar="TEXT", help="How you know, without personal data.")] = "",
) -> None:
    """Settle an entry whose outcome is unknown.

    With delivered, it stays charged. With resend, it is refunded, and the next send run checks it again.
    """
    check_note(note)
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        (one,) = named_entries([entry], found.id, deployment.clients.store)
        if decision is ManualDecision.RESEND and one.state is State.UNKNOWN:
            name = one.identity or one.key
            confirmed(tr("Refund {entry} and send it again? The patient may get it twice.", entry=name), options.yes)
        done = _resolved(one, decision, note, found, deployment)
        _tell(done, deployment.practice(found.id), deployment, options.as_json)


def _resolved(entry: Entry, decision: ManualDecision, note: str, practice: Practice, deployment: Deployment) -> Entry:
    from chalicelib.admin.queue_actions import resolve_entry

    parts, by = deployment.clients, ManualNote(who(), note)
    try:
        return resolve_entry(practice.id, entry.key, decision, by, practice.language, deployment.now, parts)
    except UnresolvableError as error:
        raise ArgumentError(
            tr(
                "entry {given!r}, nothing was changed: {reason}",
                given=entry.identity or entry.key,
                reason=said(error.text),
            )
        ) from None


def _tell(entry: Entry, practice: Practice, deployment: Deployment, as_json: bool) -> None:
    name, waits = entry.identity or entry.key, entry.state is State.PREPARED
    send, late, told = before_they_leave([entry] if waits else [], practice, deployment)
    if late:
        told.append(tr("{entry} expires before then.", entry=name))
    if not waits:
        send = None
    document: Document = {"practice": practice.id, "entry": entry.identity, "key": entry.key, "state": entry.state}
    document |= {"reason": text_document(entry.reason), "credits": entry.credits}
    document |= {"next_send": local(send, practice.zone), "warnings": text_documents(told)}
    answer(as_json, document, state_now(entry, send, practice), *hints(told))


def state_now(entry: Entry, send: datetime | None, practice: Practice) -> str:
    """Say the state of an entry, and when it is sent if it waits."""
    values = {
        "practice": practice.id,
        "entry": entry.identity or entry.key,
        "state": state_words(entry.state),
    }
    if not send:
        return tr("{practice}: {entry} is now “{state}”", **values)
    time = moment_with_year(send, practice.zone)
    return tr("{practice}: {entry} is now “{state}”; the next send run is {time}", time=time, **values)
