"""`vitosms calls reached`, `not-reached`, `claim` and `undo` on the demo practice after its two days."""

import pytest

from tests.cli.demo_days.conftest import Demo
from tests.cli.running import Vitosms, words


@pytest.fixture
def vitosms(demo: Demo, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def test_who_was_reached_leaves_the_list_and_is_done_in_the_daily_check(vitosms: Vitosms) -> None:
    calls = vitosms.told("calls")["calls"]
    first, second, *rest = calls
    noted = vitosms.told("calls", "reached", first["key"][:6], second["entry"])
    assert [one["entry"] for one in noted["done"]] == [first["entry"], second["entry"]]
    assert vitosms.told("calls")["calls"] == rest
    vitosms.shows("calls", "undo", second["entry"])
    vitosms.shows("calls", "reached", second["entry"], "--not-coming", "--note", "ist verreist")
    reconciled = vitosms.told("daily-check")
    outcomes = {one["entry"]: one["call"]["outcome"] for one in reconciled["appointments"] if one["call"]}
    assert outcomes == {first["entry"]: "coming", second["entry"]: "not_coming"}
    assert reconciled["counts"]["phoned"] == 2
    shown = vitosms.shows("daily-check")
    assert "(2 ✓)" in shown
    assert "; telefonisch erreicht, kommt nicht" in shown
    assert "telefonisch erreicht, kommt" in vitosms.shows("explain", "--appointment", first["appointment"])
    assert "Notiz zum Anruf: ist verreist" in vitosms.shows("explain", "--appointment", second["appointment"])
    code, out, _ = vitosms.run("calls", "not-reached", first["entry"], lang="de")
    assert code == 1
    assert "war schneller (Mi 28.02. 21:00): telefonisch erreicht, kommt. Nichts wurde" in " ".join(out.split())
    for one in (first, second):
        vitosms.shows("calls", "undo", one["key"])
    after = vitosms.told("calls")
    assert [call["entry"] for call in after["calls"]] == [call["entry"] for call in calls]
    assert after["done"] == []
    lines = vitosms.told("activity", "--entry", first["entry"])["activities"][-2:]
    assert words([line["reason"] for line in lines]) == [
        "telefonisch erreicht, kommt", "Zurückgenommen: telefonisch erreicht, kommt",
    ]  # fmt: skip
    assert all(line["by"] for line in lines)


def test_who_was_not_reached_stays_with_the_number_of_tries(vitosms: Vitosms) -> None:
    entry = vitosms.told("calls")["calls"][0]["entry"]
    vitosms.shows("calls", "not-reached", entry)
    assert "2. Versuch; bleibt auf der Anrufliste" in vitosms.shows("calls", "not-reached", entry, "--note", "Combox")
    (call,) = [one for one in vitosms.told("calls")["calls"] if one["entry"] == entry]
    assert [(one["outcome"], one["note"]) for one in call["tries"]] == [
        ("not_reached", None),
        ("not_reached", "Combox"),
    ]
    assert "Versuch" in vitosms.shows("calls")
    assert "Combox" in vitosms.shows("calls", "--csv", "-")
    vitosms.shows("calls", "claim", entry)
    assert "ruft eben an" in " ".join(vitosms.shows("calls").split())
    for _ in range(3):
        vitosms.shows("calls", "undo", entry)
    assert "has no call to undo" in vitosms.refuses("calls", "undo", entry)
    assert vitosms.told("calls")["calls"][0]["tries"] == []


def test_nothing_is_changed_where_one_entry_is_wrong(vitosms: Vitosms) -> None:
    calls = vitosms.told("calls")["calls"]
    name = calls[0]["entry"]
    assert f"did you mean {name}?" in vitosms.refuses("calls", "reached", name.replace("reminder", "remindr"))
    vitosms.refuses("calls", "reached", name, "reminder:none")
    for note in ("x" * 201, "rief\x1b[2J an"):
        assert "must be at most 200 characters, on one line" in vitosms.refuses(
            "calls", "reached", name, "--note", note
        )
    assert "--practice: give it after reached" in vitosms.refuses("calls", "--practice", "x", "reached", name)
    assert vitosms.told("calls")["calls"] == calls
