"""`vitosms practice database`: where a practice's data is. The URL is a secret, and never shown."""

import getpass
import sys
from typing import Annotated

import typer

from chalicelib.aws.deployment import Deployment
from chalicelib.practice_db.url import ALLOWED, address_of
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.documents import text_documents
from infra.cli.core.mandanten import mandanten_of
from infra.cli.core.options import StageOptions
from infra.cli.core.output import answer, hints
from infra.cli.core.stage import connected
from infra.language import said

Id = Annotated[str, typer.Argument(metavar="ID", help="The id of the practice.")]


def replace_database(
    options: StageOptions,
    practice: Id,
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL|-", help="mssql://user:pass@host:1433/db or sqlite:///practice.db; - reads it from stdin."
        ),
    ],
) -> None:
    """Replace the URL of a practice's database; the next run reads from there."""
    new = url_given("URL", url)
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(practice)
        deployment.clients.parameters.save_database_url(found.id, new)
        told = unread(deployment, found.id)
    read = "" if told else ", and could be read from here"
    answer(
        options.as_json,
        {"practice": found.id, "warnings": text_documents(told)},
        f"{found.id}: the database URL is replaced{read}",
        *hints(told),
    )


def url_given(option: str, given: str) -> str:
    """The URL as given, or from stdin."""
    url = given
    if given == "-":
        url = getpass.getpass("URL: ") if sys.stdin.isatty() else sys.stdin.readline()
    if address_of(url) is None:
        raise ArgumentError(f"{option}: allowed is {ALLOWED}")
    return url.strip()


def unread(deployment: Deployment, practice: str) -> list[str]:
    """Say why the database cannot be read from here, and how to fix that."""
    _, why = mandanten_of(deployment, practice)
    mend = f"if the URL is wrong or missing: vitosms practice database {practice} URL"
    return [f"the practice database could not be read from here: {said(why)} ({mend})"] if why else []
