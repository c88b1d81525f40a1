"""Options that commands have in common, and groups that show their help.

A command takes its options in dataclasses where it can: `own_options` turns their fields into options of their own.
"""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

DEV = "dev"
_KEYWORD = inspect.Parameter.KEYWORD_ONLY
Stage = Annotated[str, typer.Option(envvar="VITOSMS_STAGE", metavar="NAME", help="The stage of the deployment.")]
PracticeId = Annotated[
    str | None, typer.Option("--practice", metavar="ID", help="The practice; not needed if there is only one.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]
Since = Annotated[str, typer.Option(metavar="TIME", help="Such as 2026-11-23, 2026-11-23T09:45, 3d or 12h.")]


@dataclass(frozen=True)
class StageOptions:
    """Of a command about a stage."""

    stage: Stage = DEV
    as_json: AsJson = False


@dataclass(frozen=True)
class PracticeOptions:
    """Of a command about a practice."""

    practice: PracticeId = None
    stage: Stage = DEV
    as_json: AsJson = False


@dataclass(frozen=True)
class ConfirmedOptions:
    """Of a command about a practice that asks before it acts."""

    practice: PracticeId = None
    stage: Stage = DEV
    yes: Yes = False
    as_json: AsJson = False


def own_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with the fields of its dataclass parameters, behind its other parameters, in their place."""
    types = get_type_hints(command, include_extras=True)
    gathered: dict[str, Any] = {name: kind for name, kind in types.items() if is_dataclass(kind)}
    parameters = [
        one for one in inspect.signature(command, eval_str=True).parameters.values() if one.name not in gathered
    ]
    for kind in gathered.values():
        kinds = get_type_hints(kind, include_extras=True)
        for field in fields(kind):
            default = inspect.Parameter.empty if field.default is MISSING else field.default
            parameters.append(inspect.Parameter(field.name, _KEYWORD, default=default, annotation=kinds[field.name]))

    @wraps(command)
    def separate(**given: Any) -> Any:
        for name, kind in gathered.items():
            given[name] = kind(**{field.name: given.pop(field.name) for field in fields(kind)})
        return command(**given)

    separate.__signature__ = inspect.Signature([one.replace(kind=_KEYWORD) for one in parameters])  # type: ignore[attr-defined]
    separate.__annotations__ = {one.name: one.annotation for one in parameters}
    return separate


def group() -> typer.Typer:
    """A group of commands; alone it shows its help."""

    def show_help(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            typer.echo(context.get_help())

    made = typer.Typer(rich_markup_mode=None, invoke_without_command=True, add_completion=False)
    made.callback()(show_help)
    return made
