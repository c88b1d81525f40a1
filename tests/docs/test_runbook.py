"""docs/operations.md matches the project: every alarm has its section, every command and option exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

import app
from chalicelib.jobs.deliver import PARALLEL
from chalicelib.settings import DELIVER_CONCURRENCY, RUN_CONCURRENCY
from infra.cli import main
from infra.cli.core.commands import Commands, loaded
from tests.deploy.template import ALARMS, FUNCTIONS, QUEUES

ROOT = Path(app.__file__).parent
RUNBOOK = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
PROSE = " ".join(RUNBOOK.split())
PREFIX = f"vitosms-{app.STAGE}-"
SECTION = RUNBOOK.partition("\n## The alarms\n")[2].partition("\n## ")[0]
ANSWERS = ["**Means:**", "**Noticed:**", "**Look:**", "**Do:**", "**Ends:**"]


def spans(text: str) -> list[str]:
    """Return the text written as code: the lines of blocks, and spans between backticks."""
    blocks = re.findall(r"^ *```\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^ *```\n.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [*lines, *(" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose))]


COMMANDS = sorted({span for span in spans(RUNBOOK) if span.startswith("vitosms ")})
TARGETS = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def complaint(command: str) -> str | None:
    """Return the error of a written command, in its name, an option or the number of its arguments; None if correct."""
    _, *words = shlex.split(command)
    found: Any = typer.main.get_command(main.app)
    while words and hasattr(found, "commands") and not words[0].startswith("-"):  # `calls` alone is a command too
        name = words.pop(0)
        if name not in found.commands:
            return f"there is no {name!r}, there is {', '.join(sorted(found.commands))}"
        found = loaded(name) if isinstance(found, Commands) else found.commands[name]
    if not words:
        return None  # only mentioned
    context = found.make_context(found.name, [], resilient_parsing=True)
    context.resilient_parsing = False  # complains from here on
    try:
        given, left, _ = found.make_parser(context).parse_args(words)
    except Exception as error:  # typer's own click is private
        return str(error)
    missing = [one.name for one in found.params if one.required and given.get(one.name) in (None, ())]
    return f"left over {left}, missing {missing}" if left or missing else None


def test_every_alarm_has_a_section_of_its_name_and_no_other_has_one() -> None:
    headings = re.findall(r"^### (.+)$", SECTION, re.MULTILINE)
    assert headings == [alarm["AlarmName"].removeprefix(PREFIX) for alarm in ALARMS.values()]


@pytest.mark.parametrize("name", [alarm["AlarmName"].removeprefix(PREFIX) for alarm in ALARMS.values()])
def test_a_section_says_what_it_means_who_notices_how_to_look_what_to_do_and_when_it_ends(name: str) -> None:
    section = SECTION.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
    answers = re.findall(r"^- (\*\*\w+:\*\*)", section, re.MULTILINE)
    assert answers in (ANSWERS, [*ANSWERS, "**Practise:**"])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_runbook_exists_as_it_is_written(command: str) -> None:
    assert complaint(command) is None


@pytest.mark.parametrize(
    ("command", "part"),
    [
        ("vitosms restore --since X", "there is no 'restore'"),
        ("vitosms queue free", "there is no 'free'"),
        ("vitosms restored --from X", "--from"),
        ("vitosms queue resolve ENTRY", "missing ['decision']"),
        ("vitosms practice resume A B", "left over ['B']"),
        ("vitosms credits topup M1 100", "missing ['reference']"),
    ],
)
def test_a_command_that_does_not_exist_would_be_noticed(command: str, part: str) -> None:
    assert part in (complaint(command) or "")


def test_the_runbook_names_targets_of_make_lambdas_and_queues_that_exist() -> None:
    named = {span.split()[1] for span in spans(RUNBOOK) if span.startswith("make ")}
    assert named <= set(TARGETS)
    queues = {queue["QueueName"].removeprefix(PREFIX) for queue in QUEUES.values()}
    made_here = {"restored", "before"}  # by the steps of a restore
    assert set(re.findall(r"\$S-([a-z_-]+)", RUNBOOK)) <= set(FUNCTIONS) | queues | made_here
    assert set(re.findall(r"\$QUEUES-([a-z_-]+)", RUNBOOK)) <= queues
    (everything,) = set(re.findall(r"for one in (.+); do", RUNBOOK))
    assert set(everything.split()) == set(FUNCTIONS)


def test_what_it_names_is_not_little() -> None:
    assert len(COMMANDS) > 40


def test_its_arithmetic_is_that_of_the_settings_and_of_the_template() -> None:
    a_batch = (PARALLEL - 1) / (20 / DELIVER_CONCURRENCY) + 0.3  # seconds: the pace, and the rest
    rate = DELIVER_CONCURRENCY * PARALLEL / a_batch
    assert f"{DELIVER_CONCURRENCY} × {PARALLEL} / {a_batch:.1f} = {rate:.1f} SMS a second" in PROSE
    assert f"30 min × 60 × {rate:.1f} = 30,000 SMS" in PROSE
    assert round(30 * 60 * rate, -2) == 30_000 == 500 * 60
    assert f"so {RUN_CONCURRENCY} workers do {RUN_CONCURRENCY / 2} runs a second" in PROSE
    metrics = sum(sum("MetricStat" in query for query in alarm.get("Metrics", [])) or 1 for alarm in ALARMS.values())
    assert f"{len(ALARMS)} alarms on {metrics} metrics" in PROSE
