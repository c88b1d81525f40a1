"""Set SNS up for sending SMS, and check it; for the account and region, all stages. I/O."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.account.step import Outcome, Step, asked, not_known

_RATE = "DeliveryStatusSuccessSamplingRate"
_ROLE = "DeliveryStatusIAMRole"
_LIMIT = "MonthlySpendLimit"
_COUNTRIES = "https://docs.aws.amazon.com/sms-voice/latest/userguide/phone-numbers-sms-by-country.html"
_AT_FIRST = 1.0  # USD a month, for a new account


def sms_steps(
    client: Any, role: str | None, wanted_usd: int | None, parameters: Mapping[str, str], emulated: bool
) -> Iterator[Step]:
    """`role` allows SNS to write its delivery logs, `parameters` are those of the stack."""
    current: dict[str, str] = client.get_sms_attributes()["attributes"]
    yield _attribute(client, current, "DefaultSMSType", "Transactional", "reminders go before advertising")
    yield _role(client, current, role)
    yield _attribute(client, current, _RATE, "100", "of every SMS the receipt is logged")
    yield _spend_limit(client, current, wanted_usd, parameters)
    yield _sandbox(client, emulated)
    yield Step(
        "sender names (AbsenderSMS)",
        Outcome.SO,
        "Switzerland takes letters as a sender; some other countries want them registered first, or take none",
        (_COUNTRIES, _console(client, "sms-voice/home", "#/sender-ids")),
    )


def _attribute(client: Any, current: Mapping[str, str], name: str, value: str, why: str) -> Step:
    if current.get(name) == value:
        return Step(name, Outcome.SO, f"{value}: {why}")
    client.set_sms_attributes(attributes={name: value})
    return Step(name, Outcome.DONE, f"{value}{f', was {current[name]}' if current.get(name) else ''}: {why}")


def _role(client: Any, current: Mapping[str, str], role: str | None) -> Step:
    """Keep a role that is set: another stage may have set its own, and either serves both."""
    if current.get(_ROLE) and (role is None or current[_ROLE] == role):
        return Step(_ROLE, Outcome.SO, f"{current[_ROLE]}: SNS may write what became of SMS")
    if role is None:
        text = "SNS may not log what became of SMS, so none is ever known to be delivered: choose a role for it"
        return Step(_ROLE, Outcome.PERSON, text, (_console(client, "sns/v3/home", "#/mobile/text-messaging"),))
    return _attribute(client, current, _ROLE, role, "SNS may write what became of SMS")


def _spend_limit(client: Any, current: Mapping[str, str], wanted: int | None, parameters: Mapping[str, str]) -> Step:
    """AWS accepts a limit up to what it has granted; a person has to ask for more."""
    from botocore.exceptions import ClientError

    now, outcome = float(current.get(_LIMIT) or _AT_FIRST), Outcome.SO
    page = (_console(client, "sns/v3/home", "#/mobile/text-messaging"),
            "https://console.aws.amazon.com/support/home#/case/create?issueType=service-limit-increase")  # fmt: skip
    if wanted is not None and wanted != now:
        try:
            client.set_sms_attributes(attributes={_LIMIT: str(wanted)})
            now, outcome = float(wanted), Outcome.DONE
        except ClientError as error:
            text = (
                f"{now:g} USD a month; AWS does not take {wanted} ({error.response['Error']['Message']}): ask for more"
            )
            return Step(_LIMIT, Outcome.PERSON, text, page)
    if now <= _AT_FIRST:
        text = f"{now:g} USD a month is about a dozen SMS: ask AWS for more, then: vitosms setup --monthly-usd N"
        return Step(_LIMIT, Outcome.PERSON, text, page)
    watched = parameters.get("SpendLimitUsd")
    if watched is not None and float(watched) != now:
        text = f"{now:g} USD a month, but the alarm counts {watched}: vitosms deploy --parameter SpendLimitUsd={now:g}"
        return Step(_LIMIT, Outcome.PERSON, text)
    return Step(_LIMIT, outcome, f"{now:g} USD a month; at the limit SNS refuses SMS")


def _sandbox(client: Any, emulated: bool) -> Step:
    what = "SMS production access"
    answer = asked(client.get_sms_sandbox_account_status, emulated)
    if answer is None:
        return not_known(what)
    if not answer["IsInSandbox"]:
        return Step(what, Outcome.SO, "any number can be written to")
    text = "in the SMS sandbox, which reaches verified numbers only: ask AWS to let it out, a day or more"
    return Step(what, Outcome.PERSON, text, (_console(client, "sns/v3/home", "#/mobile/text-messaging"),))


def _console(client: Any, path: str, fragment: str) -> str:
    region = client.meta.region_name
    return f"https://{region}.console.aws.amazon.com/{path}?region={region}{fragment}"
