"""`vitosms pause --all` and `vitosms resume --all`: the operator's stop for every practice of a stage."""

from typing import Annotated

import typer

from infra.cli.core.arguments import ArgumentError, first_reason_stays, short_text
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import text_document, text_documents
from infra.cli.core.options import StageOptions, Yes
from infra.cli.core.output import answer, hints
from infra.cli.core.stage import connected
from infra.language import counted, said

All = Annotated[bool, typer.Option("--all", help="Every practice of the stage.")]
OnlyOne = Annotated[str | None, typer.Argument(metavar="ID", hidden=True)]


def pause(
    options: StageOptions,
    practice: OnlyOne = None,
    everything: All = False,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The practices read it, as it stands: nothing personal.")
    ] = None,
) -> None:
    """Send nothing for any practice, within a minute, until all are resumed; preparing goes on."""
    _check_all(everything, practice, "pause")
    if reason is None:
        raise ArgumentError("Missing option '--reason'.")
    words = short_text("--reason", reason)
    from chalicelib.admin.queue_actions import stop_all
    from chalicelib.aws.stop_marks import by_operator

    with connected(options.stage) as deployment:
        paused = stop_all(words, deployment.clients.stops, deployment.clients.alerts)
        stop = deployment.clients.stops.deployment_stop()
    why = said(stop)
    text = f"{options.stage}: {'all practices are paused' if paused else 'all practices are paused already'}, «{why}»"
    told = [] if stop == by_operator(words) else [first_reason_stays("resume --all")]
    answer(
        options.as_json,
        {"stage": options.stage, "paused": paused, "stopped": text_document(stop), "warnings": text_documents(told)},
        text,
        *hints(told),
    )


def resume(options: StageOptions, practice: OnlyOne = None, everything: All = False, yes: Yes = False) -> None:
    """Send again for all practices; send slots of today that are still open go on. A practice's own pause stays."""
    _check_all(everything, practice, "resume")
    from chalicelib.admin.queue_actions import resume_all

    with connected(options.stage) as deployment:
        parts = deployment.clients
        was = parts.stops.deployment_stop()
        confirmed(f"Send again for all practices of {options.stage}{f' (paused: {said(was)})' if was else ''}?", yes)
        slots = resume_all(deployment.now, parts)
    done = "all practices are resumed" if was else "it was not paused"
    text = f"{options.stage}: {done}; {counted(slots, 'send slot goes', 'send slots go')} on at the next tick"
    answer(options.as_json, {"stage": options.stage, "resumed": bool(was), "send_slots": slots}, text)


def _check_all(everything: bool, practice: str | None, verb: str) -> None:
    if not everything or practice is not None:
        one = practice or "ID"
        raise ArgumentError(f"vitosms {verb} is for every practice: give --all; for one: vitosms practice {verb} {one}")
