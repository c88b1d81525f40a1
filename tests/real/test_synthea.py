"""A day of a practice with Synthea's patients, compared patient by patient with an independent count."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pprint import pformat
from typing import Any

import pytest

from infra.cli.core.output import Document
from infra.cli.sandbox.rehearsal_document import document_of
from infra.local.clients import client
from infra.local.rehearsal import Plan, Rehearsal, rehearsal
from tests.cli.running import words
from tests.real import synthea
from tests.real.independent import SKIPPED, Count, Outcome, Outcomes
from tests.real.synthea import CREDITS, SMS_TEMPLATES, TODAY, ZONE, SyntheaPractice

pytestmark = pytest.mark.skipif(not synthea.is_there(), reason="../shared/data (Synthea, phones) is not there")

START, END = (datetime.combine(TODAY, at, ZONE) for at in (time(9, 45), time(10, 30)))

Event = tuple[str, dict[str, Any]]  # by the name of its handler


@dataclass(frozen=True)
class Played:
    """The practice, the independent count, and the rehearsal: played once, and after all its events were repeated."""

    practice: SyntheaPractice
    count: Count
    expected: Outcomes
    once: Document
    twice: Document
    balances: tuple[Mapping[str, int], Mapping[str, int]]  # the balance items, once and twice
    handled: tuple[Counter[str], Counter[str]]  # calls of each handler in the span, and during the repetition
    errors: list[str]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    practice = synthea.write_synthea_practice(tmp_path_factory.mktemp("synthea") / "practice.db")
    database = f"sqlite:///{practice.database}"
    plan = Plan(database, START, END, switches=practice.switches, topups=practice.topups, licences=practice.licences)
    count = Count(practice)
    with rehearsal(plan) as rehearsed:
        _save_templates(rehearsed)
        events = _listen(rehearsed, rehearsed.play)
        once, balances = document_of(rehearsed), rehearsed.balances()
        again = _listen(rehearsed, lambda: _repeat(events, rehearsed))
        twice, after = document_of(rehearsed), rehearsed.balances()
        errors = [error.traceback for error in rehearsed.cloud.lambda_errors]
    handled = Counter(name for name, _ in events), Counter(name for name, _ in again)
    return Played(practice, count, count.outcomes(), once, twice, (balances, after), handled, errors)


def _save_templates(rehearsed: Rehearsal) -> None:
    for kind, texts in SMS_TEMPLATES.items():
        for language, text in texts.items():
            path = f"/vitosms/local/{rehearsed.plan.practice}/Vorlagen/{kind}/SMS/{language}"
            rehearsed.cloud.put_parameter(path, text)
    rehearsed.cloud.platform.forget_changes()


def _listen(rehearsed: Rehearsal, play: Callable[[], None]) -> list[Event]:
    """Every event that a handler gets meanwhile."""
    events: list[Event] = []
    platform = rehearsed.cloud.platform
    invoke = platform.invoke

    def listen(name: str, event: dict[str, Any]) -> bool:
        events.append((name, event))
        return invoke(name, event)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(platform, "invoke", listen)
        play()
    return events


def _repeat(events: list[Event], rehearsed: Rehearsal) -> None:
    """The same ticks with their own times, and the same messages in their queues, again; then 20 minutes."""
    platform = rehearsed.cloud.platform
    for name, event in events:
        if name in platform.queues:
            body = event["Records"][0]["body"]
            client("sqs").send_message(QueueUrl=platform.queues[name].url, MessageBody=body)
        else:
            platform.invoke(name, event)
    rehearsed.cloud.play(END + timedelta(minutes=20))


def test_every_patient_gets_exactly_what_the_independent_count_says(played: Played) -> None:
    observed = _observed(played)
    wrong = {
        patient: (outcomes, observed.get(patient))
        for patient, outcomes in played.expected.items()
        if observed.get(patient) != outcomes
    }
    assert not wrong, pformat(wrong)  # (expected, observed)
    assert observed.keys() == played.expected.keys()


def _observed(played: Played) -> Outcomes:
    """The document in the terms of the count; patients without an entry were skipped."""
    owners = {identity: patient for patient, outcomes in played.expected.items() for identity in outcomes}
    outcomes: Outcomes = defaultdict(dict)
    for identity, patient in owners.items():
        outcomes[patient][identity] = SKIPPED
    messages = {message["entry"]: message for message in played.once["messages"]}
    for entry in played.once["entries"]:
        identity = entry["entry"]
        owner = owners.get(identity, "nobody whom the count knows")
        outcomes[owner][identity] = _outcome(entry, messages.get(identity))
    return dict(outcomes)


def _outcome(entry: Document, message: Document | None) -> Outcome:
    if message is not None:
        fate = "sent" if entry["state"] in ("sent", "delivered") else f"sent, but {entry['state']}"
        text = message["text"] if message["channel"] == "sms" else None
        arrived = (message["channel"], message["to"], message["sender"], text)
        return Outcome(fate, entry["mandant"], *arrived, entry["credits"])
    waits = (entry["state"], words(entry["reason"])) == ("prepared", "Guthaben fehlt")
    return Outcome("waits" if waits else entry["state"], entry["mandant"])


def test_each_message_left_once_and_belongs_to_an_entry(played: Played) -> None:
    senders = Counter(message["entry"] for message in played.once["messages"])
    assert None not in senders
    assert set(senders.values()) == {1}
    assert len(senders) == len(_of_fate(played, "sent"))


def test_each_mandant_pays_for_its_messages_and_nothing_else(played: Played) -> None:
    charged: Counter[str | None] = Counter()
    for outcome in _of_fate(played, "sent"):
        charged[outcome.mandant] += outcome.credits
    expected = {
        mandant: {
            "topped_up": (credits := played.practice.topups.get(mandant, 0)),
            "charged": charged[mandant],
            "refunded": 0,
            "transferred": 0,
            "balance": credits - charged[mandant],
        }
        for mandant in played.count.mandanten
    }
    assert played.once["credits"] == expected
    assert played.balances[0] == {mandant: totals["balance"] for mandant, totals in expected.items()}


def test_everybody_searched_is_either_skipped_or_has_an_entry(played: Played) -> None:
    skipped = sum(played.once["skipped"].values())
    searched = len(played.count.searched) + len(played.count.birthdays)
    assert skipped + len(played.once["entries"]) == searched
    assert skipped == len(_of_fate(played, "skipped"))


def test_the_same_events_again_send_and_charge_nothing_more(played: Played) -> None:
    once, again = played.handled
    assert once.keys() == {"prepare", "send", "status", "run", "deliver"}
    assert again >= once
    for part in ("messages", "entries", "credits", "skipped"):
        assert played.twice[part] == played.once[part], part
    assert played.balances[1] == played.balances[0]


def test_no_handler_failed(played: Played) -> None:
    assert played.errors == []
    outcomes = {run["job"]: run["outcome"] for run in played.once["runs"]}
    # Waiting for credits is an error that the practice should fix.
    others = dict.fromkeys(("prepare-birthdays", "prepare-reminders", "status"), "done")
    assert outcomes == {**others, "send": "with_errors"}


def test_the_practice_holds_every_case(played: Played) -> None:
    """Otherwise the comparison would prove less than it says."""
    fates = Counter(outcome.fate for outcome in _of_fate(played))
    assert min(fates[fate] for fate in ("sent", "waits", "not_sendable", "skipped")) >= 5
    sent = _of_fate(played, "sent")
    assert {outcome.channel for outcome in sent} == {"sms", "email"}
    assert {outcome.credits for outcome in sent if outcome.channel == "sms"} >= {1, 2}
    assert None in {outcome.sender for outcome in sent}
    born = {row["PatientId"]: row["Geburtsdatum"][5:] for row in played.count.birthdays}
    greetings = {patient: played.expected[patient][f"birthday:{patient}:{TODAY.year}"].fate for patient in born}
    assert set(greetings.values()) == {"sent", "waits", "skipped"}
    assert "sent" in {fate for patient, fate in greetings.items() if born[patient] == "02-29"}


def test_the_busiest_mandant_runs_short_and_the_first_that_does_not_fit_ends_its_turn(played: Played) -> None:
    busiest = played.practice.switches["DefaultSMSMandant"]
    left = played.once["credits"][busiest]["balance"]
    waiting = [outcome for outcome in _of_fate(played, "waits") if outcome.mandant == busiest]
    assert waiting
    assert [outcome for outcome in _of_fate(played, "sent") if outcome.mandant == busiest]
    assert left > 0  # a dearer message waits; a cheaper one behind it must not overtake
    rich = {outcome.mandant for outcome in _of_fate(played, "sent")} - {busiest}
    assert all(played.practice.topups[str(mandant)] == CREDITS for mandant in rich)


def _of_fate(played: Played, fate: str | None = None) -> list[Outcome]:
    outcomes = [outcome for own in played.expected.values() for outcome in own.values()]
    return [outcome for outcome in outcomes if fate in (None, outcome.fate)]
