"""Every result of a request to SNS and SES: the tables of error codes, and botocore's exceptions without a code."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import exceptions as aws
from botocore.parsers import ResponseParserError
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entries.states import State
from chalicelib.providers.outcome import Accepted, Doubtful, Misconfigured, NotSent, Outcome, Refused, Unknown
from chalicelib.providers.ses_email import EmailProvider
from chalicelib.providers.sns_sms import SmsProvider
from chalicelib.text import Text
from tests.builders.entries import EMAIL, MOBILE, SENDER, entry

BY_SMS = entry(State.SENDING)
BY_MAIL = entry(State.SENDING, channel="E-Mail", recipient=EMAIL, sender=SENDER, subject="Betreff")
BAD_NUMBER = Refused(Text("carrier.refuses_number"))
OPTED_OUT = Refused(Text("carrier.refuses_opted_out"), opted_out=True)
BAD_ADDRESS = Refused(Text("carrier.refuses_address"))


class Client:
    """Raises or answers, and records its requests."""

    def __init__(self, end: Exception | dict[str, str]) -> None:
        self.end, self.asked = end, list[dict[str, Any]]()

    def publish(self, **request: Any) -> dict[str, str]:
        self.asked.append(request)
        if isinstance(self.end, Exception):
            raise self.end
        return self.end

    send_email = publish


def sms(end: Exception | dict[str, str]) -> Outcome:
    return SmsProvider(Client(end), "0.50").send(BY_SMS)


def mail(end: Exception | dict[str, str]) -> Outcome:
    return EmailProvider(Client(end), "vitosms").send(BY_MAIL)


def error(code: str, message: str = "", status: int = 400) -> aws.ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "r", "HTTPHeaders": {}, "RetryAttempts": 0},
    }
    return aws.ClientError(response, "Publish")


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (
            error("InvalidParameter", "Invalid parameter: PhoneNumber Reason: +4179 is not valid to publish to"),
            BAD_NUMBER,
        ),
        (error("InvalidParameterValue", "Invalid parameter: PhoneNumber"), BAD_NUMBER),
        (error("ParameterValueInvalid", "PhoneNumber"), BAD_NUMBER),
        (error("InvalidParameter", "Invalid parameter: Message too long"), Misconfigured("InvalidParameter")),
        (error("InvalidParameter", "AWS.SNS.SMS.SenderID"), Misconfigured("InvalidParameter")),
        (error("OptedOut"), OPTED_OUT),
        (error("OptedOutException"), OPTED_OUT),
        (error("Throttling"), NotSent("Throttling")),
        (error("ThrottlingException"), NotSent("ThrottlingException")),
        (error("ThrottledException", status=429), NotSent("ThrottledException")),
        (error("KMSThrottling"), NotSent("KMSThrottling")),
        (error("ServiceUnavailable", status=503), NotSent("ServiceUnavailable")),
        (error("AnythingNew", status=429), NotSent("AnythingNew")),
        (error("InternalError", status=500), Unknown("InternalError")),
        (error("InternalFailure", status=200), Unknown("InternalFailure")),
        (error("502", status=502), Unknown("502")),
        (error("504", status=504), Unknown("504")),
        (error("AuthorizationError", status=403), Misconfigured("AuthorizationError")),
        (error("AccessDenied", status=403), Misconfigured("AccessDenied")),
        (error("UserError", "spend limit reached"), Misconfigured("UserError")),
        (error("KMSDisabled"), Misconfigured("KMSDisabled")),
        (error("ExpiredToken", status=403), Misconfigured("ExpiredToken")),
        (error("", status=400), Misconfigured("")),
    ],
    ids=lambda value: value.response["Error"]["Code"] if isinstance(value, aws.ClientError) else "",
)
def test_errors_of_sns(end: Exception, outcome: Outcome) -> None:
    assert sms(end) == outcome


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (error("TooManyRequestsException", status=429), NotSent("TooManyRequestsException")),
        (error("LimitExceededException"), NotSent("LimitExceededException")),
        (error("ThrottlingException"), NotSent("ThrottlingException")),
        (error("ServiceUnavailableException", status=503), NotSent("ServiceUnavailableException")),
        (error("InternalServiceErrorException", status=500), Unknown("InternalServiceErrorException")),
        (error("AccountSuspendedException"), Misconfigured("AccountSuspendedException")),
        (error("SendingPausedException"), Misconfigured("SendingPausedException")),
        (error("MailFromDomainNotVerifiedException"), Misconfigured("MailFromDomainNotVerifiedException")),
        (error("NotFoundException", status=404), Misconfigured("NotFoundException")),
    ],
    ids=lambda value: value.response["Error"]["Code"] if isinstance(value, aws.ClientError) else "",
)
def test_errors_of_ses(end: Exception, outcome: Outcome) -> None:
    assert mail(end) == outcome


@pytest.mark.parametrize("code", ["BadRequestException", "InvalidParameterValue", "MessageRejected"])
@pytest.mark.parametrize(
    ("says", "kind"),
    [
        ("Illegal address", Refused),
        ("Invalid domain name: 'fromage.example'", Refused),
        ("Illegal address: info@fromage.example is not verified", Refused),
        ("Extra route-addr", Refused),
        ("Missing final '@domain'", Refused),
        ("Missing local name", Refused),
        ("Missing domain", Refused),
        ("Missing '>'", Refused),
        ("Domain contains control or whitespace", Refused),
        ("Domain ends with dot", Refused),
        ("Local address contains illegal character", Refused),
        ("Local part contains control or whitespace", Refused),
        ("Address length is more than 320 characters long", Refused),
        ("Email address is not verified. The following identities failed the check in region EU-CENTRAL-1:"
         " domain@recipient.example", Misconfigured),
        ("Invalid FROM address", Misconfigured),
        ("Missing required header 'From'.", Misconfigured),
        ("Duplicate header 'From'.", Misconfigured),
        ("Configuration set <domain> does not exist.", Misconfigured),
        ("Sending paused for this account.", Misconfigured),
        ("Message length is more than 10485760 bytes long: '10485761'.", Misconfigured),
        ("Expected '=', got 'null'", Doubtful),
        ("The recipient's address, domain and local part are too sunny", Doubtful),
        ("", Doubtful),
    ],
)  # fmt: skip
def test_what_ses_says_in_words(code: str, says: str, kind: type[Outcome]) -> None:
    outcome = mail(error(code, says))
    assert outcome == (BAD_ADDRESS if kind is Refused else kind(code))  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["AccessDeniedException", "SendingPausedException", "NotFoundException"])
def test_the_code_decides_before_the_words(code: str) -> None:
    assert mail(error(code, "Illegal address")) == Misconfigured(code)


URL = "https://sns.eu-central-1.amazonaws.com/"


@pytest.mark.parametrize("send", [sms, mail])
@pytest.mark.parametrize(
    ("end", "kind"),
    [
        pytest.param(aws.EndpointConnectionError(endpoint_url=URL), NotSent, id="no connection"),
        pytest.param(aws.ConnectTimeoutError(endpoint_url=URL), NotSent, id="no connection in time"),
        pytest.param(aws.ProxyConnectionError(proxy_url=URL), NotSent, id="no connection to the proxy"),
        pytest.param(aws.ReadTimeoutError(endpoint_url=URL), Unknown, id="no answer in time"),
        pytest.param(aws.ConnectionClosedError(endpoint_url=URL), Unknown, id="reset before an answer"),
        pytest.param(aws.HTTPClientError(error=OSError("reset")), Unknown, id="reset"),
        pytest.param(aws.SSLError(endpoint_url=URL, error="EOF"), Unknown, id="a broken TLS session"),
        pytest.param(ConnectionResetError(), Unknown, id="a bare reset"),
        pytest.param(TimeoutError(), Unknown, id="a bare timeout"),
        pytest.param(ResponseParserError("no element found"), Unknown, id="an answer that cannot be read"),
        pytest.param(aws.NoCredentialsError(), Misconfigured, id="no credentials"),
        pytest.param(aws.NoRegionError(), Misconfigured, id="no region"),
        pytest.param(aws.ParamValidationError(report="Text: None"), Misconfigured, id="refused by the client itself"),
    ],
)
def test_ends_without_a_code(send: Any, end: Exception, kind: type[Outcome]) -> None:
    assert isinstance(send(end), kind)


@pytest.mark.parametrize("send", [sms, mail])
def test_an_id_is_an_acceptance(send: Any) -> None:
    assert send({"MessageId": "m-1"}) == Accepted("m-1")


@given(st.text(), st.text(), st.sampled_from([200, 400, 401, 403, 404, 413, 500, 501, 502, 504, 599]))
def test_an_unforeseen_code_is_never_taken_for_accepted_or_refused(code: str, message: str, status: int) -> None:
    for send in (sms, mail):
        assert isinstance(send(error(f"X{code}", message, status)), Unknown if status >= 500 else Misconfigured)


@pytest.mark.parametrize(
    ("sender", "parts", "attributes"),
    [
        ("PraxisBach", 1, {"SMSType": "Transactional", "MaxPrice": "0.50", "SenderID": "PraxisBach"}),
        (None, 1, {"SMSType": "Transactional", "MaxPrice": "0.50"}),
        (None, 11, {"SMSType": "Transactional", "MaxPrice": "5.50"}),
    ],
)
def test_the_request_to_sns(sender: str | None, parts: int, attributes: dict[str, str]) -> None:
    client = Client({"MessageId": "m-1"})
    SmsProvider(client, "0.50").send(entry(State.SENDING, sender=sender, parts=parts))
    (request,) = client.asked
    assert (request["PhoneNumber"], request["Message"]) == (MOBILE, "Text")
    given_attributes = {name: value["StringValue"] for name, value in request["MessageAttributes"].items()}
    assert given_attributes == {f"AWS.SNS.SMS.{name}": value for name, value in attributes.items()}


def test_the_request_to_ses() -> None:
    client = Client({"MessageId": "m-1"})
    EmailProvider(client, "vitosms").send(BY_MAIL)
    (request,) = client.asked
    assert (request["FromEmailAddress"], request["Destination"]) == (SENDER, {"ToAddresses": [EMAIL]})
    assert request["ConfigurationSetName"] == "vitosms"
    assert {tag["Name"]: tag["Value"] for tag in request["EmailTags"]} == {
        "practice": "praxis-am-bach",
        "entry": BY_MAIL.key,
        "attempt": "1",
    }
