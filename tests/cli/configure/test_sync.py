"""The settings of a practice in the Parameter Store: `practice add` and `switches sync`, and what their events cost."""

from __future__ import annotations

from collections import Counter

import pytest

from chalicelib.aws.parameter_store import ParameterStore
from chalicelib.aws.practice_store import PracticeStore
from chalicelib.practice.settings_shown import SETTINGS
from chalicelib.wiring import Wiring, wiring
from chalicelib.words.words import words_of
from infra.account.quotas import MOST_PARAMETERS, MOST_PRACTICES
from infra.cli.configure import parameter_store
from infra.local.clients import client
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, words
from tests.flow.build import PRACTICE

DESK = "empfang@neu.example"


def saved(practice: str) -> dict[str, str]:
    found = wiring().parameters.saved(practice)
    told = {f"Schalter/{name}": value for name, value in found.switches.items()}
    return told | {f"Auftraege/{name}": value for name, value in found.jobs.items()}


def add(vitosms: Vitosms, stage: Rehearsal, practice: str = "neu") -> object:
    return vitosms.told("practice", "add", practice, "--database", stage.plan.database, "--meldung-an", DESK)


def test_the_settings_have_descriptions_patterns_and_tags(vitosms: Vitosms, stage: Rehearsal) -> None:
    add(vitosms, stage)
    ssm = client("ssm")
    filters = [{"Key": "Name", "Option": "BeginsWith", "Values": ["/vitosms/local/neu/"]}]
    pages = ssm.get_paginator("describe_parameters").paginate(ParameterFilters=filters)
    told = {one["Name"].removeprefix("/vitosms/local/neu/"): one for page in pages for one in page["Parameters"]}
    german = words_of("de").of
    assert {name: (one["Description"], one.get("AllowedPattern")) for name, one in told.items()} == {
        name: (german(setting.description), setting.pattern) for name, setting in SETTINGS.items()
    }
    for name in SETTINGS:  # MeldungAn was saved once more, with its addresses
        path = f"/vitosms/local/neu/{name}"
        tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=path)["TagList"]
        assert {tag["Key"]: tag["Value"] for tag in tags} == {
            "vitosms:practice": "neu", "vitosms:kind": name.partition("/")[0],
        }  # fmt: skip


def test_the_events_of_a_new_practice_are_applied_once(vitosms: Vitosms, stage: Rehearsal) -> None:
    add(vitosms, stage)
    stage.cloud.settle()
    calls = stage.cloud.calls_by_handler["switches"]
    pages = len(SETTINGS) // 10 + 1  # after a full last one, an empty one follows
    assert stage.cloud.invocations["switches"] == len(SETTINGS)
    assert (calls["ssm.GetParameter"], calls["ssm.GetParametersByPath"]) == (len(SETTINGS), pages)
    assert calls["dynamodb.Query"] <= 2
    record = wiring().practices.record("neu")
    assert record is not None
    assert "summary" in record.jobs, "MeldungAn is not at its default: its event was applied"


def test_a_second_run_changes_nothing(vitosms: Vitosms, stage: Rehearsal) -> None:
    add(vitosms, stage)
    wiring().parameters.save("neu", "Schalter/Sprache", "fr")
    before = versions("neu")
    assert "exists already" in vitosms.refuses("practice", "add", "neu")
    assert vitosms.told("switches", "sync", "--practice", "neu")["added"] == {"neu": 0}
    assert vitosms.shows("switches", "sync", "--practice", "neu") == "neu: alle Einstellungen sind schon gespeichert\n"
    assert versions("neu") == before


def test_what_is_missing_is_added_and_no_value_touched(vitosms: Vitosms, stage: Rehearsal) -> None:
    assert stage
    before = saved(PRACTICE)
    assert before.keys() < SETTINGS.keys()
    told = vitosms.told("switches", "sync", "--all")
    assert told == {"added": {PRACTICE: len(SETTINGS) - len(before)}, "used": told["used"]}
    assert saved(PRACTICE) == {name: setting.default for name, setting in SETTINGS.items()} | before


