"""The second stack of a stage whose SMS are sent from another region: where it is, and what would change in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import boto3

from infra import sms_template
from infra.account.regions import default_sms_region
from infra.cli.core.arguments import ArgumentError
from infra.deploy.emulator import is_emulator
from infra.deploy.stack import Stack, StackError
from infra.deploy.stack_status import Stand, is_good, stand_of, why_not
from infra.translation import tr

if TYPE_CHECKING:
    from infra.cli.operate.deploy_proposal import Proposed, Request, Say
    from infra.deploy.stack import Found

OWNS, SMS_REGION = "OwnsSmsLogGroups", "SmsRegion"


def sms_stack(stage: str, region: str) -> Stack:
    """The stack in the region from which the SMS of a stage are sent, if that is not its own."""
    return Stack(boto3.client("cloudformation", region_name=region), f"vitosms-{stage}{sms_template.SUFFIX}")


def sms_parameters(
    given: Mapping[str, str], found: Found | None, region: str, account: str, say: Say
) -> dict[str, str]:
    """The region of SMS, and whether a stack is to own its log groups there: decided where the region is new."""
    before = found.parameters.get(SMS_REGION, region) if found else ""  # an earlier version sent from its own
    chosen = given.get(SMS_REGION) or before or default_sms_region(region)
    if before == chosen:
        return {SMS_REGION: chosen}
    if before not in ("", region):
        say(_left_behind(f"vitosms-{given['Stage']}{sms_template.SUFFIX}", before))
    return {SMS_REGION: chosen, OWNS: _owns_log_groups(chosen, account, say)}


def _left_behind(stack: str, region: str) -> str:
    return tr(
        "the stack {stack} in {region} stays, with receipts of SMS on their way, which are no longer read: SMS of the "
        "last days become unconfirmed. In a week: "
        "aws cloudformation delete-stack --region {region} --stack-name {stack}",
        stack=stack, region=region,
    )  # fmt: skip


def _owns_log_groups(region: str, account: str, say: Say) -> str:
    """Whether this stage is to own the log groups of SMS: they belong to account and region, so another may, or SNS."""
    logs = boto3.client("logs", region_name=region)
    prefix = f"sns/{region}/{account}/DirectPublishToPhoneNumber"
    if not logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]:
        return "true"
    say(tr("the log groups of SMS exist already, and stay as they are"))
    return "false"


def proposed_sms(stage: str, request: Request, region: str, say: Say) -> Proposed | None:
    """Let CloudFormation work out the changes of the second stack; None if there is none, or nothing would change.

    Raises ArgumentError if it is busy, stuck, or CloudFormation refuses the template.
    """
    from infra.cli.operate.deploy_proposal import Proposed

    there = request.parameters.get(SMS_REGION, region)
    if there == region:
        return None
    stack = sms_stack(stage, there)
    found = _changeable(stack, stage, say)
    template = sms_template.of_sms(request.template, stage)
    own = {"Stage": stage + sms_template.SUFFIX}
    parameters = {name: own.get(name, request.parameters[name]) for name in template["Parameters"]}
    source = {"TemplateBody": json.dumps(template)}  # small enough, and S3 would have to be in that region
    say(tr("{region}: CloudFormation works out what would change …", region=there))
    try:
        proposal = stack.propose(source, parameters, new=found is None)
    except StackError as error:
        raise ArgumentError(str(error)) from None
    return Proposed(stack, proposal, template, source, is_emulator(stack.client)) if proposal else None


def _changeable(stack: Stack, stage: str, say: Say) -> Found | None:
    """The stack, or None if a new one is to be made: one that was never finished has nothing to keep."""
    found = stack.found()
    if found is None or stand_of(found.status) is Stand.READY:
        return found
    if stand_of(found.status) is not Stand.EMPTY and not found.status.startswith(("ROLLBACK_", "CREATE_FAILED")):
        raise ArgumentError(why_not(found.status, stage, stack.name))
    say(tr("{stack} was never finished ({status}), and is removed first", stack=stack.name, status=found.status))
    status = stack.delete(found.id, lambda event: None)
    if not is_good(status):
        raise ArgumentError(why_not(status, stage, stack.name))
    return None
