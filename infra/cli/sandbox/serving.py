"""Serve a local cloud and its desk to this machine, until Ctrl-C."""

import errno
import shlex
import signal
import sys
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from chalicelib.schedule.time_zone import DEFAULT, zone_named
from infra.cli.core.arguments import refused
from infra.cli.core.os_errors import why_no_file
from infra.cli.core.output import say
from infra.cli.sandbox.local_client import PORT
from infra.language import moment_with_year
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.people.person import Person
    from infra.local.cloud import LocalCloud
    from infra.local.desk.server import DeskServer
    from infra.local.server import CloudServer

STAGE = "local"
DESK_PORT = 8470
_NEXT = 100  # ports that are tried
_ENVIRONMENT = """\
export PATH={path}:"$PATH"
export AWS_ENDPOINT_URL={url}
export AWS_REGION={region} AWS_DEFAULT_REGION={region}
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
export VITOSMS_STAGE={stage}
"""

_Server = TypeVar("_Server")


def cloud_on(port: int | None) -> "CloudServer":
    """Listen for clients of the cloud: on `port`, else on the usual one or the next that is free."""
    from infra.local.server import CloudServer

    return _listening(CloudServer, "--port", port, PORT)


def desk_on(option: str, port: int | None) -> "DeskServer":
    """Listen for browsers, likewise."""
    from infra.local.desk.server import DeskServer

    return _listening(DeskServer, option, port, DESK_PORT)


def _listening(server: Callable[[int], _Server], option: str, port: int | None, usual: int) -> _Server:
    ports = range(usual, usual + _NEXT) if port is None else [port]
    for one in ports:
        try:
            return server(one)
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            if taken and one != ports[-1]:
                continue
            why = tr("it is taken; give another one with {option}", option=option) if taken else why_no_file(error)
            raise refused(option, str(one), why) from None
    raise AssertionError


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


@contextmanager
def until_interrupted() -> Iterator[None]:
    """End the block at Ctrl-C, also where a shell that starts us in the background has us ignore it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        say(f"\n{tr('The local cloud has ended.')}")


def serve(
    server: "CloudServer",
    desk: "DeskServer",
    cloud: "LocalCloud",
    commands: str,
    people: "Iterable[Person]" = (),
    browser: bool = False,
) -> None:
    """Say what runs where, and answer requests until KeyboardInterrupt; a `browser` is opened.

    `people` sign in by a click; `commands` are for another terminal.
    """
    import app as lambdas
    from infra.local.desk.people import let_in

    zone = zone_named(DEFAULT)
    time = f"{moment_with_year(cloud.clock.now(), zone)} ({zone.key})"
    with desk.serving(lambdas.app, cloud):
        let_in(people, desk.pool)
        say(tr("A local cloud runs at {url}. Nothing leaves this machine.", url=server.url))
        say(tr("Ctrl-C ends it, and it forgets everything. In another terminal:"))
        say("")
        say(_environment(server))
        say(tr("Its time is {time}. It stands still until you move it:", time=time))
        say(f"\n{commands}\n")
        say(tr("The desk, in a browser: {url}", url=desk.url))
        if browser:
            webbrowser.open(desk.url)
        server.serve(cloud)


def _environment(server: "CloudServer") -> str:
    from infra.local.clients import REGION

    path = shlex.quote(str(Path(sys.executable).parent))
    return _ENVIRONMENT.format(path=path, url=server.url, region=REGION, stage=STAGE)
