"""Set SNS up for sending SMS, and check it; for the account and region, all stages. I/O."""

from calendar import SATURDAY, monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.providers.sms_spending import Spending
from infra.account.step import Outcome, Step, asked, not_known
from infra.translation import tr

_RATE = "DeliveryStatusSuccessSamplingRate"
_ROLE = "DeliveryStatusIAMRole"
_LIMIT = "MonthlySpendLimit"
_COUNTRIES = "https://docs.aws.amazon.com/sms-voice/latest/userguide/phone-numbers-sms-by-country.html"
_POLICIES = "https://docs.aws.amazon.com/sms-voice/latest/userguide/shared-resources.html"
_AT_FIRST = (1, 11)  # USD a month for a new account: AWS documents the first, its accounts have had the second too
PART_USD = 0.06  # of one SMS part to Switzerland, about


@dataclass(frozen=True)
class Month:
    """USD: the cost of the latest day with SMS, and of the month if its other working days cost as much."""

    pace: float
    total: float


def month_of(spending: Spending, today: date) -> Month:
    """`today` (UTC) counts as over."""
    days = range(today.day + 1, monthrange(today.year, today.month)[1] + 1)
    left = sum(today.replace(day=day).weekday() < SATURDAY for day in days)
    return Month(spending.pace, spending.spent + left * spending.pace)


def sms_steps(
    client: Any,
    role: str | None,
    wanted_usd: int | None,
    parameters: Mapping[str, str],
    emulated: bool,
    month: Month | None = None,
) -> Iterator[Step]:
    """`role` allows SNS to write its delivery logs, `parameters` are those of the stack, `month` what SMS cost."""
    current: dict[str, str] = client.get_sms_attributes()["attributes"]
    yield _attribute(
        client, current, "DefaultSMSType", "Transactional", tr("reminders take precedence over advertising")
    )
    yield _role(client, current, role)
    yield _attribute(client, current, _RATE, "100", tr("the receipt of every SMS is logged"))
    yield _spend_limit(client, current, wanted_usd, parameters, month)
    yield _sandbox(client, emulated)
    yield Step(
        "sender_names",
        Outcome.UNCHANGED,
        tr(
            "Switzerland accepts names as senders of SMS; some other countries require registration, or accept none: "
            "SMS go there without one. A registered name serves SNS only with a resource policy that lets "
            "sns.amazonaws.com use it"
        ),
        (_COUNTRIES, _POLICIES, _console(client, "sms-voice/home", "#/sender-ids")),
    )


def _attribute(client: Any, current: Mapping[str, str], name: str, value: str, why: str) -> Step:
    before = current.get(name)
    if before == value:
        return Step(name, Outcome.UNCHANGED, tr("{label}: {text}", label=value, text=why))
    client.set_sms_attributes(attributes={name: value})
    now = tr("{now} (before: {before})", now=value, before=before) if before else value
    return Step(name, Outcome.DONE, tr("{label}: {text}", label=now, text=why))


def _role(client: Any, current: Mapping[str, str], role: str | None) -> Step:
    """Keep a role that is set: another stage may have set its own, and either serves both."""
    why = tr("SNS can log the outcome of SMS")
    if current.get(_ROLE) and (role is None or current[_ROLE] == role):
        return Step(_ROLE, Outcome.UNCHANGED, tr("{label}: {text}", label=current[_ROLE], text=why))
    if role is None:
        text = tr("SNS cannot log the outcome of SMS, so no SMS is ever known to be delivered: choose a role for it")
        return Step(_ROLE, Outcome.PERSON, text, (_console(client, "sns/v3/home", "#/mobile/text-messaging"),))
    return _attribute(client, current, _ROLE, role, why)


def _spend_limit(
    client: Any, current: Mapping[str, str], wanted: int | None, parameters: Mapping[str, str], month: Month | None
) -> Step:
    """AWS accepts a limit up to what it has granted; a person has to ask for more."""
    from botocore.exceptions import ClientError

    now, outcome, page = float(current.get(_LIMIT) or _AT_FIRST[0]), Outcome.UNCHANGED, _pages(client)
    if wanted is not None and wanted != now:
        try:
            client.set_sms_attributes(attributes={_LIMIT: str(wanted)})
            now, outcome = float(wanted), Outcome.DONE
        except ClientError as error:
            refused = tr(
                "{usd} USD a month; AWS does not accept {wanted} ({reason}): ask AWS for more",
                usd=f"{now:g}", wanted=wanted, reason=error.response["Error"]["Message"],
            )  # fmt: skip
            return Step(_LIMIT, Outcome.PERSON, refused, page)
    if too_low := _too_low(now, wanted, month):
        return Step(_LIMIT, Outcome.PERSON, too_low, page)
    usd, watched = f"{now:g}", parameters.get("SpendLimitUsd")
    if watched is not None and float(watched) != now:
        text = tr(
            "{usd} USD a month, but the alarm assumes {watched}: vitosms deploy --parameter SpendLimitUsd={usd}",
            usd=usd, watched=watched,
        )  # fmt: skip
        return Step(_LIMIT, Outcome.PERSON, text)
    return Step(_LIMIT, outcome, tr("{usd} USD a month; beyond that SNS accepts SMS and sends none", usd=usd))


def _too_low(now: float, wanted: int | None, month: Month | None) -> str | None:
    """Why a person should ask for more: nobody has chosen the limit of a new account, or the month costs more."""
    if now < 1 or (now in _AT_FIRST and wanted != now):
        return tr(
            "{usd} USD a month, as a new account has it, pays for about {count} SMS: ask AWS for more, then, or if "
            "that is enough: vitosms setup --monthly-usd N",
            usd=f"{now:g}", count=int(now / PART_USD),
        )  # fmt: skip
    if month and month.total > now:
        return tr(
            "{usd} USD a month: at the pace of the latest day ({pace} USD) this month's SMS cost about {total} USD: "
            "ask AWS for more, then: vitosms setup --monthly-usd N",
            usd=f"{now:g}", pace=f"{month.pace:.2f}", total=f"{month.total:.0f}",
        )  # fmt: skip
    return None


def _pages(client: Any) -> tuple[str, str]:
    """Where a person asks for a higher limit."""
    support = "https://console.aws.amazon.com/support/home#/case/create?issueType=service-limit-increase"
    return _console(client, "sns/v3/home", "#/mobile/text-messaging"), support


def _sandbox(client: Any, emulated: bool) -> Step:
    code = "sms_access"
    answer = asked(client.get_sms_sandbox_account_status, emulated)
    if answer is None:
        return not_known(code)
    if not answer["IsInSandbox"]:
        return Step(code, Outcome.UNCHANGED, tr("SMS reach any number"))
    text = tr(
        "in the SMS sandbox, which reaches verified numbers only: ask AWS for production access; it takes a day or more"
    )
    return Step(code, Outcome.PERSON, text, (_console(client, "sns/v3/home", "#/mobile/text-messaging"),))


def _console(client: Any, path: str, fragment: str) -> str:
    region = client.meta.region_name
    return f"https://{region}.console.aws.amazon.com/{path}?region={region}{fragment}"
