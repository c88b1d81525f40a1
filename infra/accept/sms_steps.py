"""Steps about SMS: what SNS answers at once, what its delivery logs say later, and how late. I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.entries.receipt import FailureKind, failure_kind, says_opted_out
from chalicelib.providers.log_events import log_events
from infra.accept.step import Account, Seen, Step, Undo, Verdict, judged
from infra.account.regions import ZURICH

_LIMIT, _TOO_LOW, _MOST = "MonthlySpendLimit", "1", 30  # SMS, until 1 USD is used up
_LINE, _SENT = "line", "sent"  # what a later step remembers
_SMS = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
Line = Mapping[str, Any]


def _publish(account: Account, number: str, region: str | None = None) -> str:
    """Send one SMS; its message id."""
    sns = account.client("sns", region or account.sms_region)
    answer = sns.publish(PhoneNumber=number, Message=f"vitosms {account.stage}: Abnahme", MessageAttributes=_SMS)
    return str(answer["MessageId"])


def _line(account: Account, message_id: str, since: datetime, region: str | None = None) -> Line | None:
    """The event of this SMS in the delivery logs."""
    where = region or account.sms_region
    group = f"sns/{where}/{account.account}/DirectPublishToPhoneNumber"
    logs, start = account.client("logs", where), int((since - timedelta(minutes=1)).timestamp() * 1000)
    for name in (group, f"{group}/Failure"):
        for event in log_events(logs, logGroupName=name, startTime=start, filterPattern=f'"{message_id}"'):
            if message_id in event["message"]:
                return event
    return None


def _sent(account: Account, number: str, region: str | None = None) -> tuple[str, str]:
    """Send one SMS, and wait for its line: status and words of SNS. The line is kept for later steps."""
    since = account.now()
    message_id = _publish(account, number, region)
    line = account.until(lambda: _line(account, message_id, since, region), 10)
    account.remembered |= {_LINE: line, _SENT: since}
    if line is None:
        return "NOTHING", "no line in the delivery logs within 10 minutes"
    log = json.loads(line["message"])
    return log["status"], str(log["delivery"].get("providerResponse"))


def verified_number(account: Account) -> Seen:
    status, words = _sent(account, account.number)
    return judged(f"{status}: {words}", status == "SUCCESS")


def log_delay(account: Account) -> Seen:
    if (line := account.remembered.get(_LINE)) is None:
        return Seen("there is no line: do verified-number first", Verdict.SKIPPED)
    late = timedelta(milliseconds=line["ingestionTime"] - line["timestamp"])
    return judged(
        f"the line became visible {late.total_seconds():.0f} s after its own time", late < timedelta(minutes=15)
    )


def late_timestamps(account: Account) -> Seen:
    if (line := account.remembered.get(_LINE)) is None:
        return Seen("there is no line: do verified-number first", Verdict.SKIPPED)
    sent: datetime = account.remembered[_SENT]
    at = datetime.fromtimestamp(line["timestamp"] / 1000, UTC)
    named = json.loads(line["message"])["notification"]["timestamp"]
    told = f"sent {sent:%H:%M:%S}, notification {named}, line {at:%H:%M:%S}, ingested {line['ingestionTime']} ms"
    return judged(told, sent - timedelta(minutes=1) <= at)


def opted_out(account: Account) -> Seen:
    """SNS may refuse at once, or accept and say so in its log; both are opt-outs for the service."""
    sns = account.client("sns", account.sms_region)
    number = account.ask("a number that has answered STOP or ARRET (empty: none): ")
    if not number:
        return Seen("no number has opted out", Verdict.SKIPPED)
    known = sns.check_if_phone_number_is_opted_out(phoneNumber=number)["isOptedOut"]
    try:
        status, words = _sent(account, number)
    except ClientError as error:
        told = error.response["Error"]["Message"].replace(number, "…")
        return judged(f"refused at once: {told}", known and says_opted_out(told))
    return judged(f"on SNS's list: {known}; then {status}: {words}", says_opted_out(words))


def spend_limit(account: Account) -> Seen:
    """SMS until the log says that no quota is left: each costs what an SMS costs."""
    sns = account.client("sns", account.sms_region)
    before = sns.get_sms_attributes(attributes=[_LIMIT])["attributes"].get(_LIMIT, _TOO_LOW)
    undo = Undo(
        f"aws sns set-sms-attributes --region {account.sms_region} --attributes {_LIMIT}={before}; "
        f"if SMS were stopped: vitosms resume --all --stage {account.stage}",
        lambda: sns.set_sms_attributes(attributes={_LIMIT: before}),
    )
    sns.set_sms_attributes(attributes={_LIMIT: _TOO_LOW})
    for sent in range(1, _MOST + 1):
        status, words = _sent(account, account.number)
        if status != "SUCCESS":
            told = f"SMS {sent} was accepted, then {status}: {words}"
            return judged(told, failure_kind(words) is FailureKind.ACCOUNT, undo)
    return judged(f"{_MOST} SMS went out at a limit of {_TOO_LOW} USD", False, undo)


def zurich(account: Account) -> Seen:
    try:
        status, words = _sent(account, account.number, ZURICH)
    except ClientError as error:
        return Seen(f"refused: {error.response['Error']['Code']}", Verdict.NOTED)
    return Seen(f"accepted; {status}: {words}", Verdict.NOTED)


SMS_STEPS = (
    Step(
        "verified-number",
        "sends one SMS to your number (about 0.06 USD); in the sandbox it has to be verified",
        "SUCCESS in the delivery log within 10 minutes",
        verified_number,
    ),
    Step("log-delay", "compares the times of that line", "visible within 15 minutes", log_delay),
    Step(
        "late-timestamps",
        "compares the line's own time with the sending",
        "its own time is not before the sending, however late it comes",
        late_timestamps,
    ),
    Step(
        "opted-out",
        "sends one SMS to a number that has opted out, which nobody gets",
        "refused at once, or «opted out» in the log",
        opted_out,
    ),
    Step(
        "spend-limit",
        "sets the spend limit of SMS to 1 USD and sends SMS to your number until it is reached; the SMS of all "
        "practices of the account fail meanwhile, and the stage stops them",
        "accepted, then an account fault in the log",
        spend_limit,
    ),
    Step(
        "sms-in-zurich",
        f"sends one SMS from {ZURICH}, which the account must have enabled",
        "a message id, or a refusal: docs/reference/stage.md wants to know",
        zurich,
        "the local cloud sends from one region",
    ),
)
