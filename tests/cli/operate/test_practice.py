"""`vitosms practice` on a running stage."""

import io
import json

import pytest

from chalicelib.aws.alert_sender import AlertSender, NotToldError
from chalicelib.aws.stop_marks import by_operator
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice.settings_shown import SETTINGS
from chalicelib.schedule.job import SCHEDULED, Job
from chalicelib.text import Text
from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, words
from tests.flow.build import PRACTICE, at

URL = "mssql://leser:g%40heim@sql.example.invalid:1433/praxis"


def record(practice: str) -> PracticeRecord:
    found = wiring().practices.record(practice)
    assert found is not None
    return found


def test_pausing_stops_a_day_and_resuming_lets_its_slot_go_on(vitosms: Vitosms, stage: Rehearsal) -> None:
    assert vitosms.shows("practice", "pause", PRACTICE, "--reason", "Wartung") == "praxis: angehalten, «Wartung»\n"
    again = vitosms.shows("practice", "pause", PRACTICE, "--reason", "Anderes")
    assert "schon angehalten, «Wartung»" in again
    assert "Der erste Grund bleibt" in again
    assert "vitosms practice resume praxis, dann erneut anhalten" in " ".join(again.split())
    assert vitosms.told("practice", "pause", PRACTICE, "--reason", "Wartung")["warnings"] == []
    stage.cloud.play(at("10:12"))
    assert stage.cloud.networks.messages == []
    (one,) = vitosms.told("practice", "list")["practices"]
    assert (one["state"], words(one["stopped"]), one["alerts"]) == (
        "stopped", "Wartung", [{"kind": "stopped", "subject": ""}],
    )  # fmt: skip
    assert "Versand angehalten" in vitosms.shows("practice", "list")
    assert "Der Versand ist angehalten: Wartung" in words(vitosms.told("jobs", "list")["warnings"])
    assert "Resume sending for praxis (paused: Wartung)? [y/N]" in vitosms.asks("practice", "resume", PRACTICE)
    assert record(PRACTICE).stopped == by_operator("Wartung")
    assert "praxis: wieder freigegeben; der nächste Versand ist am Mo 23.11.2026 10:20" in vitosms.shows(
        "practice", "resume", PRACTICE, "--yes"
    )
    assert (record(PRACTICE).stopped, record(PRACTICE).alerts) == (None, frozenset())
    stage.cloud.play(at("10:26"))
    assert len(stage.cloud.networks.messages) == 2
    assert "war nicht angehalten" in vitosms.shows("practice", "resume", PRACTICE)
    assert "aktiv" in vitosms.shows("practice", "list")


def test_stopped_e_mails_are_shown_and_a_person_resumes_them(vitosms: Vitosms) -> None:
    wiring().stops.stop_emails(PRACTICE, Text("stop.emails.bounce", found=13, last=500, most=12))
    (listed,) = vitosms.told("practice", "list")["practices"]
    assert (listed["state"], "SMS gehen weiter" in words(listed["emails_stopped"])) == ("active", True)
    assert "Die E-Mails der Praxis sind angehalten" in " ".join(vitosms.shows("status").split())
    assert "wieder freigegeben" in vitosms.shows("practice", "resume", PRACTICE, "--yes")
    assert vitosms.told("practice", "list")["practices"][0]["emails_stopped"] is None


def test_every_stop_that_a_person_ends_is_named_before(vitosms: Vitosms) -> None:
    wiring().stops.stop_emails(PRACTICE, Text("stop.emails.bounce", found=13, last=500, most=12))
    wiring().stops.stop_sms(Text("stop.sms", Text("carrier.account_limit")))
    for paused in (("practice", "pause", PRACTICE), ("pause", "--all")):
        vitosms.shows(*paused, "--reason", "Wartung")
    assert "paused: Wartung; The e-mails of the" in vitosms.asks("practice", "resume", PRACTICE)
    assert "paused: Wartung; SMS are stopped" in vitosms.asks("resume", "--all")


@pytest.mark.parametrize("reason", ["Sto\u0308rung", "\u200b", "{0} {text}"])
def test_the_same_reason_is_the_same_however_it_is_shown(vitosms: Vitosms, stage: Rehearsal, reason: str) -> None:
    assert stage
    for pause in (("practice", "pause", PRACTICE), ("pause", "--all")):
        assert [vitosms.told(*pause, "--reason", reason)["warnings"] for _ in range(2)] == [[], []]
    assert vitosms.told("resume", "--all", "--yes")["resumed"] is True


