"""Answers of a provider, and the entry and its credits afterwards."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from chalicelib.admin.queue_actions import resume_all
from chalicelib.aws.stop_marks import by_operator
from chalicelib.schedule.job import Job
from chalicelib.text import Text
from chalicelib.wiring import wiring
from infra.language import logged, said
from infra.local.clients import client
from infra.local.networks import delivery_outcomes as fates
from infra.local.networks.delivery_outcomes import Fate
from infra.local.networks.networks import AnswerLost, Fault
from infra.local.networks.sent_message import ErrorAnswer, SentMessage
from tests.flow.build import (
    PRACTICE,
    TOMORROW_9,
    Database,
    at,
    entry_of,
    number,
    opened,
    pause,
    run_outcomes,
    sent,
    short,
    states,
)

URL = "https://sns.eu-central-1.amazonaws.com"
LOST = AnswerLost(ReadTimeoutError(endpoint_url=URL))


def record_and_fail(requests: list[str], faults: Mapping[str, Fault]) -> Callable[[SentMessage], Fault | None]:
    """Records the recipient of every request; requests to some numbers meet a fault."""

    def on_request(message: SentMessage) -> Fault | None:
        requests.append(message.to)
        return faults.get(message.to)

    return on_request


def publish(to: str, text: str) -> None:
    """Somebody else in the same AWS account sends an SMS."""
    client("sns").publish(PhoneNumber=to, Message=text)


def stop_all() -> None:
    """A person stops the whole deployment."""
    wiring().stops.stop_all(by_operator("Von Hand angehalten."))


def resume() -> None:
    """A person has fixed it, and removes the practice's stop mark."""
    wiring().stops.resume(PRACTICE, wiring().clock())


def test_a_final_outcome_is_never_followed_by_another_request(database: Database) -> None:
    unreadable = "Keine Antwort des Anbieters"
    cases: list[tuple[Fault, str, str]] = [
        (ErrorAnswer("InvalidParameter", "Invalid parameter: PhoneNumber Reason: +41 is not valid to publish to"),
         "refused", "Die Mobiltelefonnummer wird vom Anbieter nicht angenommen."),
        (ErrorAnswer("OptedOut", "opted out"), "refused", "Der Empfänger hat sich beim Anbieter von SMS abgemeldet."),
        (ErrorAnswer("InternalError"), "unknown", f"{unreadable} (InternalError)."),
        (ErrorAnswer("Strange", "", 502), "unknown", f"{unreadable} (Strange)."),
        (ReadTimeoutError(endpoint_url=URL), "unknown", f"{unreadable} (ReadTimeoutError)."),
        (ConnectionClosedError(endpoint_url=URL), "unknown", f"{unreadable} (ConnectionClosedError)."),
    ]  # fmt: skip
    for _ in [*cases, "good"]:
        database.patient(TOMORROW_9)
    requests: list[str] = []
    with opened(database, until=at("11:10")) as day:
        faults = {number(n): fault for n, (fault, _, _) in enumerate(cases, 1)}
        day.cloud.networks.on_request = record_and_fail(requests, faults)
        day.play()
        ends = {short(entry): (entry.state.value, said(entry.reason) or None) for entry in day.entries()}
        assert ends == {f"T{n}": case[1:] for n, case in enumerate(cases, 1)} | {"T7": ("delivered", None)}
        assert sorted(requests) == [number(n) for n in range(1, 8)]
        assert day.balances() == {"M1": 95}  # only what was refused is refunded
        assert [logged(alert) for alert in day.alerts()] == [
            "Bei 4 Mitteilungen ist unbekannt, ob sie versendet wurden (Anrufliste)."
        ]


def test_what_never_left_comes_back_after_1_2_4_and_8_minutes(database: Database) -> None:
    faults: list[Fault] = [
        ErrorAnswer("ThrottlingException", "Rate exceeded", 400),
        ErrorAnswer("ServiceUnavailable"),
        EndpointConnectionError(endpoint_url=URL),
        ConnectTimeoutError(endpoint_url=URL),
    ]
    for _ in range(5):
        database.patient(TOMORROW_9)
    tries: dict[str, list[str]] = {number(n): [] for n in range(1, 6)}

    def four_times(message: SentMessage) -> Fault | None:
        made = tries[message.to]
        made.append(f"{message.at.astimezone(day.zone):%H:%M}")
        return faults[int(message.to[-1]) - 1] if message.to != number(5) and len(made) <= 4 else None

    with opened(database, until=at("10:30")) as day:
        day.cloud.networks.on_request = four_times
        day.play()
        backoff = ["10:05", "10:06", "10:08", "10:12", "10:20"]
        assert tries == {number(n): backoff for n in range(1, 5)} | {number(5): ["10:05"]}
        assert sent(day) == [("10:05", number(5))] + [("10:20", number(n)) for n in range(1, 5)]
        assert day.balances() == {"M1": 95}


def test_what_never_left_for_half_an_hour_is_refunded_and_paid_again(database: Database) -> None:
    database.patient(TOMORROW_9)
    with opened(database, until=at("11:20")) as day:
        day.cloud.networks.on_request = lambda _: ErrorAnswer("ThrottlingException")
        day.cloud.play(at("10:45"))
        assert (states(day), day.balances()) == ({"T1": "prepared"}, {"M1": 100})
        day.cloud.networks.on_request = None
        day.play()
        assert sent(day) == [("10:50", number(1))]
        totals = day.credits()["M1"]
        assert (totals.charged, totals.refunded) == (2, 1)


