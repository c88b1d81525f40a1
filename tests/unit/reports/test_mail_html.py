"""The daily summary as HTML: what the text says, escaped, with inline styles only."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from chalicelib.entries.states import State
from chalicelib.reports.call_list import Phone, Whom
from chalicelib.reports.daily_summary_text import MOST_CALLS, MOST_SENT, DailySummary, summary_mail
from chalicelib.reports.mail_html import Block, as_html, as_text
from chalicelib.reports.reconciliation import AppointmentResult, Column, Misinformed
from chalicelib.schedule.job import Job
from chalicelib.text import LANGUAGES, Text
from tests.builders.entries import BEGINS, NOW, TODAY, ZURICH, at, candidate, entry
from tests.unit.reports.test_daily_summary_text import FAILED_CALL, RECONCILED

INJECTED = "<script>alert(1)</script><img src=x onerror=y>&\"'"
VOID = {"meta", "br"}


class Reader(HTMLParser):
    """Tables as lists of rows, and all text; raises if an element is not closed."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.tables: list[list[list[str]]] = []
        self.styles: list[str] = []
        self.words: list[str] = []
        self.feed(document)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"lang", "charset", "name", "content", "style", "scope"}
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag == "br":
            self.handle_data("|")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.open and self.open[-1] in ("td", "th"):
            self.tables[-1][-1][-1] += data


def summary(**changes: Any) -> DailySummary:
    usual: dict[str, Any] = {
        "practice": "praxis", "language": "de", "day": TODAY, "now": NOW, "zone": ZURICH, "waiting": [],
        "charged": [entry(State.DELIVERED), entry(State.SENT, patient="P2", claimed_at=at("2026-11-23 10:20"))],
        "calls": [FAILED_CALL], "balances": {"M1": 12_345}, "stopped": None, "reconciled": None,
    }  # fmt: skip
    return DailySummary(**{**usual, **changes})


def read(**changes: Any) -> Reader:
    return Reader(summary_mail(summary(**changes))[2])


def test_calls_credits_and_what_was_sent_are_tables_by_patient_number() -> None:
    assert read().tables == [
        [["Patient", "Termin", "Grund"], ["P1", "Di 24.11.|14:30", "nicht zugestellt"]],
        [["Mandant", "verbraucht", "Guthaben"], ["M1", "4", "12'345"]],
        [
            ["Patient", "Zeit", "Kanal", "Stand"],
            ["P1", "10:05", "SMS", "zugestellt"],
            ["P2", "10:20", "SMS", "unterwegs"],
        ],
    ]


def test_names_are_below_the_numbers_only_if_the_practice_wants_them() -> None:
    misinformed = Misinformed("0a1b2c", "T1", "P1", "Muster Anna", (), BEGINS, None, Text("misinformed.gone"))
    known = {"reconciled": replace(RECONCILED, misinformed=(misinformed,))}
    named = read(**known, names={"P1": "Muster Anna"})
    assert [table[1][0] for table in named.tables] == ["P1|Muster Anna", "P1|Muster Anna", "M1", "P1|Muster Anna"]
    assert "Muster" not in summary_mail(summary(**known))[1] + summary_mail(summary(**known))[2]


def test_what_has_not_left_is_not_listed() -> None:
    accepted = {State.SENT, State.DELIVERED, State.FAILED, State.UNCONFIRMED}
    for state in State:
        tables = read(charged=[entry(state)], calls=[], balances={}).tables
        assert bool(tables) is (state in accepted)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_is_escaped(language: str) -> None:
    bad = Text("text.as_it_stands", text=INJECTED)
    row = candidate(Behandler=INJECTED, Ort=INJECTED, MandantName=INJECTED, TerminId=INJECTED)
    misinformed = Misinformed(INJECTED, INJECTED, INJECTED, INJECTED, ((Phone.MOBILE, INJECTED),), BEGINS, None, bad)
    reconciled = replace(
        RECONCILED, total=9, results=(AppointmentResult(row, Column.EXCLUDED, bad),), unaccounted=(INJECTED,),
        misinformed=(misinformed,),
    )  # fmt: skip
    _, text, html = summary_mail(
        summary(
            practice=INJECTED, language=language, stopped=bad, unread=bad, reconciled=reconciled,
            names={INJECTED: INJECTED},
            failed=[Job.PREPARE_REMINDERS], waiting=[entry(reason=bad)], balances={INJECTED: 1},
            calls=[replace(FAILED_CALL, patient=INJECTED, whom=Whom(INJECTED, place=INJECTED), reason=bad)],
            charged=[entry(State.SENT, patient=INJECTED, mandant=INJECTED)],
        )
    )  # fmt: skip
    assert {"script", "img"} & Reader(html).tags == set()
    assert text.count("<script>") > 8
    assert html.count("&lt;script&gt;") > 8


def test_it_has_inline_styles_and_nothing_remote() -> None:
    html = summary_mail(summary())[2]
    assert Reader(html).tags <= {
        "html",
        "head",
        "meta",
        "title",
        "body",
        "div",
        "h1",
        "h2",
        "table",
        "tr",
        "th",
        "td",
        "br",
    }
    assert not re.search(r"https?:|url\(|<style|class=|src=|href=", html)


def test_all_that_the_text_says_is_said() -> None:
    changes: dict[str, Any] = {
        "stopped": Text("blocked.stopped", Text("stop.by_operator", text="Grund.")), "failed": [Job.PREPARE_REMINDERS],
        "unread": Text("database.unreachable"), "calls": [FAILED_CALL] * (MOST_CALLS + 1),
        "charged": [entry(State.SENT)] * (MOST_SENT + 1),
    }  # fmt: skip
    _, text, _ = summary_mail(summary(**changes))
    shown = read(**changes)
    said = "".join(shown.words)
    for words in ("Der Versand ist angehalten", "ist fehlgeschlagen", "nicht erreichbar", "301 versendet"):
        assert words in text
        assert words in said
    assert "… und 1 weitere (vitosms calls)" in said
    assert "… und 1 weitere (vitosms sent)" in said
    assert [len(table) for table in shown.tables] == [MOST_CALLS + 1, 2, MOST_SENT + 1]


def test_columns_of_numbers_are_aligned_to_the_right() -> None:
    html = as_html("de", "Betreff", [Block("", ["Praxis"]), Block("T", ["1", "2"], [["A", "B"], ["x", "1'000"]])])
    assert [re.search(r"text-align:(\w+)", cell)[1] for cell in re.findall("<td[^>]*>", html)] == ["left", "right"]  # type: ignore[index]


def test_lines_below_a_title_are_indented_by_their_level() -> None:
    blocks = [Block("", ["Praxis"]), Block("Titel", ["  eins", "    zwei"])]
    assert as_text(blocks) == "Praxis\n\nTitel\n  eins\n    zwei\n"
    assert [float(level) for level in re.findall(r"padding-left:([\d.]+)em", as_html("de", "", blocks))] == [0, 1]
