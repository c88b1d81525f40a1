"""`vitosms local provider`: what a practice sees of each trouble with the next messages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.core.test_every_document import asked_of
from tests.cli.running import Vitosms, running


@pytest.fixture
def vitosms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Vitosms]:
    """A practice whose reminders go to the mobile number of P1 and to the e-mail address of P4."""
    with running(tmp_path, switches={"MeldungAn": "empfang@praxis.example"}) as (stage, database):
        database.patient("2026-11-24 11:00:00", Mobiltelefon=None, EMail="leser@patient.example")
        for module in ("local", "local_trouble"):
            monkeypatch.setattr(f"infra.cli.sandbox.{module}.ask", asked_of(stage))
        yield Vitosms(capsys)


def meet(vitosms: Vitosms, trouble: str, count: int, until: str = "10:40") -> dict[str, str]:
    """The states of the open entries that were sent, after this trouble."""
    assert vitosms.told("local", "provider", "--next", trouble, "--count", str(count)) == {
        "next": trouble,
        "count": count,
    }
    vitosms.shows("local", "play", "--to", until)
    entries = vitosms.told("queue", "list")["entries"]
    return {one["entry"]: one["state"] for one in entries if one["entry"] != "reminder:T2"}  # without any address


def to_call(vitosms: Vitosms) -> set[str]:
    return {one["appointment"] for one in vitosms.told("calls")["calls"]} - {"T2"}


def test_refused_addresses_are_on_the_call_list(vitosms: Vitosms) -> None:
    refused = dict.fromkeys(("birthday:P3:2026", "reminder:T1", "reminder:T4"), "refused")
    assert meet(vitosms, "refuse", 3) == refused
    assert to_call(vitosms) == {"T1", "T4"}
    reasons = vitosms.shows("calls")
    assert "Die Mobiltelefonnummer wird vom Anbieter" in reasons
    assert "Die E-Mail-Adresse wird vom Anbieter" in reasons


def test_the_history_of_a_message_has_what_deliver_printed(vitosms: Vitosms) -> None:
    meet(vitosms, "refuse", 3)
    moves = [one["to"] for one in vitosms.told("queue", "show", "reminder:T1")["activities"]]
    assert moves == ["prepared", "reserved", "sending", "refused"]
    assert '"sending"' in vitosms.shows("explain", "--appointment", "T1", "--json")


def test_messages_without_a_receipt_stay_on_their_way_and_are_unconfirmed_in_the_end(vitosms: Vitosms) -> None:
    states = meet(vitosms, "silent", 3)
    assert states == dict.fromkeys(("birthday:P3:2026", "reminder:T1", "reminder:T4"), "sent")
    assert len(vitosms.told("local", "messages")["messages"]) == 3
    assert "die Zustellbestätigung steht aus" in " ".join(vitosms.shows("explain", "--appointment", "T1").split())
    for rule, a_day in (("prepare", 96), ("send", 96), ("status", 96)):  # the week costs seconds, and nothing is due
        vitosms.shows("local", "tick", "--lose", "--rule", rule, "--count", str(6 * a_day))
    vitosms.shows("local", "play", "--to", "2026-12-01T10:40")
    assert "unbestätigt" in vitosms.shows("queue", "show", "reminder:T1")


def test_a_message_without_an_answer_is_unknown_until_its_receipt_or_a_person_settles_it(vitosms: Vitosms) -> None:
    states = meet(vitosms, "timeout", 3)
    assert states == dict.fromkeys(("birthday:P3:2026", "reminder:T1"), "unknown")  # an e-mail's receipt names it
    assert to_call(vitosms) == {"T1"}
    (mail,) = vitosms.told("local", "mailbox")["notices"]
    assert mail["subject"] == "vitosms praxis: Mitteilungen ungewiss"
    vitosms.shows("queue", "resolve", "reminder:T1", "delivered", "--note", "Patient gefragt")
    assert to_call(vitosms) == set()


def test_throttled_messages_are_tried_again(vitosms: Vitosms) -> None:
    assert meet(vitosms, "throttle", 3) == {}  # all delivered: the next try succeeded
    assert len(vitosms.told("local", "messages")["messages"]) == 3


def test_a_provider_that_throttles_for_long_is_reported_once_and_the_messages_go_out_afterwards(
    vitosms: Vitosms,
) -> None:
    waiting = dict.fromkeys(("birthday:P3:2026", "reminder:T1", "reminder:T4"), "prepared")
    assert meet(vitosms, "throttle", 1000, until="10:45") == waiting
    assert to_call(vitosms) == {"T1", "T4"}
    (alert,) = vitosms.told("history", "--errors")["alerts"]
    assert alert["text"].startswith("Mitteilungen gehen auch nach fünf Versuchen nicht hinaus")
    ended = "Die Anbieter haben keine Störung mehr.\n"
    assert vitosms.shows("local", "provider", "--next", "throttle", "--count", "0") == ended
    vitosms.shows("local", "play", "--to", "12:40")
    assert to_call(vitosms) == set()
    assert len(vitosms.told("local", "messages")["messages"]) == 3


def test_a_later_trouble_takes_the_place_of_an_earlier_one(vitosms: Vitosms) -> None:
    vitosms.shows("local", "provider", "--next", "refuse", "--count", "9")
    assert set(meet(vitosms, "silent", 3).values()) == {"sent"}


def test_an_automatic_reply_to_an_e_mail_leaves_it_delivered_and_sms_alone(vitosms: Vitosms) -> None:
    assert meet(vitosms, "out-of-office", 1) == {}
    assert to_call(vitosms) == set()
    assert "Zugestellt, bestätigt" in vitosms.shows("explain", "--appointment", "T4")
    assert vitosms.told("optout", "list")["opt_outs"] == []


@pytest.mark.parametrize(
    ("trouble", "count", "words"),
    [
        ("refuse", "1", "Der Anbieter wird die Adresse der nächsten Mitteilung ablehnen."),
        ("silent", "3", "Der Anbieter wird die nächsten 3 Mitteilungen annehmen und nie melden, ob sie zugestellt "
         "sind."),
        ("timeout", "1", "Die nächste Mitteilung wird ankommen, aber der Anbieter wird nicht antworten."),
        ("throttle", "1200", "Der Anbieter wird bei den nächsten 1'200 Versuchen nichts annehmen; der Dienst "
         "versucht es Minuten später wieder."),
        ("bounce", "13", "Die nächsten 13 E-Mails an Patienten werden angenommen und kommen zurück: ihre Postfächer "
         "gibt es nicht."),
        ("out-of-office", "1", "Das nächste E-Mail an Patienten wird zugestellt und automatisch beantwortet."),
        ("account-limit", "2", "Die nächsten 2 SMS werden angenommen und nicht versendet, weil das Ausgabenlimit "
         "erreicht ist."),
    ],
)  # fmt: skip
def test_the_answer_says_what_will_happen(vitosms: Vitosms, trouble: str, count: str, words: str) -> None:
    assert vitosms.shows("local", "provider", "--next", trouble, "--count", count) == f"{words}\n"


def test_a_wrong_value_is_refused_with_what_is_allowed(vitosms: Vitosms) -> None:
    names = "must be one of refuse, silent, timeout, throttle, bounce, out-of-office, account-limit"
    assert vitosms.refuses("local", "provider", "--next", "loud") == f"--next 'loud': {names}"
    near = vitosms.refuses("local", "provider", "--next", "silnt")
    assert near == f"--next 'silnt': did you mean silent? {names}"
    for count in ("-1", "10001", "x"):
        assert "--count" in vitosms.refuses("local", "provider", "--next", "silent", "--count", count)
