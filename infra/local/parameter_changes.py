"""The changes of the Parameter Store that EventBridge reports: parameters saved or deleted."""

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
    """Changes of the parameters whose names begin with one of `prefixes`, as in the rule of the app.

    AWS reports each change. moto reports none, so its own dictionary is compared, without a call: that is done after
    every event.
    """

    def __init__(self, prefixes: tuple[str, ...]) -> None:
        self._prefixes = prefixes
        self._known: Versions = {}

    def forget(self) -> None:
        """Regard the current parameters as known."""
        self._known = self._newest()

    @property
    def pending(self) -> bool:
        """Whether a parameter has changed since the last `take` or `forget`."""
        return self._known != self._newest()  # moto makes a new object of each version, equal to itself only

    def take(self) -> list[ParameterChange]:
        """The changes since the last `take` or `forget`, by name."""
        before, after = self._known, self._newest()
        self._known = after
        return [_change(name, before, after) for name in changed_names(before, after)]

    def _newest(self) -> Versions:
        saved = ssm_backends[ACCOUNT][REGION]._parameters.items()
        return {name: versions[-1] for name, versions in saved if versions and name.startswith(self._prefixes)}


def pattern_of(name: str) -> str | None:
    """The allowed pattern of a saved parameter, which holds for its next values too."""
    versions = ssm_backends[ACCOUNT][REGION]._parameters.get(name)
    return versions[-1].allowed_pattern if versions else None


def changed_names(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names whose values differ, or that are in one of the two only."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def prefixes_of(stage: str) -> tuple[str, str]:
    """The paths of the parameters whose changes the app receives (app.py, switches)."""
    return f"/vitosms/{stage}/", f"/vitosms-tarif/{stage}/"


def _change(name: str, before: Versions, after: Versions) -> ParameterChange:
    if name not in after:
        return ParameterChange(name, "Delete", before[name].parameter_type)
    return ParameterChange(name, "Update" if name in before else "Create", after[name].parameter_type)
