"""Show the changes that `vitosms deploy` proposes, and their outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from infra.cli.core.output import hints
from infra.cli.core.tables import new_table
from infra.deploy.stack_status import Stand, stand_of, why_not
from infra.language import counted

if TYPE_CHECKING:
    from infra.deploy.change_set import Change
    from infra.deploy.stack import Event

_COLOURS = {"Add": "green", "Modify": "yellow", "Remove": "red", "Import": "cyan"}
_REPLACED = {"True": "replaced", "Conditional": "perhaps replaced"}


def changes_shown(changes: Sequence[Change], stage: str) -> Iterator[RenderableType]:
    """A row for what goes or changes, one for each kind of what comes, and in red what is lost."""
    if not changes:
        yield f"vitosms-{stage}: no resource changes, but parameters or outputs do"
        return
    yield f"vitosms-{stage}: {counted(len(changes), 'resource changes', 'resources change')}"
    table = new_table("!Action", "!Kind", "Resource", "What changes")
    for one in changes:
        if one.action != "Add":
            colour = "red" if one.replaces or one.loss else _COLOURS.get(one.action, "")
            replaced = [_REPLACED[one.replacement or ""]] if one.replaces else []
            what = Text(", ".join([*replaced, *one.properties]), colour)
            table.add_row(Text(one.action, colour), short(one.kind), Text(one.name, colour), what)
    for kind, names in grouped((one.kind, one.name) for one in changes if one.action == "Add").items():
        table.add_row(Text("Add", _COLOURS["Add"]), short(kind), Text(", ".join(names), _COLOURS["Add"]), "")
    yield table
    yield from hints([one.loss for one in changes if one.loss], "bold red")


def success_shown(verdict: str, stage: str, document: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The outputs, what an emulator has left out, and the next command."""
    yield Text(verdict, "green")
    outputs = new_table("Output", "Value")
    for name, value in sorted(document["outputs"].items()):
        outputs.add_row(name, value)
    yield outputs
    if document["not_made"]:
        left_out = new_table("!Kind", "Not made: the emulator does not know it")
        for kind, names in document["not_made"].items():
            left_out.add_row(short(kind), Text(", ".join(names), "yellow"))
        yield ""
        yield left_out
    yield f"next: vitosms setup --stage {stage}"


def failure_shown(stage: str, status: str, failures: Sequence[Event]) -> Iterator[RenderableType]:
    """The first failure is the cause; of the others CloudFormation mostly says that it has cancelled them."""
    yield Text(f"vitosms-{stage}: it failed ({status})", "bold red")
    yield from hints([f"{one.name} ({short(one.kind)}): {one.reason}" for one in failures], "red")
    as_before = stand_of(status) is Stand.READY
    yield "all is as it was before; mend the cause, then deploy again" if as_before else why_not(status, stage)


def short(kind: str) -> str:
    """The kind of a resource without its owner."""
    return kind.removeprefix("AWS::")


def grouped(pairs: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    """Names by kind, both in order."""
    names: dict[str, list[str]] = {}
    for kind, name in sorted(pairs):
        names.setdefault(kind, []).append(name)
    return names
