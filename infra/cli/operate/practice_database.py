"""The URL of a practice database, as given, and whether the database can be read. The URL is a secret, never shown."""

import getpass
import sys
from typing import Annotated

import typer

from chalicelib.aws.deployment import Deployment
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.practice_db.url import SqlServer, address_of
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.mandanten import mandanten_of
from infra.language import said
from infra.translation import tr

Insecure = Annotated[
    bool,
    typer.Option("--insecure-argument", help="Accept a password in the URL as given; the shell's history keeps it."),
]


def url_given(option: str, given: str, insecure: bool) -> str:
    """The URL as given, without a password unless `insecure`, or from stdin. Raises ArgumentError."""
    url = given
    if given == "-":
        url = getpass.getpass("URL: ") if sys.stdin.isatty() else sys.stdin.readline()
    address = address_of(url)
    if address is None:
        raise ArgumentError(
            tr(
                "{option}: must be mssql://user:pass@host:1433/db, with ?ca=/path or ?encryption=off behind it; "
                "sqlite:///practice.db; or canary://?to=address&from=sender for a test practice; user, password, "
                "database and addresses are percent-encoded",
                option=option,
            )
        )
    if given != "-" and isinstance(address, SqlServer) and not insecure:
        raise ArgumentError(
            tr(
                "{option}: the shell's history keeps a password given here, and other users of this machine can see "
                "it; give - and enter the URL, or add --insecure-argument",
                option=option,
            )
        )
    return url.strip()


def unread(deployment: Deployment, practice: str) -> list[str]:
    """Say why the database cannot be read from here, and how to fix that; store which optional columns it has."""
    from chalicelib.aws.practice_database import find_columns, store_columns

    record = deployment.clients.practices.record(practice)
    _, why = mandanten_of(deployment, practice)
    try:
        if record and why is None:
            found = find_columns(record, deployment.clients, deployment.now.date())
            store_columns(record, found, deployment.clients)
    except PracticeDatabaseError as error:
        why = error.text
    if why is None:
        return []
    return [
        tr(
            "The practice database cannot be read from here: {why}. "
            "If the URL is wrong or missing: vitosms practice database {practice} -",
            why=said(why).rstrip("."), practice=practice,
        )
    ]  # fmt: skip