def test_pausing_everything_stops_every_practice_until_everything_is_resumed(
    vitosms: Vitosms, stage: Rehearsal
) -> None:
    assert vitosms.shows("pause", "--all", "--reason", "Störung") == "local: alle Praxen sind angehalten, «Störung»\n"
    again = vitosms.shows("pause", "--all", "--reason", "Anderes")
    assert "sind schon angehalten, «Störung»" in again
    assert "Der erste Grund bleibt" in again
    assert "vitosms resume --all, dann erneut anhalten" in " ".join(again.split())
    listed = vitosms.shows("practice", "list")
    assert listed.splitlines()[0] == "• Das ganze System ist angehalten: Störung"
    document = vitosms.told("practice", "list")
    assert (words(document["stopped"]), document["practices"][0]["state"]) == ("Störung", "stopped")
    assert document["practices"][0]["stopped"] is None, "it has no pause of its own"
    assert "angehalten" in listed
    assert "aktiv" not in listed
    assert words(vitosms.told("practice", "resume", PRACTICE, "--yes")["warnings"]) == [
        "Das ganze System ist angehalten: Störung"
    ]
    assert "Resume sending for all practices of local (paused: Störung)? [y/N]" in vitosms.asks("resume", "--all")
    assert wiring().stops.deployment_stops().everything == by_operator("Störung")
    assert "alle Praxen sind wieder freigegeben; 1 Versand von heute geht" in vitosms.shows("resume", "--all", "--yes")
    assert vitosms.told("resume", "--all", "--yes") == {"stage": "local", "resumed": False, "send_slots": 1}
    assert wiring().stops.deployment_stops().everything is None


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_whoever_pauses_without_all_is_told_what_to_use_instead(vitosms: Vitosms, verb: str) -> None:
    reason = ("--reason", "x") if verb == "pause" else ()
    assert f"for one: vitosms practice {verb} ID" in vitosms.refuses(verb, *reason)
    for args in ((PRACTICE,), (PRACTICE, "--all")):
        assert f"for one: vitosms practice {verb} {PRACTICE}" in vitosms.refuses(verb, *args, *reason)
    assert wiring().stops.deployment_stops().everything is None


def test_a_pause_of_everything_needs_a_reason(vitosms: Vitosms) -> None:
    assert vitosms.refuses("pause", "--all") == "--reason is missing"
    assert "--reason ' ': must be 1 to 300 characters" in vitosms.refuses("pause", "--all", "--reason", " ")


