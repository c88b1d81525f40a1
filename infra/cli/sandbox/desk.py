"""`vitosms desk`: the demo practice after its two days, in a browser."""

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

import typer

from infra.cli.sandbox.serving import cloud_on, desk_on, serve, until_interrupted

_COMMANDS = """\
vitosms local play --to 10:30
vitosms local messages
vitosms calls
vitosms people list"""


def desk(
    port: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=0, max=65535, help="The port on 127.0.0.1; 8470 or the next free one if left out."
        ),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open a browser, where there is one.")] = True,
) -> None:
    """Play the demo's two days, and open the desk of its practice in a browser. Nothing leaves this machine."""
    from infra.cli.sandbox.demo import demo_plan
    from infra.cli.sandbox.progress import play
    from infra.demo.people import PEOPLE
    from infra.local.rehearsal import rehearsal

    server, own = cloud_on(None), desk_on("--port", port)
    with (
        until_interrupted(),
        server,
        own,
        demo_plan(seed=1) as (plan, _),
        rehearsal(replace(plan, all_settings=True)) as rehearsed,
    ):
        play(rehearsed, sys.stderr)
        serve(server, own, rehearsed.cloud, _COMMANDS, PEOPLE, browser and has_browser(os.environ))


def has_browser(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a window can be opened here."""
    windows = platform in ("darwin", "win32") or environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    return bool(windows) and not environment.get("CI")
