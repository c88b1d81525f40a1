"""The question before anything that sends, charges or erases."""

import typer

from infra.cli import ask

NOT_CONFIRMED = 3


def confirmed(question: str, yes: bool) -> None:
    """Go on after `--yes`, or a yes to the question; anything else ends the command with exit code 3."""
    if yes or ask.yes(question):
        return
    typer.echo("vitosms: not confirmed; nothing was changed (--yes goes on without asking)", err=True)
    raise typer.Exit(NOT_CONFIRMED)
