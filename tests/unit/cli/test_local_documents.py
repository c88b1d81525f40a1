"""The documents about messages that a local cloud has sent."""

from datetime import datetime

from infra.cli.sandbox.local_documents import played_document
from tests.builders.entries import ZURICH


def test_messages_of_an_instant_are_in_one_order_whatever_arrived_first() -> None:
    at = datetime(2026, 11, 23, 10, 5, tzinfo=ZURICH).isoformat()
    one, other = ({"at": at, "channel": "SMS", "to": f"+4179000000{n}"} for n in (1, 2))
    played: dict[str, object] = {"now": at, "stage": "local", "zone": "Europe/Zurich"}
    played |= {name: [] for name in ("runs", "notices", "operator", "failed")}
    first, second = (
        played_document({**played, "messages": sent}, ZURICH)["messages"] for sent in ([one, other], [other, one])
    )
    assert first == second
    assert [message["to"] for message in first] == ["+41790000001", "+41790000002"]
