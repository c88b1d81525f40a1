"""One request to a carrier: what it accepts, and how the providers read each answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.messages.recipient import Channel
from chalicelib.providers.mime import raw_mail
from chalicelib.providers.outcome import Accepted, Doubtful, Misconfigured, NotSent, Outcome, Refused, Unknown
from chalicelib.text import Text
from infra.local.clients import client
from infra.local.networks.networks import AnswerLost, Fault
from infra.local.networks.sent_message import ErrorAnswer, SentMessage
from tests.contract.entries import entry
from tests.contract.sides import RealSide, Side
from tests.fakes.wiring import FakeWiring

NO_NUMBER = Refused(Text("carrier.refuses_number"))
OPTED_OUT = Refused(Text("carrier.refuses_opted_out"), opted_out=True)
URL = "https://carrier.example"
SMS = entry("praxis", 1, State.SENDING, recipient="+41790000001", sender="Praxis", text="Grüezi")
MAIL = replace(
    SMS, channel="E-Mail", recipient="p1@beispiel.example", sender="praxis@beispiel.example", subject="Termin"
)


def networks(side: Side) -> Any:
    return side.parts.networks if isinstance(side.parts, FakeWiring) else side.cloud.networks  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _fresh(side: Side) -> Iterator[None]:
    if isinstance(side, RealSide):
        client("sesv2").create_email_identity(EmailIdentity="praxis@beispiel.example")
    yield
    networks(side).messages.clear()
    if isinstance(side, RealSide):
        client("sesv2").delete_email_identity(EmailIdentity="praxis@beispiel.example")


def ask(side: Side, frozen: Entry, fault: Fault | None = None) -> tuple[Outcome, list[SentMessage]]:
    """Returns the provider's answer to one request, and the messages that the carrier has."""
    before = len(networks(side).messages)
    if fault is not None:
        networks(side).fail_next(fault)
    outcome = side.parts.delivery_ports().providers[Channel(frozen.channel or "")].send(frozen)
    return outcome, networks(side).messages[before:]


@pytest.mark.parametrize(
    ("frozen", "answer"),
    [
        (
            SMS,
            ("SMS", "+41790000001", "Praxis", None, "Grüezi",
             {"AWS.SNS.SMS.SMSType": "Transactional", "AWS.SNS.SMS.MaxPrice": "0.50"}),
        ),
        (
            replace(SMS, sender=None),
            ("SMS", "+41790000001", None, None, "Grüezi",
             {"AWS.SNS.SMS.SMSType": "Transactional", "AWS.SNS.SMS.MaxPrice": "0.50"}),
        ),
        (
            MAIL,
            ("E-Mail", "p1@beispiel.example", "praxis@beispiel.example", "Termin", "Grüezi",
             {"practice": "praxis", "entry": MAIL.key, "attempt": "0"}),
        ),
    ],
)  # fmt: skip
def test_what_the_carrier_gets_is_what_was_frozen(side: Side, frozen: Entry, answer: tuple[object, ...]) -> None:
    outcome, (message,) = ask(side, frozen)
    assert (message.channel, message.to, message.sender, message.subject, message.text, message.tags) == answer
    assert outcome == Accepted(message.message_id)
    assert message.message_id


def test_an_e_mail_arrives_whole(side: Side) -> None:
    _, (message,) = ask(side, MAIL)
    assert (message.raw, message.attachments) == (raw_mail(MAIL), ["termin.ics"])


def test_every_message_has_its_own_id(side: Side) -> None:
    outcomes = [ask(side, SMS)[0] for _ in range(3)] + [ask(side, MAIL)[0] for _ in range(2)]
    assert len({outcome.message_id for outcome in outcomes if isinstance(outcome, Accepted)}) == 5


@pytest.mark.parametrize(
    ("frozen", "fault", "outcome", "arrived"),
    [
        (SMS, ErrorAnswer("OptedOut", "opted out"), OPTED_OUT, 0),
        (SMS, ErrorAnswer("InvalidParameter", "Invalid parameter: PhoneNumber"), NO_NUMBER, 0),
        (SMS, ErrorAnswer("InvalidParameter", "MaxPrice"), Misconfigured("InvalidParameter"), 0),
        (SMS, ErrorAnswer("ThrottlingException"), NotSent("ThrottlingException"), 0),
        (SMS, ErrorAnswer("ServiceUnavailable"), NotSent("ServiceUnavailable"), 0),
        (SMS, ErrorAnswer("InternalError"), Unknown("InternalError"), 0),
        (SMS, ErrorAnswer("Strange", "", 502), Unknown("Strange"), 0),
        (SMS, ErrorAnswer("AuthorizationError", "", 403), Misconfigured("AuthorizationError"), 0),
        (SMS, EndpointConnectionError(endpoint_url=URL), NotSent("EndpointConnectionError"), 0),
        (SMS, ConnectTimeoutError(endpoint_url=URL), NotSent("ConnectTimeoutError"), 0),
        (SMS, ConnectionClosedError(endpoint_url=URL), Unknown("ConnectionClosedError"), 0),
        (SMS, AnswerLost(ReadTimeoutError(endpoint_url=URL)), Unknown("ReadTimeoutError"), 1),
        (MAIL, AnswerLost(ReadTimeoutError(endpoint_url=URL)), Unknown("ReadTimeoutError"), 1),
        (MAIL, ErrorAnswer("TooManyRequestsException", "", 429), NotSent("TooManyRequestsException"), 0),
        (MAIL, ErrorAnswer("BadRequestException", "Illegal address"),
         Refused(Text("carrier.refuses_address")), 0),
        (MAIL, ErrorAnswer("MessageRejected", "Email address is not verified."), Misconfigured("MessageRejected"), 0),
        (MAIL, ErrorAnswer("MessageRejected", "So not."), Doubtful("MessageRejected"), 0),
    ],
)  # fmt: skip
def test_each_fault_has_its_outcome_after_one_request(
    side: Side, frozen: Entry, fault: Fault, outcome: Outcome, arrived: int
) -> None:
    answer, messages = ask(side, frozen, fault)
    assert (answer, len(messages)) == (outcome, arrived)


@pytest.mark.parametrize(
    ("frozen", "outcome"),
    [
        (replace(SMS, recipient="079 000 00 01"), NO_NUMBER),
        (replace(SMS, recipient="+0790000001"), NO_NUMBER),
        (replace(SMS, text=""), Misconfigured("InvalidParameter")),
        (replace(SMS, text="x" * 1601), Misconfigured("InvalidParameter")),
        (replace(SMS, text="x" * 1600), None),
    ],
)
def test_sns_looks_at_the_number_and_the_length(side: Side, frozen: Entry, outcome: Outcome | None) -> None:
    answer, messages = ask(side, frozen)
    assert answer == outcome or (outcome is None and isinstance(answer, Accepted))
    assert len(messages) == (outcome is None)
