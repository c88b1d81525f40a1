"""The steps of `vitosms setup` by the state of the account, with SNS and SES as fakes."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from infra.account.email import Identities, account_step
from infra.account.operator_alerts import operator_step
from infra.account.sms import sms_steps
from infra.account.step import Outcome, Step, asked
from infra.translation import speak


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


ROLE, OTHER = "arn:aws:iam::123456789012:role/one", "arn:aws:iam::123456789012:role/other"


def refusal(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Something")


class _Meta:
    region_name = "eu-central-1"


class FakeSns:
    """An account that accepts a spend limit up to the granted one."""

    meta = _Meta()

    def __init__(self, attributes: dict[str, str], sandbox: bool = False, granted: int = 1) -> None:
        self.attributes, self._sandbox, self._granted = dict(attributes), sandbox, granted
        self.subscriptions: list[dict[str, str]] = []

    def get_sms_attributes(self) -> dict[str, Any]:
        return {"attributes": dict(self.attributes)}

    def set_sms_attributes(self, attributes: dict[str, str]) -> None:
        if float(attributes.get("MonthlySpendLimit", 0)) > self._granted:
            raise refusal("InvalidParameter", "the limit is above the maximum")
        self.attributes |= attributes

    def get_sms_sandbox_account_status(self) -> dict[str, bool]:
        return {"IsInSandbox": self._sandbox}

    def get_paginator(self, name: str) -> Any:
        return self

    def paginate(self, TopicArn: str) -> list[dict[str, Any]]:  # noqa: N803
        return [{"Subscriptions": self.subscriptions}]


class FakeSes:
    meta = _Meta()

    def __init__(self, account: dict[str, Any] | None = None, **identities: dict[str, Any]) -> None:
        self._account = account or {}
        self.identities = {name.replace("_at_", "@").replace("_", "."): found for name, found in identities.items()}

    def get_account(self) -> dict[str, Any]:
        return self._account

    def create_email_identity(self, EmailIdentity: str) -> None:  # noqa: N803
        self.identities[EmailIdentity] = {"DkimAttributes": {"Tokens": ["t1", "t2", "t3"]}}

    def get_email_identity(self, EmailIdentity: str) -> dict[str, Any]:  # noqa: N803
        if EmailIdentity not in self.identities:
            raise refusal("NotFoundException")
        return self.identities[EmailIdentity]

    def put_email_identity_feedback_attributes(self, EmailIdentity: str, EmailForwardingEnabled: bool) -> None:  # noqa: N803
        self.identities[EmailIdentity]["FeedbackForwardingStatus"] = EmailForwardingEnabled

    def put_email_identity_mail_from_attributes(self, EmailIdentity: str, MailFromDomain: str, **_: str) -> None:  # noqa: N803
        self.identities[EmailIdentity]["MailFromAttributes"] = {"MailFromDomain": MailFromDomain}


def sms(sns: FakeSns, role: str | None = ROLE, usd: int | None = None, **parameters: str) -> dict[str, Step]:
    return {step.code: step for step in sms_steps(sns, role, usd, parameters, emulated=False)}


def test_the_settings_of_sms_are_made_once() -> None:
    sns = FakeSns({})
    names = ("DefaultSMSType", "DeliveryStatusIAMRole", "DeliveryStatusSuccessSamplingRate")
    first = sms(sns)
    assert {first[name].outcome for name in names} == {Outcome.DONE}
    assert [sns.attributes[name] for name in names] == ["Transactional", ROLE, "100"]
    assert {sms(sns)[name].outcome for name in names} == {Outcome.UNCHANGED}


@pytest.mark.parametrize(
    ("before", "role", "after", "outcome"),
    [
        (None, ROLE, ROLE, Outcome.DONE),
        (OTHER, ROLE, ROLE, Outcome.DONE),
        (OTHER, None, OTHER, Outcome.UNCHANGED),  # the log groups are another stage's, and so is the role
        (None, None, None, Outcome.PERSON),
    ],
)
def test_the_role_of_the_delivery_logs(
    before: str | None, role: str | None, after: str | None, outcome: Outcome
) -> None:
    sns = FakeSns({"DeliveryStatusIAMRole": before} if before else {})
    assert sms(sns, role)["DeliveryStatusIAMRole"].outcome is outcome
    assert sns.attributes.get("DeliveryStatusIAMRole") == after


@pytest.mark.parametrize(
    ("now", "granted", "wanted", "watched", "outcome", "told"),
    [
        (None, 1, None, None, Outcome.PERSON, "1 USD a month, as a new account has it, pays for about 16 SMS"),
        ("11", 11, None, "11", Outcome.PERSON, "11 USD a month, as a new account has it, pays for about 183 SMS"),
        ("11", 11, 11, "11", Outcome.UNCHANGED, "11 USD a month"),
        ("1", 1, 200, None, Outcome.PERSON, "does not accept 200 (the limit is above the maximum): ask AWS for more"),
        ("1", 500, 200, None, Outcome.DONE, "200 USD a month"),
        ("200", 500, 200, "200", Outcome.UNCHANGED, "200 USD a month"),
        ("200", 500, None, "1", Outcome.PERSON, "the alarm assumes 1: vitosms deploy --parameter SpendLimitUsd=200"),
    ],
)
def test_the_spend_limit_of_sms(
    now: str | None, granted: int, wanted: int | None, watched: str | None, outcome: Outcome, told: str
) -> None:
    sns = FakeSns({"MonthlySpendLimit": now} if now else {}, granted=granted)
    parameters = {"SpendLimitUsd": watched} if watched else {}
    step = sms(sns, usd=wanted, **parameters)["MonthlySpendLimit"]
    assert step.outcome is outcome
    assert told in step.told


@pytest.mark.parametrize(("sandbox", "outcome"), [(True, Outcome.PERSON), (False, Outcome.UNCHANGED)])
def test_the_sms_sandbox_is_left_by_a_person(sandbox: bool, outcome: Outcome) -> None:
    step = sms(FakeSns({}, sandbox))["sms_access"]
    assert step.outcome is outcome
    assert bool(step.links) is sandbox


@pytest.mark.parametrize(
    ("account", "outcome", "told"),
    [
        ({"ProductionAccessEnabled": False}, Outcome.PERSON, "SES sandbox"),
        ({"ProductionAccessEnabled": True, "SendingEnabled": False}, Outcome.PERSON, "paused"),
        ({"ProductionAccessEnabled": True, "SendQuota": {"MaxSendRate": 1.0}}, Outcome.PERSON,
         "1 e-mails per second, not 14: vitosms deploy --parameter MailPerSecond=1"),
        ({"ProductionAccessEnabled": True, "SendQuota": {"MaxSendRate": 14.0}}, Outcome.UNCHANGED, "any address"),
    ],
)  # fmt: skip
def test_what_ses_lets_the_account_do(account: dict[str, Any], outcome: Outcome, told: str) -> None:
    step = account_step(FakeSes(account), {"MailPerSecond": "14"}, emulated=False)
    assert step.outcome is outcome
    assert told in step.told


def test_a_new_domain_is_made_known_and_its_records_are_told() -> None:
    ses = FakeSes()
    step = Identities(ses, emulated=False).ensured("praxis.example")
    assert step.outcome is Outcome.PERSON
    assert [(one.name, one.kind, one.value) for one in step.records] == [
        *((f"{t}._domainkey.praxis.example", "CNAME", f"{t}.dkim.amazonses.com") for t in ("t1", "t2", "t3")),
        ("bounce.praxis.example", "MX", "10 feedback-smtp.eu-central-1.amazonses.com"),
        ("bounce.praxis.example", "TXT", '"v=spf1 include:amazonses.com ~all"'),
        ("_dmarc.praxis.example", "TXT", '"v=DMARC1; p=none;"'),
    ]
    assert ses.identities["praxis.example"]["MailFromAttributes"] == {"MailFromDomain": "bounce.praxis.example"}


@pytest.mark.parametrize("identity", ["praxis.example", "neu@praxis.example", "alt@praxis.example"])
def test_bounces_come_as_events_and_not_as_e_mails_to_the_sender(identity: str) -> None:
    ses = FakeSes(alt_at_praxis_example={"VerifiedForSendingStatus": True, "FeedbackForwardingStatus": True})
    for _ in range(2):
        Identities(ses, emulated=False).ensured(identity)
        assert ses.identities[identity]["FeedbackForwardingStatus"] is False


def test_the_region_of_an_identity_may_sign_with_a_zone_of_its_own_and_its_bounces_stay_where_they_go() -> None:
    found = {
        "DkimAttributes": {"Tokens": ["t1"], "SigningHostedZone": "dkim.eu-central-2.example"},
        "MailFromAttributes": {"MailFromDomain": "post.praxis.example", "MailFromDomainStatus": "PENDING"},
    }
    records = Identities(FakeSes(praxis_example=found), emulated=False).ensured("praxis.example").records
    assert records[0].value == "t1.dkim.eu-central-2.example"
    assert records[1].name == "post.praxis.example"


def test_a_verified_domain_is_so_and_nobody_is_told_of_records() -> None:
    found = {"VerifiedForSendingStatus": True, "MailFromAttributes":
             {"MailFromDomain": "bounce.praxis.example", "MailFromDomainStatus": "SUCCESS"}}  # fmt: skip
    step = Identities(FakeSes(praxis_example=found), emulated=False).ensured("praxis.example")
    assert (step.outcome, step.records) == (Outcome.UNCHANGED, ())


def test_an_address_alone_is_verified_by_whoever_reads_it() -> None:
    ses = FakeSes(alt_at_praxis_example={"VerifiedForSendingStatus": True})
    identities = Identities(ses, emulated=False)
    assert identities.ensured("alt@praxis.example").outcome is Outcome.UNCHANGED
    step = identities.ensured("neu@praxis.example")
    assert (step.outcome, "open the link" in step.told) == (Outcome.PERSON, True)


@pytest.mark.parametrize(
    ("address", "covering"),
    [
        ("alt@praxis.example", "alt@praxis.example"),
        ("wer@mail.andere.example", "andere.example"),
        ("wer@andere.example", "andere.example"),
        ("neu@praxis.example", None),
    ],
)
def test_which_identity_lets_an_address_send(address: str, covering: str | None) -> None:
    ses = FakeSes(alt_at_praxis_example={}, andere_example={})
    assert Identities(ses, emulated=False).covering(address) == covering


@pytest.mark.parametrize(
    ("subscriptions", "outcome", "told"),
    [
        ([], Outcome.PERSON, "--stage prod --parameter OperatorEmail=ADDRESS"),
        ([("PendingConfirmation", "a@b.example")], Outcome.PERSON, "a@b.example: AWS has sent an e-mail"),
        ([("arn:1", "z@b.example"), ("arn:2", "a@b.example")], Outcome.UNCHANGED, "a@b.example, z@b.example"),
    ],
)
def test_who_gets_the_alerts_of_the_operator(subscriptions: list[tuple[str, str]], outcome: Outcome, told: str) -> None:
    sns = FakeSns({})
    sns.subscriptions = [{"SubscriptionArn": arn, "Endpoint": endpoint} for arn, endpoint in subscriptions]
    step = operator_step(sns, "arn:topic", "prod", emulated=False)
    assert step.outcome is outcome
    assert told in step.told


@pytest.mark.parametrize("error", [refusal("404"), refusal("501"), ResponseParserError("a page of HTML")])
def test_only_an_emulator_may_not_know_a_request(error: Exception) -> None:
    def call() -> None:
        raise error

    assert asked(call, emulated=True) is None
    with pytest.raises(type(error)):
        asked(call, emulated=False)
    with pytest.raises(ClientError, match="AccessDenied"):
        asked(_denied, emulated=True)


def _denied() -> None:
    raise refusal("AccessDenied")
