"""Each request is made once, on a real connection with the clients that wiring.py builds."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.entries.states import State
from chalicelib.messages.recipient import Channel
from chalicelib.providers.outcome import Accepted, NotSent, Outcome, Unknown
from chalicelib.settings import ANSWER_SECONDS, CONNECT_SECONDS
from chalicelib.wiring import Wiring, no_retry_config
from infra.local.networks.sent_message import ErrorAnswer
from tests.contract.entries import entry
from tests.contract.loopback import Fate, listening
from tests.fakes.wiring import SETTINGS

SHORTLY = 0.15  # seconds
SMS = entry("praxis", 1, State.SENDING, recipient="+41790000001", sender="Praxis", text="Grüezi")
MAIL = replace(SMS, channel="E-Mail", recipient="p1@beispiel.example", sender="praxis@beispiel.example", subject="Ja")
ENTRIES = {Channel.SMS: SMS, Channel.EMAIL: MAIL}
SERVICES = {Channel.SMS: "sns", Channel.EMAIL: "email"}

Sends = Callable[[], Outcome]  # an invocation of deliver sends one message


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    known = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "eu-central-1"}
    nothing_else = {"AWS_CONFIG_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true", "no_proxy": "*"}
    for name, value in (known | nothing_else).items():
        monkeypatch.setenv(name, value)


@pytest.fixture(params=list(Channel))
def channel(request: pytest.FixtureRequest) -> Channel:
    return Channel(request.param)


def warm_lambda(channel: Channel, url: str, monkeypatch: pytest.MonkeyPatch) -> Sends:
    """The clients of one warm Lambda, which reach this address."""
    for service in ("SNS", "SESV2"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", url)
    wiring = Wiring(SETTINGS, no_retry_config(answer_seconds=SHORTLY))
    return lambda: wiring.delivery_ports().providers[channel].send(ENTRIES[channel])


@pytest.mark.parametrize(
    ("fate", "outcome"),
    [
        (Fate.SILENCE, Unknown("ReadTimeoutError")),
        (Fate.RESET, Unknown("ConnectionClosedError")),
        (ErrorAnswer("InternalError", status=500), Unknown("InternalError")),
        (ErrorAnswer("Strange", status=502), Unknown("Strange")),
        (ErrorAnswer("ServiceUnavailable", status=503), NotSent("ServiceUnavailable")),
        (ErrorAnswer("Throttling", status=400), NotSent("Throttling")),
    ],
)
def test_a_request_that_fails_is_made_once(
    channel: Channel, fate: Fate | ErrorAnswer, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(fate) as endpoint:
        assert warm_lambda(channel, endpoint.url, monkeypatch)() == outcome
        assert endpoint.requests == [SERVICES[channel]]


def test_where_nobody_listens_nothing_is_sent(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(Fate.SILENCE) as endpoint:
        send = warm_lambda(channel, endpoint.url, monkeypatch)
    assert send() == NotSent("EndpointConnectionError")


@pytest.mark.parametrize("fate", [Fate.ACCEPTED_ONCE, Fate.ACCEPTED_AND_CLOSED])
def test_a_thawed_lambda_sends_on_a_fresh_connection(
    channel: Channel, fate: Fate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(fate) as endpoint:
        send = warm_lambda(channel, endpoint.url, monkeypatch)
        assert [send(), send()] == [Accepted("an id")] * 2
        assert endpoint.requests == [SERVICES[channel]] * 2


def test_deliver_has_the_time_to_wait_for_a_carrier_and_to_store_it() -> None:
    config = no_retry_config()
    assert (config.connect_timeout, config.read_timeout) == (CONNECT_SECONDS, ANSWER_SECONDS)
    assert CONNECT_SECONDS + ANSWER_SECONDS <= 30  # of the 60 that a deliver Lambda has
