"""The question before anything that sends, charges or erases."""

import typer

from infra.cli.core import prompts as ask
from infra.cli.core.output import complain
from infra.translation import tr

NOT_CONFIRMED = 3


def confirmed(question: str, yes: bool) -> None:
    """Continue after `--yes` or a yes to the question; anything else ends the command with exit code 3."""
    _unless(yes or ask.yes(question))


def confirmed_by_typing(question: str, expected: str, yes: bool, option: str = "--yes") -> None:
    """The same, for what is hard to undo: exactly this is typed. `option` confirms too."""
    _unless(yes or ask.typed(question, expected), option)


def _unless(sure: bool, option: str = "--yes") -> None:
    if sure:
        return
    complain(tr("not confirmed; nothing was changed ({option} confirms)", option=option))
    raise typer.Exit(NOT_CONFIRMED)
