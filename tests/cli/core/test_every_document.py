"""Every command that has a JSON document prints it as docs/reference/json.md says, and the same in every language."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.cli.reference.page import names
from infra.cli.sandbox import demo
from infra.local import control
from infra.local.desk.user_pool import UserPool
from infra.local.rehearsal import Rehearsal
from tests import documents
from tests.cli.daily.test_resolve import unknown
from tests.cli.operate.canary_stage import SENDER as CANARY_SENDER
from tests.cli.running import Vitosms, running
from tests.deploy.emulated import SENDER, Stage, emulated, packaged_template
from tests.flow.build import Database, at
from tests.simulation.episode import play

pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse:UserWarning")  # moto about unsupported resources
SMS = "Terminerinnerung/SMS/de"
MADE_ANEW = {
    "one_time_code",
    "write_id",
    "message_id",
    "hash",
    "seconds",
    "charge",
    "sort_key",
    "retained_key",
}  # in each process
PREPARED = [  # at 10:02
    "queue list", "queue show reminder:T1", "queue cancel reminder:T1 --reason doppelt",
    "queue release reminder:T1 --yes", "preview --switch OffsetSuchTage=2", "explain --patient P1", "calls",
    "patients unreachable", "patients find Nachname",
    "patients stop P1 --reason 4711", "patients stopped", "patients release P1 --yes",
    "calls claim reminder:T2", "calls not-reached reminder:T2", "calls reached reminder:T2 --note x",
    "calls undo reminder:T2", "status", "jobs list", "jobs next",
    "jobs disable status", "jobs enable status", "jobs schedule prepare-birthdays täglich 10:00", "switches list",
    "switches set OffsetSuchTage 1", "switches unset OffsetSuchTage", "switches sync", "switches check",
    "templates list",
    f"templates set {SMS} [[Datum]],[[Uhrzeit]]", f"templates unset {SMS}", "templates lint",
    "templates preview --sample", "licences add L-9", "licences revoke L-9", "licences list", "credits balance",
    "credits topup M1 5 --reference R --yes", "credits transfer M1 M2 1 --reference R --yes", "credits ledger",
    "credits order M2 5 --note x", "credits orders", "credits fulfil 1 --yes",
    "credits automatic M2 --below 1 --amount 1", "credits forecast", "optout add a@praxis.example", "optout list",
    "optout list --address a@praxis.example", "people add AM --name Meier --role manager",
    "people list", "people change AM --last-day 2026-12-31 --force", "people code AM", "people pin-reset AM",
    "people sign-out AM", "people remove AM --yes --force",
    "optout remove a@praxis.example --yes", "jobs run status", "practice pause praxis --reason Pause",
    "practice list", "practice policy praxis", "practice dashboard praxis --yes", "practice resume praxis --yes",
    "doctor",
]  # fmt: skip
PLAYED = [  # at 10:31
    "status", "sent", "daily-check", "history --errors", "queue resolve reminder:T9 delivered --note x", "activity",
    "activity --entry reminder:T1", "queue show reminder:T1",
    "queue send-again reminder:T1 --note x --yes", "explain --appointment T1", "credits ledger",
    "export --patient P1", "erase --patient P1 --yes", "local mailbox", "local messages",
    "local provider --next silent", "local database --up", "local tick --lose",
    f"canary add --to betrieb@vitosms.example --sender {CANARY_SENDER} --at 10:00", "canary status",
    "canary remove --yes", "pause --all --reason Wartung", "restored --since 2026-11-23T10:02", "resume --all --yes",
    "practice add zweite --sender praxis@praxis.example", "practice database zweite sqlite:///none.db", "status",
    "practice remove zweite --yes zweite", "practice reinstate zweite --yes",
]  # fmt: skip


@pytest.fixture
def vitosms(capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def test_every_document_is_as_it_is_documented_and_the_same_in_every_language_but_for_words(
    vitosms: Vitosms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, documents.validated = documents.validated, set()
    german = answers("de", vitosms, tmp_path / "de", monkeypatch)
    on_this_machine(vitosms, tmp_path, monkeypatch)
    in_an_account(vitosms, tmp_path)
    validated, documents.validated = documents.validated, before
    assert set(names()) - validated == set()
    french = answers("fr", vitosms, tmp_path / "fr", monkeypatch)
    different = {
        (line, path): (value, french[line].get(path))
        for line, values in german.items()
        for path, value in values.items()
        if french[line].get(path) != value
    }
    assert different == {}


def answers(language: str, vitosms: Vitosms, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The documents of the commands in turn, by command."""
    found: dict[str, Any] = {}
    folder.mkdir()
    with running(folder) as (stage, database):
        UserPool("local", "http://127.0.0.1:8470")
        for module in ("local", "local_trouble"):
            monkeypatch.setattr(f"infra.cli.sandbox.{module}.ask", asked_of(stage))
        database.run("INSERT INTO Mandant (MandantId, Name) VALUES ('M2', 'Praxis Zwei')")
        for place, line in enumerate(["local play --to 10:02", *PREPARED, "@", *PLAYED]):
            if line == "@":
                stage.cloud.play(at("10:31"))
                unknown(stage, database, "T9")
            else:
                found[f"{place} {line}"] = dict(for_programs(told(vitosms, line, language)))
    return found


def for_programs(document: Any, path: str = "") -> Iterator[tuple[str, object]]:
    """Its values by place, without the words for people."""
    if isinstance(document, dict):
        for name, one in document.items():
            if not (name == "text" and isinstance(one, str)) and name not in MADE_ANEW:
                yield from for_programs(one, f"{path}.{name}")
    elif isinstance(document, list):
        for number, one in enumerate(document):
            yield from for_programs(one, f"{path}[{number}]")
    else:
        yield path, document


def told(vitosms: Vitosms, line: str, language: str = "de") -> Any:
    code, out, err = vitosms.run(*line.split(), "--json", lang=language)
    assert (code in (0, 1), out[:1]) == (True, "{"), f"vitosms {line}: {err}"
    return json.loads(out)


def asked_of(stage: Rehearsal) -> Callable[..., Any]:
    """Answer as a local cloud in another process would."""

    def ask(action: str, document: dict[str, Any] | None = None) -> Any:
        method = "GET" if document is None else "POST"
        return json.loads(json.dumps(control.answer(stage.cloud, method, action, document or {})))

    return ask


def on_this_machine(vitosms: Vitosms, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo practice for some minutes, a rehearsal without a day, and one practice in trouble."""
    whole = demo.demo_plan

    @contextmanager
    def first_minutes(seed: int) -> Iterator[Any]:
        with whole(seed) as (plan, happenings):
            yield replace(plan, end=plan.start + timedelta(minutes=5)), happenings

    monkeypatch.setattr(demo, "demo_plan", first_minutes)
    monkeypatch.setattr(
        "tests.simulation.simulate.play", lambda seed, number, rates, **most: play(seed, number, rates, 1, **most)
    )
    told(vitosms, "demo")
    told(
        vitosms, f"rehearse --database {Database(folder / 'leer.db').url} --from 2026-11-23T09:45 --to 2026-11-23T10:30"
    )
    told(vitosms, "simulate --days 1")


def in_an_account(vitosms: Vitosms, folder: Path) -> None:
    """A stage that comes and goes, on moto's server."""
    with emulated():
        stage = Stage("dokument", packaged_template("dokument"), folder, vitosms)
        assert stage.deploy(*SENDER, "--yes", "--json")[0] == 0
        told(vitosms, "setup --stage dokument")
        told(vitosms, "destroy --stage dokument --yes dokument")
