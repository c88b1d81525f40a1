"""The command `vitosms`: `demo`, `rehearse`, `local`, and what is asked of a running stage.

Errors are one line on stderr and exit code 2, never a traceback.
"""

import json
import os
import sys
import traceback
from collections.abc import Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from chalicelib.practice_db.errors import PracticeDatabaseError
from infra.cli.configure import doctor, jobs, licences, switches, templates
from infra.cli.core import arguments, completion
from infra.cli.core import help_examples as examples
from infra.cli.core import help_sections as sections
from infra.cli.credits import credits
from infra.cli.daily import calls, close_day, explain, preview, queue, status
from infra.cli.daily import history as protocols
from infra.cli.operate import canary, deploy, destroy, practice, restored, setup
from infra.cli.operate import pause_all as everything
from infra.cli.privacy import erase, export, optout
from infra.cli.sandbox import local, simulate

if TYPE_CHECKING:
    from infra.demo.practice import Change as Happening
    from infra.local.rehearsal import Plan

USAGE, FAULT, INTERRUPTED = 2, 1, 130
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of the report.")]
Seed = Annotated[int, typer.Option(help="Another seed, other chances; the same seed, the same days.")]

app = typer.Typer(
    cls=sections.InSections,
    epilog=sections.EXIT_CODES,
    add_completion=False,  # its own option does not print another shell's script than the one it runs in
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """The console entry point."""
    sys.exit(run(sys.argv[1:]))


def run(args: Sequence[str]) -> int:
    """Run the command; the exit code. 2 for what was given wrongly, 1 for a fault of vitosms itself."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no umlauts is no reason to fail
    if completion.VARIABLE in os.environ:
        completion.ready()
    try:
        code = app(args=list(args), prog_name="vitosms", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except TyperException as error:
        return _complain(error.format_message(), error.exit_code)
    except (arguments.ArgumentError, PracticeDatabaseError) as error:
        return _complain(str(error), USAGE)
    except (typer.Abort, KeyboardInterrupt):
        return _complain("interrupted", INTERRUPTED)
    except BrokenPipeError:  # whoever read our output has closed it, like `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _complain(_fault(error), FAULT)


def _complain(text: str, code: int) -> int:
    print(f"vitosms: {' '.join(text.split())}", file=sys.stderr)
    return code


def _fault(error: Exception) -> str:
    """Type and place only: the text of an unforeseen error may hold personal data."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"unexpected {type(error).__name__} at {os.path.basename(place.filename)}:{place.lineno}; please report it"


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"vitosms {version('vitosms')}")
        except PackageNotFoundError:
            typer.echo("vitosms (not installed)")
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
            help="Print the script that completes what you type.",
        ),
    ] = None,
) -> None:
    """Appointment reminders and birthday greetings for medical practices."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def demo(as_json: AsJson = False, seed: Seed = 1) -> None:
    """Two days of a generated practice, on a local cloud. Nothing leaves this machine."""
    from infra.cli.sandbox.demo import demo_plan

    with demo_plan(seed) as (plan, happenings):
        _play(plan, as_json, happenings)


@app.command()
def rehearse(
    database: Annotated[
        str, typer.Option(metavar="URL", help="sqlite:///practice.db or mssql://user:pass@host:1433/db")
    ],
    first: Annotated[str, typer.Option("--from", metavar="LOCALTIME", help="Such as 2026-11-23T09:45.")],
    last: Annotated[str, typer.Option("--to", metavar="LOCALTIME", help="What is due at this time is left out.")],
    practice: Annotated[str, typer.Option(metavar="ID", help="The id of the practice.")] = "praxis",
    switch: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A switch, or Auftraege/… or Vorlagen/…; may be repeated."),
    ] = None,
    topup: Annotated[list[str] | None, typer.Option(metavar="MANDANT=N", help="Credits; may be repeated.")] = None,
    licence: Annotated[
        list[str] | None, typer.Option(metavar="NUMBER=STATE", help="valid, revoked or expired; may be repeated.")
    ] = None,
    carrier_failures: Annotated[
        str, typer.Option(metavar="RATE", help="Share of messages that are not delivered, 0 to 1.")
    ] = "0",
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Any practice database lives through a span of time, on a local cloud. Nothing leaves this machine."""
    switches = arguments.switches(switch or [])
    topups, licences = arguments.topups(topup or []), arguments.licences(licence or [])
    practice, rate = arguments.practice_id(practice), arguments.failure_rate(carrier_failures)

    from infra.local.rehearsal import Plan, zone_of

    start, end = arguments.span(first, last, zone_of(switches))
    _play(Plan(database, start, end, practice, switches, topups, licences, rate, seed), as_json)


for name, noun in (
    ("jobs", jobs), ("switches", switches), ("templates", templates), ("queue", queue), ("credits", credits),
    ("licences", licences), ("optout", optout), ("practice", practice), ("canary", canary), ("local", local),
):  # fmt: skip
    app.add_typer(noun.app, name=name)
for command in (deploy.deploy, setup.setup, destroy.destroy):
    app.command()(command)
app.command()(export.export)
app.command("erase")(erase.erase_)
app.command()(protocols.history)
app.command()(protocols.activity)
app.add_typer(calls.app, name="calls")
app.command("close-day")(close_day.close_day)
app.command()(explain.explain)
app.command()(preview.preview)
app.command()(doctor.doctor)
app.command()(status.status)
app.command()(everything.pause)
app.command()(everything.resume)
app.command("restored")(restored.restored_)
app.command()(simulate.simulate)
examples.show_examples(app)


def _play(plan: "Plan", as_json: bool, happenings: "Sequence[Happening]" = ()) -> None:
    """Play a plan, and print what became of it."""
    from infra.cli.sandbox.progress import play
    from infra.cli.sandbox.rehearsal_report import print_report
    from infra.local.rehearsal import PlanError, rehearsal
    from infra.local.rehearsal_document import document_of

    stdout, stderr = sys.stdout, sys.stderr
    try:
        with rehearsal(plan) as rehearsed:
            play(rehearsed, stderr)
            if as_json:
                text = json.dumps(document_of(rehearsed), ensure_ascii=False, indent=2)
                stdout.buffer.write(f"{text}\n".encode(errors="replace"))
            else:
                print_report(rehearsed, stdout, happenings)
            _tell_faults([f"{one.handler}: {one.text.partition(':')[0]}" for one in rehearsed.cloud.lambda_errors])
    except PlanError as error:
        raise arguments.ArgumentError(str(error)) from None


def _tell_faults(faults: Sequence[str]) -> None:
    if faults:
        _complain(f"{len(faults)} calls of a Lambda failed, the first: {faults[0]}", FAULT)
