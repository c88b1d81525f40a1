"""Propose the changes of `vitosms deploy`: upload the package to S3, and let CloudFormation work them out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from infra.cli.core import prompts as ask
from infra.cli.core.arguments import ArgumentError
from infra.deploy.artifact_bucket import Artifacts
from infra.deploy.emulator import expanded, is_emulator, plain_lists
from infra.deploy.retained_resources import left_over
from infra.deploy.stack import Found, Proposal, Stack, StackError
from infra.deploy.stack_template import ParameterMissingError, Template, parameters_of, ready, retained_names

if TYPE_CHECKING:
    from infra.deploy.package import Package

_FOLDER = "vitosms"
_OWNS = "OwnsSmsLogGroups"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Proposed:
    """A change that waits; `emulated` where no AWS would make it."""

    stack: Stack
    proposal: Proposal
    template: Template
    url: str
    emulated: bool


def packaged(stage: str, arch: str, say: Say) -> Package:
    """Make the package. Raises ArgumentError if that fails."""
    from infra.deploy.package import PackagingError, package

    say(f"packaging {stage} for {arch} …")
    try:
        return package(stage, arch)
    except PackagingError as error:
        raise ArgumentError(str(error)) from None


def packaged_before(folder: Path) -> Package:
    """Read the package in a folder such as `build/prod`."""
    from infra.deploy.package import Package

    templates, zips = sorted(folder.glob("*.json")), sorted(folder.glob("*.zip"))
    if len(templates) != 1 or len(zips) != 1:
        raise ArgumentError(f"--package {str(folder)!r}: allowed is a folder with one template (.json) and one .zip")
    return Package(templates[0], zips[0])


def proposed(
    stack: Stack, found: Found | None, stage: str, package: Package, given: Mapping[str, str], say: Say
) -> Proposed | None:
    """Upload what CloudFormation needs and have it say what would change; None where nothing would.

    Raises ArgumentError for parameters and templates that are not to be had so.
    """
    template: Template = json.loads(package.template.read_text(encoding="utf-8"))
    account = boto3.client("sts").get_caller_identity()["Account"]
    parameters = _parameters(template, {"Stage": stage, **given}, found, account, say)
    artifacts, key = _uploaded(stage, package.zip, account, say)
    template = ready(template, stage, artifacts.bucket, key)
    emulated = is_emulator(stack.client)
    takes_over = found is None and _takes_over(template, emulated, say)
    if emulated:
        say(f"{stack.client.meta.endpoint_url} is no AWS: the SAM template is expanded here")
        template = expanded(template, parameters, boto3.Session())
    url = artifacts.put_template(template, f"{_FOLDER}/{stage}")
    say("CloudFormation works out what would change …")
    try:
        proposal = stack.propose(url, parameters, new=found is None, takes_over=takes_over)
    except StackError as error:
        raise ArgumentError(str(error)) from None
    return Proposed(stack, proposal, template, url, emulated) if proposal else None


def _uploaded(stage: str, code: Path, account: str, say: Say) -> tuple[Artifacts, str]:
    artifacts = Artifacts(boto3.client("s3"), account)
    if artifacts.make_bucket():
        say(f"the bucket {artifacts.bucket} is made: private, encrypted")
    size = f"{code.name}, {code.stat().st_size / 1e6:.1f} MB"
    say(f"{size}, is looked up, and uploaded where it is new …")
    key, is_new = artifacts.put(code, f"{_FOLDER}/{stage}")
    say(f"{size}, is {'uploaded' if is_new else 'there already'}")
    return artifacts, key


def _parameters(
    template: Template, given: Mapping[str, str], found: Found | None, account: str, say: Say
) -> dict[str, str]:
    known: dict[str, str] = dict(given)
    if found is None and _OWNS in template.get("Parameters", {}):
        known = {_OWNS: _owns_sms_log_groups(account, say), **known}
    before = plain_lists(found.parameters) if found else {}
    while True:
        try:
            return parameters_of(template, known, before)
        except KeyError as error:
            there = ", ".join(template.get("Parameters", {}))
            raise ArgumentError(
                f"--parameter {error.args[0]!r}: the template has no such one; it has {there}"
            ) from None
        except ParameterMissingError as missing:
            about = f" ({missing.description})" if missing.description else ""
            value = ask.text(f"{missing.name}{about}") if ask.somebody_is_there() else ""
            if not value:
                raise ArgumentError(f"give --parameter {missing.name}=VALUE{about}") from None
            known[missing.name] = value


def _owns_sms_log_groups(account: str, say: Say) -> str:
    """They belong to account and region: another stage may have them, or SNS has made them."""
    logs = boto3.client("logs")
    prefix = f"sns/{logs.meta.region_name}/{account}/DirectPublishToPhoneNumber"
    if not logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]:
        return "true"
    say("the log groups of SMS are there already, and stay as they are")
    return "false"


def _takes_over(template: Template, emulated: bool, say: Say) -> bool:
    """Whether there is what an earlier stack of the stage had to leave."""
    names = ", ".join(left_over(retained_names(template)))
    if names and emulated:
        raise ArgumentError(
            f"{names}: left by an earlier stack, and an emulator cannot take that over; start the emulator anew"
        )
    if names:
        say(f"{names}: left by an earlier stack, and taken over as it is")
    return bool(names)
