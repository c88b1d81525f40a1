"""The parameters of a practice as saved, not validated. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class SavedParameters:
    """Switches by name, jobs by `<job>/<Name>`, templates by `<kind>/<part>/<language>`, all below `path`.

    `unread` are the names below the path that are in none of the three folders.
    """

    switches: Mapping[str, str] = field(default_factory=dict)
    jobs: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    path: str = ""  # such as /vitosms/prod/praxis/
    unread: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """All names below the path."""
        folders = {"Schalter": self.switches, "Auftraege": self.jobs, "Vorlagen": self.templates}
        return [*(f"{folder}/{name}" for folder, values in folders.items() for name in values), *self.unread]

    def with_values(self, values: Mapping[str, str]) -> SavedParameters:
        """Return a copy with other values, by the name below the path; nothing is stored."""
        new = sort_parameters(values, self.path)
        return replace(
            self,
            switches={**self.switches, **new.switches},
            jobs={**self.jobs, **new.jobs},
            templates={**self.templates, **new.templates},
        )


def sort_parameters(values: Mapping[str, str], path: str) -> SavedParameters:
    """Sort the parameters below a practice's path into switches, jobs and templates."""
    folders: dict[str, dict[str, str]] = {"Schalter": {}, "Auftraege": {}, "Vorlagen": {}}
    unread = []
    for name, text in values.items():
        folder, slash, rest = name.partition("/")
        if slash and folder in folders:
            folders[folder][rest] = text
        else:
            unread.append(name)
    switches, jobs, templates = folders.values()
    return SavedParameters(switches, jobs, templates, path, tuple(unread))
