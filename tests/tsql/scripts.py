"""The scripts of infra/sql as sqlcmd reads them: batches between lines `GO`, with variables `$(Name)`."""

from __future__ import annotations

import re
from pathlib import Path

SCRIPTS = Path(__file__).parents[2] / "infra" / "sql"


def batches(path: Path, **variables: str) -> list[str]:
    """The batches of a script, without empty ones; ValueError if a variable has no value."""
    parts = re.split(r"(?im)^[ \t]*GO[ \t]*$", path.read_text(encoding="utf-8"))
    return [_expanded(part.strip(), path, variables) for part in parts if part.strip()]


def _expanded(batch: str, path: Path, variables: dict[str, str]) -> str:
    if missing := set(re.findall(r"\$\((\w+)\)", batch)) - set(variables):
        raise ValueError(f"{path.name} needs values for {', '.join(sorted(missing))}")
    return re.sub(r"\$\((\w+)\)", lambda found: variables[found[1]], batch)
