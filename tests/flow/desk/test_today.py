"""The first page: its numbers are the commands', its calls are counted, and it answers in every state."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from html import unescape

import pytest

from chalicelib.desk.rendering import STATIC
from chalicelib.people.person import Role
from chalicelib.schedule.job import SCHEDULED
from chalicelib.wiring import wiring
from chalicelib.words.words import words_of
from tests.cli.running import Vitosms
from tests.flow.desk.browser import Answer, audited
from tests.flow.desk.calls_world import World
from tests.flow.desk.today_world import TODAY, today_world

DAILY = 100
ADDRESS = "Patienten der nächsten 14 Tage ohne Adresse"
WRONG, WRONG_BEFORE = "kennt eine falsche Zeit", "kennt eine falsche Zeit (Lauf von So 22.11.)"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A hundred appointments a day."""
    with today_world(tmp_path_factory.mktemp("today"), DAILY, credits=300) as made:
        yield made


def tiles(answer: Answer) -> dict[str, str]:
    """The numbers of what is to do, by their words."""
    found = re.findall(r'(?s)<li class="\w+"><[^>]*><strong>([^<]*)</strong> <span>([^<]*)</span>', answer.body)
    return {unescape(words): count for count, words in found}


def lines(answer: Answer, box: str) -> list[str]:
    """The lines of a box, as text."""
    html = answer.body.partition(f'<h2 id="{box}">')[2].partition("</section>")[0]
    return [unescape(" ".join(re.sub("<[^>]*>", " ", one).split())) for one in re.findall(r"(?s)<li>.*?</li>", html)]


def heading(answer: Answer) -> str:
    return unescape(answer.body.partition("<h1>")[2].partition("</h1>")[0])