def test_a_new_practice_has_its_secret_senders_people_and_jobs_from_now_on(
    vitosms: Vitosms, stage: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.cloud.play(at("10:20"))
    monkeypatch.setattr("sys.stdin", io.StringIO(stage.plan.database + "\n"))
    document = vitosms.told(
        "practice", "add", "neu-1", "--database", "-", "--sender", "Praxis@Beispiel.example",
        "--meldung-an", "a@beispiel.example", "--meldung-an", "b@beispiel.example",
    )  # fmt: skip
    assert (document["state"], document["warnings"]) == ("active", [])
    parameters = wiring().parameters
    assert parameters.database_url("neu-1") == stage.plan.database
    assert document["settings_added"] == len(SETTINGS)
    own = {"Schalter/MeldungAn": "a@beispiel.example, b@beispiel.example"}
    found = parameters.saved("neu-1")
    told = {f"Schalter/{name}": value for name, value in found.switches.items()}
    told |= {f"Auftraege/{name}": value for name, value in found.jobs.items()}
    assert told == {name: setting.default for name, setting in SETTINGS.items()} | own
    made, now = record("neu-1"), stage.cloud.clock.now()
    assert made.email_senders == {"praxis@beispiel.example"}
    assert set(made.jobs) == set(SCHEDULED)
    assert all(job.due > now for job in made.jobs.values())
    assert made.jobs[Job.SEND].done == at("10:05")  # the latest slot counts as done


@pytest.mark.parametrize(
    ("name", "args", "why"),
    [
        ("neu-2", (), "Der Parameter /vitosms-secrets/local/neu-2/Datenbank"),
        ("neu-3", ("--database", "sqlite:////nirgends/praxis.db"), "Die Datei der Praxisdatenbank fehlt"),
    ],
)
def test_a_practice_whose_database_cannot_be_read_is_registered_and_told_how_to_mend_the_url(
    vitosms: Vitosms, name: str, args: tuple[str, ...], why: str
) -> None:
    code, out, _ = vitosms.run("practice", "add", name, "--sender", "praxis@beispiel.example", "--json", *args)
    document = json.loads(out)
    nobody, warning = document["warnings"]
    assert "MeldungAn" in words(nobody)
    assert (code, document["state"], record(name).removed) == (1 if args else 0, "active", None)
    assert words(warning).startswith(f"Die Praxisdatenbank kann von hier nicht gelesen werden: {why}")
    assert f"vitosms practice database {name} -" in words(warning)


def test_a_practice_without_a_sender_is_told_that_it_sends_no_e_mail(vitosms: Vitosms, stage: Rehearsal) -> None:
    warning, nobody = vitosms.told("practice", "add", "nur-sms", "--database", stage.plan.database)["warnings"]
    assert words(nobody).startswith("Niemand an der Praxis erhält Meldungen")
    assert words(warning) == "Ohne --sender erhalten Patienten nur SMS, keine E-Mail"


def test_a_database_url_can_be_replaced(vitosms: Vitosms, stage: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert vitosms.run("practice", "add", "neu-4", "--database", "sqlite:////nirgends/praxis.db")[0] == 1
    shown = vitosms.shows("practice", "database", "neu-4", stage.plan.database)
    assert shown == "neu-4: Die URL der Datenbank ist ersetzt, und die Datenbank kann von hier gelesen werden\n"
    assert wiring().parameters.database_url("neu-4") == stage.plan.database
    monkeypatch.setattr("sys.stdin", io.StringIO("sqlite:////nirgends/anders.db\n"))
    document = vitosms.told("practice", "database", "neu-4", "-")
    assert "Die Datei der Praxisdatenbank fehlt" in words(document["warnings"][0])
    assert wiring().parameters.database_url("neu-4") == "sqlite:////nirgends/anders.db"


def test_a_text_that_is_no_database_url_replaces_nothing_and_is_not_shown(vitosms: Vitosms, stage: Rehearsal) -> None:
    refused = vitosms.refuses("practice", "database", PRACTICE, "postgres://leser:g%40heim@x/y")
    assert refused.startswith("URL: must be mssql://user:pass@host:1433/db, with ?ca=/path or")
    assert wiring().parameters.database_url(PRACTICE) == stage.plan.database


@pytest.mark.parametrize("given", [("database", PRACTICE, URL), ("add", "neu-5", "--database", URL)])
def test_a_password_is_not_taken_from_the_command_line_without_saying_so(
    vitosms: Vitosms, stage: Rehearsal, given: tuple[str, ...]
) -> None:
    refused = vitosms.refuses("practice", *given)
    assert "the shell's history keeps a password given here" in refused
    assert "g%40heim" not in refused
    assert wiring().parameters.database_url(PRACTICE) == stage.plan.database
    assert "neu-5" not in wiring().practices.ids()
    vitosms.run("practice", *given, "--insecure-argument")
    assert wiring().parameters.database_url(given[1]) == URL


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("Neu", "--database", URL), "ID 'Neu': must be 2 to 32 characters from a-z, 0-9 and -"),
        (("x", "--database", URL), "ID 'x'"),
        (("falsch", "--database", "postgres://leser:g%40heim@x/y"), "--database: must be mssql://"),
        (("falsch", "--database", URL, "--sender", "praxis"), "--sender 'praxis'"),
        (
            ("falsch", "--database", URL, "--sender", "Praxis <p@praxis.example>"),
            "--sender 'Praxis <p@praxis.example>'",
        ),
        (("falsch", "--database", URL, "--meldung-an", "a@b"), "The parameter MeldungAn has the value “a@b”"),
        ((PRACTICE, "--database", URL, "--insecure-argument"), "practice 'praxis' exists already; nothing was changed"),
    ],
)
def test_a_practice_that_is_given_wrongly_is_not_registered(
    vitosms: Vitosms, stage: Rehearsal, args: tuple[str, ...], told: str
) -> None:
    before = wiring().practices.ids()
    refused = vitosms.refuses("practice", "add", *args)
    assert told in refused
    assert "g%40heim" not in refused
    assert wiring().practices.ids() == before
    assert wiring().parameters.database_url(PRACTICE) == stage.plan.database


def test_a_stop_of_which_nobody_could_be_notified_is_in_force_and_says_so(
    vitosms: Vitosms, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise NotToldError("ConnectTimeoutError")

    monkeypatch.setattr(AlertSender, "notify_operator", away)
    said = "the change is stored, but nobody could be notified of it (ConnectTimeoutError)"
    assert vitosms.refuses("pause", "--all", "--reason", "Störung") == said
    monkeypatch.undo()
    assert wiring().stops.deployment_stops().everything == by_operator("Störung")
    assert vitosms.told("resume", "--all", "--yes")["resumed"]
