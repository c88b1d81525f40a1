"""The Mandanten of a practice, from its own database if that can be read from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.text import Text
from infra.cli.core.suggestions import meant
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Deployment
    from chalicelib.practice_db.database import Row


def mandanten_of(deployment: Deployment, practice: str) -> tuple[list[Row] | None, Text | None]:
    """Their rows, or None and why the database cannot be read."""
    from chalicelib.aws.parameter_store import ParameterError

    try:
        with deployment.clients.open_database(deployment.clients.parameters.database_url(practice)) as database:
            return list(database.mandanten()), None
    except (PracticeDatabaseError, ParameterError) as error:
        return None, error.text


def unknown_mandant(deployment: Deployment, practice: str, mandant: str) -> str | None:
    """Return the error text for a Mandant that the practice database lacks; None if it has it or cannot be read."""
    rows, _ = mandanten_of(deployment, practice)
    known = [str(row["MandantId"]) for row in rows or ()]
    if rows is None or mandant in known:
        return None
    if not known:
        return tr("no billing practitioner {mandant!r}: the practice database has none", mandant=mandant)
    return tr(
        "no billing practitioner {mandant!r} in the practice database; {meant}it has {known}",
        mandant=mandant, meant=meant(mandant, known), known=", ".join(known),
    )  # fmt: skip
