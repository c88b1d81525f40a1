"""`vitosms deploy`: bring a stage to AWS. What would change is shown first, and made only when it is confirmed.

Exit codes: 0 done, or nothing to change; 1 CloudFormation failed, and has rolled back; 2 an argument, the package, the
state of the stack or AWS stands against it, and nothing was changed; 3 not confirmed, and nothing was changed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from chalicelib.german import counted
from infra.cli import ask
from infra.cli.arguments import ArgumentError
from infra.cli.arguments import parameters as parameters_given
from infra.cli.deployment import aws_in_one_line, check_stage
from infra.cli.options import DEV, AsJson, Stage
from infra.cli.screen import Document, answer, hints
from infra.cli.stack_events import watching
from infra.cli.tables import new_table
from infra.stack_change import Change
from infra.stack_state import Stand, is_good, stand_of, why_not
from infra.stack_template import ParameterMissingError, Template, parameters_of, ready, retained_names

if TYPE_CHECKING:
    from infra.stack import Event, Found, Proposal, Stack

FAILED, NOT_CONFIRMED = 1, 3
ARCHITECTURES = ("arm64", "x86_64")
_COLOURS = {"Add": "green", "Modify": "yellow", "Remove": "red", "Import": "cyan"}
_FOLDER = "vitosms"


@dataclass(frozen=True)
class _Change:
    """What is about to be made."""

    stack: Stack
    proposal: Proposal
    template: Template
    url: str
    emulated: bool


def deploy(
    stage: Stage = DEV,
    arch: Annotated[str, typer.Option(metavar="ARCH", help="Of the Lambdas: arm64 or x86_64.")] = ARCHITECTURES[0],
    parameter: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Of the template; kept from then on; may be repeated."),
    ] = None,
    package: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Deploy what was packaged before, not anew.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Make the change without asking.")] = False,
    as_json: AsJson = False,
) -> int:
    """Package a stage, show what would change, ask, change it. Exit 0 done, 1 failed, 2 refused, 3 not confirmed."""
    check_stage(stage)
    if arch not in ARCHITECTURES:
        raise ArgumentError(f"--arch {arch!r}: allowed are {', '.join(ARCHITECTURES)}")
    if as_json and not yes:
        raise ArgumentError("--json prints what was done: give --yes with it")
    given = parameters_given(parameter or [])
    with aws_in_one_line():
        stack = _stack(stage)
        found = _deployable(stack, stage)
        template, code = _packaged(stage, arch, package)
        change = _proposed(stack, found, stage, template, code, given)
        if change is None:
            return _tell_nothing(stack, stage, as_json)
        if not as_json:
            answer(False, {}, *_shown(change.proposal.changes, stage))
        if not yes and not ask.yes(f"Change the stack vitosms-{stage} so?"):
            stack.withdraw(change.proposal)
            _say("not confirmed; nothing was changed")
            return NOT_CONFIRMED
        return _executed(change, stage, as_json)


def _stack(stage: str) -> Stack:
    import boto3

    from infra.stack import Stack

    return Stack(boto3.client("cloudformation"), f"vitosms-{stage}")


def _deployable(stack: Stack, stage: str) -> Found | None:
    """The stack where it can be changed, None where a new one is to be made."""
    found = stack.found()
    stand = stand_of(found.status if found else None)
    if found and stand is Stand.EMPTY:
        _say("an earlier deployment was never confirmed; its empty stack is removed first")
        stack.delete(found.id, lambda event: None)
        return None
    if found and stand in (Stand.BUSY, Stand.STUCK):
        raise ArgumentError(f"{why_not(found.status, stage)}{_first_cause(stack, found)}")
    return found


def _first_cause(stack: Stack, found: Found) -> str:
    if stand_of(found.status) is not Stand.STUCK:
        return ""
    causes = stack.failures(found.id)
    return f"; the first failure was {causes[0].name}: {causes[0].reason}" if causes else ""


def _packaged(stage: str, arch: str, folder: Path | None) -> tuple[Template, Path]:
    """The template and the zip."""
    if folder is None:
        from infra.packaging import PackagingError, package

        _say(f"packaging {stage} for {arch} …")
        try:
            made = package(stage, arch)
        except PackagingError as error:
            raise ArgumentError(str(error)) from None
        return json.loads(made.template.read_text(encoding="utf-8")), made.zip
    templates, zips = sorted(folder.glob("*.json")), sorted(folder.glob("*.zip"))
    if len(templates) != 1 or len(zips) != 1:
        raise ArgumentError(f"--package {str(folder)!r}: allowed is a folder with one template (.json) and one .zip")
    return json.loads(templates[0].read_text(encoding="utf-8")), zips[0]


def _proposed(
    stack: Stack, found: Found | None, stage: str, packaged: Template, code: Path, given: Mapping[str, str]
) -> _Change | None:
    """Upload what CloudFormation needs and have it say what would change; None where nothing would."""
    import boto3

    from infra.artifacts import Artifacts
    from infra.emulator import expanded, is_emulator
    from infra.stack import StackError

    parameters = _parameters(packaged, stage, {"Stage": stage, **given}, found)
    cloudformation = boto3.client("cloudformation")
    artifacts = Artifacts(boto3.client("s3"), boto3.client("sts").get_caller_identity()["Account"])
    if artifacts.make_bucket():
        _say(f"the bucket {artifacts.bucket} is made: private, encrypted")
    key, uploaded = artifacts.put(code, f"{_FOLDER}/{stage}", lambda size: None)
    _say(f"{code.name} ({code.stat().st_size / 1e6:.1f} MB) is {'uploaded' if uploaded else 'there already'}")
    template = ready(packaged, stage, artifacts.bucket, key)
    emulated = is_emulator(cloudformation)
    left_over = [] if found else _left_over(template, stage, emulated)
    if emulated:
        _say(f"{cloudformation.meta.endpoint_url} is no AWS: the SAM template is expanded here")
        template = expanded(template, parameters, boto3.Session())
    url = artifacts.put_template(template, f"{_FOLDER}/{stage}")
    _say("CloudFormation works out what would change …")
    try:
        proposal = stack.propose(url, parameters, new=found is None, takes_over=bool(left_over))
    except StackError as error:
        raise ArgumentError(str(error)) from None
    return _Change(stack, proposal, template, url, emulated) if proposal else None


def _parameters(template: Template, stage: str, given: Mapping[str, str], found: Found | None) -> dict[str, str]:
    known: dict[str, str] = dict(given)
    before = found.parameters if found else {}
    if not found and "OwnsSmsLogGroups" in template.get("Parameters", {}):
        known = {"OwnsSmsLogGroups": "false" if _sms_log_groups_exist() else "true", **known}
    while True:
        try:
            return parameters_of(template, known, before)
        except KeyError as error:
            there = ", ".join(template.get("Parameters", {}))
            raise ArgumentError(
                f"--parameter {error.args[0]!r}: the template has none of this name; it has {there}"
            ) from None
        except ParameterMissingError as missing:
            about = f" ({missing.description})" if missing.description else ""
            value = ask.text(f"{missing.name}{about}") if ask.somebody_is_there() else ""
            if not value:
                raise ArgumentError(f"give --parameter {missing.name}=VALUE{about}") from None
            known[missing.name] = value


def _sms_log_groups_exist() -> bool:
    """They belong to account and region: another stage has them, or SNS has made them."""
    import boto3

    logs = boto3.client("logs")
    account = boto3.client("sts").get_caller_identity()["Account"]
    prefix = f"sns/{logs.meta.region_name}/{account}/DirectPublishToPhoneNumber"
    exist = bool(logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"])
    if exist:
        _say("the log groups of SMS are there already, and stay as they are")
    return exist


def _left_over(template: Template, stage: str, emulated: bool) -> list[str]:
    """What an earlier stack of the stage has left, and the new one is to take over."""
    from infra.left_over import left_over

    names = left_over(retained_names(template))
    if names and emulated:
        raise ArgumentError(
            f"{', '.join(names)} of an earlier stack of {stage} are there, and an emulator cannot take them over "
            "into a new one; start the emulator anew"
        )
    if names:
        _say(f"{', '.join(names)} of an earlier stack are there, and taken over as they are")
    return names


def _shown(changes: list[Change], stage: str) -> list[RenderableType]:
    table = new_table("!Action", "Resource", "Kind", "What changes")
    for one in changes:
        colour = "red" if one.replaces or one.loss else _COLOURS.get(one.action, "")
        replaced = {"True": "replaced", "Conditional": "perhaps replaced"}.get(one.replacement or "", "")
        what = Text("; ".join(filter(None, [replaced if one.replaces else "", ", ".join(one.properties)])), colour)
        table.add_row(Text(one.action, colour), Text(one.name, colour), one.kind.removeprefix("AWS::"), what)
    losses = [one.loss for one in changes if one.loss]
    return [f"vitosms-{stage}: {counted(len(changes), 'resource changes', 'resources change')}", table,
            *hints(losses, "bold red")]  # fmt: skip


def _executed(change: _Change, stage: str, as_json: bool) -> int:
    import boto3

    from infra.emulator import complete_outputs, not_made

    failures: list[Event] = []
    with watching(f"vitosms-{stage}", len(change.proposal.changes)) as tell:

        def note(event: Event) -> None:
            failures.extend([event] if event.failed else [])
            tell(event)

        status = change.stack.execute(change.proposal, note)
    left_out: dict[str, list[str]] = {}
    if change.emulated and is_good(status):
        complete_outputs(boto3.client("cloudformation"), change.stack.name, change.url)
        left_out = not_made(change.template, change.stack)
    found = change.stack.found()
    document: Document = {"stage": stage, "status": status, "outputs": dict(found.outputs) if found else {}}
    document["changes"] = [_document(one) for one in change.proposal.changes]
    document |= {"failures": {one.name: one.reason for one in failures}, "not_made": left_out}
    if not is_good(status):
        answer(as_json, document, *_shown_failure(stage, status, failures))
        return FAILED
    answer(as_json, document, *_shown_outputs(document, f"vitosms-{stage}: done ({status})", stage))
    return 0


def _tell_nothing(stack: Stack, stage: str, as_json: bool) -> int:
    found = stack.found()
    document: Document = {"stage": stage, "status": found.status if found else None, "changes": [], "failures": {}}
    document |= {"outputs": dict(found.outputs) if found else {}, "not_made": {}}
    answer(as_json, document, *_shown_outputs(document, f"vitosms-{stage}: there is nothing to change", stage))
    return 0


def _shown_outputs(document: Document, verdict: str, stage: str) -> list[RenderableType]:
    table = new_table("Output", "Value")
    for name, value in sorted(document["outputs"].items()):
        table.add_row(name, value)
    left_out = [f"{kind}: {', '.join(names)}" for kind, names in document["not_made"].items()]
    told = hints([f"the emulator does not know, and has left out: {one}" for one in left_out])
    return [Text(verdict, "green"), table, *told, f"next: vitosms setup --stage {stage}"]


def _shown_failure(stage: str, status: str, failures: list[Event]) -> list[RenderableType]:
    """The first failure is the cause; of the others CloudFormation mostly says that it cancelled them."""
    causes = [f"{one.name} ({one.kind.removeprefix('AWS::')}): {one.reason}" for one in failures]
    ready_again = stand_of(status) is Stand.READY
    rest = "everything is as it was before; mend the cause and deploy again" if ready_again else why_not(status, stage)
    return [Text(f"vitosms-{stage}: it failed ({status})", "bold red"), *hints(causes, "red"), rest]


def _document(change: Change) -> dict[str, Any]:
    own = {"action": change.action, "name": change.name, "kind": change.kind, "replacement": change.replacement}
    return {**own, "properties": list(change.properties), "loss": change.loss}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
