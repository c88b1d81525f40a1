"""`vitosms demo` and `vitosms rehearse`: a practice lives through a span of time on a local cloud."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.core import arguments
from infra.cli.core.output import complain, json_text, say
from infra.cli.operate.practice_database import Insecure, url_given
from infra.language import number
from infra.translation import tr, trn

if TYPE_CHECKING:
    from infra.demo.practice import Change as Happening
    from infra.local.rehearsal import Plan

AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document instead of the report.")]
Seed = Annotated[
    int, typer.Option(metavar="N", help="The same seed plays the same days; another seed, different ones.")
]


def demo(as_json: AsJson = False, seed: Seed = 1) -> None:
    """Play two days of a generated practice on a local cloud. Nothing leaves this machine."""
    from infra.cli.sandbox.demo import demo_plan

    with demo_plan(seed) as (plan, happenings):
        _play(plan, as_json, happenings)
    if not as_json:
        say(tr("Next: make desk, or vitosms desk, opens the pages of this practice in a browser."))


@dataclass(frozen=True)
class RehearseOptions:
    """Of `vitosms rehearse`, as typed."""

    database: Annotated[
        str,
        typer.Option(
            metavar="-|URL", help="Such as sqlite:///practice.db; - reads mssql://user:pass@host:1433/db from stdin."
        ),
    ]
    first: Annotated[str, typer.Option("--from", metavar="LOCALTIME", help="Such as 2026-11-23T09:45.")]
    last: Annotated[str, typer.Option("--to", metavar="LOCALTIME", help="Jobs due at this time or later do not run.")]
    practice: Annotated[str, typer.Option(metavar="ID", help="The ID of the practice.")] = "praxis"
    switch: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A setting, or Auftraege/… or Vorlagen/…; may be repeated."),
    ] = None
    topup: Annotated[list[str] | None, typer.Option(metavar="MANDANT=N", help="Credits; may be repeated.")] = None
    licence: Annotated[
        list[str] | None, typer.Option(metavar="NUMBER=STATE", help="valid, revoked or expired; may be repeated.")
    ] = None
    carrier_failures: Annotated[
        str, typer.Option(metavar="RATE", help="The share of messages that are not delivered, 0 to 1.")
    ] = "0"
    seed: Seed = 0
    insecure_argument: Insecure = False
    as_json: AsJson = False


def rehearse(options: RehearseOptions) -> None:
    """Play some days of any practice database on a local cloud. Nothing leaves this machine."""
    switches = arguments.switches(options.switch or [])
    topups, licences = arguments.topups(options.topup or []), arguments.licences(options.licence or [])
    practice, rate = arguments.practice_id(options.practice), arguments.failure_rate(options.carrier_failures)

    from infra.local.rehearsal import Plan, zone_of

    start, end = arguments.span(options.first, options.last, zone_of(switches))
    database = url_given("--database", options.database, options.insecure_argument)
    plan = Plan(database, start, end, practice, switches, topups, licences, rate, options.seed)
    _play(plan, options.as_json)


def _play(plan: "Plan", as_json: bool, happenings: "Sequence[Happening]" = ()) -> None:
    """Play a plan, and print its report; on stderr which Lambdas failed."""
    from infra.cli.sandbox.progress import play
    from infra.cli.sandbox.rehearsal_document import document_of
    from infra.cli.sandbox.rehearsal_report import print_report
    from infra.local.plan_errors import PlanError
    from infra.local.rehearsal import rehearsal

    stdout, stderr = sys.stdout, sys.stderr
    try:
        with rehearsal(plan) as rehearsed:
            play(rehearsed, stderr)
            if as_json:
                stdout.buffer.write(f"{json_text(document_of(rehearsed))}\n".encode(errors="replace"))
            else:
                print_report(rehearsed, stdout, happenings)
            faults = [f"{one.handler}: {one.text.partition(':')[0]}" for one in rehearsed.cloud.lambda_errors]
            if faults:
                complain(_failures(faults))
    except PlanError as error:
        raise arguments.ArgumentError(str(error)) from None


def _failures(faults: "Sequence[str]") -> str:
    return trn(
        "{count} Lambda call failed: {first}",
        "{count} Lambda calls failed, the first: {first}",
        len(faults), count=number(len(faults)), first=faults[0],
    )  # fmt: skip
