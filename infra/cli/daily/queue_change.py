"""`vitosms queue cancel` and `queue release`: a person stops what has not left, or lets go what is held back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import Group
from chalicelib.entries.manual_decision import ManualNote, UnresolvableError, may_be_released
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.planning.outlook import blockers, next_send
from chalicelib.practice.practice import Practice
from chalicelib.reports.entry_lookup import named_entries
from chalicelib.schedule.job import Job
from infra.cli.core.arguments import ArgumentError, check_note, short_text
from infra.cli.core.caller import who
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import Said, local, text_documents
from infra.cli.core.labels import credits_words
from infra.cli.core.options import ConfirmedOptions
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.language import moment_with_year, number, said
from infra.translation import tr, trn


def cancel(
    options: ConfirmedOptions,
    entry: Annotated[
        list[str], typer.Argument(metavar="ENTRY", help="reminder:…, birthday:…, rescheduled:…, again:… or keys.")
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="For the activity log, without personal data.")],
) -> None:
    """Cancel entries that have not been sent yet. Reserved ones are refunded.

    No run picks them up again until you release them.
    """
    from chalicelib.admin.queue_actions import cancel_entries

    words = short_text("--reason", reason)
    with connected(options.stage) as deployment, refused_in_one_line():
        found, parts, now = deployment.practice_to_change(options.practice), deployment.clients, deployment.now
        chosen = named_entries(entry, found.id, parts.store)
        back = sum(one.credits for one in chosen if one.state is State.RESERVED)
        if back:
            confirmed(_question(len(chosen), back), options.yes)
        keys = [one.key for one in chosen]
        done = cancel_entries(found.id, keys, ManualNote(who(), words), found.language, now, parts)
    refunded = sum(made.refund.credits for made in done if made.refund)
    document = {"practice": found.id, "cancelled": [_name(made.after) for made in done], "refunded": refunded}
    answer(options.as_json, document, _cancelled(found.id, len(done), refunded))


def release(
    options: ConfirmedOptions,
    entry: Annotated[
        list[str] | None,
        typer.Argument(metavar="ENTRY", help="reminder:…, birthday:…, rescheduled:…, again:… or keys."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All entries on hold.")] = False,
    note: Annotated[str, typer.Option(metavar="TEXT", help="For the activity log, without personal data.")] = "",
) -> None:
    """Release entries that are on hold or were cancelled manually: the next send run takes them."""
    from chalicelib.admin.queue_actions import release_entries

    if bool(entry) is everything:
        raise ArgumentError(tr("give the entries to release, or --all; vitosms queue list shows them"))
    check_note(note)
    with connected(options.stage) as deployment, refused_in_one_line():
        found, parts, now = deployment.practice_to_change(options.practice), deployment.clients, deployment.now
        keys = [one.key for one in _chosen(entry, found, deployment)]
        done: list[Transition] = []
        if keys:
            confirmed(_release_question(len(keys)), options.yes)
            done = release_entries(found.id, keys, ManualNote(who(), note), found.language, now, parts)
        after = deployment.practice(found.id)
        _tell(after, [made.after for made in done], deployment, options.as_json)


def _chosen(wanted: Sequence[str] | None, practice: Practice, deployment: Deployment) -> list[Entry]:
    """Return the named entries, all or none of them; without names those on hold that may still leave."""
    store = deployment.clients.store
    if wanted is None:
        return [one for one in store.entries_in(practice.id, [Group.HELD]) if one.expires_at > deployment.now]
    chosen = named_entries(wanted, practice.id, store)
    for one in chosen:
        if not may_be_released(one):
            held = ", ".join(other.identity for other in store.entries_in(practice.id, [Group.HELD])[:10])
            raise ArgumentError(
                tr(
                    "entry {given!r} is neither on hold nor cancelled manually, nothing was released; on hold: {held}"
                    if held
                    else "entry {given!r} is not cancelled manually, and none is on hold; nothing was released",
                    given=_name(one),
                    held=held,
                )
            )
    return chosen


def _tell(practice: Practice, done: Sequence[Entry], deployment: Deployment, as_json: bool) -> None:
    send, late, told = before_they_leave(done, practice, deployment)
    if late:
        told.append(tr("These expire before then: {entries}.", entries=", ".join(one.identity for one in late)))
    document: Document = {"practice": practice.id, "released": [one.identity for one in done]}
    document |= {"next_send": local(send, practice.zone), "warnings": text_documents(told)}
    answer(as_json, document, _released(practice, len(done), send), *hints(told))


def before_they_leave(
    entries: Sequence[Entry], practice: Practice, deployment: Deployment
) -> tuple[datetime | None, list[Entry], list[Said]]:
    """The next send run (UTC), the entries that expire before it, and warnings; none without entries."""
    send = next_send(practice, deployment.now)
    late = [one for one in entries if send and one.expires_at <= send]
    blocked: list[Said] = [*deployment.stopped(), *(reason for reason, _ in blockers(practice, Job.SEND))]
    return send, late, blocked if entries else []


@contextmanager
def refused_in_one_line() -> Iterator[None]:
    """Raise a refused decision as ArgumentError, with the words that say why."""
    try:
        yield
    except UnresolvableError as error:
        raise ArgumentError(said(error.text)) from None


def _question(count: int, refunded: int) -> str:
    return trn(
        "Cancel {count} entry and refund {credits}?", "Cancel {count} entries and refund {credits}?",
        count, count=number(count), credits=credits_words(refunded),
    )  # fmt: skip


def _cancelled(practice: str, count: int, refunded: int) -> str:
    if not refunded:
        return trn(
            "{practice}: {count} entry cancelled; to undo it: vitosms queue release",
            "{practice}: {count} entries cancelled; to undo it: vitosms queue release",
            count, practice=practice, count=number(count),
        )  # fmt: skip
    return trn(
        "{practice}: {count} entry cancelled, {credits} refunded; to undo it: vitosms queue release",
        "{practice}: {count} entries cancelled, {credits} refunded; to undo it: vitosms queue release",
        count, practice=practice, count=number(count), credits=credits_words(refunded),
    )  # fmt: skip


def _release_question(count: int) -> str:
    return trn(
        "Release {count} entry for the next send run, charged as usual?",
        "Release {count} entries for the next send run, charged as usual?",
        count, count=number(count),
    )  # fmt: skip


def _released(practice: Practice, count: int, send: datetime | None) -> str:
    values = {"practice": practice.id, "count": number(count)}
    if not count:
        return tr("{practice}: no entry released", practice=practice.id)
    if not send:
        return trn(
            "{practice}: {count} entry released; no send run is planned",
            "{practice}: {count} entries released; no send run is planned",
            count, **values,
        )  # fmt: skip
    return trn(
        "{practice}: {count} entry released; the next send run is {time}",
        "{practice}: {count} entries released; the next send run is {time}",
        count, time=moment_with_year(send, practice.zone), **values,
    )  # fmt: skip


def _name(entry: Entry) -> str:
    return entry.identity or entry.key
