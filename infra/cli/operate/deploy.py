"""`vitosms deploy`: deploy a stage to AWS. It shows the changes first, and makes them only after a confirmation.

Exit codes: 0 done, or nothing to change; 1 CloudFormation failed, and has rolled back; 2 an argument, the package, the
state of the stack or AWS stands against it, and nothing was changed; 3 not confirmed, and nothing was changed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
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
    from infra.cli.operate.deploy_proposal import Proposed, Request
    from infra.deploy.stack import Event, Found, Stack

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
        region = stack.client.meta.region_name
        request = deploy_proposal.requested(found, region, stage, made, given, _say)
        changes = deploy_proposal.proposals(stack, found, stage, request, _say)
        for change in changes:
            if not as_json:
                answer(False, {}, *changes_shown(change.proposal.changes, change.stack.name))
        for note in _notes(changes, request, region, arch):
            _say(note)
        if changes and not yes and not _confirmed(changes):
            _say(tr("not confirmed; nothing was changed"))
            return NOT_CONFIRMED
        return _changed(changes, stack, request, stage, as_json)


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


def _notes(changes: Sequence[Proposed], request: Request, region: str, arch: str) -> Iterator[str]:
    """Sentences to read before a yes: costs, and from where SMS are sent; of a new stage also on the architecture."""
    from infra.account import desk, network, regions
    from infra.cli.operate.deploy_desk import second_change_notes

    for change in changes:
        kinds: dict[str, set[str]] = {"Add": set(), "Remove": set()}
        for one in change.proposal.changes:
            kinds.setdefault(one.action, set()).add(one.kind)
        yield from network.notes(kinds["Add"], kinds["Remove"], region)
        yield from desk.notes(kinds["Add"], kinds["Remove"])
    yield from second_change_notes(request.parameters)
    yield from regions.sms_notes(region, request.parameters.get("SmsRegion", region))
    if any(change.proposal.new for change in changes):
        yield from regions.arch_notes(region, arch)


def _confirmed(changes: Sequence[Proposed]) -> bool:
    """Ask; without a yes, or on Ctrl-C, withdraw the proposals."""
    confirmed = False
    try:
        names = " + ".join(change.stack.name for change in changes)
        confirmed = ask.yes(tr("Change the stack {stack} like this?", stack=names))
    finally:
        if not confirmed:
            for change in changes:
                change.stack.withdraw(change.proposal)
    return confirmed


def _changed(changes: Sequence[Proposed], stack: Stack, request: Request, stage: str, as_json: bool) -> int:
    """Execute the changes, that of the stage last: its Lambdas need what the other stack has."""
    from infra.cli.operate.deploy_desk import with_address

    own = {**_document(stack), "stage": stage}
    told = tr("{stack}: nothing to change", stack=stack.name)
    for made, change in enumerate(with_address(changes, stack, request, _say), start=1):
        done, failures = _executed(change)
        is_own = change.stack.name == stack.name
        if is_own:
            done["changes"] = [*own["changes"], *done["changes"]]
        own |= done if is_own else {"sms": {**done, "region": change.stack.client.meta.region_name}}
        if not is_good(str(done["status"])):
            for left in changes[made:]:
                left.stack.withdraw(left.proposal)
            answer(as_json, own, *failure_shown(stage, str(done["status"]), failures, change.stack.name))
            return FAILED
        if is_own:
            told = tr("{stack}: done ({status})", stack=stack.name, status=done["status"])
    answer(as_json, own, *success_shown(told, stage, own))
    return 0


def _executed(change: Proposed) -> tuple[Document, list[Event]]:
    from infra.cli.operate.deploy_events import watching
    from infra.deploy.emulator import complete_outputs, not_made

    changes = change.proposal.changes
    with watching(change.stack.name, len(changes)) as watch:
        status = change.stack.execute(change.proposal, watch.tell)
    left_out: dict[str, list[str]] = {}
    if change.emulated and is_good(status):
        complete_outputs(change.stack, change.template)
        left_out = not_made(change.template, change.stack)
    document = {**_document(change.stack), "status": status, "not_made": left_out}
    document["changes"] = [{**asdict(one), "loss": one.loss} for one in changes]
    document["failures"] = {one.name: one.reason for one in watch.failures}
    return document, watch.failures


def _document(stack: Stack) -> Document:
    """The current stack, with no changes."""
    found = stack.found()
    outputs, status = (dict(found.outputs), found.status) if found else ({}, None)
    return {"status": status, "changes": [], "outputs": outputs, "not_made": {}, "failures": {}}


def _say(text: str) -> None:
    say(text, sys.stderr)
