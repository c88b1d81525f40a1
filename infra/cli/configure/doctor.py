"""`vitosms doctor`: whether a practice is set up right, from its parameters to its texts."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer
from rich.table import Table
from rich.text import Text

from infra.cli.core.documents import Said, text_document
from infra.cli.core.options import PracticeOptions
from infra.cli.core.output import Document, answer
from infra.cli.core.stage import connected, is_loopback
from infra.cli.core.tables import new_table
from infra.doctor.finding import Finding, Result
from infra.language import said
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Deployment
    from chalicelib.practice.practice import Practice
    from infra.deploy.stack import Found

_SIGNS = {Result.GOOD: ("✔", "green"), Result.DOUBTFUL: ("!", "yellow"), Result.BAD: ("✘", "red")}


def doctor(options: PracticeOptions) -> None:
    """Check a practice: parameters, database, views, next week, texts, credits. Exit code 1 if anything is wrong."""
    from infra.account.network import way_out
    from infra.doctor.examine import examine

    with connected(options.stage) as deployment:
        registered = deployment.practice(options.practice)
        local = is_loopback(os.environ.get("AWS_ENDPOINT_URL", ""))
        if local:
            findings = list(examine(registered, deployment, local))
        else:
            stack, region = _stack(options.stage)
            way = way_out(stack.parameters, stack.outputs, region, _ec2)
            findings = [*examine(registered, deployment, local, way), *_desk(stack, registered, deployment)]
    counts = Counter(finding.result for finding in findings)
    document: Document = {"practice": registered.id, "counts": {one.value: counts[one] for one in Result}}
    document |= {"findings": [_document(finding) for finding in findings]}
    answer(options.as_json, document, _table(findings), "", _summary(registered.id, counts))
    if counts[Result.BAD]:
        raise typer.Exit(1)


def _stack(stage: str) -> tuple[Found, str]:
    """The stack of the stage, and its region."""
    import boto3

    from infra.deploy.stack import Stack

    client = boto3.client("cloudformation")
    return Stack(client, f"vitosms-{stage}").existing(), client.meta.region_name


def _ec2() -> Any:
    import boto3

    return boto3.client("ec2")


def _desk(stack: Found, practice: Practice, deployment: Deployment) -> Iterator[Finding]:
    from infra.doctor.desk import desk

    people = deployment.clients.people.people(practice.id)
    active = sum(person.is_active(deployment.now, practice.zone) for person in people)
    return desk(stack.parameters, stack.outputs, practice.id, active)


def _table(findings: list[Finding]) -> Table:
    table = new_table("", tr("Check"), tr("Finding, and what to do"))
    for finding in findings:
        sign, colour = _SIGNS[finding.result]
        fix = f"\n→ {finding.fix}" if finding.fix else ""
        table.add_row(
            Text(sign, f"bold {colour}"), said(finding.check), Text.assemble(_words(finding.found), (fix, colour))
        )
    return table


def _words(found: Said) -> str:
    return found if isinstance(found, str) else said(found)


def _document(finding: Finding) -> Document:
    result = {"check": text_document(finding.check), "result": finding.result.value}
    return {**result, "found": text_document(finding.found), "fix": text_document(finding.fix)}


def _summary(practice: str, counts: Counter[Result]) -> Text:
    worst = next((result for result in reversed(Result) if counts[result]), Result.GOOD)
    values = {"practice": practice, "checks": counts.total(), "doubtful": counts[Result.DOUBTFUL]}
    words = {
        Result.GOOD: tr("{practice}: {checks} checks, all OK", **values),
        Result.DOUBTFUL: tr("{practice}: {checks} checks, {doubtful} to review", **values),
        Result.BAD: tr(
            "{practice}: {checks} checks, {bad} failed, {doubtful} to review", **values, bad=counts[Result.BAD]
        ),
    }
    return Text(words[worst], f"bold {_SIGNS[worst][1]}")
