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
from infra.cli.core.options import ConfirmedOptions
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.language import counted, moment_with_year, said

_NAMED = "reminder:…, birthday:…, rescheduled:… or keys."


def cancel(
    options: ConfirmedOptions,
    entry: Annotated[list[str], typer.Argument(metavar="ENTRY…", help=_NAMED)],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="For the activity log: German, nothing personal.")],
) -> None:
    """Stop entries that have not left. What is reserved is refunded; no run takes them up again, but release does."""
    from chalicelib.admin.queue_actions import cancel_entries

    words = short_text("--reason", reason)
    with connected(options.stage) as deployment, refused_in_one_line():
        found, parts, now = deployment.practice_to_change(options.practice), deployment.clients, deployment.now
        chosen = named_entries(entry, found.id, parts.store)
        back = sum(one.credits for one in chosen if one.state is State.RESERVED)
        if back:
            confirmed(f"cancel {_entries(len(chosen))} and refund {_credits(back)}?", options.yes)
        keys = [one.key for one in chosen]
        done = cancel_entries(found.id, keys, ManualNote(who(), words), now, parts)
    refunded = sum(made.refund.credits for made in done if made.refund)
    document = {"practice": found.id, "cancelled": [_name(made.after) for made in done], "refunded": refunded}
    told = f", {_credits(refunded)} refunded" if refunded else ""
    answer(
        options.as_json,
        document,
        f"{found.id}: {_entries(len(done))} cancelled{told}; to undo it: vitosms queue release",
    )


def release(
    options: ConfirmedOptions,
    entry: Annotated[list[str] | None, typer.Argument(metavar="ENTRY…", help=_NAMED)] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that are held.")] = False,
    note: Annotated[str, typer.Option(metavar="TEXT", help="For the activity log: German, nothing personal.")] = "",
) -> None:
    """Let entries that are held, or were cancelled by hand, leave with the next send run, today's if it is open."""
    from chalicelib.admin.queue_actions import release_entries

    if bool(entry) is everything:
        raise ArgumentError("give the entries to release, or --all; vitosms queue list shows them")
    check_note(note)
    with connected(options.stage) as deployment, refused_in_one_line():
        found, parts, now = deployment.practice_to_change(options.practice), deployment.clients, deployment.now
        keys = [one.key for one in _chosen(entry, found, deployment)]
        done: list[Transition] = []
        if keys:
            confirmed(f"let {_entries(len(keys))} leave with the next send run, charged as any other?", options.yes)
            done = release_entries(found.id, keys, ManualNote(who(), note), now, parts)
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
            held = ", ".join(other.identity for other in store.entries_in(practice.id, [Group.HELD])[:10]) or "none"
            what = "is neither held nor cancelled by hand, nothing was released"
            raise ArgumentError(f"entry {_name(one)!r} {what}; held is {held}")
    return chosen


def _tell(practice: Practice, done: Sequence[Entry], deployment: Deployment, as_json: bool) -> None:
    send, late, told = before_they_leave(done, practice, deployment)
    if late:
        told.append(f"Davon verfallen bis dann: {', '.join(one.identity for one in late)}.")
    when = f"; the next send run is {moment_with_year(send, practice.zone)}" if send else "; no send run is planned"
    text = f"{practice.id}: {_entries(len(done))} released{when if done else ''}"
    document: Document = {"practice": practice.id, "released": [one.identity for one in done]}
    document |= {"next_send": local(send, practice.zone), "warnings": text_documents(told)}
    answer(as_json, document, text, *hints(told))


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


def _entries(count: int) -> str:
    return counted(count, "entry", "entries")


def _credits(count: int) -> str:
    return counted(count, "credit", "credits")


def _name(entry: Entry) -> str:
    return entry.identity or entry.key
