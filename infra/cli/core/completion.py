"""Completion of what is typed in bash and zsh. It knows only names in the code: a TAB makes no call."""

from collections.abc import Callable, Iterable

import typer
from typer.completion import (  # type: ignore[attr-defined]  # typer exports them nowhere else
    completion_init,
    get_completion_script,
)

from infra.cli.core.arguments import allowed_names, refused

SHELLS = ("bash", "zsh")
VARIABLE = "_VITOSMS_COMPLETE"


def among(names: Iterable[str]) -> Callable[[str], list[str]]:
    """The names that begin as what is typed."""

    def beginning(incomplete: str) -> list[str]:
        return [str(name) for name in names if name.startswith(incomplete)]

    return beginning


def show(shell: str | None) -> None:
    """Print the script for a shell."""
    if shell is None:
        return
    if shell not in SHELLS:
        raise refused("--show-completion", shell, allowed_names(SHELLS))
    completion_init()
    typer.echo(get_completion_script(prog_name="vitosms", complete_var=VARIABLE, shell=shell))
    raise typer.Exit


ready = completion_init  # to be called before a shell's question is answered
