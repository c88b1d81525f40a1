"""`vitosms deploy`: deploy a stage to AWS. It shows the changes first, and makes them only after a confirmation.

Exit codes: 0 done, or nothing to change; 1 CloudFormation failed, and has rolled back; 2 an argument, the package, the
state of the stack or AWS stands against it, and nothing was changed; 3 not confirmed, and nothing was changed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.core import prompts as ask
from infra.cli.core.arguments import ArgumentError, allowed_names, refused
from infra.cli.core.arguments import parameters as parameters_given
from infra.cli.core.options import DEV, AsJson, Stage
from infra.cli.core.output import Document, answer, say
from infra.cli.core.stage import aws_in_one_line, check_stage
from infra.cli.operate.deploy_report import changes_shown, failure_shown, success_shown
from infra.deploy.stack_status import Stand, is_good, stand_of, why_not
from infra.translation import tr

if TYPE_CHECKING:
    from infra.cli.operate.deploy_proposal import Proposed
    from infra.deploy.stack import Found, Stack

FAILED, NOT_CONFIRMED = 1, 3
ARCHITECTURES = ("arm64", "x86_64")


def deploy(
    stage: Stage = DEV,
    arch: Annotated[
        str, typer.Option(metavar="ARCH", help="The architecture of the Lambdas: arm64 or x86_64.")
    ] = ARCHITECTURES[0],
    parameter: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A parameter of the template, kept from then on; may be repeated."),
    ] = None,
    package: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Deploy an existing package, such as build/prod.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Make the change without asking.")] = False,
    as_json: AsJson = False,
) -> int:
    """Package a stage, show what would change, and deploy it."""
    _check(stage, arch, may_ask=yes or not as_json)
    given = parameters_given(parameter or [])
    with aws_in_one_line():
        import boto3

        from infra.cli.operate import deploy_proposal
        from infra.deploy.stack import Stack

        stack = Stack(boto3.client("cloudformation"), f"vitosms-{stage}")
        found = _changeable(stack, stage)
        given = given if package else deploy_proposal.with_alert_sender(given, found)
        made = deploy_proposal.packaged_before(package) if package else deploy_proposal.packaged(stage, arch, _say)
        change = deploy_proposal.proposed(stack, found, stage, made, given, _say)
        if change is None:
            return _nothing_to_change(stack, stage, as_json)
        if not as_json:
            answer(False, {}, *changes_shown(change.proposal.changes, stage))
        for note in _network_notes(change):
            _say(note)
        if not yes and not _confirmed(change, stage):
            _say(tr("not confirmed; nothing was changed"))
            return NOT_CONFIRMED
        return _changed(change, stage, as_json)


def _check(stage: str, arch: str, may_ask: bool) -> None:
    check_stage(stage)
    if arch not in ARCHITECTURES:
        raise refused("--arch", arch, allowed_names(ARCHITECTURES))
    if not may_ask:
        raise ArgumentError(tr("--json does not ask: give {option} as well", option="--yes"))


def _changeable(stack: Stack, stage: str) -> Found | None:
    """The stack, or None if a new one is to be made. Raises ArgumentError if it is busy or stuck."""
    found = stack.found()
    if found is None:
        return None
    stand = stand_of(found.status)
    if stand is Stand.EMPTY:
        _say(tr("an earlier deployment was never confirmed; its empty stack is removed first"))
        stack.delete(found.id, lambda event: None)
        return None
    if stand is Stand.STUCK and (causes := stack.failures(found.id)):
        cause = tr("the first failure was {name}: {reason}", name=causes[0].name, reason=causes[0].reason)
        raise ArgumentError(f"{why_not(found.status, stage)}; {cause}")
    if stand in (Stand.BUSY, Stand.STUCK):
        raise ArgumentError(why_not(found.status, stage))
    return found


def _network_notes(change: Proposed) -> Iterator[str]:
    from infra.account.network import notes

    kinds: dict[str, set[str]] = {"Add": set(), "Remove": set()}
    for one in change.proposal.changes:
        kinds.setdefault(one.action, set()).add(one.kind)
    return notes(kinds["Add"], kinds["Remove"], change.stack.client.meta.region_name)


def _confirmed(change: Proposed, stage: str) -> bool:
    """Ask; without a yes, or on Ctrl-C, withdraw the proposal."""
    confirmed = False
    try:
        confirmed = ask.yes(tr("Change the stack {stack} like this?", stack=f"vitosms-{stage}"))
    finally:
        if not confirmed:
            change.stack.withdraw(change.proposal)
    return confirmed


def _changed(change: Proposed, stage: str, as_json: bool) -> int:
    from infra.cli.operate.deploy_events import watching
    from infra.deploy.emulator import complete_outputs, not_made

    stack, changes = change.stack, change.proposal.changes
    with watching(f"vitosms-{stage}", len(changes)) as watch:
        status = stack.execute(change.proposal, watch.tell)
    left_out: dict[str, list[str]] = {}
    if change.emulated and is_good(status):
        complete_outputs(stack, change.url)
        left_out = not_made(change.template, stack)
    document = _document(stage, status, stack)
    document |= {"changes": [{**asdict(one), "loss": one.loss} for one in changes], "not_made": left_out}
    document["failures"] = {one.name: one.reason for one in watch.failures}
    if not is_good(status):
        answer(as_json, document, *failure_shown(stage, status, watch.failures))
        return FAILED
    answer(
        as_json,
        document,
        *success_shown(tr("{stack}: done ({status})", stack=stack.name, status=status), stage, document),
    )
    return 0


def _nothing_to_change(stack: Stack, stage: str, as_json: bool) -> int:
    found = stack.found()
    document = _document(stage, found.status if found else None, stack)
    answer(as_json, document, *success_shown(tr("{stack}: nothing to change", stack=stack.name), stage, document))
    return 0


def _document(stage: str, status: str | None, stack: Stack) -> Document:
    found = stack.found()
    outputs = dict(found.outputs) if found else {}
    return {"stage": stage, "status": status, "changes": [], "outputs": outputs, "not_made": {}, "failures": {}}


def _say(text: str) -> None:
    say(text, sys.stderr)
