"""The emergencies of docs/operations.md that a local cloud can make, with the commands of the page as written."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.rehearsal import Rehearsal
from tests.cli.core.test_every_document import asked_of
from tests.cli.running import Vitosms, running
from tests.docs.test_runbook import SECTION, spans

PRACTISED = {
    heading: [one for one in spans(practise) if one.startswith("vitosms ")]
    for heading, practise in re.findall(
        r"^### ([\w-]+)$(?:(?!^###).)*?- \*\*Practise:\*\*(.+?)\n\n", SECTION, re.M | re.S
    )
}
AFTERWARDS = {  # what the practice sees in the end
    "prepare-not-run": "unterwegs",
    "send-not-run": "zugestellt",
    "status-not-run": "zugestellt",
    "nightly-check-not-run": "",
    "canary-not-delivered": "unterwegs",
    "deliver-errors": "zugestellt",
    "runs-age": "zugestellt",
    "sms-spend": "zugestellt",
}


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rehearsal]:
    with running(tmp_path) as (stage, _):
        for module in ("local", "local_trouble"):
            monkeypatch.setattr(f"infra.cli.sandbox.{module}.ask", asked_of(stage))
        stage.cloud.settle()  # as `local up` does
        yield stage


@pytest.mark.parametrize("heading", AFTERWARDS)
def test_an_emergency_is_practised_by_the_commands_of_its_section(
    stage: Rehearsal, heading: str, capsys: pytest.CaptureFixture[str]
) -> None:
    vitosms = Vitosms(capsys)
    for command in PRACTISED[heading]:
        words = command.split()[1:]
        yes = ["--yes"] if words[:2] in (["queue", "release"], ["jobs", "run"], ["resume", "--all"]) else []
        code, out, err = vitosms.run(*words, *yes)
        assert (code in (0, 1), err) == (True, ""), f"{command}: {out}{err}"
        stage.cloud.settle()  # as its server does after each request
    if heading == "sms-spend":
        del stage.cloud.networks.messages[:2]  # SNS accepted these and sent neither; they went out later
    if AFTERWARDS[heading]:
        assert f"Stand         {AFTERWARDS[heading]}" in vitosms.shows(
            "queue", "show", "reminder:T1", "--practice", "praxis"
        )


def test_each_practised_section_is_played_here() -> None:
    assert PRACTISED.keys() == AFTERWARDS.keys()
