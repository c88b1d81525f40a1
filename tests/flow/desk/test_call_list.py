"""The page of the call list: outcomes, claims, undo, two desks, bad input, roles and limits. On the local cloud."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.people.person import Role
from tests.flow.desk.browser import Answer, Browser, audited
from tests.flow.desk.calls_world import CALLS, World, note, row, told


def follow(browser: Browser, answer: Answer) -> Answer:
    assert answer.status == 303, answer.text
    return browser.follow(answer)


@pytest.mark.parametrize(
    ("outcome", "notice", "said"),
    [
        ("coming", "erreicht, kommt", "erledigt 10:20, A. Meier: kommt"),
        (
            "not_coming",
            "kommt nicht: bitte den Termin in Ihrem System absagen",
            "erledigt 10:20, A. Meier: kommt nicht",
        ),
        ("not_reached", "nicht erreicht; bleibt auf der Liste", "1. Versuch 10:20, A. Meier"),
        ("calling", "markiert: Sie rufen an", "A. Meier ruft an"),
    ],
)
def test_an_outcome_is_noted_told_and_taken_back(world: World, outcome: str, notice: str, said: str) -> None:
    browser, name = world.browser(), world.patient()
    answer = note(browser, name, outcome, note="ruft zurück")
    assert name not in answer.location
    assert answer.location.endswith(f"#r-{row(browser.get(CALLS), name)['key'][:12]}")
    page = follow(browser, answer)
    assert f"{name} Zoë Z. M.".split()[0] in page.text
    assert notice in page.text
    assert told(browser, name) == said + ("" if outcome == "calling" else " – «ruft zurück»")
    assert ('class="done"' in row(page, name)["html"]) == (outcome in ("coming", "not_coming"))
    fields = row(page, name)
    undone = browser.post(f"{CALLS}/undo", {"key": fields["key"], "version": fields["version"]})
    assert "rückgängig gemacht" in follow(browser, undone).text
    assert told(browser, name) == ""


def test_a_language_without_messages_is_named_as_such(world: World) -> None:
    name = world.patient()
    world.database.run("UPDATE Patient SET Sprache = 'sq' WHERE Nachname = ?", name)
    assert "Sprache «sq» · Nr." in row(world.browser().get(CALLS), name)["html"]


def test_of_two_desks_the_second_reads_the_first_and_keeps_the_note(world: World) -> None:
    anna, ben, name = world.browser(), world.browser("B. Keller"), world.patient()
    seen = ben.get(CALLS)
    note(anna, name, "coming")
    answer = note(ben, name, "not_reached", seen, note="ist verreist")
    assert answer.status == 409
    assert "A. Meier war schneller" in answer.text
    assert "ist verreist" in answer.body
    assert told(ben, name).startswith("erledigt 10:20, A. Meier: kommt")


def test_a_claim_is_seen_by_others_and_its_owner_goes_on_with_the_page_from_before(world: World) -> None:
    anna, ben, name = world.browser(), world.browser("B. Keller"), world.patient()
    seen = anna.get(CALLS)
    assert note(anna, name, "calling", seen).status == 303
    assert told(ben, name) == "A. Meier ruft an"
    assert "A. Meier war schneller" in note(ben, name, "calling").text
    assert note(anna, name, "not_coming", seen).status == 303
    assert told(ben, name) == "erledigt 10:20, A. Meier: kommt nicht"


def test_ten_at_once_leave_one_outcome(world: World) -> None:
    name = world.patient()
    browsers = [world.browser(f"Person {n}") for n in range(10)]
    pages = [browser.get(CALLS) for browser in browsers]
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda n: note(browsers[n], name, "coming", pages[n]), range(10)))
    assert sorted(answer.status for answer in answers) == [303, *[409] * 9]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"outcome": "dead"}, "Wählen Sie eines der Ergebnisse"),
        ({"outcome": ""}, "Wählen Sie eines der Ergebnisse"),
        ({"note": "x" * 201}, "höchstens 200 Zeichen"),
        ({"note": "eins\nzwei"}, "höchstens 200 Zeichen"),
        ({"note": "\x1b[2J"}, "höchstens 200 Zeichen"),
        ({"version": ""}, "unvollständig"),
        ({"version": "x"}, "unvollständig"),
        ({"version": "9" * 40}, "unvollständig"),
        ({"key": ""}, "unvollständig"),
    ],
)
def test_wrong_values_come_back_with_the_note(world: World, change: dict[str, str], why: str) -> None:
    browser = world.browser()
    page = browser.get(CALLS)
    name = next(f"Muster{n:02}" for n in range(1, 25) if 'value="coming"' in row(page, f"Muster{n:02}")["html"])
    fields = row(page, name)
    form = {"key": fields["key"], "version": fields["version"], "start": fields["start"], "outcome": "coming"}
    answer = browser.post(f"{CALLS}/note", {**form, "note": "kommt später", **change})
    assert answer.status == 422
    assert answer.text.count(why) == (1 if change.get("key") == "" else 2)  # on top, and at the field
    assert 'role="alert"' in answer.body
    if change.get("key") == "":
        assert "kommt später" in answer.text
    elif "note" not in change:
        assert 'value="kommt später" autocomplete="off" aria-invalid="true"' in row(answer, name)["html"]
    assert 'value="coming"' in row(browser.get(CALLS), name)["html"]


def test_an_unknown_row_and_one_of_others_get_the_same_answer(world: World) -> None:
    limited = world.browser("C. Rot", mandanten=frozenset({"M2"}))
    all_of_them, page = world.browser().get(CALLS), limited.get(CALLS)
    others = [f"Muster{n:02}" for n in range(2, 25, 2)]
    assert all(name in all_of_them.body and name not in page.body for name in others)
    assert "Muster01" in page.body
    answers = []
    for key in (row(all_of_them, others[0])["key"], "0" * 32):
        form = {"key": key, "version": "1", "start": "2026-11-24T08:00"}
        for path, more in (("note", {"outcome": "coming"}), ("undo", {})):
            answer = limited.post(f"{CALLS}/{path}", {**form, **more})
            answers.append((answer.status, answer.text.partition(" Code ")[0]))
    assert len(set(answers)) == 1
    assert answers[0][0] == 409
    file = limited.get(f"{CALLS}/file")
    assert any(f"Muster{n:02}" in file.body for n in range(1, 25, 2))  # other tests settle some
    assert not [name for name in others if name in file.body]


def test_limits_to_practitioners(world: World) -> None:
    page = world.browser("D. Blau", practitioners=frozenset({"dr. drei"})).get(CALLS)
    assert [f"Muster{n:02}" for n in range(1, 25) if f"Muster{n:02}" in page.body] == [
        f"Muster{n:02}" for n in range(3, 25, 3)
    ]


def test_who_only_reads_sees_masked_numbers_and_no_forms(world: World) -> None:
    browser = world.browser("L. Leser", Role.READER)
    page = browser.get(CALLS)
    assert ("044 000" in page.body, "tel:" in page.body, "••• 01" in page.body) == (False, False, True)
    assert "calls/note" not in page.body
    for path in ("note", "undo", "sheets", "sheet"):
        assert browser.post(f"{CALLS}/{path}").status == 403
    assert browser.get(f"{CALLS}/file").status == 403


def test_an_operator_sees_no_names_before_there_is_a_reason(world: World) -> None:
    browser = world.browser("O. Operator", Role.OPERATOR)
    page = browser.get(CALLS)
    assert ("Muster" in page.body, "12.03.1980" in page.body, "Name verborgen" in page.body) == (False, False, True)
    with_reason = world.browser("O. Operator", Role.OPERATOR, reasons={"praxis": "Frau Muster hat angerufen"})
    assert "Muster01" in with_reason.get(CALLS).body
    line = audited()[-1]
    assert (line["reason"], line["role"], len(line["seen"])) == ("Frau Muster hat angerufen", "operator", 24)


def test_initials_stand_beside_each_name(world: World) -> None:
    page = world.browser(private=True).get(CALLS)
    assert '<html lang="de" class="private">' in page.body
    assert '<span class="name">Muster01 Zoë</span><span class="initials">M. Z.</span>' in page.body


def test_what_is_done_and_seen_is_audited_by_key(world: World) -> None:
    browser, name = world.browser("P. Prüfer"), world.patient()
    key = row(browser.get(CALLS), name)["key"]
    note(browser, name, "not_reached")
    note(browser, name, "coming")
    lines = [line for line in audited() if line["name"] == "P. Prüfer"]
    assert [line["action"] for line in lines].count("call list") == 3
    assert key in lines[0]["seen"]
    noted = [(one["entry"], one["before"], one["after"]) for one in lines if one["action"] == "call noted"]
    assert noted == [(key, "", "not_reached"), (key, "not_reached", "coming")]
    assert "Muster" not in str(lines)


def test_another_practice_is_not_there(world: World) -> None:
    browser = world.browser()
    assert browser.get("/p/andere/calls").status == 404
    assert world.browser("O. Operator", Role.OPERATOR).get("/p/andere/calls").status == 404
