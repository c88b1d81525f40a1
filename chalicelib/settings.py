"""The environment as frozen settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.text import LANGUAGES

RUN_CONCURRENCY = 5  # concurrent run Lambdas, each with one connection to a practice database
DELIVER_CONCURRENCY = 2  # concurrent deliver Lambdas (app.py, on_sqs_message), which share the account's quota
CONNECT_SECONDS = 5
LOCAL = "local"  # the stage of the local cloud
ANSWER_SECONDS = 20  # without an answer by then, a request is Unknown
_REQUESTS = 10  # per outbox message, started one after the other at the account's rate
_STARTING_SECONDS = 30  # of a deliver Lambda's 60, without waiting for the last answer and 5 s for the table
LEAST_PER_SECOND = (_REQUESTS - 1) * DELIVER_CONCURRENCY / _STARTING_SECONDS


@dataclass(frozen=True)
class Settings:
    """The settings of a deployment. Rates are messages per second for the whole account."""

    stage: str
    table: str
    runs_queue: str
    outbox_queue: str
    receipts_queue: str
    operator_topic: str
    alert_sender: str  # the deployment's own verified address, from which practices get their alerts
    mail_configuration_set: str
    region: str
    sms_region: str  # from which SMS are sent, and in which SNS logs them
    account: str
    sms_per_second: float
    mail_per_second: float
    sms_max_price: str  # USD for one SMS part
    operator_language: str = "en"  # of alerts to the operator
    operator_email: str = ""  # to which people of practices answer
    desk_url: str = ""  # without a slash at its end; empty: there is no desk
    login_url: str = ""  # of the managed login, likewise
    user_pool: str = ""
    desk_client: str = ""  # of the user pool
    canary_practice: str | None = None  # whose delivered messages are counted for the alarm canary-not-delivered

    @property
    def delivery_log_groups(self) -> tuple[str, str]:
        """The log groups in which SNS reports delivered and failed SMS, in their region."""
        group = f"sns/{self.sms_region}/{self.account}/DirectPublishToPhoneNumber"
        return group, f"{group}/Failure"

    @property
    def job_history_group(self) -> str:
        return f"/vitosms/{self.stage}/Auftragsverlauf"

    @property
    def activity_group(self) -> str:
        return f"/vitosms/{self.stage}/Aktivitaeten"

    @property
    def audit_group(self) -> str:
        return f"/vitosms/{self.stage}/Zugriffe"

    @property
    def desk_is_secure(self) -> bool:
        """Whether the desk is reached by TLS: everywhere but on this machine."""
        return not self.desk_url.startswith("http://127.0.0.1")

    @property
    def deliver_group(self) -> str:
        """The log group of deliver, for people: no Lambda has permission to read it."""
        return f"/aws/lambda/vitosms-{self.stage}-deliver"


def settings_of(environment: Mapping[str, str]) -> Settings:
    """Read the environment; KeyError names a variable that is missing, ValueError one that is wrong."""
    return Settings(
        stage=environment["VITOSMS_STAGE"],
        table=environment["VITOSMS_TABLE"],
        runs_queue=environment["VITOSMS_RUNS_QUEUE_URL"],
        outbox_queue=environment["VITOSMS_OUTBOX_QUEUE_URL"],
        receipts_queue=environment["VITOSMS_RECEIPTS_QUEUE_URL"],
        operator_topic=environment["VITOSMS_OPERATOR_TOPIC_ARN"],
        alert_sender=environment["VITOSMS_ALERT_SENDER"],
        mail_configuration_set=environment["VITOSMS_MAIL_CONFIGURATION_SET"],
        region=environment["AWS_REGION"],
        sms_region=environment["VITOSMS_SMS_REGION"],
        account=environment["VITOSMS_OPERATOR_TOPIC_ARN"].split(":")[4],
        sms_per_second=_rate(environment, "VITOSMS_SMS_PER_SECOND", "20"),
        mail_per_second=_rate(environment, "VITOSMS_MAIL_PER_SECOND", "14"),
        sms_max_price=environment.get("VITOSMS_SMS_MAX_PRICE", "0.50"),
        operator_language=_language(environment, "VITOSMS_OPERATOR_LANGUAGE", "en"),
        operator_email=environment.get("VITOSMS_OPERATOR_EMAIL", ""),
        desk_url=environment.get("VITOSMS_DESK_URL", ""),
        login_url=environment.get("VITOSMS_LOGIN_URL", ""),
        user_pool=environment.get("VITOSMS_USER_POOL", ""),
        desk_client=environment.get("VITOSMS_DESK_CLIENT", ""),
        canary_practice=environment.get("VITOSMS_CANARY_PRACTICE", "") or None,
    )


def _language(environment: Mapping[str, str], name: str, default: str) -> str:
    language = environment.get(name, default)
    if language not in LANGUAGES:
        raise ValueError(f"{name} is {language!r}, but must be one of {', '.join(LANGUAGES)}")
    return language


def _rate(environment: Mapping[str, str], name: str, default: str) -> float:
    text = environment.get(name, default)
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if rate >= LEAST_PER_SECOND:  # False for NaN
        return rate
    raise ValueError(
        f"{name} is {text!r}, but must be a number of at least {LEAST_PER_SECOND} messages a second: "
        f"else deliver dies before it has made the {_REQUESTS} requests of an outbox message"
    )
