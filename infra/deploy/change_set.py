"""The changes of a change set, resource by resource. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# The kinds that hold data, messages, history or passwords, or that practices have opened: a loss of these is reported
# separately.
_KEEPS = {
    "AWS::Cognito::UserPool", "AWS::DynamoDB::Table", "AWS::EC2::EIP", "AWS::Logs::LogGroup", "AWS::SQS::Queue",
}  # fmt: skip
_ORDER = ("Remove", "Modify", "Import", "Add")


class Loss(StrEnum):
    """Changes of a resource that lose its data, messages or history."""

    REMOVED = "removed"
    REPLACED = "replaced"  # by an empty one
    PERHAPS_REPLACED = "perhaps_replaced"


@dataclass(frozen=True)
class Change:
    """One resource; `action` and `replacement` ("True", "False", "Conditional") in CloudFormation's words."""

    action: str
    name: str  # in the template
    kind: str
    replacement: str | None = None
    properties: tuple[str, ...] = ()  # that change
    stays: bool = False  # a removed or replaced one is kept outside the stack

    @property
    def replaces(self) -> bool:
        """Whether a new resource replaces, or may replace, the old one."""
        return self.action == "Modify" and self.replacement in ("True", "Conditional")

    @property
    def loss(self) -> Loss | None:
        """The kind of loss, if data, messages or history go with the old resource; else None."""
        if self.kind not in _KEEPS or not (self.replaces or self.action == "Remove"):
            return None
        if self.action == "Remove":
            return Loss.REMOVED
        return Loss.PERHAPS_REPLACED if self.replacement == "Conditional" else Loss.REPLACED


def changes_of(described: Iterable[Mapping[str, Any]]) -> list[Change]:
    """The `Changes` of a described change set: removed resources first, then changed ones, then new ones."""
    changes = [_change(one["ResourceChange"]) for one in described if "ResourceChange" in one]
    return sorted(changes, key=lambda one: (_ORDER.index(one.action) if one.action in _ORDER else 0, one.name))


def says_nothing_changes(reason: str) -> bool:
    """Whether CloudFormation created no change set because there is nothing to change."""
    return "didn't contain changes" in reason or "No updates are to be performed" in reason


def _change(told: Mapping[str, Any]) -> Change:
    targets = (detail.get("Target", {}) for detail in told.get("Details", ()))
    names = {target.get("Name") or target.get("Attribute") for target in targets}
    return Change(
        told["Action"],
        told["LogicalResourceId"],
        told["ResourceType"],
        told.get("Replacement"),
        tuple(sorted(name for name in names if name)),
        str(told.get("PolicyAction", "")).endswith("Retain"),
    )
