"""`vitosms pause --all` and `vitosms resume --all`: the operator's stop for every practice of a stage."""

from typing import Annotated

import typer

from infra.cli.core.arguments import ArgumentError, first_reason_stays, short_text
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import text_document, text_documents
from infra.cli.core.options import StageOptions, Yes
from infra.cli.core.output import answer, hints
from infra.cli.core.stage import connected
from infra.language import number, said
from infra.translation import tr, trn

All = Annotated[bool, typer.Option("--all", help="All practices of the stage.")]
OnlyOne = Annotated[str | None, typer.Argument(metavar="ID", hidden=True)]


def pause(
    options: StageOptions,
    practice: OnlyOne = None,
    everything: All = False,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="The practices read it: no personal data.")] = None,
) -> None:
    """Stop sending for all practices within a minute; preparing continues."""
    _check_all(everything, practice, "pause")
    if reason is None:
        raise ArgumentError(tr("{option} is missing", option="--reason"))
    words = short_text("--reason", reason)
    from chalicelib.admin.queue_actions import stop_all
    from chalicelib.aws.stop_marks import by_operator

    with connected(options.stage) as deployment:
        paused = stop_all(words, deployment.clients.stops, deployment.clients.alerts)
        stop = deployment.stop
    text = tr(
        "{stage}: all practices are paused ({why})" if paused else "{stage}: all practices are already paused ({why})",
        stage=options.stage, why=said(stop),
    )  # fmt: skip
    told = [] if stop == by_operator(words) else [first_reason_stays("resume --all")]
    answer(
        options.as_json,
        {"stage": options.stage, "paused": paused, "stopped": text_document(stop), "warnings": text_documents(told)},
        text,
        *hints(told),
    )


def resume(options: StageOptions, practice: OnlyOne = None, everything: All = False, yes: Yes = False) -> None:
    """Resume sending for all practices, except those paused individually."""
    _check_all(everything, practice, "resume")
    from chalicelib.admin.queue_actions import resume_all

    with connected(options.stage) as deployment:
        parts = deployment.clients
        was = [*filter(None, (deployment.stop, deployment.stops.sms))]  # both may be, and both end
        confirmed(_question(options.stage, "; ".join(map(said, was))), yes)
        slots = resume_all(deployment.now, parts)
    done = tr("{stage}: all practices are resumed" if was else "{stage}: was not paused", stage=options.stage)
    going_on = trn(
        "{count} of today's send runs continues within a quarter of an hour",
        "{count} of today's send runs continue within a quarter of an hour",
        slots, count=number(slots),
    )  # fmt: skip
    document = {"stage": options.stage, "resumed": bool(was), "send_slots": slots}
    answer(options.as_json, document, f"{done}; {going_on}" if slots else done)


def _question(stage: str, paused: str) -> str:
    if not paused:
        return tr("Resume sending for all practices of {stage}?", stage=stage)
    return tr("Resume sending for all practices of {stage} (paused: {why})?", stage=stage, why=paused)


def _check_all(everything: bool, practice: str | None, verb: str) -> None:
    if not everything or practice is not None:
        raise ArgumentError(
            tr(
                "vitosms {verb} is for all practices: give --all; for one: vitosms practice {verb} {practice}",
                verb=verb, practice=practice or "ID",
            )
        )  # fmt: skip
