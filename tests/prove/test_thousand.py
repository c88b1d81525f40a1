"""How many calls and statements a thousand SMS take: exact counts, a large day on the local cloud."""

from collections.abc import Mapping
from pathlib import Path

from infra.local.rehearsal import rehearsal
from tests.bench.meter import Meter, metered
from tests.flow.test_counts import plan, practice_file

# Two writes in the table, because it is a transaction; in an index one to put or delete, two to change its key.
WRITTEN = {
    "entry new → prepared": {"table": 2000, "groups": 1000, "due": 1000},
    "entry prepared → reserved": {"table": 2000, "groups": 2000, "due": 1000},
    "entry reserved → sending": {"table": 2000},
    "entry sending → sent": {"table": 2000},
    "receipt": {"table": 2000},
    "entry sent → delivered": {"table": 2000, "groups": 2000},
}


def test_a_thousand_sms_take_at_most_1_6_calls_each_from_prepare_until_the_versandfenster_closes(
    tmp_path: Path,
) -> None:
    database = practice_file(tmp_path / "practice.db", 1000, definitive=1000)
    with rehearsal(plan(database, "20:00")) as rehearsed, metered(rehearsed.cloud) as meter:
        rehearsed.play()
        calls, sent = rehearsed.cloud.calls, len(rehearsed.cloud.networks.messages)
        assert sent == calls["sns.Publish"] == 1000
        assert {entry.state.value for entry in rehearsed.entries()} == {"delivered"}
        assert sum(calls.values()) <= 1.6 * sent
        own = sum(calls.values()) - idle_ticks(rehearsed.cloud.calls_by_handler)
        assert own == 1472  # the bar is 1.5 a message; tests/flow/test_counts.py has the counts of ten and a hundred
        assert len(rehearsed.statements) == 2  # one to prepare, one to send
        assert written(meter) == WRITTEN
        assert sum(meter.writes.values()) <= 19.5 * sent


def test_a_practice_with_sixty_sms_takes_as_many_calls_as_the_capacity_plan_says(tmp_path: Path) -> None:
    """docs/operations.md, «The capacity of a stage»."""
    database = practice_file(tmp_path / "practice.db", 60, definitive=60)
    with rehearsal(plan(database, "20:00")) as rehearsed:
        rehearsed.play()
        calls, by_handler = rehearsed.cloud.calls, rehearsed.cloud.calls_by_handler
        read = sum(count for name, count in calls.items() if name.startswith("ssm."))
        table = sum(count for name, count in by_handler["deliver"].items() if name.startswith("dynamodb."))
        told = (sum(calls.values()) - idle_ticks(by_handler), calls["sns.Publish"], read, table)
        assert told == (153, 60, 19, 18)


def written(meter: Meter) -> dict[str, dict[str, int]]:
    """Write units of the thousand entries and their receipts, in the table and in each index."""
    found: dict[str, dict[str, int]] = {}
    for place, units in meter.writes.items():
        if units >= 1000:
            found.setdefault(place.item, {})[place.where] = int(units)
    return found


def idle_ticks(by_handler: Mapping[str, Mapping[str, int]]) -> int:
    """Queries of a rule's tick for due jobs: a cost per deployment, however many practices it has."""
    return sum(by_handler[rule]["dynamodb.Query"] for rule in ("prepare", "send", "status"))
