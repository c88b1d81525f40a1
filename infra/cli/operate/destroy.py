"""`vitosms destroy`: remove the stack of a stage. Before that it lists what is removed and what stays.

Exit codes: 0 removed, or there was none; 1 CloudFormation failed; 2 an argument, the state of the stack or AWS stands
against it; 3 not confirmed, and nothing was removed.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from infra.account import desk, network
from infra.cli.core import prompts as ask
from infra.cli.core.arguments import ArgumentError, refused
from infra.cli.core.options import DEV, AsJson, Stage
from infra.cli.core.output import Document, answer, hints, say
from infra.cli.core.stage import aws_in_one_line, check_stage, connected
from infra.cli.core.tables import new_table
from infra.cli.operate.deploy_events import watching
from infra.cli.operate.deploy_report import failure_shown, short
from infra.deploy.stack_status import Stand, is_good, stand_of, why_not
from infra.deploy.stack_template import TAKEN_OVER
from infra.language import number
from infra.translation import tr, trn

if TYPE_CHECKING:
    from infra.deploy.stack import Found, Stack

FAILED, NOT_CONFIRMED = 1, 3
_QUEUE = "AWS::SQS::Queue"
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")

Resource = tuple[str, str, str]  # name in the template, kind, id in AWS


def destroy(
    stage: Stage = DEV,
    yes: Annotated[
        str | None,
        typer.Option("--yes", metavar="STAGE", help="The name of the stage again, to remove it without asking."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Remove the stack of a stage; table and history stay."""
    check_stage(stage)
    if yes is not None and yes != stage:
        raise refused("--yes", yes, tr("give the name of the stage to remove ({stage})", stage=stage))
    if as_json and yes is None:
        raise ArgumentError(tr("--json does not ask: give {option} as well", option=f"--yes {stage}"))
    with aws_in_one_line():
        import boto3

        from infra.deploy.stack import Stack

        stack = Stack(boto3.client("cloudformation"), f"vitosms-{stage}")
        found = stack.found()
        if found is None:
            nothing = tr("there is no stack {stack}: nothing to remove", stack=stack.name)
            answer(as_json, {"stage": stage, "status": None}, nothing)
            return 0
        if stand_of(found.status) is Stand.BUSY:
            raise ArgumentError(why_not(found.status, stage))
        sms = _of_sms(found, stage, stack.client.meta.region_name)
        resources = [*stack.resources(), *(sms[0].resources() if sms else [])]
        goes, stays = _goes_and_stays(stack, resources)
        if not as_json:
            answer(False, {}, *_shown(goes, stays), *hints(_warnings(stack, sms, found, stage), "red"))
        kinds = {kind for _, kind, _ in resources}
        for note in chain(network.notes((), kinds, stack.client.meta.region_name), desk.notes((), kinds)):
            say(note, sys.stderr)
        question = tr("To remove the stack, type the name of the stage ({stage}):", stage=stage)
        if yes is None and not ask.typed(question, stage):
            answer(False, {}, tr("not confirmed; nothing was removed"))
            return NOT_CONFIRMED
        return _removed([*([sms] if sms else []), (stack, found)], stage, stays, as_json)


def _of_sms(found: Found, stage: str, region: str) -> tuple[Stack, Found] | None:
    """The second stack, if SMS are sent from another region and it is there. It keeps nothing."""
    from infra.cli.operate.deploy_sms import SMS_REGION, sms_stack

    there = found.parameters.get(SMS_REGION, region)
    stack = sms_stack(stage, there)
    left = stack.found() if there != region else None
    return (stack, left) if left else None


def _goes_and_stays(stack: Stack, resources: list[Resource]) -> tuple[list[Resource], list[Resource]]:
    policies = _deletion_policies(stack) if resources else {}
    stays = [one for one in resources if policies.get(one[0], "").startswith("Retain")]
    return [one for one in resources if one not in stays], stays


def _deletion_policies(stack: Stack) -> Mapping[str, str]:
    template: Any = stack.template()
    template = json.loads(template) if isinstance(template, str) else template
    return {name: one.get("DeletionPolicy", "") for name, one in template["Resources"].items()}


