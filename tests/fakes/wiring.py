"""The fakes in place of the parts that `chalicelib/wiring.py` builds: the steps cannot tell the difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from chalicelib.messages.recipient import Channel
from chalicelib.practice_db.errors import UNREACHABLE, PracticeDatabaseError
from chalicelib.providers.rate_limit import Pace
from chalicelib.providers.ses_email import EmailProvider
from chalicelib.providers.sns_sms import SmsProvider
from chalicelib.settings import Settings
from chalicelib.wiring import Wiring
from infra.local.networks.sent_message import SentMessage
from tests.fakes.alerts import SENDER, FakeAlertSender
from tests.fakes.corrections import FakeCorrectionStore
from tests.fakes.delivery_log import FakeDeliveryLog, FakeOtherStages
from tests.fakes.history import FakeLogStore
from tests.fakes.jobs import FakeJobStore, FakeRunStore
from tests.fakes.networks import FakeNetworks
from tests.fakes.parameters import FakeParameterStore
from tests.fakes.people import FakePeopleStore, FakeUserPool
from tests.fakes.practice_database import FakePracticeDatabase, Tables
from tests.fakes.practices import FakePracticeStore
from tests.fakes.queues import FakeQueues
from tests.fakes.raised_alerts import FakeRaisedAlerts
from tests.fakes.receipts import FakeReceiptStore
from tests.fakes.sheets import FakeSheetStore
from tests.fakes.spending import FakeSmsSpending
from tests.fakes.stops import FakeStops
from tests.fakes.store import FakeEntryStore
from tests.fakes.world import Data, World

STAGE, CONFIGURATION_SET = "local", "vitosms-local"
SETTINGS = Settings(
    stage=STAGE, table="", runs_queue="", outbox_queue="", receipts_queue="", operator_topic="", alert_sender=SENDER,
    mail_configuration_set=CONFIGURATION_SET, region="eu-central-1", sms_region="eu-central-1",
    account="123456789012", sms_per_second=1e6, mail_per_second=1e6, sms_max_price="0.50",
)  # fmt: skip


class FakeWiring(Wiring):
    """`databases` are the rows of practice databases by URL; any other URL cannot be reached."""

    store: FakeEntryStore
    queues: FakeQueues
    parameters: FakeParameterStore
    history: FakeLogStore
    alerts: FakeAlertSender
    delivery_logs: tuple[FakeDeliveryLog, ...]
    other_stages: FakeOtherStages
    sms_spending: FakeSmsSpending
    users: FakeUserPool

    def __init__(
        self,
        world: World,
        databases: Mapping[str, Tables],
        accepted: Callable[[SentMessage], None] = lambda message: None,
    ) -> None:
        super().__init__(SETTINGS)
        self.world, self.data, self.databases = world, Data(), databases
        self.store, self.practices = FakeEntryStore(world, self.data), FakePracticeStore(world, self.data)
        self.jobs, self.runs = FakeJobStore(world, self.data), FakeRunStore(world, self.data)
        self.raised_alerts = FakeRaisedAlerts(world, self.data)
        self.stops, self.receipts = FakeStops(world, self.data), FakeReceiptStore(world, self.data)
        self.people, self.users = FakePeopleStore(world, self.data), FakeUserPool(world)
        self.sheets, self.corrections = FakeSheetStore(world), FakeCorrectionStore(world, self.data)
        self.queues, self.parameters = FakeQueues(world), FakeParameterStore(world, STAGE)
        self.networks = FakeNetworks(world, accepted)
        self.history, self.alerts = FakeLogStore(world), FakeAlertSender(world, self.networks)
        groups = SETTINGS.delivery_log_groups
        self.delivery_logs = tuple(FakeDeliveryLog(world, group) for group in groups)
        self.other_stages = FakeOtherStages(world)
        self.sms_spending = FakeSmsSpending(world, self.networks)

    def clock(self) -> datetime:
        return self.world.now + self.world.weather.clock_ahead

    def pause(self, seconds: float) -> None:
        self.world.now += timedelta(seconds=seconds)

    def _providers(self) -> dict[Channel, Any]:
        sms = SmsProvider(self.networks, SETTINGS.sms_max_price)
        return {Channel.SMS: sms, Channel.EMAIL: EmailProvider(self.networks, CONFIGURATION_SET)}

    def _paces(self) -> dict[Channel, Pace]:
        return {channel: Pace(1e6, lambda _: None, lambda: 0.0) for channel in Channel}

    def open_database(self, url: str) -> AbstractContextManager[FakePracticeDatabase]:
        tables = self.world.call("database.open", lambda: self.databases.get(url))
        if tables is None:
            raise PracticeDatabaseError(UNREACHABLE.text, "")  # not transient: the run is not repeated
        return FakePracticeDatabase(self.world, tables)
