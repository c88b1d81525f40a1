"""No answer mixes two languages: every command, help and error, read for words of another language."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path

import pytest

from chalicelib.practice.switches import SWITCHES
from chalicelib.text import LANGUAGES
from infra.catalogues import CODES, SENTENCES, read
from infra.cli.core.help_examples import LINES
from tests.cli.core.test_every_document import PLAYED, PREPARED, asked_of
from tests.cli.core.test_help import NAMES
from tests.cli.daily.test_resolve import unknown
from tests.cli.running import Vitosms, running
from tests.flow.build import at
from tests.unit.words.test_sentences import forms

# Names, values and words that a practice, a person or AWS has, the same in every language.
STORED = set(
    re.findall(
        r"\w+",
        f"""{" ".join(SWITCHES)} Schalter Auftraege Vorlagen Datenbank Abmeldungen Aktiviert Zeitplan Senden Ja Nein
        täglich alle Tage Wochen Minuten Stunden Mo Di Mi Do Fr Sa So Terminerinnerung Geburtstag Terminverschiebung
        Text Betreff SMS Mail MandantId Mandant PatientId Lizenznummer AbsenderSMS AbsenderEMail MeldungAn
        Auftragsverlauf Aktivitaeten wie Sprache Praxis Beispiel Nummer zwei doppelt Vorname Nachname hand
        Behandlung none some heavy refuse silent timeout throttle zweite Statement Effect Allow Action Resource""",
    )
)
PATIENTS_READ = ("templates list", "local messages")  # they show texts in the languages of patients, below their titles
WRONG = [
    "statsu", "status --no-such-option", "status --practice nobody", "status --stage A", "jobs next send --count x",
    "jobs next send --count 0", "jobs schedule send irgendwann", "jobs run nothing", "switches set Senden Ja",
    "switches set OffsetSuchTage viele", "credits topup M1 -5 --reference R", "credits topup M1", "queue show nothing",
    "explain", "daily-check --date gestern", "history --since bald", "optout add nothing", "practice add X",
    "rehearse --database nothing --from x --to y", "templates set Terminerinnerung/SMS/de [[Unsinn]]", "status a b",
    "local play --to 25:00", "simulate --trouble much", "licences add L-1 --from 2026-13-01",
    "local provider --next much", "local provider --next silent --count -1", "local database", "local tick",
    "local tick --lose --rule x",
]  # fmt: skip


@cache
def vocabulary(language: str) -> frozenset[str]:
    """The words of all messages in a language, without placeholders."""
    texts: list[str] = []
    for message in read(CODES / f"{language}.po"):
        texts += forms(message.string or "")
    for message in read(SENTENCES / ("de.po" if language == "en" else f"{language}.po")):
        texts += forms(message.id if language == "en" else message.string or "")
    return frozenset(re.findall(r"[^\W\d_]{3,}", re.sub(r"\{[^}]*\}", " ", " ".join(texts)).casefold()))


@cache
def only_of_others(language: str) -> frozenset[str]:
    """The words that only catalogues of other languages have."""
    others = frozenset[str]().union(*(vocabulary(one) for one in LANGUAGES if one != language))
    return others - vocabulary(language) - {one.casefold() for one in STORED}


def foreign(answer: str, language: str, given: str = "") -> list[str]:
    """The words of the answer that only catalogues of other languages have."""
    known = {one.casefold() for one in re.findall(r"\w+", given)}
    answer = re.sub(r"(?m)^.*│.*$", "", answer)  # what patients read, in their own language
    said = re.sub(r"«[^»]*»|\[\[\w*\]\]|[\w.@/:-]*[/@=][\w.@/:-]*|--[\w-]+|\b\w+(?:[-_]\w+)+\b", " ", answer)
    said_words = re.findall(r"[^\W\d_]{3,}", said)
    return [word for word in said_words if word.casefold() in only_of_others(language) and word.casefold() not in known]


@pytest.fixture
def vitosms(capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_help_is_in_one_language(vitosms: Vitosms, language: str) -> None:
    found = {}
    for name in ("", *NAMES):
        code, out, err = vitosms.run(*name.split(), "--help", lang=language)
        assert (code, err) == (0, "")
        found[name] = foreign(out, language, LINES)
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_in_one_language(
    vitosms: Vitosms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    found = {}
    with running(tmp_path) as (stage, database):
        for module in ("local", "local_trouble"):
            monkeypatch.setattr(f"infra.cli.sandbox.{module}.ask", asked_of(stage))
        database.run("INSERT INTO Mandant (MandantId, Name) VALUES ('M2', 'Nummer zwei')")
        for line in ["local play --to 10:02", *PREPARED, *WRONG, "@", *PLAYED]:
            if line == "@":
                stage.cloud.play(at("10:31"))
                unknown(stage, database, "T9")
                continue
            _, out, err = vitosms.run(*shlex.split(line), lang=language)
            shown = out[:80] if line in PATIENTS_READ else out
            found[line] = foreign(shown + err, language, line)
    assert {line: words for line, words in found.items() if words} == {}


def test_the_demo_is_in_one_language_with_what_its_practice_gets(
    vitosms: Vitosms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = vitosms.run("demo", lang="fr")
    assert (code, foreign(out + err, "fr", "von Tâche")) == (0, [])  # names of patients
