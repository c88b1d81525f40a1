"""`vitosms local`: a cloud of one's own on this machine, its clock, what it would have sent, and trouble on demand."""

import errno
import re
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from chalicelib.schedule.time_zone import DEFAULT, zone_named
from infra.cli.core.arguments import allowed_number, refused
from infra.cli.core.options import AsJson, group
from infra.cli.core.os_errors import why_no_file
from infra.cli.core.output import answer, say
from infra.cli.core.times import instant
from infra.cli.sandbox.local_client import PORT, ask
from infra.cli.sandbox.local_documents import in_order, mails_document, operator_document, played_document
from infra.cli.sandbox.local_tables import mails, messages_table, operator_lines, played
from infra.cli.sandbox.local_trouble import database, provider, tick
from infra.language import moment_with_year
from infra.translation import tr

if TYPE_CHECKING:
    from infra.local.cloud import LocalCloud
    from infra.local.server import CloudServer

STAGE = "local"
_A_YEAR = timedelta(days=366)
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
_ENVIRONMENT = """\
export PATH={path}:"$PATH"
export AWS_ENDPOINT_URL={url}
export AWS_REGION={region} AWS_DEFAULT_REGION={region}
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
export VITOSMS_STAGE={stage}
"""
_NEW = """\
vitosms practice add praxis --database sqlite:////data/practice.db \\
    --sender praxis@praxis.example --meldung-an empfang@praxis.example
vitosms licences add L-1
vitosms credits topup M1 100 --reference R-2026-117 --yes
vitosms switches set TerminerinnerungSenden Ja --yes
vitosms jobs next
vitosms local play --to 10:30
vitosms local messages"""
_DEMO = """\
vitosms jobs next
vitosms local play --to 10:30
vitosms local messages
vitosms calls
vitosms close-day"""

app = group()


@app.command()
def up(
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="The port on 127.0.0.1; 0 takes any free one.")
    ] = PORT,
    start: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="The time of its clock in Zurich, such as 10:30 (the next), 2026-11-23T10:30 or 2026-11-23T09:30Z; "
            "now if left out.",
        ),
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Set up the practice of vitosms demo.")] = False,
    sms_region: Annotated[
        str, typer.Option(metavar="NAME", help="The region from which SMS are sent, such as eu-central-2.")
    ] = "eu-central-1",
) -> None:
    """Run a local cloud until Ctrl-C. Only `vitosms local play` moves its clock.

    Saved parameters and queued messages take effect at once. SES accepts e-mails of any sender.
    """
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    zone = zone_named(DEFAULT)
    if demo and start:
        raise refused("--start", start, tr("the demo practice has its own time"))
    starts_at = instant("--start", start, now, zone) if start else now
    if not _REGION.fullmatch(sms_region):
        raise refused(
            "--sms-region", sms_region, tr("must be a region of AWS, such as {region}", region="eu-central-2")
        )
    server = _listening(port)
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell that starts us in the background has us ignore Ctrl-C
        signal.signal(number, signal.default_int_handler)
    try:
        with server, opened(starts_at, demo, sms_region) as cloud:
            _welcome(server, cloud, _DEMO if demo else _NEW)
            server.serve(cloud)
    except KeyboardInterrupt:
        say(f"\n{tr('The local cloud has ended.')}")


@app.command()
def play(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="TIME",
            help="In the time of the practice, such as 10:30 (the next) or 2026-11-23T10:30, "
            "or with an offset, such as 2026-11-23T09:30Z.",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Move the clock of the local cloud; everything that is due by then happens."""
    before = ask("state")
    now, zone = datetime.fromisoformat(before["now"]), zone_named(before["zone"])
    until = instant("--to", to, now, zone)
    stands = f"{moment_with_year(now, zone)} ({zone.key})"
    if until < now:
        raise refused("--to", to, tr("this is past; the clock stands at {time} and never goes back", time=stands))
    if until > now + _A_YEAR:
        raise refused("--to", to, tr("must be at most a year ahead; the clock stands at {time}", time=stands))
    told = ask("play", {"to": until.isoformat()})
    answer(as_json, played_document(told, zone), *played(told, zone))


@app.command()
def mailbox(
    opened: Annotated[
        int | None, typer.Argument(metavar="N", help="The number in the list of the e-mail to open; else the newest.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the e-mails to the practices and open one of them; then the alerts to the operator."""
    told = ask("sent")
    zone, count = zone_named(told["zone"]), len(told["notices"])
    if opened is not None and not 1 <= opened <= count:
        raise refused("N", str(opened), allowed_number(1, count) if count else tr("there is no e-mail yet"))
    document = {"notices": mails_document(told["notices"], zone), "operator": operator_document(told["operator"])}
    answer(as_json, document, mails(told["notices"], zone, opened or count), *operator_lines(told["operator"]))


@app.command()
def messages(as_json: AsJson = False) -> None:
    """Show the SMS and e-mails to patients, the newest last."""
    told = ask("sent")
    taken, zone = in_order(told["messages"]), zone_named(told["zone"])
    shown = messages_table(taken, zone) if taken else Text(tr("No message was sent."))
    answer(as_json, {"messages": mails_document(taken, zone)}, shown)


for trouble in (provider, database, tick):
    app.command()(trouble)


def _listening(port: int) -> "CloudServer":
    from infra.local.server import CloudServer

    try:
        return CloudServer(port)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = tr("it is taken; give another one with --port") if taken else why_no_file(error)
        raise refused("--port", str(port), why) from None


@contextmanager
def opened(start: datetime, demo: bool, sms_region: str) -> "Iterator[LocalCloud]":
    """Empty, or with the demo practice."""
    import app as lambdas
    from chalicelib.wiring import wiring
    from infra.cli.sandbox.demo import demo_plan
    from infra.local.cloud import LocalCloud
    from infra.local.rehearsal import rehearsal

    if not demo:
        with LocalCloud(lambdas, start, stage=STAGE, sms_region=sms_region, on_start=wiring.cache_clear) as cloud:
            yield cloud
        return
    with (
        demo_plan(seed=1) as (plan, _),
        rehearsal(replace(plan, all_settings=True, sms_region=sms_region)) as rehearsed,
    ):
        yield rehearsed.cloud


def _welcome(server: "CloudServer", cloud: "LocalCloud", commands: str) -> None:
    from infra.local.clients import REGION

    zone = zone_named(DEFAULT)
    time = f"{moment_with_year(cloud.clock.now(), zone)} ({zone.key})"
    path = shlex.quote(str(Path(sys.executable).parent))
    say(tr("A local cloud runs at {url}. Nothing leaves this machine.", url=server.url))
    say(tr("Ctrl-C ends it, and it forgets everything. In another terminal:"))
    say("")
    say(_ENVIRONMENT.format(path=path, url=server.url, region=REGION, stage=STAGE))
    say(tr("Its time is {time}. It stands still until you move it:", time=time))
    say(f"\n{commands}\n")
