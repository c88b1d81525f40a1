"""The local cloud: AWS, the phone and mail networks and the time, in this process. Nothing leaves the machine."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Self
from unittest.mock import patch

from boto3.dynamodb.types import TypeDeserializer
from moto import mock_aws
from moto.sns.models import sns_backends

from chalicelib.wiring import Wiring
from infra.local import practice_databases, stack
from infra.local.botocore_gateway import Gateway
from infra.local.call_counter import CallCounter
from infra.local.clients import ACCOUNT, REGION, client
from infra.local.clock import VirtualClock
from infra.local.event_queue import Agenda, Turn
from infra.local.networks.networks import Aftermath, Networks
from infra.local.networks.receipts import Receipts
from infra.local.networks.sent_message import SentMessage
from infra.local.patches import backend
from infra.local.platform import Handlers, LambdaError, Platform
from infra.local.queues import Queue
from infra.local.rough_answers import RoughAnswers
from infra.local.stack import ALERT_SENDER as ALERT_SENDER
from infra.local.weather import Weather

NO_PAUSES = "1000000"  # messages a second
_FROM_OUTPUTS = {
    "VITOSMS_TABLE": "TableName",
    "VITOSMS_RUNS_QUEUE_URL": "RunsQueueUrl",
    "VITOSMS_OUTBOX_QUEUE_URL": "OutboxQueueUrl",
    "VITOSMS_RECEIPTS_QUEUE_URL": "ReceiptsQueueUrl",
    "VITOSMS_OPERATOR_TOPIC_ARN": "OperatorTopicArn",
    "VITOSMS_MAIL_CONFIGURATION_SET": "MailConfigurationSet",
    "VITOSMS_SMS_REGION": "SmsRegion",
}
_CONSUMERS = {  # dead letters are handled before the next message of their queue
    "dead_runs": "RunsDeadLetters",
    "run": "RunsQueue",
    "dead_outbox": "OutboxDeadLetters",
    "deliver": "OutboxQueue",
}
_FIXED = {
    "VITOSMS_ALERT_SENDER": ALERT_SENDER,
    "VITOSMS_SMS_PER_SECOND": NO_PAUSES,
    "VITOSMS_MAIL_PER_SECOND": NO_PAUSES,
    "VITOSMS_SMS_MAX_PRICE": "0.50",
    "VITOSMS_OPERATOR_LANGUAGE": "en",
    "VITOSMS_CANARY_PRACTICE": stack.CANARY_PRACTICE,
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCOUNT_ID": ACCOUNT,
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_SESSION_TOKEN": "local",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "POWERTOOLS_SERVICE_NAME": "vitosms",
    "POWERTOOLS_METRICS_NAMESPACE": "vitosms",
}


class LocalCloud:
    """A context manager around one stage with empty tables and queues, at the time `start`.

    `start` is aware; `carrier_failures` is the share of messages that are not delivered, from 0 to 1, chosen
    by `seed`; SMS are sent from `sms_region`. While it is open, the environment of this process names the stage's
    resources, and the wall clock stands where `clock` says. Only one can be open in a process: RuntimeError otherwise.
    `on_start` is called when everything is ready: for an app that keeps settings of an earlier cloud.
    """

    _open: ClassVar[bool] = False

    def __init__(
        self,
        app: Handlers,
        start: datetime,
        *,
        seed: int = 0,
        carrier_failures: float = 0.0,
        stage: str = "local",
        sms_region: str = REGION,
        on_start: Callable[[], None] = lambda: None,
    ) -> None:
        self.clock = VirtualClock(start)
        self.networks = Networks(self._on_accepted)
        self.weather = Weather()
        self._counter = CallCounter()
        self.gateway = Gateway(self._counter, self.networks, RoughAnswers(self.weather, self.clock.now))
        self._agenda = Agenda()
        self.platform = Platform(app, stage, self.clock, self._agenda, self._counter)
        self._stage, self._sms_region, self._on_start = stage, sms_region, on_start
        self._seed, self._failures, self.regions = seed, carrier_failures, frozenset({REGION, sms_region})
        self._receipts: Receipts | None = None
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        if LocalCloud._open:
            raise RuntimeError("another local cloud is open in this process")
        with ExitStack() as opening:
            opening.enter_context(_flag())
            opening.enter_context(self.clock)
            opening.enter_context(patch.dict(os.environ))
            _set_environment(self._stage, _FIXED)
            opening.enter_context(backend.applied())
            opening.enter_context(mock_aws())
            opening.enter_context(self.gateway.opened())
            opening.enter_context(practice_databases.troubled(lambda: self.weather.database))
            opening.enter_context(patch.object(Wiring, "clock", lambda _: self.clock.now() + self.weather.clock_ahead))
            self._build()
            self._opened = opening.pop_all()
        return self

    def __exit__(self, *error: Any) -> None:
        self._opened.close()

    def _build(self) -> None:
        made = stack.create(self._stage, self._sms_region)
        os.environ.update({name: made.outputs[output] for name, output in _FROM_OUTPUTS.items()})
        self.verify_mail_sender(ALERT_SENDER)
        self._receipts = Receipts(self._agenda, made.mail_events, self.weather, self._seed, self._failures)
        self.platform.start(
            {
                name: Queue(made.outputs[f"{queue}Url"], made.outputs[f"{queue}Arn"])
                for name, queue in _CONSUMERS.items()
            }
        )
        self._on_start()

    def _on_accepted(self, message: SentMessage, configuration_set: str | None, aftermath: Aftermath | None) -> None:
        if self._receipts is not None:
            self._receipts.plan(message, configuration_set, aftermath)

    @property
    def calls(self) -> Counter[str]:
        """Requests to AWS by the handlers, by operation ("sns.Publish"), repeated attempts included."""
        return self._counter.total

    @property
    def calls_by_handler(self) -> dict[str, Counter[str]]:
        """Requests to AWS, by the name of the handler and by operation."""
        return self._counter.by_handler

    @property
    def invocations(self) -> Counter[str]:
        """How often each handler was called."""
        return self._counter.invocations

    @property
    def running(self) -> str | None:
        """The handler that runs now; None if none does."""
        return self._counter.handler

    def counting(self, name: str) -> AbstractContextManager[None]:
        """Count the requests of this process until the block ends, as those of a handler of this name."""
        return self._counter.during(name)

    @property
    def lambda_output(self) -> list[str]:
        """Every line that handlers printed or logged, and the tracebacks of those that failed."""
        return self.platform.output.lines

    @property
    def lambda_errors(self) -> list[LambdaError]:
        """Every call of a handler that raised."""
        return self.platform.errors

    def put_parameter(self, name: str, value: str, secure: bool = False) -> None:
        """Set a parameter. Raises botocore's ClientError (ValidationException) if AWS refuses it."""
        kind = "SecureString" if secure else "String"
        client("ssm").put_parameter(Name=name, Value=value, Type=kind, Overwrite=True)

    def verify_mail_sender(self, address: str) -> None:
        """Let SES accept e-mails from this address (or domain)."""
        client("sesv2").create_email_identity(EmailIdentity=address)

    def at(self, when: datetime, action: Callable[[], None]) -> None:
        """Schedule an event of the outside world (at an aware time), before any tick of that instant.

        Raises ValueError if the time is past.
        """
        if when < self.clock.now():
            raise ValueError(f"{when} is past")
        self._agenda.add(when, Turn.WORLD, action)

    def play(self, until: datetime, progress: Callable[[datetime], None] | None = None) -> None:
        """Let the time pass: everything due before `until` happens; then it is `until`.

        Events due at `until` itself are left to the next play, so that playing a span in two halves equals
        playing it at once. `progress` is called with each instant at which something happened.
        Raises ValueError if `until` is past.
        """
        self.platform.play(until, progress)

    def settle(self) -> None:
        """Let everything happen that is due now; no time passes."""
        self.platform.settle()

    def notifications(self) -> list[dict[str, Any]]:
        """The notifications of the operator: `practice` and `alerts`, each with `kind` and `text`."""
        topic = sns_backends[ACCOUNT][REGION].topics[os.environ["VITOSMS_OPERATOR_TOPIC_ARN"]]
        return [json.loads(message) for _, message, *_ in topic.sent_notifications]

    def log_events(self, group: str, region: str = REGION) -> list[dict[str, Any]]:
        """All events of a log group, by time: `message`, `stream`, `timestamp` (ms since 1970)."""
        pages = client("logs", region).get_paginator("filter_log_events").paginate(logGroupName=group, interleaved=True)
        return [
            {"message": e["message"], "stream": e["logStreamName"], "timestamp": e["timestamp"]}
            for page in pages
            for e in page["events"]
        ]

    def scan_table(self) -> list[dict[str, Any]]:
        """Every item of the table as plain Python values; whole numbers are ints, others Decimals."""
        read = TypeDeserializer().deserialize
        pages = client("dynamodb").get_paginator("scan").paginate(TableName=os.environ["VITOSMS_TABLE"])
        return [{name: _plain(read(value)) for name, value in item.items()} for page in pages for item in page["Items"]]


@contextmanager
def _flag() -> Iterator[None]:
    LocalCloud._open = True
    try:
        yield
    finally:
        LocalCloud._open = False


def _set_environment(stage: str, fixed: dict[str, str]) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(fixed, VITOSMS_STAGE=stage)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return value
