"""The practice and stage that a command acts on, and the nearest name if the given one does not exist."""

from collections.abc import Iterator

import pytest

from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running
from tests.flow.build import PRACTICE


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    with running(tmp_path_factory.mktemp("names")) as (rehearsed, _):
        yield rehearsed


@pytest.fixture
def vitosms(stage: Rehearsal, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


ABOUT_A_PRACTICE = [
    ("jobs", "list"), ("jobs", "enable", "send"), ("jobs", "disable", "send"), ("jobs", "run", "send"),
    ("jobs", "schedule", "send", "Mo 10:05"), ("jobs", "next"), ("switches", "list"), ("switches", "check"),
    ("switches", "set", "Sprache", "fr"), ("switches", "unset", "Sprache"), ("history",), ("activity",), ("calls",),
    ("credits", "balance"), ("credits", "topup", "M1", "5", "--reference", "x"), ("credits", "ledger"), ("preview",),
    ("credits", "transfer", "M1", "M2", "5", "--reference", "x"), ("credits", "forecast"), ("licences", "add", "L1"),
    ("licences", "revoke", "L1"), ("licences", "list"), ("queue", "list"), ("queue", "release", "--all"),
    ("queue", "resolve", "reminder:T1", "delivered"), ("optout", "list"), ("optout", "add", "079 000 00 01"),
    ("optout", "remove", "079 000 00 01"),
]  # fmt: skip
NAMED = [("practice", "pause", "--reason", "x"), ("practice", "resume"), ("practice", "remove"),
         ("practice", "reinstate")]  # fmt: skip


@pytest.mark.parametrize("args", [*((*args, "--practice") for args in ABOUT_A_PRACTICE), *NAMED], ids=" ".join)
def test_an_unknown_practice_is_refused_with_those_there_are(vitosms: Vitosms, args: tuple[str, ...]) -> None:
    there = ", ".join(wiring().practices.ids())
    assert vitosms.refuses(*args, "nirgends") == f"no practice 'nirgends' in stage local; registered: {there}"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("stauts",), "no such command 'stauts'; did you mean status?"),
        (("switches", "seet"), "did you mean set?"),
        (("switches", "list", "--practise", PRACTICE), "did you mean --practice?"),
        (("switches", "set", "OfsetSuchTage", "3"), "did you mean OffsetSuchTage?"),
        (("switches", "list", "--practice", "praxsi"), "did you mean praxis? registered: "),
        (("practice", "pause", "Praxis1", "--reason", "x"), "did you mean praxis? registered: "),
        (("jobs", "run", "sned"), "did you mean send? it must be one of "),
        (("jobs", "next", "Send mesages"), "did you mean Send messages? it must be one of "),
        (("history", "--job", "sumary", "--practice", PRACTICE), "did you mean summary? it must be one of "),
        (("templates", "unset", "Terminerinerung/SMS/de"), "no such template; did you mean Terminerinnerung/SMS/de?"),

        (("credits", "topup", "M11", "5", "--reference", "x", "--yes", "--practice", PRACTICE),
         "did you mean M1? it has M1"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)  # fmt: skip
def test_a_name_that_there_is_not_is_refused_with_the_nearest_one(
    vitosms: Vitosms, args: tuple[str, ...], told: str
) -> None:
    assert told in vitosms.refuses(*args)


@pytest.mark.parametrize("args", ABOUT_A_PRACTICE, ids=" ".join)
def test_a_practice_has_to_be_named_where_there_are_several(vitosms: Vitosms, args: tuple[str, ...]) -> None:
    if len(wiring().practices.ids()) == 1:
        vitosms.shows("practice", "add", "zweite")
    assert vitosms.refuses(*args).startswith("--practice is missing; registered: ")


@pytest.mark.parametrize(
    ("environment", "args", "told"),
    [
        ({}, ("--stage", "nie"), "--stage 'nie': there is no CloudFormation stack vitosms-nie in region eu-central-1"),
        ({}, ("--stage", "Prod/1"), "--stage 'Prod/1': must be 2 to 16 characters"),
        ({"VITOSMS_STAGE": "andere"}, (), "no CloudFormation stack vitosms-andere"),
    ],
)
def test_a_stage_that_is_not_there_is_told_in_one_line(
    vitosms: Vitosms, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], args: tuple[str, ...], told: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert told in vitosms.refuses("jobs", "list", *args)
