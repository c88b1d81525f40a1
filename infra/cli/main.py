"""The command `vitosms`. Errors are one line on stderr and exit code 2, never a traceback."""

import gc
import os
import sys
import traceback
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Annotated

import typer
from typer.exceptions import TyperException

from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.text import LANGUAGES
from infra.cli.core import completion, typer_without_pydantic
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.commands import Commands
from infra.cli.core.language_choice import chosen_language
from infra.cli.core.output import complain
from infra.translation import preferred_language, speak, tr

USAGE, FAULT, INTERRUPTED = 2, 1, 130

app = typer.Typer(
    cls=Commands,
    add_completion=False,  # its own option does not print another shell's script than the one it runs in
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """The console entry point."""
    # By default, garbage collection takes a quarter of a command's time: while modules load, and when the process ends.
    gc.set_threshold(400_000)
    try:
        sys.exit(run(sys.argv[1:]))
    finally:
        gc.freeze()


def run(args: Sequence[str]) -> int:
    """Run the command; the exit code. 2 for what was given wrongly, 1 for a fault of vitosms itself."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no umlauts is no reason to fail
    typer_without_pydantic.install()
    if completion.VARIABLE in os.environ:
        completion.ready()
    try:
        speak(preferred_language(os.environ))  # for a refused --lang
        language, args = chosen_language(args, os.environ)
        speak(language)
        code = app(args=args, prog_name="vitosms", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except TyperException as error:
        from infra.cli.core.usage_errors import usage_words

        complain(usage_words(error))
        return error.exit_code
    except ArgumentError as error:
        complain(str(error))
        return USAGE
    except PracticeDatabaseError as error:
        from infra.language import said

        complain(said(error.text))
        return USAGE
    except (typer.Abort, KeyboardInterrupt):
        complain(tr("interrupted"))
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has closed it, like `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        foreseen = _foreseen(error)
        complain(foreseen or _fault(error))
        return USAGE if foreseen else FAULT


def _foreseen(error: Exception) -> str:
    """Return what a person can do about an error of any command; empty if it is unforeseen."""
    from chalicelib.aws.alert_sender import NotToldError
    from chalicelib.aws.table import CancelledError

    if isinstance(error, CancelledError) and error.busy:
        return tr("the table is busy: somebody else is writing the same data; try again")
    if isinstance(error, NotToldError):
        return tr("the change is stored, but nobody could be notified of it ({code})", code=error.code)
    return ""


def _fault(error: Exception) -> str:
    """Type and place only: the text of an unforeseen error may hold personal data."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(place.filename)}:{place.lineno}"
    return tr("unexpected {error} at {where}; please report it", error=type(error).__name__, where=where)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"vitosms {version('vitosms')}")
        except PackageNotFoundError:
            typer.echo(tr("vitosms (not installed)"))
        raise typer.Exit


@app.callback(invoke_without_command=True)
def vitosms(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    show_completion: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(completion.SHELLS),
            callback=completion.show,
            is_eager=True,
            help="Print the completion script of a shell.",
        ),
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(metavar="|".join(LANGUAGES), help="The language of the output; this option can go anywhere."),
    ] = None,  # run() has taken it: a completion and the help alone meet it here
) -> None:
    """Appointment reminders and birthday greetings for medical practices."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
