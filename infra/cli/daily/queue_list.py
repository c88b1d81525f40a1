"""`vitosms queue list`: the open entries of a practice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

import typer
from rich.console import RenderableType
from rich.text import Text

from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import OPEN_GROUPS, Group
from chalicelib.messages.kind import Kind
from chalicelib.practice.names import folded, nearest
from chalicelib.practice.practice import Practice
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.documents import channel_code, local, text_document
from infra.cli.core.labels import kind_words
from infra.cli.core.options import PracticeOptions
from infra.cli.core.output import Document, answer
from infra.cli.core.stage import connected
from infra.cli.daily.queue_table import GERMAN_GROUPS, queue_table
from infra.language import number

Named = TypeVar("Named")
_GROUP_NAMES = {folded(name): key for key, german in GERMAN_GROUPS.items() for name in (key, german)}


@dataclass(frozen=True)
class Narrowed:
    """Which entries to show; None does not filter."""

    group: str | None
    kind: Kind | None
    patient: str | None
    mandant: str | None

    def has(self, group: str, entry: Entry) -> bool:
        asked = ((self.group, group), (self.kind, entry.kind), (self.patient, entry.patient))
        return all(wanted in (None, there) for wanted, there in (*asked, (self.mandant, entry.mandant)))


def list_entries(
    options: PracticeOptions,
    group: Annotated[
        str | None, typer.Option(metavar="GROUP", help=f"Only those of one group: {', '.join(OPEN_GROUPS)}.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help=f"Only those of one kind: {', '.join(Kind)}.")
    ] = None,
    patient: Annotated[str | None, typer.Option(metavar="ID", help="Only those of one patient.")] = None,
    mandant: Annotated[str | None, typer.Option(metavar="ID", help="Only those that one Mandant pays.")] = None,
) -> None:
    """All open entries: waiting, held, under way, and those that did not reach the patient."""
    only = Narrowed(
        _one_of("--group", group, _GROUP_NAMES, OPEN_GROUPS), _one_of("--kind", kind, _kind_names(), list(Kind)),
        patient, mandant,
    )  # fmt: skip
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        groups = {group: deployment.clients.store.entries_in(found.id, [group]) for group in OPEN_GROUPS}
    counts = {group: len(there) for group, there in groups.items()}
    shown = [(group, entry) for group, there in groups.items() for entry in there if only.has(group, entry)]
    document = {"practice": found.id, "counts": counts, "entries": [_document(*one, found) for one in shown]}
    answer(options.as_json, document, *_shown(counts, [entry for _, entry in shown], found))


def _kind_names() -> dict[str, Kind]:
    return {folded(name): kind for kind in Kind for name in (kind.value, kind_words(kind))}


def _shown(counts: Mapping[Group, int], entries: Sequence[Entry], practice: Practice) -> list[RenderableType]:
    told = ", ".join(f"{GERMAN_GROUPS[group]} {number(count)}" for group, count in counts.items())
    total = sum(counts.values())
    lines: list[RenderableType] = [Text(told, "bold")]
    if len(entries) < total:
        lines.append(Text(f"Gezeigt: {number(len(entries))} von {number(total)}", "dim"))
    return [*lines, queue_table(entries, practice.zone)] if entries else lines


def _one_of(option: str, text: str | None, names: Mapping[str, Named], allowed: Sequence[str]) -> Named | None:
    """The group or kind of an English or German name; None where the option is not given."""
    if text is None or folded(text) in names:
        return None if text is None else names[folded(text)]
    near = nearest(folded(text), names)
    meant = f"; did you mean {near[0]}?" if near else ""
    raise ArgumentError(f"{option} {text[:40]!r}: allowed are {', '.join(allowed)}{meant}")


def _document(group: str, entry: Entry, practice: Practice) -> Document:
    own = {"entry": entry.identity, "key": entry.key, "group": group, "state": entry.state}
    return {
        **own,
        "reason": text_document(entry.reason),
        "patient": entry.patient,
        "starts_at": local(entry.starts_at, practice.zone),
        "expires_at": local(entry.expires_at, practice.zone),
        "mandant": entry.mandant,
        "channel": channel_code(entry.channel),
        "credits": entry.credits,
    }