def _practices(stage: str) -> list[str]:
    """The registered practices; empty if the table can no longer be read."""
    try:
        with connected(stage) as deployment:
            return deployment.clients.practices.ids()
    except ArgumentError:
        return []


def _warnings(stack: Stack, sms: tuple[Stack, Found] | None, found: Found, stage: str) -> list[str]:
    """Registered practices, and other stages if they use the log groups of SMS of this one."""
    of_sms, sms_found = sms or (stack, found)
    practices, others, told = _practices(stage), of_sms.others("vitosms-"), []
    if practices:
        told.append(
            trn(
                "{count} practice is registered ({practices}): nothing more is prepared or sent for it",
                "{count} practices are registered ({practices}): nothing more is prepared or sent for them",
                len(practices), count=number(len(practices)), practices=", ".join(practices),
            )
        )  # fmt: skip
    if "SmsLogRoleArn" in sms_found.outputs and others:
        told.append(
            tr(
                "{stacks}: the log groups with their SMS receipts are removed; afterwards, for one of them: "
                "vitosms deploy --parameter OwnsSmsLogGroups=true, then vitosms setup",
                stacks=", ".join(others),
            )
        )
    return told


def _shown(goes: list[Resource], stays: list[Resource]) -> list[RenderableType]:
    going = new_table(">" + tr("Removed"), tr("Kind"), tr("What is lost"))
    staying = new_table(tr("Stays"), tr("Kind"))
    kinds = Counter(kind for _, kind, _ in goes)
    for kind, count in sorted(kinds.items()):
        lost = [text for _, one, queue in goes if one == kind == _QUEUE and (text := _waiting(queue))]
        going.add_row(number(count), short(kind), Text("\n".join(lost), "red"))
    for _, kind, name in stays:
        staying.add_row(name, short(kind))
    for what, why in _outside():
        staying.add_row(what, why)
    return [going, "", staying, ""]


def _outside() -> tuple[tuple[str, str], ...]:
    """Parts of a stage that are outside its stack."""
    return (
        (
            tr("SSM parameters under /vitosms, /vitosms-secrets, /vitosms-tarif"),
            tr("settings and secrets of the practices, prices"),
        ),
        (tr("log groups of the Lambdas, /aws/lambda/…"), tr("unless the stack created them")),
        (tr("bucket {bucket}", bucket="vitosms-artifacts-…"), tr("packages of earlier deployments")),
        (tr("SMS settings of SNS, identities of SES"), tr("of the account, for all stages")),
    )


def _waiting(queue: str) -> str:
    """How many messages go with a queue."""
    import boto3

    sqs = boto3.client("sqs")
    url = queue if queue.startswith("http") else sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_COUNTS))["Attributes"]
    waiting = sum(int(count) for count in counts.values())
    if not waiting:
        return ""
    name = url.rpartition("/")[2]
    return trn("{queue}: {count} message", "{queue}: {count} messages", waiting, queue=name, count=number(waiting))


def _removed(stacks: list[tuple[Stack, Found]], stage: str, stays: list[Resource], as_json: bool) -> int:
    """Remove the stack of SMS first: without the other one, nobody would know its region."""
    document: Document = {"stage": stage, "status": None, "stays": [name for _, _, name in stays], "failures": {}}
    for stack, found in stacks:
        with watching(stack.name, len(stack.resources())) as watch:
            document["status"] = status = stack.delete(found.id, watch.tell)
        document["failures"] |= {one.name: one.reason for one in watch.failures}
        if not is_good(status):
            answer(as_json, document, *failure_shown(stage, status, watch.failures, stack.name))
            return FAILED
    removed = tr("{stack}: removed", stack=" + ".join(stack.name for stack, _ in stacks))
    taken_over = ", ".join(name for _, kind, name in stays if kind in TAKEN_OVER)
    kept = tr("the next vitosms deploy takes over what stays: {names}", names=taken_over)
    answer(as_json, document, f"{removed}; {kept}" if taken_over else removed)
    return 0
