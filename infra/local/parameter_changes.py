"""What EventBridge tells of the Parameter Store: which parameters were saved or deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.ssm.models import ssm_backends

from infra.local.clients import ACCOUNT, REGION

Versions = Mapping[str, Any]  # the newest version of each parameter, by name


@dataclass(frozen=True)
class ParameterChange:
    """`operation` is Create, Update or Delete; `type` is String, StringList or SecureString."""

    name: str
    operation: str
    type: str


class ParameterChanges:
    """The parameters whose names begin with one of `prefixes`, as the rule of the app asks for them.

    AWS tells of a change when it is made. moto tells nobody, so its own dictionary is looked at: without a call, for it
    is done after everything that happens.
    """

    def __init__(self, prefixes: tuple[str, ...]) -> None:
        self._prefixes = prefixes
        self._known: Versions = {}

    def forget(self) -> None:
        """Take all parameters as they are for known."""
        self._known = self._newest()

    @property
    def pending(self) -> bool:
        """Whether something has changed since the last look."""
        return self._known != self._newest()  # moto makes a new object of each version, equal to itself only

    def take(self) -> list[ParameterChange]:
        """What has changed since the last look, by name."""
        before, after = self._known, self._newest()
        self._known = after
        return [_change(name, before, after) for name in changed_names(before, after)]

    def _newest(self) -> Versions:
        saved = ssm_backends[ACCOUNT][REGION]._parameters.items()
        return {name: versions[-1] for name, versions in saved if versions and name.startswith(self._prefixes)}


def changed_names(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names whose values differ, or are in one of the two only."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def prefixes_of(stage: str) -> tuple[str, str]:
    """Where the parameters of a stage lie that the app is told of (app.py, switches)."""
    return f"/vitosms/{stage}/", f"/vitosms-tarif/{stage}/"


def _change(name: str, before: Versions, after: Versions) -> ParameterChange:
    if name not in after:
        return ParameterChange(name, "Delete", before[name].parameter_type)
    return ParameterChange(name, "Update" if name in before else "Create", after[name].parameter_type)
