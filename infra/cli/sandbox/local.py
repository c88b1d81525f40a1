"""`vitosms local`: a cloud of one's own on this machine, its clock, what it would have sent, and trouble on demand."""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from chalicelib.schedule.time_zone import DEFAULT, zone_named
from infra.cli.core.arguments import allowed_number, refused
from infra.cli.core.options import AsJson, group
from infra.cli.core.output import answer
from infra.cli.core.times import instant
from infra.cli.sandbox.local_client import PORT, ask
from infra.cli.sandbox.local_documents import in_order, mails_document, operator_document, played_document
from infra.cli.sandbox.local_tables import mails, messages_table, operator_lines, played
from infra.cli.sandbox.local_trouble import database, provider, tick
from infra.cli.sandbox.serving import cloud_on, desk_on, opened, serve, until_interrupted
from infra.language import moment_with_year
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.people.person import Person

_A_YEAR = timedelta(days=366)
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
_NEW = """\
vitosms practice add praxis --database sqlite:////data/practice.db \\
    --sender praxis@praxis.example --meldung-an empfang@praxis.example
vitosms licences add L-1
vitosms people add AM --name "A. Meier" --role front_desk
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
vitosms daily-check"""

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
    desk_port: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=0, max=65535, help="The port of its desk; 8470 or the next free one if left out."
        ),
    ] = None,
    sms_region: Annotated[
        str, typer.Option(metavar="NAME", help="The region from which SMS are sent, such as eu-central-2.")
    ] = "eu-central-1",
) -> None:
    """Run a local cloud and its desk until Ctrl-C. Only `vitosms local play` moves its clock.

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
    server, desk = cloud_on(port), desk_on("--desk-port", desk_port)
    with until_interrupted(), server, desk, opened(starts_at, demo, sms_region) as cloud:
        serve(server, desk, cloud, _DEMO if demo else _NEW, _people() if demo else ())


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


def _people() -> "tuple[Person, ...]":
    from infra.demo.people import PEOPLE

    return PEOPLE


for trouble in (provider, database, tick):
    app.command()(trouble)
