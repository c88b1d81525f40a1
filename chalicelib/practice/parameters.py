"""What a practice saved in the Parameter Store, raw. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class SavedParameters:
    """Switches by name, jobs by `<job>/<Name>`, templates by `<kind>/<part>/<language>`; `path` is put before them.

    `unread` are the names below the path that lie in none of the three folders.
    """

    switches: Mapping[str, str] = field(default_factory=dict)
    jobs: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    path: str = ""  # such as /vitosms/prod/praxis/
    unread: tuple[str, ...] = ()

    def with_values(self, values: Mapping[str, str]) -> SavedParameters:
        """With other values, by the name below the path; nothing of it is stored."""
        new = sort_parameters(values, self.path)
        return replace(
            self,
            switches={**self.switches, **new.switches},
            jobs={**self.jobs, **new.jobs},
            templates={**self.templates, **new.templates},
        )


def sort_parameters(values: Mapping[str, str], path: str) -> SavedParameters:
    """Sort what lies below a practice's path, by the name behind it."""
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
