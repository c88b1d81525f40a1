"""Propose the changes of `vitosms deploy`: upload the package to S3, and let CloudFormation work them out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from infra.account import desk
from infra.account.network import both_ways
from infra.cli.core import prompts as ask
from infra.cli.core.arguments import ArgumentError, refused
from infra.cli.operate.deploy_desk import desk_parameters
from infra.cli.operate.deploy_sms import SMS_REGION, proposed_sms, sms_parameters
from infra.deploy.artifact_bucket import Artifacts
from infra.deploy.emulator import expanded, is_emulator, makeable, plain_lists
from infra.deploy.retained_resources import left_over
from infra.deploy.stack import Found, Proposal, Stack, StackError
from infra.deploy.stack_template import ParameterMissingError, Template, parameters_of, ready, retained_names
from infra.translation import tr

if TYPE_CHECKING:
    from infra.deploy.package import Package

_FOLDER = "vitosms"
_ALERT_SENDER = "AlertSender"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Request:
    """The wanted stack: the packaged template, and a value for each of its parameters."""

    package: Package
    template: Template
    parameters: Mapping[str, str]
    account: str


@dataclass(frozen=True)
class Proposed:
    """A change that waits; `emulated` if an emulator would make it."""

    stack: Stack
    proposal: Proposal
    template: Template
    source: Mapping[str, str]  # TemplateURL or TemplateBody
    emulated: bool


def packaged(stage: str, arch: str, say: Say) -> Package:
    """Make the package. Raises ArgumentError if that fails."""
    from infra.deploy.package import PackagingError, package

    say(tr("packaging {stage} for {architecture} …", stage=stage, architecture=arch))
    try:
        return package(stage, arch)
    except PackagingError as error:
        raise ArgumentError(str(error)) from None


def packaged_before(folder: Path) -> Package:
    """Read the package in a folder such as `build/prod`."""
    from infra.deploy.package import Package

    templates, zips = sorted(folder.glob("*.json")), sorted(folder.glob("*.zip"))
    if len(templates) != 1 or len(zips) != 1:
        raise refused("--package", str(folder), tr("must be a folder with one template (.json) and one .zip"))
    return Package(templates[0], zips[0])


def requested(
    found: Found | None, region: str, stage: str, package: Package, given: Mapping[str, str], say: Say
) -> Request:
    """Read the package, and settle every parameter. Raises ArgumentError for one that is not accepted."""
    template: Template = json.loads(package.template.read_text(encoding="utf-8"))
    account = boto3.client("sts").get_caller_identity()["Account"]
    known = {"Stage": stage, **given}
    if SMS_REGION in template.get("Parameters", {}):
        known = {**sms_parameters(known, found, region, account, say), **known}
    if desk.URL in template.get("Parameters", {}):
        known = {**desk_parameters(found), **known}
    parameters = _parameters(template, known, found)
    if refusal := both_ways(parameters) or desk.refusal(parameters):
        raise ArgumentError(refusal)
    return Request(package, template, parameters, account)


def proposals(stack: Stack, found: Found | None, stage: str, request: Request, say: Say) -> list[Proposed]:
    """The changes of the stage's stacks, that of its SMS first, if they are sent from another region."""
    own = proposed(stack, found, stage, request, say)
    try:
        of_sms = proposed_sms(stage, request, stack.client.meta.region_name, say)
    except BaseException:
        if own:
            stack.withdraw(own.proposal)
        raise
    return [change for change in (of_sms, own) if change]


def proposed(stack: Stack, found: Found | None, stage: str, request: Request, say: Say) -> Proposed | None:
    """Upload the package and let CloudFormation work out the changes; None if there are none.

    Raises ArgumentError for a template that it does not accept.
    """
    parameters = request.parameters
    artifacts, key = _uploaded(stage, request.package.zip, request.account, say)
    template = ready(request.template, stage, artifacts.bucket, key)
    emulated = is_emulator(stack.client)
    takes_over = found is None and _takes_over(template, emulated, say)
    if emulated:
        say(tr("{url} is not AWS: the SAM template is expanded here", url=stack.client.meta.endpoint_url))
        template = expanded(template, parameters, boto3.Session())
    asked = makeable(template) if emulated else template
    source = {"TemplateURL": artifacts.put_template(asked, f"{_FOLDER}/{stage}")}
    say(tr("CloudFormation works out what would change …"))
    try:
        proposal = stack.propose(source, parameters, new=found is None, takes_over=takes_over)
    except StackError as error:
        raise ArgumentError(str(error)) from None
    return Proposed(stack, proposal, template, source, emulated) if proposal else None


def _uploaded(stage: str, code: Path, account: str, say: Say) -> tuple[Artifacts, str]:
    artifacts = Artifacts(boto3.client("s3"), account)
    if artifacts.make_bucket():
        say(tr("the bucket {bucket} was created: private, encrypted", bucket=artifacts.bucket))
    file = f"{code.name} ({code.stat().st_size / 1e6:.1f} MB)"
    say(tr("{file}: uploading, unless it is there already …", file=file))
    key, is_new = artifacts.put(code, f"{_FOLDER}/{stage}")
    say(tr("{file}: uploaded" if is_new else "{file}: there already", file=file))
    return artifacts, key


def _parameters(template: Template, given: Mapping[str, str], found: Found | None) -> dict[str, str]:
    known: dict[str, str] = dict(given)
    before = plain_lists(found.parameters) if found else {}
    while True:
        try:
            return parameters_of(template, known, before)
        except KeyError as error:
            names = ", ".join(template.get("Parameters", {}))
            why = tr("the template has no such parameter; it has {names}", names=names)
            raise refused("--parameter", error.args[0], why) from None
        except ParameterMissingError as missing:
            known[missing.name] = _asked(missing)


def with_alert_sender(given: dict[str, str], found: Found | None) -> dict[str, str]:
    """The parameters with the one that has no default, asked for before the package is made, which takes minutes."""
    if _ALERT_SENDER in given or (found and _ALERT_SENDER in found.parameters):
        return given
    return {**given, _ALERT_SENDER: _asked(ParameterMissingError(_ALERT_SENDER, ""))}


def _asked(missing: ParameterMissingError) -> str:
    about = f" ({text})" if (text := _about(missing)) else ""
    value = ask.text(f"{missing.name}{about}") if ask.somebody_is_there() else ""
    if not value:
        raise ArgumentError(f"{tr('give --parameter {name}=VALUE', name=missing.name)}{about}") from None
    return value


def _about(missing: ParameterMissingError) -> str:
    """Return the purpose of a parameter; only AlertSender has no default."""
    if missing.name == _ALERT_SENDER:
        return tr("an address verified with SES: practices get their alerts and summaries from it")
    return missing.description


def _takes_over(template: Template, emulated: bool, say: Say) -> bool:
    """Whether resources exist that an earlier stack of the stage has retained."""
    names = ", ".join(left_over(retained_names(template)))
    if names and emulated:
        raise ArgumentError(
            tr(
                "{names}: left by an earlier stack, and an emulator cannot take that over; restart the emulator",
                names=names,
            )
        )
    if names:
        say(tr("{names}: left by an earlier stack, and taken over as it is", names=names))
    return bool(names)
