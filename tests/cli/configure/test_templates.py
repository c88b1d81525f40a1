"""`vitosms templates`: a practice's texts, linted with its own names and seen as on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.practice.parameter_names import TEMPLATES
from chalicelib.wiring import wiring
from tests.cli.running import Vitosms, running, words
from tests.flow.build import PRACTICE, Database

SMS = "Terminerinnerung/SMS/de"


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with running(tmp_path_factory.mktemp("practice")) as (_, database):
        database.patient("2026-11-24 11:00:00", Nachname="Crêtier" * 8, Sprache="fr")
        database.run("UPDATE Termin SET Ort = 'Röntgen' WHERE PatientId = 'P4'")
        yield database


@pytest.fixture
def vitosms(practice: Database, capsys: pytest.CaptureFixture[str]) -> Iterator[Vitosms]:
    yield Vitosms(capsys)
    wiring().parameters.forget(PRACTICE, f"Vorlagen/{SMS}")


def stage(*args: str) -> tuple[str, ...]:
    return ("templates", *args, "--stage", "local")


def test_all_texts_are_listed_with_their_origin(vitosms: Vitosms) -> None:
    vitosms.shows(*stage("set", SMS.casefold(), "Termin [[Datum]] [[Uhrzeit]]"))
    vitosms.shows(*stage("set", "Geburtstag/SMS/en", "-"))
    listed = {one["name"]: one["origin"] for one in vitosms.told(*stage("list"))["templates"]}
    assert set(listed) == set(TEMPLATES)
    assert {name: origin for name, origin in listed.items() if origin != "packaged"} == {
        SMS: "own", "Geburtstag/SMS/en": "none",
    }  # fmt: skip
    assert "Termin [[Datum]]" in vitosms.shows(*stage("list"))
    vitosms.shows(*stage("unset", "Geburtstag/SMS/en"))


def test_a_saved_text_is_linted_at_once_and_used(vitosms: Vitosms, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("Impfung am [[Datum]]\n", encoding="utf-8")
    told = vitosms.told(*stage("set", SMS, "--file", str(tmp_path / "text.txt")))
    assert words(told["remarks"]) == [
        "[[Uhrzeit]] fehlt: Der Patient erfährt nicht, wann der Termin ist.",
        "«Impfung» kann den Besuchsgrund oder das Fachgebiet verraten.",
    ]
    checked = vitosms.told("switches", "check", "--stage", "local")
    assert checked["problems"] == {}
    assert words(checked["remarks"]) == [f"Die Vorlage {SMS}: {remark}" for remark in words(told["remarks"])]
    assert vitosms.told(*stage("preview", "--appointment", "T1"))["messages"][0]["text"] == "Impfung am 24.11.2026"
    vitosms.shows(*stage("unset", SMS))
    assert "ist schon der mitgelieferte Text" in vitosms.shows(*stage("unset", SMS))


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("set", SMS, "[[Vornahme]]"), f"{SMS}: Line 1 contains the unknown placeholder “Vornahme”."),
        (("set", "Terminerinnerung/SMS/rm", "x"), "template 'Terminerinnerung/SMS/rm': there is no such template; "),
        (("set", SMS), "give either TEXT or --file PATH"),
        (("set", SMS, "x", "--file", "x"), "give either TEXT or --file PATH"),
        (
            ("set", SMS, "--file", "/nowhere/x"),
            "--file '/nowhere/x': it cannot be read: there is no such file or folder",
        ),
        (("set", SMS, "{{ Vorname }}"), "the text must have 1 to 4096 characters, and no {{, which AWS refuses"),
        (("set", SMS, " "), "the text must have 1 to 4096 characters"),
        (("preview",), "give exactly one of --patient ID, --appointment ID and --sample"),
        (("preview", "--sample", "--patient", "P1"), "give exactly one of --patient ID, --appointment ID and --sample"),
        (("preview", "--sample", "--language", "rm"), "--language 'rm': must be one of de, fr, it, en"),
        (("preview", "--patient", "nobody"), "there is no patient 'nobody' in the practice database"),
        (("preview", "--appointment", "none"), "there is no appointment 'none' in the practice database"),
    ],
)
def test_what_is_given_wrongly_is_told_and_not_saved(vitosms: Vitosms, args: tuple[str, ...], told: str) -> None:
    assert vitosms.refuses(*stage(*args)).startswith(told)
    assert f"Vorlagen/{SMS}" not in wiring().parameters.saved(PRACTICE).templates


def test_the_linter_counts_with_the_practices_own_names(vitosms: Vitosms) -> None:
    told = {one["name"]: one for one in vitosms.told(*stage("lint"))["templates"]}
    assert set(told) == set(TEMPLATES)
    french, german = told["Terminerinnerung/SMS/fr"], told[SMS]
    assert (german["messages"], german["median"], german["most"], german["remarks"]) == (2, 1, 1, [])
    assert (french["messages"], french["most"]) == (1, 3)
    assert french["longest"].keys() == {"appointment"}
    assert words(french["remarks"]) == [
        "1 SMS kostet wegen «ê» zusammen 1 Teil mehr; UmschriftErlaubt = Ja schreibt Buchstaben einfacher."
    ]
    assert words(told["Terminerinnerung/E-Mail-Text/fr"]["remarks"]) == [
        "«Röntgen» steht aus Ort, Behandler oder Praxis in 1 Mitteilung und kann den Besuchsgrund verraten."
    ]
    assert told["Geburtstag/SMS/de"]["messages"] >= 1


def test_the_linter_fails_where_a_text_cannot_be_used(vitosms: Vitosms) -> None:
    wiring().parameters.save(PRACTICE, f"Vorlagen/{SMS}", "[[Vornahme]]")
    code, out, err = vitosms.run(*stage("lint"))
    assert (code, err) == (1, "")
    assert "unbekannte Platzhalter «Vornahme»" in " ".join(out.split())


def test_the_practices_own_words_are_looked_for(vitosms: Vitosms) -> None:
    told = {one["name"]: one for one in vitosms.told(*stage("lint", "--word", "Geburtstag"))["templates"]}
    assert "«Geburtstag» kann den Besuchsgrund oder das Fachgebiet verraten." in words(
        told["Geburtstag/SMS/de"]["remarks"]
    )


@pytest.mark.parametrize("language", ["de", "fr", "it", "en"])
def test_the_sample_is_one_part_in_every_language(vitosms: Vitosms, language: str) -> None:
    messages = vitosms.told(*stage("preview", "--sample", "--language", language))["messages"]
    assert [(one["kind"], one["channel"]) for one in messages] == [
        (kind, channel) for kind in ("reminder", "birthday", "rescheduled") for channel in ("sms", "email")
    ]
    assert {(one["language"], words(one["problem"])) for one in messages} == {(language, None)}
    assert [(one["parts"], one["credits"]) for one in messages] == [(1, 1), (0, 1)] * 3


def test_a_message_is_seen_as_on_a_phone(vitosms: Vitosms) -> None:
    shown = vitosms.shows(*stage("preview", "--appointment", "T1"))
    assert "SMS · Terminerinnerung" in shown
    assert "1 Teil · 1 Credit" in shown
    assert max(map(len, shown.splitlines())) <= 80
    wiring().parameters.save(PRACTICE, "Schalter/MaxSMSTeile", "1")
    wiring().parameters.save(PRACTICE, f"Vorlagen/{SMS}", "x" * 161)
    shown = vitosms.shows(*stage("preview", "--appointment", "T1"))
    wiring().parameters.forget(PRACTICE, "Schalter/MaxSMSTeile")
    assert "Terminerinnerung, SMS: Der Text ergibt 2 SMS-Teile" in " ".join(shown.split())