def test_the_delivery_log_tells_what_became_of_a_lost_answer(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fates, "fate", lambda *_: Fate(True, timedelta(minutes=58), "accepted", 0.06))
    database.patient(TOMORROW_9)
    with opened(database, until=at("11:30")) as day:
        day.cloud.networks.fail_next(LOST)
        day.cloud.play(at("10:09"))
        assert (states(day), day.balances()) == ({"T1": "unknown"}, {"M1": 99})
        day.cloud.play(at("10:11"))
        assert [alert["kind"] for alert in day.alerts()] == ["unknown"]
        day.play()
        assert states(day) == {"T1": "delivered"}
        assert entry_of(day, "T1").message_id == day.cloud.networks.messages[0].message_id


def test_a_lost_answer_is_not_guessed_where_two_receipts_fit(database: Database) -> None:
    database.patient(TOMORROW_9)
    database.patient(TOMORROW_9, Mobiltelefon=number(1))
    with opened(database, until=at("11:20")) as day:
        day.cloud.networks.fail_next(LOST, times=2)
        day.play()
        assert states(day) == {"T1": "unknown", "T2": "unknown"}
        assert day.balances() == {"M1": 98}


def test_a_lost_answer_is_not_guessed_beside_an_sms_of_somebody_else(database: Database) -> None:
    database.patient(TOMORROW_9)
    with opened(database, until=at("11:20")) as day:
        day.cloud.networks.fail_next(LOST)
        day.cloud.at(at("10:05:30"), lambda: publish(number(1), "Ihr Paket ist da."))
        day.play()
        assert states(day) == {"T1": "unknown"}


def test_a_lost_answer_is_found_beside_another_to_the_same_number_and_an_e_mail_by_its_tags(database: Database) -> None:
    mail = "p3@beispiel.example"
    database.patient(TOMORROW_9)
    database.patient(TOMORROW_9, Mobiltelefon=number(1))
    database.patient(TOMORROW_9, Mobiltelefon=None, EMail=mail)
    with opened(database, until=at("11:20")) as day:
        day.cloud.networks.on_request = lambda m: LOST if m.to == mail or "Vorname1 " in m.text else None
        day.cloud.play(at("10:09"))
        assert states(day) == {"T1": "unknown", "T2": "sent", "T3": "unknown"}
        day.play()
        assert states(day) == dict.fromkeys(("T1", "T2", "T3"), "delivered")


def test_one_misconfigured_answer_leaves_the_others_of_the_batch_as_they_are(database: Database) -> None:
    for _ in range(4):
        database.patient(TOMORROW_9)
    faults: dict[str, Fault] = {
        number(1): ErrorAnswer("InvalidParameter", "Invalid parameter: MaxPrice"),
        number(2): ErrorAnswer("OptedOut", "opted out"),
        number(3): ErrorAnswer("ThrottlingException", ""),
    }
    with opened(database, until=at("10:30")) as day:
        day.cloud.networks.on_request = lambda message: faults.get(message.to)
        day.play()
        assert states(day) == {"T1": "prepared", "T2": "refused", "T3": "prepared", "T4": "delivered"}
        assert sent(day) == [("10:05", number(4))]
        assert day.balances() == {"M1": 99}


@pytest.mark.parametrize(("stopped_at", "outcome"), [("10:03", "skipped"), ("10:06", "done")])
def test_send_and_deliver_obey_the_stop_mark_of_the_deployment_until_a_person_resumes(
    database: Database, stopped_at: str, outcome: str
) -> None:
    database.patient(TOMORROW_9)
    with opened(database, until=at("11:00")) as day:
        pause(day, "deliver", "10:05", "10:07")
        day.cloud.at(at(stopped_at), stop_all)
        day.cloud.play(at("10:19"))
        assert (states(day), sent(day), day.balances()) == ({"T1": "prepared"}, [], {"M1": 100})
        assert run_outcomes(day, Job.SEND)[0][0] == outcome
        by_send, by_deliver = ["Der Versand ist angehalten: Von Hand angehalten."], "Von Hand angehalten."
        assert run_outcomes(day, Job.SEND)[0][1] == by_send or said(entry_of(day, "T1").reason) == by_deliver
        parts = wiring()
        assert resume_all(day.cloud.clock.now(), parts) == 1
        day.play()
        assert (states(day), sent(day), day.balances()) == ({"T1": "delivered"}, [("10:20", number(1))], {"M1": 99})


def test_after_a_person_resumes_a_later_send_tick_of_the_day_goes_on(database: Database) -> None:
    database.patient(TOMORROW_9)
    with opened(database, until=at("11:40")) as day:
        day.cloud.networks.fail_next(ErrorAnswer("AuthorizationError", "", 403))
        day.cloud.at(at("11:00"), resume)
        day.play()
        assert sent(day) == [("11:05", number(1))]


def test_a_failed_sms_is_refunded_where_the_log_shows_no_price(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices = {number(1): None, number(2): 0.0, number(3): 0.06}

    def failed(message: SentMessage, *_: object) -> Fate:
        return Fate(False, timedelta(seconds=30), "Invalid phone number", prices[message.to])

    monkeypatch.setattr(fates, "fate", failed)
    for _ in prices:
        database.patient(TOMORROW_9)
    with opened(database) as day:
        day.play()
        assert {short(e): (e.state.value, e.credits) for e in day.entries()} == {
            "T1": ("failed", 0), "T2": ("failed", 0), "T3": ("failed", 1),
        }  # fmt: skip
        assert entry_of(day, "T1").reason == Text("receipt.failed", Text("carrier.number_invalid"))
        assert (day.credits()["M1"].charged, day.credits()["M1"].refunded) == (3, 2)
