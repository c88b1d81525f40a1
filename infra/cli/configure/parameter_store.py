"""The settings of a practice in the Parameter Store, with their defaults: for `switches sync` and `practice add`."""

from __future__ import annotations

import sys
from collections.abc import Collection
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from chalicelib.messages.template import MAX_LENGTH
from chalicelib.practice.settings_shown import SETTINGS
from chalicelib.providers.rate_limit import Pace
from infra.account.quotas import MOST_PARAMETERS, PUTS_PER_SECOND
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.options import PracticeOptions
from infra.cli.core.output import answer, console_to
from infra.cli.core.stage import connected
from infra.language import number
from infra.translation import tr, trn

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Deployment


def sync(
    options: PracticeOptions,
    every: Annotated[bool, typer.Option("--all", help="All practices of the stage.")] = False,
) -> None:
    """Save the settings that a practice has not saved, with their defaults. No value is changed."""
    with connected(options.stage) as deployment:
        practices = (
            deployment.clients.practices.ids() if every else [deployment.practice_to_change(options.practice).id]
        )
        missing = {one: missing_settings(one, deployment) for one in practices}
        wanted, used = sum(map(len, missing.values())), deployment.clients.parameters.count_standard()
        if wanted and used + wanted > MOST_PARAMETERS:
            raise ArgumentError(
                tr(
                    "{wanted} more parameters do not fit: the region has {used} of {most}; name a practice",
                    wanted=number(wanted), used=number(used), most=number(MOST_PARAMETERS),
                )
            )  # fmt: skip
        added = {practice: save_defaults(practice, names, deployment) for practice, names in missing.items()}
    lines = [f"{practice}: {_added_words(count)}" for practice, count in added.items()]
    answer(options.as_json, {"added": added, "used": used + sum(added.values())}, *lines)


def check_storable(text: str) -> None:
    """Raises ArgumentError if the Parameter Store takes this text for no parameter."""
    if not text.strip() or len(text) > MAX_LENGTH or "{{" in text:
        raise ArgumentError(
            tr("the text must have 1 to {most} characters, and no {braces}, which AWS refuses",
               most=MAX_LENGTH, braces="{{")
        )  # fmt: skip


def missing_settings(practice: str, deployment: Deployment) -> list[str]:
    """The settings that are not saved, by their names below the practice's path."""
    saved = {*deployment.clients.parameters.saved(practice).names}
    return [name for name in SETTINGS if name not in saved]


def save_defaults(practice: str, names: Collection[str], deployment: Deployment) -> int:
    """Save new settings with their defaults, as fast as AWS takes them, and show how far it is; how many are new."""
    from rich.progress import track

    console, parts = console_to(sys.stderr), deployment.clients
    pace = Pace(PUTS_PER_SECOND, parts.pause, monotonic)
    text = tr("{practice}: saving its settings", practice=practice)
    added = 0
    for name in track(names, text, console=console, transient=True, disable=not console.is_terminal):
        pace.wait()
        added += parts.parameters.add(practice, name, SETTINGS[name].default)
    return added


def _added_words(count: int) -> str:
    if not count:
        return tr("all settings are saved already")
    return trn("{count} setting added, with its default", "{count} settings added, with their defaults",
               count, count=number(count))  # fmt: skip
