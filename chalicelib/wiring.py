"""The one place that builds clients, lazily, from the settings; kept across the invocations of a warm Lambda.

Each part is imported where it is built, so that a Lambda loads only its own.
"""

from __future__ import annotations

import os
import random
import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cache, cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from chalicelib.settings import ANSWER_SECONDS, CONNECT_SECONDS, DELIVER_CONCURRENCY, LOCAL, Settings, settings_of
from chalicelib.stores import Stores

if TYPE_CHECKING:
    from chalicelib.aws.alert_sender import AlertSender
    from chalicelib.aws.audit_log import AuditLog
    from chalicelib.aws.log_store import LogStore
    from chalicelib.aws.login_provider import LoginProvider
    from chalicelib.aws.parameter_store import ParameterStore
    from chalicelib.aws.queues import Queues
    from chalicelib.aws.table import Table
    from chalicelib.aws.user_pool import UserPool
    from chalicelib.jobs.deliver import DeliveryPorts
    from chalicelib.messages.recipient import Channel
    from chalicelib.providers.rate_limit import Pace
    from chalicelib.providers.sms_spending import SmsSpending
    from chalicelib.providers.sns_delivery_log import DeliveryLog, OtherStages


def no_retry_config(connect_seconds: float = CONNECT_SECONDS, answer_seconds: float = ANSWER_SECONDS) -> Config:
    """Configures the providers' clients without retries: a repeated request could send a message twice."""
    return Config(
        connect_timeout=connect_seconds,
        read_timeout=answer_seconds,
        max_pool_connections=10,
        retries={"mode": "standard", "total_max_attempts": 1},
    )


# Configures clients for reads and conditional writes, which may be retried.
_REPEATING = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})
_ONCE = no_retry_config()


