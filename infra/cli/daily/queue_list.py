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
from infra.cli.daily.queue_table import group_words, queue_table
from infra.language import number
from infra.translation import tr, trn

Named = TypeVar("Named")


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
        str | None, typer.Option(metavar="GROUP", help="Only one group: prepared, held, underway or unreached.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="Only one kind: reminder, birthday, rescheduled or again.")
    ] = None,
    patient: Annotated[str | None, typer.Option(metavar="ID", help="Only the entries of this patient.")] = None,
    mandant: Annotated[
        str | None, typer.Option(metavar="ID", help="Only the entries that this billing practitioner pays for.")
    ] = None,
) -> None:
    """List all open entries: waiting, on hold, on their way, and those that did not reach the patient."""
    only = Narrowed(
        _one_of("--group", group, _group_names(), OPEN_GROUPS), _one_of("--kind", kind, _kind_names(), list(Kind)),
        patient, mandant,
    )  # fmt: skip
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        groups = {group: deployment.clients.store.entries_in(found.id, [group]) for group in OPEN_GROUPS}
    counts = {group: len(there) for group, there in groups.items()}
    shown = [(group, entry) for group, there in groups.items() for entry in there if only.has(group, entry)]
    document = {"practice": found.id, "counts": counts, "entries": [_document(*one, found) for one in shown]}
    answer(options.as_json, document, *_shown(counts, [entry for _, entry in shown], found))


def _group_names() -> dict[str, Group]:
    """By their code, and their name in the reader's language."""
    return {folded(name): group for group in OPEN_GROUPS for name in (group, group_words(group))}


def _kind_names() -> dict[str, Kind]:
    return {folded(name): kind for kind in Kind for name in (kind.value, kind_words(kind))}


def _shown(counts: Mapping[Group, int], entries: Sequence[Entry], practice: Practice) -> list[RenderableType]:
    told = ", ".join(_counted(group, count) for group, count in counts.items())
    total = sum(counts.values())
    lines: list[RenderableType] = [Text(told, "bold")]
    if len(entries) < total:
        lines.append(Text(tr("Shown: {count} of {total}", count=number(len(entries)), total=number(total)), "dim"))
    return [*lines, queue_table(entries, practice.zone)] if entries else lines


def _counted(group: Group, count: int) -> str:
    many = number(count)
    words = {
        Group.PREPARED: trn("waiting {count}", "waiting {count}", count, count=many),
        Group.HELD: trn("on hold {count}", "on hold {count}", count, count=many),
        Group.UNDERWAY: trn("on its way {count}", "on its way {count}", count, count=many),
        Group.UNREACHED: trn("not reached {count}", "not reached {count}", count, count=many),
    }
    return words[group]


def _one_of(option: str, text: str | None, names: Mapping[str, Named], allowed: Sequence[str]) -> Named | None:
    """The group or kind of this name; None if the option is not given."""
    if text is None or folded(text) in names:
        return None if text is None else names[folded(text)]
    near = nearest(folded(text), names)
    given, all_names = text[:40], ", ".join(allowed)
    if not near:
        raise ArgumentError(
            tr("{option} {given!r}: must be one of {names}", option=option, given=given, names=all_names)
        )
    raise ArgumentError(
        tr(
            "{option} {given!r}: must be one of {names}; did you mean {name}?",
            option=option, given=given, names=all_names, name=near[0],
        )
    )  # fmt: skip


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
