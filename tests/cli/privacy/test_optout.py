"""`vitosms optout` on a running stage: added, requested on the phone, obeyed by the day's run, and removed again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.aws.practice_items import opt_out_item
from chalicelib.messages.recipient import Channel
from chalicelib.practice.opt_out import OptOut, Source
from chalicelib.wiring import wiring
from infra.local.clients import client
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running, words
from tests.flow.build import PRACTICE, at, number, states

MAIL = "Anna.Muster@Example.com"
KEY = f"/vitosms-secrets/local/{PRACTICE}/Abmeldungen"


@pytest.fixture
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    with running(tmp_path_factory.mktemp("optout")) as (rehearsed, _):
        yield rehearsed


@pytest.fixture
def vitosms(stage: Rehearsal, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def test_what_is_opted_out_gets_nothing_until_a_person_removes_it(vitosms: Vitosms, stage: Rehearsal) -> None:
    assert vitosms.shows("optout", "list") == "Niemand hat sich abgemeldet.\n"
    assert vitosms.shows("optout", "list", "--address", "079 000 00 01") == f"{number(1)}: nein\n"
    assert vitosms.shows("optout", "add", "079 000 00 01") == f"praxis: {number(1)} ist abgemeldet\n"
    since = "Mo 23.11.2026 09:55 (von der Praxis erfasst)"
    again = vitosms.shows("optout", "add", number(1))
    assert again == f"praxis: {number(1)} ist schon abgemeldet, seit {since}\n"
    assert vitosms.shows("optout", "list", "--address", "0041 79 000 00 01") == f"{number(1)}: ja, seit {since}\n"
    stage.cloud.play(at("10:12"))
    (run,) = [run for run in stage.runs() if run["job"] == "prepare-reminders"]
    assert (run["skipped"], "T1" in states(stage)) == ({"not_opted_out": 1}, False)
    assert number(1) not in {message.to for message in stage.cloud.networks.messages}
    assert "Let praxis send to +41790000001 again?" in vitosms.asks("optout", "remove", "0790000001")
    gone = vitosms.shows("optout", "remove", "0790000001", "--yes")
    assert gone == f"praxis: {number(1)} darf wieder Mitteilungen erhalten; war abgemeldet seit {since}\n"
    assert "is not opted out at praxis; nothing was changed" in vitosms.refuses("optout", "remove", number(1))
    assert vitosms.shows("optout", "list") == "Niemand hat sich abgemeldet.\n"


def test_the_list_has_no_address_and_a_learnt_one_tells_what_else_holds_it(vitosms: Vitosms) -> None:
    noted = vitosms.told("optout", "add", MAIL)
    assert (noted["added"], noted["channel"], noted["source"]) == (True, "email", "person")
    learnt = OptOut("ab" * 16, Channel.SMS, Source.CARRIER, at("09:00"))
    wiring().table.write({"Put": {"Item": opt_out_item(PRACTICE, learnt)}})
    shown = vitosms.shows("optout", "list")
    assert [line.split()[-1] for line in shown.splitlines()[2:]] == ["ab" * 6, noted["hash"][:12]]
    assert "beim Anbieter abgemeldet" in shown
    assert "example" not in (shown + str(vitosms.told("optout", "list"))).casefold()
    told = vitosms.told("optout", "remove", "--hash", "ABAB", "--yes")
    assert (told["source"], told["at"]) == ("carrier", "2026-11-23T09:00:00+01:00")
    assert "aws sns opt-in-phone-number" in words(told["warnings"][0])
    assert vitosms.told("optout", "list", "--address", "anna.muster@example.com")["opted_out"] is True
    assert vitosms.told("optout", "remove", "--hash", noted["hash"], "--yes")["warnings"] == []


def test_without_its_key_nothing_can_be_asked_but_the_list_and_a_hash(vitosms: Vitosms) -> None:
    noted = vitosms.told("optout", "add", MAIL)
    (saved,) = client("ssm").get_parameters(Names=[KEY], WithDecryption=True)["Parameters"]
    assert saved["Type"] == "SecureString"
    client("ssm").delete_parameter(Name=KEY)
    missing = f"Der Parameter {KEY} mit dem Schlüssel der Abmeldungen fehlt."
    for args in (("list", "--address", MAIL), ("add", number(2)), ("remove", MAIL)):
        assert vitosms.refuses("optout", *args, lang="de") == missing
    assert missing in vitosms.run("doctor", "--json")[1]
    assert words(vitosms.told("calls")["remarks"]) == [f"{missing} Gezeigt sind nur die Patientennummern."]
    assert len(vitosms.told("optout", "list")["opt_outs"]) == 1
    vitosms.shows("optout", "remove", "--hash", noted["hash"], "--yes")
    assert vitosms.told("optout", "add", MAIL)["hash"] != noted["hash"]  # the first opt-out creates the key


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("add", "044 512 84 30"), "address '044 512 84 30': must be a mobile number"),
        (("add", "niemand"), "address 'niemand': must be a mobile number, such as 079 000 00 01"),
        (("add", "a@b"), "or an e-mail address"),
        (("list", "--address", ""), "address ''"),
        (("remove",), "give exactly one of ADDRESS, --hash HEX and --patient ID"),
        (("remove", "--patient", "P9"), "patient P9 is not opted out at praxis; nothing was changed"),
        (("list", "--patient", "P9", "--address", MAIL), "give either --address or --patient"),
        (("remove", MAIL, "--hash", "ab"), "give exactly one of ADDRESS, --hash HEX"),
        (("remove", "--hash", "xyz"), "--hash 'xyz': 0 opt-outs of praxis begin with it; see vitosms optout list"),
    ],
)
def test_what_is_no_address_is_refused(vitosms: Vitosms, args: tuple[str, ...], told: str) -> None:
    assert told in vitosms.refuses("optout", *args)
