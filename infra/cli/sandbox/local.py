"""`vitosms local`: a cloud of one's own on this machine, its clock, and what it would have sent."""

import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from chalicelib.schedule.time_zone import DEFAULT, zone_named
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.options import AsJson, group
from infra.cli.core.output import answer
from infra.cli.core.times import FORMS, instant
from infra.cli.sandbox.local_client import PORT, ask
from infra.cli.sandbox.local_documents import mails_document, operator_document, played_document
from infra.cli.sandbox.local_tables import mails, messages_table, operator_lines, played
from infra.language import moment_with_year

if TYPE_CHECKING:
    from infra.local.cloud import LocalCloud
    from infra.local.server import CloudServer

STAGE = "local"
_A_YEAR = timedelta(days=366)
_HOW_TO_GO_ON = """\
A local cloud runs at {url}. Nothing leaves this machine.
Ctrl-C ends it, and it forgets everything. In another terminal:

export PATH={path}:"$PATH"
export AWS_ENDPOINT_URL={url}
export AWS_REGION={region} AWS_DEFAULT_REGION={region}
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
export VITOSMS_STAGE={stage}

Its time is {time}. It stands still until you move it:

{next}
"""
_NEW = """\
vitosms practice add praxis --database sqlite:////data/practice.db \\
    --sender praxis@praxis.example --meldung-an empfang@praxis.example
vitosms licences add L-1
vitosms credits topup M1 100 --reference Rechnung-1 --yes
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
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of 127.0.0.1; 0 takes any free one.")] = PORT,
    start: Annotated[
        str | None,
        typer.Option(metavar="TIME", help=f"Where its clock stands: Europe/Zurich, {FORMS}. Now if left out."),
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="With the practice of vitosms demo, set up.")] = False,
) -> None:
    """Run a local cloud until Ctrl-C. Its clock stands still but for `vitosms local play`.

    What is saved or queued takes effect at once. SES takes e-mails of any sender.
    """
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    zone = zone_named(DEFAULT)
    if demo and start:
        raise ArgumentError("--start: the demo practice has its own time")
    starts_at = instant("--start", start, now, zone) if start else now
    server = _listening(port)
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell that starts us in the background has us ignore Ctrl-C
        signal.signal(number, signal.default_int_handler)
    try:
        with server, _cloud(starts_at, demo) as cloud:
            _welcome(server, cloud, _DEMO if demo else _NEW)
            server.serve(cloud)
    except KeyboardInterrupt:
        typer.echo("\nThe local cloud has ended.")


@app.command()
def play(
    to: Annotated[str, typer.Option("--to", metavar="TIME", help=f"Practice-local, or with an offset: {FORMS}.")],
    as_json: AsJson = False,
) -> None:
    """Move the clock of the local cloud; all that is due until then, and at that time, happens."""
    before = ask("state")
    now, zone = datetime.fromisoformat(before["now"]), zone_named(before["zone"])
    until = instant("--to", to, now, zone)
    if until < now:
        stands = moment_with_year(now, zone)
        raise ArgumentError(f"--to {to!r}: this is past; the clock stands at {stands} ({zone.key}) and never goes back")
    if until > now + _A_YEAR:
        raise ArgumentError(
            f"--to {to!r}: allowed is a year at once; the clock stands at {moment_with_year(now, zone)}"
        )
    told = ask("play", {"to": until.isoformat()})
    answer(as_json, played_document(told, zone), *played(told, zone))


@app.command()
def mailbox(as_json: AsJson = False) -> None:
    """E-mails to the people of practices (MeldungAn), the newest one opened, and what the operator was told."""
    told = ask("sent")
    zone = zone_named(told["zone"])
    document = {"notices": mails_document(told["notices"], zone), "operator": operator_document(told["operator"])}
    answer(as_json, document, mails(told["notices"], zone), *operator_lines(told["operator"]))


@app.command()
def messages(as_json: AsJson = False) -> None:
    """What the carriers took for patients: SMS and e-mails, the newest last."""
    told = ask("sent")
    taken, zone = told["messages"], zone_named(told["zone"])
    shown = messages_table(taken, zone) if taken else Text("Es wurde keine Mitteilung versendet.")
    answer(as_json, {"messages": mails_document(taken, zone)}, shown)


def _listening(port: int) -> "CloudServer":
    from infra.local.server import CloudServer

    try:
        return CloudServer(port)
    except OSError as error:
        raise ArgumentError(f"--port {port}: {error.strerror}; give another one with --port") from None


@contextmanager
def _cloud(start: datetime, demo: bool) -> "Iterator[LocalCloud]":
    """Empty, or with the demo practice."""
    import app as lambdas
    from chalicelib.wiring import wiring
    from infra.cli.sandbox.demo import demo_plan
    from infra.local.cloud import LocalCloud
    from infra.local.rehearsal import rehearsal

    if not demo:
        with LocalCloud(lambdas, start, stage=STAGE, on_start=wiring.cache_clear) as cloud:
            yield cloud
        return
    with demo_plan(seed=1) as (plan, _), rehearsal(plan) as rehearsed:
        yield rehearsed.cloud


def _welcome(server: "CloudServer", cloud: "LocalCloud", commands: str) -> None:
    from infra.local.clients import REGION

    zone = zone_named(DEFAULT)
    time = f"{moment_with_year(cloud.clock.now(), zone)} ({zone.key})"
    path = shlex.quote(str(Path(sys.executable).parent))
    told = _HOW_TO_GO_ON.format(path=path, url=server.url, region=REGION, stage=STAGE, time=time, next=commands)
    print(told, flush=True)
