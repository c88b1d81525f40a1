"""A day in rough weather: every message ends in its outcome, with a sentence, and the operator hears of it once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.retries.standard import ExponentialBackoff

from chalicelib.aws.table import Table
from chalicelib.entries.credits import totals_of
from chalicelib.entries.states import State
from infra.language import said
from infra.local.weather import LAGS, Weather
from tests.flow.build import TOMORROW_9, Database, opened, states
from tests.flow.build import at as november
from tests.flow.fake_build import Day, Desk

ENDED = {State.DELIVERED, State.FAILED, State.NOT_SENDABLE}
LAYERS: Mapping[str, Callable[[Weather], None]] = {
    "index 2 s": lambda weather: setattr(weather, "index_lags", LAGS["2 s"]),
    "index 4 min": lambda weather: setattr(weather, "index_lags", LAGS["4 min"]),
    "index jumpy": lambda weather: setattr(weather, "index_lags", LAGS["jumpy"]),
    "unprocessed keys": lambda weather: setattr(weather, "unprocessed", 0.7),
    "conflicts": lambda weather: setattr(weather, "busy", 0.2),
    "lost answers": lambda weather: setattr(weather, "lost_answers", 0.1),
    "empty polls": lambda weather: setattr(weather, "empty_polls", True),
    "late logs": lambda weather: setattr(weather, "logs_late", timedelta(hours=5)),
}

OF_REQUESTS = {"unprocessed keys", "conflicts"}  # of which the parts that the fakes stand for hide all


def played(change: Callable[[Weather], None] = lambda weather: None) -> Desk:
    day = Day("2026-11-23 06:00", carrier_failures=0.3)
    desk = day.practice(status__Zeitplan="täglich alle 30 Minuten 08:10-18:10")
    for n in range(12):
        number = None if n % 2 else f"079 000 00 {n:02}"
        desk.appointment("2026-11-24 09:00", EMail=f"p{n}@patient.example", Mobiltelefon=number)
    desk.appointment("2026-11-24 10:00", Mobiltelefon=None)
    change(day.cloud.world.weather)
    day.play("2026-11-26 06:00")
    return desk


@pytest.mark.parametrize("layer", [name for name in LAYERS if name not in OF_REQUESTS])
def test_every_message_ends_as_in_good_weather(layer: str) -> None:
    calm, rough = played(), played(LAYERS[layer])
    assert {name: one.state for name, one in rough.entries.items()} == {
        name: one.state for name, one in calm.entries.items()
    }
    assert {one.state for one in rough.entries.values()} == ENDED
    assert all(said(one.reason) for one in rough.entries.values() if one.state is not State.DELIVERED)
    assert len(rough.sent()) == len(calm.sent()) == 12
    assert (rough.told, max(Counter(rough.told).values(), default=0) <= 1) == (calm.told, True)
    totals = totals_of(rough.parts.store.ledger(rough.name, "M1"))
    assert totals.charged - totals.refunded == sum(one.credits for one in rough.entries.values())


def test_a_day_on_the_local_cloud_with_all_of_them_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
    monkeypatch.setattr(Table, "_wait", lambda *_: 0.0)
    database = Database(tmp_path / "p.db")
    for _ in range(6):
        database.patient(TOMORROW_9)
    with opened(database, until=november("12:00", 24)) as rehearsal:
        for change in LAYERS.values():
            change(rehearsal.cloud.weather)
        rehearsal.cloud.play(november("12:00", 24))
        assert Counter(states(rehearsal).values()) == {State.DELIVERED: 6}
        assert len(rehearsal.cloud.networks.messages) == 6
        assert rehearsal.cloud.notifications() == []
