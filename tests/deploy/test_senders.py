"""E-mails are sent on IAM conditions on their sender."""

from __future__ import annotations

import pytest

from infra.deploy.sam_template import ours
from infra.local.clients import ACCOUNT, REGION
from tests.flow import permissions
from tests.flow.iam.needs import Need
from tests.flow.permissions import POLICIES, permissions_of

LAMBDAS = sorted(path.stem.removeprefix("policy-") for path in POLICIES.glob("policy-*.json"))
PRACTICE, STRANGER = "praxis@praxis.example", "chef@andere.example"


def test_every_lambda_sends_e_mails_on_a_condition_on_their_sender() -> None:
    sending = {
        name: {
            one.conditions.get("ses:FromAddress") for one in permissions_of(name) if one.action.startswith("ses:Send")
        }
        for name in LAMBDAS
    }
    alerting = {name for name, senders in sending.items() if senders == {"${AlertSender}"}}
    assert {name: senders for name, senders in sending.items() if senders and name not in alerting} == {
        "deliver": {"${MailSenders}"}
    }
    assert alerting == {"run", "switches", "dead_runs"}


def test_by_default_a_practice_comes_with_its_sender_and_without_a_deployment() -> None:
    senders = ours()["Parameters"]["MailSenders"]
    assert (senders["Type"], senders["Default"]) == ("CommaDelimitedList", "*")


@pytest.mark.parametrize(
    ("senders", "sender", "may"),
    [("*", PRACTICE, True), ("*", STRANGER, True), ("*@praxis.example", PRACTICE, True),
     ("*@praxis.example", STRANGER, False), ("*@praxis.example", "chef@sub.praxis.example", False)],
)  # fmt: skip
def test_deliver_sends_from_the_stages_senders_only(
    monkeypatch: pytest.MonkeyPatch, senders: str, sender: str, may: bool
) -> None:
    monkeypatch.setitem(permissions._NAMES, "${MailSenders}", senders)
    resource = f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{sender}"
    need = Need("ses:SendEmail", resource, (("ses:FromAddress", sender),))
    assert any(permission.allows(need) for permission in permissions_of("deliver")) is may
