"""`vitosms doctor`: whether a practice is set up right, from its parameters to its texts."""

import os
from collections import Counter

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

_SIGNS = {Result.GOOD: ("✔", "green"), Result.DOUBTFUL: ("!", "yellow"), Result.BAD: ("✘", "red")}


def doctor(options: PracticeOptions) -> None:
    """Check a practice: parameters, database, views, next week, texts, credits; exit code 1 if anything is wrong."""
    from infra.doctor.examine import examine

    with connected(options.stage) as deployment:
        registered = deployment.practice(options.practice)
        findings = list(examine(registered, deployment, is_loopback(os.environ.get("AWS_ENDPOINT_URL", ""))))
    counts = Counter(finding.result for finding in findings)
    document: Document = {"practice": registered.id, "counts": {one.name.lower(): counts[one] for one in Result}}
    document |= {"findings": [_document(finding) for finding in findings]}
    answer(options.as_json, document, _table(findings), "", _summary(registered.id, counts))
    if counts[Result.BAD]:
        raise typer.Exit(1)


def _table(findings: list[Finding]) -> Table:
    table = new_table("", "Prüfung", "Befund", "Was zu tun ist")
    table.columns[2].min_width = 31  # the longest name of a switch
    for finding in findings:
        sign, colour = _SIGNS[finding.result]
        table.add_row(
            Text(sign, f"bold {colour}"),
            said(finding.check),
            Text(_words(finding.found), ""),
            Text(finding.fix, colour),
        )
    return table


def _words(found: Said) -> str:
    return found if isinstance(found, str) else said(found)


def _document(finding: Finding) -> Document:
    result = {"check": text_document(finding.check), "result": finding.result.name.lower()}
    return {**result, "found": text_document(finding.found), "fix": text_document(finding.fix)}


def _summary(practice: str, counts: Counter[Result]) -> Text:
    worst = next((result for result in reversed(Result) if counts[result]), Result.GOOD)
    words = {
        Result.GOOD: "alles in Ordnung",
        Result.DOUBTFUL: f"{counts[Result.DOUBTFUL]} zu prüfen",
        Result.BAD: f"{counts[Result.BAD]} falsch, {counts[Result.DOUBTFUL]} zu prüfen",
    }
    return Text(f"{practice}: {len(list(counts.elements()))} Prüfungen, {words[worst]}", f"bold {_SIGNS[worst][1]}")
