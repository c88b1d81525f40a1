"""chalicelib has codes and values; words of a language are in the catalogues, in templates, and in infra."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

import pytest

from infra.catalogues import CODES, read
from tests.unit.test_rooms import CHALICELIB, Function, name_of, tree_of

# Words of a practice, a patient or a standard that a module may hold: names, grammars, samples.
OWN: dict[str, Collection[str]] = {
    "chalicelib/messages/address_spelling.py": [" \t\r\n,;\"'«»‹›“”„‚‘’()[]<>"],
    "chalicelib/messages/placeholders.py": ["männlich", "féminin"],
    "chalicelib/messages/sms.py": ["“”„‟″«»〝〞〟❝❞＂"],
    "chalicelib/messages/template_lint.py": ["1er étage"],
    "chalicelib/messages/template_set.py": ["fr f fra fre französisch franzoesisch français francais french francese"],
    "chalicelib/providers/calendar_file.py": ["Rendez-vous"],
    "chalicelib/providers/mime.py": [
        "Bitte keine Mitteilungen mehr",
        "Merci de ne plus m'envoyer de messages",
        "Non desidero più ricevere messaggi",
        "rendez-vous.ics",
    ],
    "chalicelib/schedule/grammar.py": [
        "täglich",
        "alle {} Tage",
        "alle {} Wochen ",
        "alle 30 Minuten",
        "alle ([0-9]+) tage?",
        "(?:alle ([0-9]+) wochen?|woechentlich)(?: (.+))?",
        r"\b(?:um|am|von|uhr)\b|(?<=[0-9])uhr\b",
        "(.*?)(?:(?:^| )alle ([0-9]+) (min\\.|min|minuten?|std\\.|std|stunden?))?(?:(?:^| )({})(?:-({}))?)?",
    ],
}
FUNCTION_WORDS = set(  # of German, French and Italian, except those that are also English or HTML
    re.findall(
        r"\w+",
        """aber alle als auch auf aus bei beim bereits bis bitte damit dann das dass dem den der des diese dieser dieses
        durch ein eine einem einen einer eines erst für gegen gibt hat ihm ihn ihr im ist jeder kann kein keine keinen
        liegt mehr mit muss müssen nach nicht nichts noch nur oder ohne schon sein seine seit sich sie sind soll sonst
        steht und vom von vor weil wenn werden wird wurde zu zum zur zuletzt zwischen über
        avec aux ce cette chez dans dès et être la le les leur mais nous où ou par pas pour que qui ses son sont une
        vous alla che chi con da dal dalla degli del della di è fra gli il lo loro ma nel nella nessun ogni più questo
        sono su sul sulla tra uno""",
    )
)
BOTH = {"definitiv", "else", "endif", "mssql", "name", "patient", "patients", "sqlite", "status", "templates", "text",
        "unset", "vitosms", "will"}  # fmt: skip


@cache
def vocabulary() -> frozenset[str]:
    """The lower-case words of the German messages, without short ones and names of values."""
    texts = " ".join(str(message.string) for message in read(CODES / "de.po") if message.id)
    words = re.findall(r"[^\W\d_]{4,}", re.sub(r"\{.*?\}|vitosms [a-z -]+|--[a-z]+", " ", texts))
    return frozenset(filter(str.islower, words)) - BOTH


def literals(tree: ast.Module) -> Iterator[str]:
    """Strings except docstrings; an f-string counts as one string, with `{}` for its expressions."""
    skipped = {id(node.body[0].value) for node in ast.walk(tree) if documented(node)}  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(piece) for piece in node.values}
            yield "".join(str(piece.value) if isinstance(piece, ast.Constant) else "{}" for piece in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.value


def documented(node: ast.AST) -> bool:
    return isinstance(node, Function | ast.ClassDef | ast.Module) and ast.get_docstring(node, clean=False) is not None


def has_words(text: str) -> bool:
    """Whether a literal looks like words for a person, or like a piece of them. One name alone does not."""
    if re.fullmatch(r"[A-ZÄÖÜ][a-zäöü]+[A-Z]\w*", text):  # GeburtstagsglückwünscheSenden, a switch
        return False
    if len(set(text)) == len(text) > 40:  # an alphabet
        return False
    words = set(re.findall(r"[^\W\d_]{2,}", text))
    return (
        re.search("[«»]|[äöüßéèàêçùò]\\w|\\w[äöüßéèàêçùò]", text, re.IGNORECASE) is not None
        or (len(words) > 1 and not FUNCTION_WORDS.isdisjoint(map(str.lower, words)))
        or len(words & vocabulary()) > 1
        or re.fullmatch(r"[A-ZÄÖÜ{].* .*[.!?]", text, re.DOTALL) is not None
    )


def with_words(paths: Collection[Path]) -> dict[str, set[str]]:
    """Module → its literals with words that it may not hold."""
    found = {name_of(path): set(filter(has_words, literals(tree_of(path)))) for path in paths}
    return {name: left for name, texts in found.items() if (left := texts - {*OWN.get(name, ())})}


def test_no_module_of_chalicelib_holds_words_of_a_language() -> None:
    assert with_words([path for path in CHALICELIB if "desk" not in path.parts]) == {}  # its ids are English


@pytest.mark.parametrize(
    "source",
    [
        "raise RefusedError('Der Eintrag ist weg.')",
        "reason = f'Der Versand vom {day} wurde versäumt.'",
        "reason = f'{day} vorbei: {count} offen.'",
        "return 'gesendet' if sent else 'nicht gesendet'",
        "note = 'Grüsse'",
        "note = '«%s»'",
        "note = 'Pas de message'\nother = 'pour {}'",
        "note = 'Nessuno nella lista'",
        'note = f\'{state} ({"von Hand" if manual else ""})\'',
        "def f() -> str:\n    '''What it is.'''\n    return 'Wird gesendet'",
        "note = 'aufbereitet, storniert'",
    ],
)
def test_a_planted_sentence_is_found(source: str) -> None:
    assert any(map(has_words, literals(ast.parse(source))))


@pytest.mark.parametrize(
    "source",
    [
        "'''Der Eintrag ist weg.'''\n# Der Eintrag ist weg.",
        "def f() -> None:\n    '''Der Eintrag ist weg.'''",
        "text = Text('entry.gone', count=1)",
        "name = 'TerminerinnerungSenden', 'GeburtstagsglückwünscheSenden', 'Ja', 'definitiv', 'Beginn'",
        "path = f'/vitosms/{stage}/{practice}/Schalter/'",
        "raise AssertionError('one question at a time: the answer to another one is still being read')",
        "detail = 'the server refuses TLS'",
        "sql = 'SELECT Name FROM vitosms.Mandant WHERE MandantId = :mandant'",
    ],
)
def test_what_is_for_programs_is_none(source: str) -> None:
    assert not any(map(has_words, literals(ast.parse(source))))


def test_what_a_module_may_hold_stands_in_it() -> None:
    texts = {name_of(path): set(literals(tree_of(path))) for path in CHALICELIB if name_of(path) in OWN}
    assert {name: {*own} - texts.get(name, set()) for name, own in OWN.items()} == {name: set() for name in OWN}
