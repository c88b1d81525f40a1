"""Show the changes that `vitosms deploy` proposes, and their outcome."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from infra.cli.core.output import hints
from infra.cli.core.tables import new_table
from infra.deploy.change_set import Change, Loss
from infra.deploy.stack_status import Stand, stand_of, why_not
from infra.language import number
from infra.translation import tr, trn

if TYPE_CHECKING:
    from infra.deploy.stack import Event

_WIDEST = 24  # characters of a name or kind on a line, so that all columns fit 80
_COLOURS = {"Add": "green", "Modify": "yellow", "Remove": "red", "Import": "cyan"}


def changes_shown(changes: Sequence[Change], stack: str) -> Iterator[RenderableType]:
    """A row for each removed or changed resource, one for each kind of new ones, and losses in red."""
    count = len(changes)
    if not changes:
        yield tr("{stack}: no resource changes, only parameters or outputs", stack=stack)
        return
    yield trn(
        "{stack}: {count} resource changes", "{stack}: {count} resources change",
        count, stack=stack, count=number(count),
    )  # fmt: skip
    table = new_table("!" + tr("Action"), "!" + tr("Kind"), tr("Resource"), tr("What changes"))
    table.columns[2].min_width = max(len(line) for one in changes for line in broken(one.name).split("\n"))
    for one in changes:
        if one.action != "Add":
            colour = "red" if one.replaces or one.loss else _COLOURS.get(one.action, "")
            replaced = [tr("replaced" if one.replacement == "True" else "perhaps replaced")] if one.replaces else []
            what = Text(", ".join([*replaced, *one.properties]), colour)
            table.add_row(
                Text(_action(one.action), colour), broken(short(one.kind)), Text(broken(one.name), colour), what
            )
    for kind, names in grouped((one.kind, one.name) for one in changes if one.action == "Add").items():
        added = Text(", ".join(map(broken, names)), _COLOURS["Add"])
        table.add_row(Text(_action("Add"), _COLOURS["Add"]), broken(short(kind)), added, "")
    yield table
    yield from hints([_loss(one, one.loss) for one in changes if one.loss], "bold red")


def success_shown(verdict: str, stage: str, document: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The outputs, what an emulator has left out, and the next command."""
    yield Text(verdict, "green")
    outputs = new_table(tr("Output"), tr("Value"))
    for name, value in sorted(document["outputs"].items()):
        outputs.add_row(name, value)
    yield outputs
    if document["not_made"]:
        left_out = new_table("!" + tr("Kind"), tr("Not created: unknown to the emulator"))
        for kind, names in document["not_made"].items():
            left_out.add_row(short(kind), Text(", ".join(names), "yellow"))
        yield ""
        yield left_out
    if url := document["outputs"].get("DeskUrl"):
        yield tr("desk: {url}", url=url)
    yield tr("next: {command}", command=f"vitosms setup --stage {stage}")


def failure_shown(stage: str, status: str, failures: Sequence[Event], name: str = "") -> Iterator[RenderableType]:
    """The first failure is the cause; most of the others CloudFormation has cancelled. `name` is that of the stack."""
    yield Text(tr("{stack}: failed ({status})", stack=name or f"vitosms-{stage}", status=status), "bold red")
    yield from hints([f"{one.name} ({short(one.kind)}): {one.reason}" for one in failures], "red")
    if stand_of(status) is Stand.READY:
        yield tr("everything is as it was before; fix the cause, then deploy again")
    else:
        yield why_not(status, stage, name)


def _action(action: str) -> str:
    """Return CloudFormation's name in the reader's language; an unknown one unchanged."""
    known = {"Add": tr("Add"), "Modify": tr("Modify"), "Remove": tr("Remove"), "Import": tr("Import")}
    return known.get(action, action)


def _loss(change: Change, loss: Loss) -> str:
    resource = f"{change.kind.rpartition('::')[2]} {change.name}"
    what = {
        Loss.REMOVED: tr("{resource} is removed", resource=resource),
        Loss.REPLACED: tr("{resource} is replaced by an empty one", resource=resource),
        Loss.PERHAPS_REPLACED: tr("{resource} may be replaced by an empty one", resource=resource),
    }[loss]
    return f"{what}; {tr('the old one stays, outside the stack' if change.stays else 'everything in it is lost')}"


def short(kind: str) -> str:
    """The kind of a resource without its owner."""
    return kind.removeprefix("AWS::")


def broken(name: str) -> str:
    """A long name on several lines, each ending where one of its words does: `ReceiptsQueue`, `Policy`."""
    lines = [""]
    for word in re.split(r"(?<=[a-z0-9:])(?=[A-Z])", name):
        if len(lines[-1]) + len(word) > _WIDEST and lines[-1]:
            lines.append("")
        lines[-1] += word
    return "\n".join(lines)


def grouped(pairs: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    """Names by kind, both in order."""
    names: dict[str, list[str]] = {}
    for kind, name in sorted(pairs):
        names.setdefault(kind, []).append(name)
    return names
