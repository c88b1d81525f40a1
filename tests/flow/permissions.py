"""The IAM permissions in the policies of `.chalice/`, and a watch on the calls that the handlers make."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient
from chalice import Chalice

from infra.local.clients import ACCOUNT, REGION
from infra.local.cloud import ALERT_SENDER
from infra.local.platform import Platform
from tests.flow.iam.needs import STAGE, Need, needs_of

POLICIES = Path(__file__).parents[2] / ".chalice"
DESK = "api_handler"
_NAMES = {  # as CloudFormation fills them in
    "${AWS::Partition}": "aws",
    "${AWS::Region}": REGION,
    "${AWS::AccountId}": ACCOUNT,
    "${Stage}": STAGE,
    "${AlertSender}": ALERT_SENDER,
    "${MailSenders}": "*",  # by default
    "${UserPool}": "*",  # of the stage: moto gives it another id each time
}


@dataclass(frozen=True)
class Permission:
    """One action and one resource of one statement; `resource` as the file has it, with names in `${}`."""

    action: str
    resource: str
    allbut: bool = False  # NotResource: everything except that
    conditions: Mapping[str, str] = field(default_factory=dict, hash=False)  # StringEquals and StringLike alike

    def allows(self, need: Need) -> bool:
        sms, context = need.sms_region, dict(need.context)
        matches = fnmatchcase(need.resource, filled(self.resource, sms))
        return (
            self.action == need.action
            and matches is not self.allbut
            and all(fnmatchcase(context.get(key, ""), filled(value, sms)) for key, value in self.conditions.items())
        )


def filled(text: str, sms_region: str = REGION) -> str:
    for name, value in {**_NAMES, "${SmsRegion}": sms_region}.items():
        text = text.replace(name, value)
    return text


class Watch:
    """Records in `needed` the permissions for each handler's calls, and refuses calls that its policy forbids."""

    def __init__(self) -> None:
        self.needed: dict[str, set[Need]] = defaultdict(set)
        self._running: list[str] = []
        self._lock = threading.Lock()

    @contextmanager
    def on(self) -> Iterator[None]:
        """Watch all clients and local clouds of this process until the block ends."""
        watch, call = self, BaseClient._make_api_call

        def during(name_of: Callable[..., str], handler: Callable[..., Any]) -> Callable[..., Any]:
            def watched(*args: Any) -> Any:
                watch._running.append(name_of(*args))
                try:
                    return handler(*args)
                finally:
                    watch._running.pop()

            return watched

        def allowed(client: Any, operation: str, params: dict[str, Any]) -> Any:
            if watch._running:
                service, region = client.meta.service_model.service_name, client.meta.region_name
                watch._look(watch._running[-1], needs_of(service, operation, params, region))
            return call(client, operation, params)

        with (
            patch.object(Platform, "invoke", during(lambda platform, name, event: name, Platform.invoke)),
            patch.object(Chalice, "__call__", during(lambda *_: DESK, Chalice.__call__)),
            patch.object(BaseClient, "_make_api_call", allowed),
        ):
            yield

    def _look(self, handler: str, needs: list[Need]) -> None:
        with self._lock:
            new = set(needs) - self.needed[handler]
            self.needed[handler] |= new
        for need in new:
            if not any(permission.allows(need) for permission in permissions_of(handler)):
                raise PermissionError(f".chalice/policy-{handler}.json does not allow {need}")


@cache
def permissions_of(function: str) -> list[Permission]:
    """Returns the permissions in the policy file of a Lambda."""
    policy = json.loads((POLICIES / f"policy-{function}.json").read_text(encoding="utf-8"))
    return permissions_in(policy)


def permissions_in(policy: Mapping[str, Any]) -> list[Permission]:
    return [permission for statement in policy["Statement"] for permission in _of_statement(statement)]


def _of_statement(statement: Mapping[str, Any]) -> Iterator[Permission]:
    assert statement["Effect"] == "Allow"
    assert statement.keys() <= {"Sid", "Effect", "Action", "Resource", "NotResource", "Condition"}
    assert statement.get("Condition", {}).keys() <= {"StringEquals", "StringLike", "StringLikeIfExists"}
    given = [one for test in statement.get("Condition", {}).values() for one in test.items()]
    conditions = {key: value if isinstance(value, str) else f"${{{value['Ref']}}}" for key, value in given}
    for action in statement["Action"]:
        for resource in statement.get("Resource") or statement["NotResource"]:
            yield Permission(action, resource, "NotResource" in statement, conditions)