def test_its_numbers_are_those_of_the_commands(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    page, command = world.browser().get(TODAY), Vitosms(capsys)
    to_do, status = tiles(page), command.told("status")
    calls, queue = command.told("calls")["calls"], command.told("queue", "list")
    states = Counter(one["state"] for one in queue["entries"])
    assert to_do == {
        "Patienten anrufen": str(len(calls)),
        WRONG: str(len(command.told("daily-check")["misinformed"])),
        WRONG_BEFORE: str(len(command.told("daily-check", "--date", "2026-11-22")["misinformed"])),
        "Mitteilung ungewiss": str(states["unknown"]),
        "Mitteilung zurückgehalten": str(queue["counts"]["held"]),
        ADDRESS: str(len(command.told("patients", "unreachable")["patients"])),
    }
    assert f"Anrufliste ({len(calls)})" in page.text
    assert status["to_phone"] == len(calls)
    counts = command.told("daily-check")["counts"]
    gone = 1  # its patient knows the time that it had tomorrow
    assert f"{counts['delivered'] + gone} zugestellt, " in heading(page)
    assert heading(page).startswith(f"Morgen, Di 24.11.: {DAILY - gone} Termine, ")
    assert heading(page).endswith(f", {sum(one['starts_at'][:10] == '2026-11-24' for one in calls)} anrufen.")


def test_its_runs_days_and_credits_are_those_of_the_commands(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    page, command = world.browser().get(TODAY), Vitosms(capsys)
    status, forecasts = command.told("status"), command.told("credits", "forecast")["credits"]
    runs = lines(page, "runs")
    assert "Letzte sieben Tage, nach Termintag" in page.text
    for job in status["jobs"]:
        last, coming = (datetime.fromisoformat(one) for one in (job["last_run"]["started_at"], job["next_run"]))
        day = "heute" if coming.day == 23 else "morgen"
        assert any(f"{day} {coming:%H:%M}" in one and f"zuletzt heute {last:%H:%M}" in one for one in runs), job
    assert len(runs) == len(SCHEDULED)
    waiting = status["queue"]["prepared"] - status["held"]
    assert f"heute 10:35 Mitteilungen senden: {waiting} Mitteilungen" in " ".join(runs)
    shown = [
        re.findall(r"(\d+) ", one.partition(". ")[2] if one[:5] != "Heute" else one) for one in lines(page, "week")
    ]
    told = [[one["delivered"], one["not_delivered"], one["not_confirmed"]] for one in status["appointment_days"]]
    assert shown == [[str(count) for n, count in enumerate(one) if count or n < 2] if any(one) else [] for one in told]
    credits = lines(page, "credits")
    assert [re.findall(r"(\d+) Credit", one) for one in credits] == [
        [str(forecasts[one]["balance"])] for one in ("M2", "M1")
    ]
    assert {one["mandant"]: one["credits"] for one in status["balances"]} == {
        one: found["balance"] for one, found in forecasts.items()
    }
    assert credits[0] == "Dr. med. B. Brunner 1 Credit zu wenig: Mitteilungen warten"
    record = wiring().practices.record("praxis")
    assert record
    until = record.forecasts["M1"].until  # as of the night; tests/flow/credits compares it with the command's
    assert until
    assert credits[1].endswith(f"reicht bis {words_of('de').near_day(until.astimezone(world.day.zone))}")


def test_a_hundred_entries_a_day_take_fourteen_calls_and_one_statement(world: World) -> None:
    """The bars of the page, session included; it shows no patient, so nothing is audited."""
    browser, cloud = world.browser(), world.day.cloud
    browser.get(TODAY)
    world.day.statements.clear()
    before = len(audited())
    with cloud.counting("today"):
        page = browser.get(TODAY)
    assert cloud.calls_by_handler["today"] == {
        "dynamodb.BatchGetItem": 4, "dynamodb.Query": 6, "ssm.GetParameters": 4,
    }  # fmt: skip
    assert (len(world.day.statements), len(audited())) == (1, before)
    html = gzip.compress(page.body.encode())
    assert len(html) < 25_000
    files = (STATIC / name for name in ("desk.css", "desk.js", "icon.svg"))
    assert len(html) + sum(len(gzip.compress(file.read_bytes())) for file in files) < 60_000


def test_an_appointment_that_is_gone_takes_one_statement_more(world: World) -> None:
    row = ("T102", "P102", "2026-11-24 09:05:00", "definitiv", "Dr. Eins", None, None)
    world.database.run("DELETE FROM Termin WHERE TerminId = 'T104'")
    try:
        world.day.statements.clear()
        assert tiles(world.browser().get(TODAY))["kennen eine falsche Zeit"] == "2"
        assert len(world.day.statements) == 2
    finally:
        world.database.insert("Termin", "T104", "P104", "2026-11-24 11:15:00", *row[3:])


def test_without_the_practice_database_it_says_what_is_missing(world: World) -> None:
    whole = world.database.path.read_bytes()
    world.database.path.write_bytes(b"no database")
    try:
        page = world.browser().get(TODAY)
        limited = world.browser(mandanten=frozenset({"M1"})).get(TODAY)
    finally:
        world.database.path.write_bytes(whole)
    assert (page.status, limited.status) == (200, 200)
    assert "Was die Praxisdatenbank braucht, fehlt unten." in page.text
    assert {words: count for words, count in tiles(page).items() if count == "?"} == {
        "kennen eine falsche Zeit": "?", ADDRESS: "?",
    }  # fmt: skip
    assert int(tiles(page)["Patienten anrufen"]) > 0
    assert tiles(limited)["Patienten anrufen"] == "?"
    assert re.match(r"Morgen, Di 24.11.: \d+ zugestellt, ", heading(page))


def test_a_person_with_limits_sees_only_their_numbers(world: World) -> None:
    whole, mine, theirs = (
        world.browser("L. Lim", mandanten=frozenset(some)).get(TODAY) for some in ((), ("M1",), ("M2",))
    )
    for words in ("Patienten anrufen", ADDRESS):
        assert int(tiles(whole)[words]) == int(tiles(mine)[words]) + int(tiles(theirs).get(words, 0))
    assert [int(tiles(one).get(WRONG_BEFORE, 0)) for one in (whole, mine, theirs)] == [1, 1, 0]
    assert [len(lines(one, "credits")) for one in (whole, mine, theirs)] == [2, 1, 1]
    assert "Brunner" not in mine.text
    one, other = (
        world.browser("L. Lim", practitioners=frozenset({name})).get(TODAY) for name in ("dr. eins", "Dr. Zwei")
    )
    assert int(tiles(whole)[ADDRESS]) == sum(int(tiles(page).get(ADDRESS, 0)) for page in (one, other))
    appointments = [int(re.findall(r"(\d+) Termine", heading(page))[0]) for page in (one, other)]
    assert sum(appointments) == DAILY - 1


def test_readers_and_operators_see_it_without_a_reason(world: World) -> None:
    front = world.browser().get(TODAY)
    for role in (Role.READER, Role.MANAGER, Role.OPERATOR):
        found = world.browser("R. Rolle", role).get(TODAY)
        assert (found.status, tiles(found)) == (200, tiles(front))
    assert "Muster" not in front.body


@pytest.mark.parametrize(
    ("language", "words"), [("de", "Pendenzen"), ("fr", "À traiter"), ("it", "Da fare"), ("en", "To do")]
)
def test_four_languages(world: World, language: str, words: str) -> None:
    browser = world.browser()
    browser.language = language
    assert words in browser.get(TODAY).text


def test_what_is_to_do_is_one_click_away(world: World) -> None:
    browser = world.browser()
    found = {unescape(url) for url in re.findall(r'href="(/p/praxis/[^"]+)"', browser.get(TODAY).body)}
    checks = {f"/p/praxis/daily-check{day}" for day in ("", "?date=2026-11-22", "?date=2026-11-23")}
    assert found >= {"/p/praxis/calls", "/p/praxis/queue?show=held", "/p/praxis/queue?show=underway", *checks}
    assert {url: browser.get(url).status for url in found} == dict.fromkeys(found, 200)
