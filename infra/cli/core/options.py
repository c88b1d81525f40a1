"""What the commands about a running stage have in common: their options, and groups that show their help."""

from typing import Annotated

import typer

Stage = Annotated[str, typer.Option(envvar="VITOSMS_STAGE", metavar="NAME", help="The stage of the deployment.")]
PracticeId = Annotated[
    str | None, typer.Option("--practice", metavar="ID", help="The practice; may be left out where there is only one.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Yes = Annotated[bool, typer.Option("--yes", help="Without asking.")]
Since = Annotated[str, typer.Option(metavar="TIME", help="Such as 2026-11-23, 2026-11-23T09:45, 3d or 12h.")]
DEV = "dev"


def group() -> typer.Typer:
    """A group of commands; alone it shows its help."""

    def show_help(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            typer.echo(context.get_help())

    made = typer.Typer(rich_markup_mode=None, invoke_without_command=True, add_completion=False)
    made.callback()(show_help)
    return made
