"""The question before anything that sends, charges or erases."""

import typer

from infra.cli.core import prompts as ask
from infra.cli.core.output import complain
from infra.translation import tr

NOT_CONFIRMED = 3


def confirmed(question: str, yes: bool) -> None:
    """Continue after `--yes` or a yes to the question; anything else ends the command with exit code 3."""
    _unless(yes or ask.yes(question))


def confirmed_by_typing(question: str, expected: str, yes: bool) -> None:
    """The same, for what cannot be undone: exactly this is typed."""
    _unless(yes or ask.typed(question, expected))


def _unless(sure: bool) -> None:
    if sure:
        return
    complain(tr("not confirmed; nothing was changed (--yes confirms)"))
    raise typer.Exit(NOT_CONFIRMED)