def test_an_interrupted_registration_is_completed(
    vitosms: Vitosms, stage: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ParameterStore.add

    def interrupted(store: ParameterStore, practice: str, name: str, value: str) -> bool:
        if name == "Schalter/Sprache":
            raise KeyboardInterrupt
        return real(store, practice, name, value)

    with monkeypatch.context() as broken:
        broken.setattr(ParameterStore, "add", interrupted)
        assert vitosms.run("practice", "add", "neu")[0] == 130
    assert wiring().practices.record("neu") is None
    add(vitosms, stage)
    assert saved("neu").keys() == SETTINGS.keys()


def test_from_the_301st_practice_on_the_settings_are_saved_only_if_asked_for(
    vitosms: Vitosms, stage: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered = PracticeStore.ids
    many = [f"praxis-{n}" for n in range(MOST_PRACTICES - 1)]
    monkeypatch.setattr(PracticeStore, "ids", lambda store: [*many, *registered(store)])
    warnings = vitosms.told("practice", "add", "neu", "--database", stage.plan.database)["warnings"]
    assert any("vitosms switches sync --practice neu" in one for one in words(warnings))
    assert saved("neu") == {}
    told = vitosms.told("practice", "add", "neu-2", "--database", stage.plan.database, "--all-settings")
    assert told["settings_added"] == len(SETTINGS)
    assert saved("neu-2").keys() == SETTINGS.keys()


def test_what_an_earlier_practice_of_the_id_has_left_is_named(vitosms: Vitosms, stage: Rehearsal) -> None:
    for name in ("Schalter/TerminerinnerungSenden", "Auftraege/send/Aktiviert", "Vorlagen/Geburtstag/SMS/de"):
        wiring().parameters.save("neu", name, "Ja")
    warnings = vitosms.told("practice", "add", "neu", "--database", stage.plan.database)["warnings"]
    assert "Schon gespeichert, und gültig: Schalter/TerminerinnerungSenden, Vorlagen/Geburtstag/SMS/de" in words(
        warnings
    )


def test_a_practice_is_added_without_settings_where_the_region_has_no_room_for_them(
    vitosms: Vitosms, stage: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ParameterStore, "count_standard", lambda _: MOST_PARAMETERS - len(SETTINGS))
    told = vitosms.told("practice", "add", "neu", "--database", stage.plan.database, "--meldung-an", DESK)
    assert any("9'970 der 10'000 Parameter der Region sind gebraucht" in one for one in words(told["warnings"]))
    assert saved("neu") == {"Schalter/MeldungAn": DESK}
    assert wiring().practices.record("neu") is not None


def test_more_than_a_region_takes_is_refused_before_anything_is_saved(
    vitosms: Vitosms, stage: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stage
    before = saved(PRACTICE)
    monkeypatch.setattr(ParameterStore, "count_standard", lambda _: 9_999)
    assert "the region has 9'999 of 10'000" in vitosms.refuses("switches", "sync")
    assert saved(PRACTICE) == before


@pytest.mark.parametrize(
    ("name", "value"), [("DefaultSMSMandant", "M{{1"), ("MeldungAn", ", ".join(["empfang@praxis.example"] * 200))]
)
def test_what_the_parameter_store_never_takes_is_refused_in_words(vitosms: Vitosms, name: str, value: str) -> None:
    assert "the text must have 1 to 4096 characters, and no {{" in vitosms.refuses("switches", "set", name, value)
    assert f"Schalter/{name}" not in saved(PRACTICE) or saved(PRACTICE)[f"Schalter/{name}"] != value


def test_three_settings_a_second_are_saved(vitosms: Vitosms, stage: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stage
    clock, starts = Clock(), Counter[int]()
    real = ParameterStore.add

    def noted(store: ParameterStore, practice: str, name: str, value: str) -> bool:
        starts[int(clock.now)] += 1
        return real(store, practice, name, value)

    monkeypatch.setattr(parameter_store, "monotonic", lambda: clock.now)
    monkeypatch.setattr(Wiring, "pause", lambda _, seconds: clock.sleep(seconds))
    monkeypatch.setattr(ParameterStore, "add", noted)
    vitosms.told("switches", "sync")
    assert max(starts.values()) == 3
    assert len(starts) == -(-sum(starts.values()) // 3)


class Clock:
    """Time passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds + 1e-6


def versions(practice: str) -> dict[str, int]:
    pages = client("ssm").get_paginator("get_parameters_by_path")
    found = pages.paginate(Path=f"/vitosms/local/{practice}", Recursive=True)
    return {one["Name"]: one["Version"] for page in found for one in page["Parameters"]}
