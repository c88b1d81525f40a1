"""`vitosms queue`: the open entries of a practice (Versand-Queue), releasing held ones, settling unknown ones."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text

from chalicelib.entry import Entry, release
from chalicelib.german import counted, moment_with_year, number
from chalicelib.job import Job, Tick, next_tick
from chalicelib.move import Move
from chalicelib.outlook import hindrances, next_send
from infra.cli.arguments import ArgumentError
from infra.cli.deployment import Deployment, Practice, connected
from infra.cli.options import DEV, AsJson, PracticeId, Stage, group
from infra.cli.queue_entries import GERMAN_GROUPS, GROUPS, entries_of, key_of
from infra.cli.queue_resolve import resolve
from infra.cli.queue_table import queue_table
from infra.cli.screen import Document, answer, hints, local

app = group("The entries of a practice that are open (Versand-Queue).")


@app.command("list")
def list_entries(practice: PracticeId = None, stage: Stage = DEV, as_json: AsJson = False) -> None:
    """All open entries: waiting, held, under way, and those that did not reach the patient."""
    with connected(stage) as deployment:
        found = deployment.practice(practice)
        groups = {group: entries_of(deployment.parts.store, found.id, [group]) for group in GROUPS}
    entries = [entry for group in groups.values() for entry in group]
    counts = {group: len(there) for group, there in groups.items()}
    told = ", ".join(f"{GERMAN_GROUPS[group]} {number(count)}" for group, count in counts.items())
    documents = [_document(entry, group, found) for group, there in groups.items() for entry in there]
    shown = [queue_table(entries, found.zone)] if entries else []
    answer(as_json, {"practice": found.id, "counts": counts, "entries": documents}, Text(told, "bold"), *shown)


@app.command("release")
def release_(
    entry: Annotated[list[str] | None, typer.Argument(metavar="ENTRY…", help="reminder:…, birthday:… or keys.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that are held.")] = False,
    practice: PracticeId = None,
    stage: Stage = DEV,
    as_json: AsJson = False,
) -> None:
    """Let held entries leave with the next send run, today's if it is still open."""
    if bool(entry) is everything:
        raise ArgumentError("give the entries to release, or --all; vitosms queue list shows them")
    with connected(stage) as deployment:
        found = deployment.practice_to_change(practice)
        store, now = deployment.parts.store, deployment.now
        held = _chosen(entries_of(store, found.id, ["held"]), found.id, entry)
        done = [made.after for made in store.commit([Move(one, release(one)) for one in held])]
        if done:
            deployment.parts.practices.go_on(found.id, Job.SEND, next_tick(Tick.SEND, now))
        after = deployment.practice(found.id)
    _tell(after, done, deployment, as_json)


app.command()(resolve)


def _tell(practice: Practice, done: Sequence[Entry], deployment: Deployment, as_json: bool) -> None:
    send = next_send(practice, deployment.now)
    late = [one for one in done if send and one.until <= send]
    told = [*deployment.stopped(), *hindrances(practice, Job.SEND)] if done else []
    if late:
        told.append(f"Davon verfallen bis dann: {', '.join(one.identity for one in late)}.")
    when = f"; the next send run is {moment_with_year(send, practice.zone)}" if send else "; no send run is planned"
    text = f"{practice.id}: {counted(len(done), 'entry', 'entries')} released{when if done else ''}"
    document = {"practice": practice.id, "released": [one.identity for one in done]}
    answer(as_json, {**document, "next_send": local(send, practice.zone), "warnings": told}, text, *hints(told))


def _chosen(held: Sequence[Entry], practice: str, wanted: Sequence[str] | None) -> list[Entry]:
    """Those of the held entries that are named; None: all. Refuses all where one of them is not held."""
    if wanted is None:
        return list(held)
    by_key = {one.key: one for one in held}
    keys = {text: key_of(practice, text) for text in wanted}
    for text, key in keys.items():
        if key not in by_key:
            there = ", ".join(one.identity for one in held[:10]) or "none"
            raise ArgumentError(f"entry {text!r} is not held, nothing was released; held is {there}")
    return [by_key[key] for key in dict.fromkeys(keys.values())]


def _document(entry: Entry, group: str, practice: Practice) -> Document:
    own = {"entry": entry.identity, "key": entry.key, "group": group, "state": entry.state, "reason": entry.reason}
    begins = local(entry.begins, practice.zone)
    return {**own, "begins": begins, "until": local(entry.until, practice.zone), **_paid(entry)}


def _paid(entry: Entry) -> Document:
    return {"mandant": entry.mandant, "channel": entry.channel, "credits": entry.credits}
