"""The CloudFormation stack of a stage: propose a change, execute it, delete the stack, report events. I/O."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from infra.deploy.change_set import Change, changes_of, says_nothing_changes
from infra.deploy.stack_status import is_final
from infra.translation import tr

_POLL = 3.0  # seconds
# For the roles of the Lambdas, and the transform that expands functions, rules and mappings.
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


class StackError(Exception):
    """CloudFormation refuses a template; one sentence, for the operator."""


@dataclass(frozen=True)
class Found:
    """The current state of a stack."""

    id: str
    status: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]


@dataclass(frozen=True)
class Event:
    """An event of a resource, or of the stack as a whole."""

    id: str
    at: datetime
    name: str
    kind: str
    status: str
    reason: str
    of_stack: bool

    @property
    def failed(self) -> bool:
        return self.status.endswith("_FAILED")


@dataclass(frozen=True)
class Proposal:
    """A change set that waits for its execution; `new` if the stack does not exist yet."""

    id: str
    stack_id: str
    new: bool
    changes: list[Change]


class Stack:
    """One stack by its name. Errors of AWS are raised as botocore does."""

    def __init__(self, client: Any, name: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self.client, self.name, self._sleep = client, name, sleep

    def found(self) -> Found | None:
        """The stack; None if there is none."""
        try:
            (stack,) = self.client.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            return None
        parameters = {one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", [])}
        outputs = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
        return Found(stack["StackId"], stack["StackStatus"], parameters, outputs)

    def existing(self) -> Found:
        """The stack, where its outputs have led to the stage."""
        found = self.found()
        assert found is not None  # noqa: S101
        return found

    def propose(
        self, source: Mapping[str, str], parameters: Mapping[str, str], *, new: bool, takes_over: bool = False
    ) -> Proposal | None:
        """Create a change set; None if nothing would change. `source` is its TemplateURL or TemplateBody.

        `takes_over` imports existing resources into a new stack.
        Raises StackError if CloudFormation cannot create one.
        """
        asked = {"ImportExistingResources": True} if takes_over else {}
        try:
            made = self.client.create_change_set(
                StackName=self.name,
                ChangeSetName=f"deploy-{uuid4().hex[:12]}",
                ChangeSetType="CREATE" if new else "UPDATE",
                **source,
                Parameters=[{"ParameterKey": name, "ParameterValue": text} for name, text in parameters.items()],
                Capabilities=_CAPABILITIES,
                **asked,
            )
        except ClientError as error:
            if says_nothing_changes(error.response["Error"].get("Message", "")):
                return None
            raise
        described = self._made(made["Id"])
        proposal = Proposal(made["Id"], made["StackId"], new, changes_of(self._all_changes(made["Id"])))
        if described["Status"] != "FAILED":
            return proposal
        self.withdraw(proposal)
        reason = described.get("StatusReason", "")
        if says_nothing_changes(reason):
            return None
        raise StackError(tr("CloudFormation cannot make this change: {reason}", reason=reason or "?"))

    def withdraw(self, proposal: Proposal) -> None:
        """Delete a proposal, and the empty stack of a new one."""
        self.client.delete_change_set(ChangeSetName=proposal.id)
        if proposal.new:
            self.client.delete_stack(StackName=proposal.stack_id)

    def execute(self, proposal: Proposal, report: Callable[[Event], None]) -> str:
        """Execute the change and report its events; return the final status of the stack."""
        mark = self._newest(proposal.stack_id)
        self.client.execute_change_set(ChangeSetName=proposal.id)
        return self._follow(proposal.stack_id, mark, report)

    def delete(self, stack_id: str, report: Callable[[Event], None]) -> str:
        """Delete the stack, except for retained resources, and report the events; return the final status."""
        mark = self._newest(stack_id)
        self.client.delete_stack(StackName=stack_id)
        return self._follow(stack_id, mark, report)

    def resources(self) -> list[tuple[str, str, str]]:
        """The resources of the stack: name in the template, kind and physical id."""
        pages = self.client.get_paginator("list_stack_resources").paginate(StackName=self.name)
        listed = (one for page in pages for one in page["StackResourceSummaries"] if one.get("LogicalResourceId"))
        return [(one["LogicalResourceId"], one["ResourceType"], one.get("PhysicalResourceId", "")) for one in listed]

    def others(self, prefix: str) -> list[str]:
        """The names of other stacks of the account and region with this prefix."""
        pages = self.client.get_paginator("describe_stacks").paginate()
        names = (stack["StackName"] for page in pages for stack in page["Stacks"])
        return sorted(name for name in names if name.startswith(prefix) and name != self.name)

    def template(self) -> Any:
        """The template in CloudFormation, after all transforms: an object, or its text."""
        return self.client.get_template(StackName=self.name, TemplateStage="Processed")["TemplateBody"]

    def failures(self, stack_id: str) -> list[Event]:
        """All failed events, the oldest first."""
        return [event for event in self._since(stack_id, None) if event.failed]

    def _made(self, change_set: str) -> Mapping[str, Any]:
        while True:
            described: Mapping[str, Any] = self.client.describe_change_set(ChangeSetName=change_set)
            if is_final(described["Status"]) and described["Status"] != "CREATE_PENDING":
                return described
            self._sleep(_POLL)

    def _all_changes(self, change_set: str) -> Iterable[Mapping[str, Any]]:
        for page in self.client.get_paginator("describe_change_set").paginate(ChangeSetName=change_set):
            yield from page.get("Changes", [])

    def _follow(self, stack_id: str, mark: str | None, report: Callable[[Event], None]) -> str:
        """Follow the events alone: after the start of a change, the status of the stack may still be the old one."""
        while True:
            for event in self._since(stack_id, mark):
                mark = event.id
                report(event)
                if event.of_stack and is_final(event.status):
                    return event.status
            self._sleep(_POLL)

    def _newest(self, stack_id: str) -> str | None:
        events = self.client.describe_stack_events(StackName=stack_id)["StackEvents"]
        return events[0]["EventId"] if events else None

    def _since(self, stack_id: str, mark: str | None) -> list[Event]:
        """The events after `mark`, the oldest first; AWS returns the newest first."""
        fresh: list[Event] = []
        for page in self.client.get_paginator("describe_stack_events").paginate(StackName=stack_id):
            for item in page["StackEvents"]:
                if item["EventId"] == mark:
                    return fresh[::-1]
                fresh.append(_event(item))
        return fresh[::-1]


def _event(item: Mapping[str, Any]) -> Event:
    return Event(
        id=item["EventId"],
        at=item["Timestamp"],
        name=item["LogicalResourceId"],
        kind=item["ResourceType"],
        status=item["ResourceStatus"],
        reason=item.get("ResourceStatusReason", ""),
        of_stack=item.get("PhysicalResourceId") == item["StackId"],
    )
