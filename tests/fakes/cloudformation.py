"""CloudFormation as a client of boto3 sees it: one stack, whose changes proceed as the test says."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

ID = "arn:aws:cloudformation:eu-central-1:123456789012:stack/vitosms-dev/1"


class FakeCloudFormation:
    """`answers` are the states of a change set, one after the other; `events` are (name, status, reason) when executed.

    The events come one a poll, the newest first, in pages of two.
    """

    def __init__(self, answers: Sequence[dict[str, Any]] = (), events: Sequence[tuple[str, str, str]] = ()) -> None:
        self._answers, self._coming = list(answers), list(events)
        self._there = [_event(0, "vitosms-dev", "UPDATE_COMPLETE", "")]
        self._running = False
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def create_change_set(self, **asked: Any) -> dict[str, str]:
        self.calls.append(("create", asked))
        return {"Id": "change-1", "StackId": ID}

    def describe_change_set(self, ChangeSetName: str) -> dict[str, Any]:  # noqa: N803
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def delete_change_set(self, **asked: Any) -> None:
        self.calls.append(("forget", asked))

    def delete_stack(self, **asked: Any) -> None:
        self.calls.append(("delete", asked))
        self._running = True

    def execute_change_set(self, **asked: Any) -> None:
        self.calls.append(("execute", asked))
        self._running = True

    def describe_stack_events(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        return {"StackEvents": self._there[::-1]}

    def poll(self, seconds: float) -> None:
        """Time passes: the next event happens."""
        if not self._coming:
            raise AssertionError("it would wait for ever")
        self._there.append(_event(len(self._there), *self._coming.pop(0)))

    def get_paginator(self, name: str) -> Any:
        return _Pages(self, name)

    def pages(self, name: str) -> Iterator[dict[str, Any]]:
        if name == "describe_change_set":
            yield self._answers[0]
            return
        newest_first = self._there[::-1]
        for start in range(0, len(newest_first), 2):
            yield {"StackEvents": newest_first[start : start + 2]}


class _Pages:
    def __init__(self, client: FakeCloudFormation, name: str) -> None:
        self._client, self._name = client, name

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        return self._client.pages(self._name)


def _event(number: int, name: str, status: str, reason: str) -> dict[str, Any]:
    of_stack = name == "vitosms-dev"
    return {
        "EventId": str(number), "StackId": ID, "LogicalResourceId": name,
        "PhysicalResourceId": ID if of_stack else f"physical-{name}",
        "ResourceType": "AWS::CloudFormation::Stack" if of_stack else "AWS::SQS::Queue",
        "Timestamp": datetime(2026, 11, 23, 9, number, tzinfo=UTC), "ResourceStatus": status,
        **({"ResourceStatusReason": reason} if reason else {}),
    }  # fmt: skip