class Wiring(Stores):
    """The clients of a stage, each built at its first use; `sending` configures those of SNS and SES that send."""

    def __init__(self, settings: Settings, sending: Config = _ONCE) -> None:
        self.settings, self._sending = settings, sending
        self.on_statement: Callable[[str], None] = lambda sql: None  # the local cloud counts them

    def clock(self) -> datetime:
        return datetime.now(UTC)

    def pause(self, seconds: float) -> None:
        if self.settings.stage != LOCAL:  # the index of the local cloud never lags
            time.sleep(seconds)

    @cached_property
    def table(self) -> Table:
        from chalicelib.aws.table import Table

        return Table(_Client("dynamodb"), self.settings.table, time.sleep, random.random)

    @cached_property
    def users(self) -> UserPool:
        from chalicelib.aws.user_pool import UserPool

        return UserPool(_Client("cognito-idp"), self.settings.user_pool, secrets.choice)

    @cached_property
    def audit(self) -> AuditLog:
        from chalicelib.aws.audit_log import AuditLog

        return AuditLog(_Client("logs"), self.settings.audit_group)

    @cached_property
    def login(self) -> LoginProvider:
        from chalicelib.aws.login_provider import LoginProvider

        own = self.settings
        issuer = f"https://cognito-idp.{own.region}.amazonaws.com/{own.user_pool}"
        return LoginProvider(own.login_url, own.desk_url, own.desk_client, issuer)

    @cached_property
    def queues(self) -> Queues:
        from chalicelib.aws.queues import Queues

        settings = self.settings
        return Queues(
            _Client("sqs"), runs=settings.runs_queue, outbox=settings.outbox_queue, receipts=settings.receipts_queue
        )

    @cached_property
    def parameters(self) -> ParameterStore:
        from chalicelib.aws.parameter_store import ParameterStore

        return ParameterStore(_Client("ssm"), self.settings.stage, lambda: secrets.token_hex(32))

    @cached_property
    def history(self) -> LogStore:
        from chalicelib.aws.log_store import LogStore

        settings = self.settings
        return LogStore(
            _Client("logs"),
            jobs_group=settings.job_history_group,
            activity_group=settings.activity_group,
            deliver_group=settings.deliver_group,
        )

    @cached_property
    def alerts(self) -> AlertSender:
        from chalicelib.aws.alert_sender import AlertSender

        settings = self.settings
        return AlertSender(
            _Client("sns"),
            _Client("sesv2"),
            topic=settings.operator_topic,
            sender=settings.alert_sender,
            language=settings.operator_language,
            reply_to=settings.operator_email,
        )

    @cached_property
    def delivery_logs(self) -> tuple[DeliveryLog, ...]:
        from chalicelib.providers.sns_delivery_log import DeliveryLog

        client = _Client("logs", self.settings.sms_region)
        return tuple(DeliveryLog(client, group) for group in self.settings.delivery_log_groups)

    @cached_property
    def other_stages(self) -> OtherStages:
        from chalicelib.providers.sns_delivery_log import OtherStages

        settings = self.settings
        elsewhere = [] if settings.sms_region == settings.region else [_Client("logs", settings.sms_region)]
        return OtherStages(_Client("logs"), settings.deliver_group, elsewhere)

    @cached_property
    def sms_spending(self) -> SmsSpending:
        from chalicelib.providers.sms_spending import SmsSpending

        return SmsSpending(*(_Client(service, self.settings.sms_region) for service in ("sns", "cloudwatch")))

    @cached_property
    def _sending_clients(self) -> dict[Channel, Any]:
        from chalicelib.messages.recipient import Channel

        return {
            Channel.SMS: boto3.client("sns", region_name=self.settings.sms_region, config=self._sending),
            Channel.EMAIL: boto3.client("sesv2", config=self._sending),
        }

    def _providers(self) -> dict[Channel, Any]:
        """The providers, on fresh connections: old ones of a thawed Lambda are reset, which would count as Unknown."""
        from chalicelib.messages.recipient import Channel
        from chalicelib.providers.ses_email import EmailProvider
        from chalicelib.providers.sns_sms import SmsProvider

        for client in self._sending_clients.values():
            client.close()
        return {
            Channel.SMS: SmsProvider(self._sending_clients[Channel.SMS], self.settings.sms_max_price),
            Channel.EMAIL: EmailProvider(self._sending_clients[Channel.EMAIL], self.settings.mail_configuration_set),
        }

    def _paces(self) -> dict[Channel, Pace]:
        """This invocation's share of the account's quotas."""
        from chalicelib.messages.recipient import Channel
        from chalicelib.providers.rate_limit import Pace

        rates = {Channel.SMS: self.settings.sms_per_second, Channel.EMAIL: self.settings.mail_per_second}
        return {
            channel: Pace(rate / DELIVER_CONCURRENCY, time.sleep, time.monotonic) for channel, rate in rates.items()
        }

    def delivery_ports(self, accepted: Callable[[Any, str], None] = lambda entry, message_id: None) -> DeliveryPorts:
        """The ports of an invocation of deliver; `accepted` is called with each entry and its message id."""
        from chalicelib.jobs.deliver import DeliveryPorts

        providers, paces = self._providers(), self._paces()
        return DeliveryPorts(self.store, self.stops, self.jobs, providers, paces, self.clock, accepted)

    def open_database(self, url: str) -> AbstractContextManager[Any]:
        """The practice database; the driver is imported only when it is used."""
        from chalicelib.practice_db.database import open_practice_database

        return open_practice_database(url, trace=self.on_statement)


@cache
def wiring() -> Wiring:
    """The wiring of this process; `wiring.cache_clear()` drops it and its clients."""
    return Wiring(settings_of(os.environ))


_BUILDING = Lock()


class _Client:
    """A client built at its first use, which takes 15 to 60 ms: few runs use all of them."""

    def __init__(self, service: str, region: str | None = None) -> None:
        self._service, self._region = service, region  # None for the stage's own

    @cached_property
    def _built(self) -> Any:
        with _BUILDING:  # boto3 builds clients in one thread at a time
            return boto3.client(self._service, region_name=self._region, config=_REPEATING)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._built, name)
