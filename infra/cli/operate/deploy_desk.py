"""The address of the desk: only a deployed API has one, and the sign-in must know it. So a first deployment is two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from infra.account.desk import DOMAIN, URL, unknown_address
from infra.translation import tr

if TYPE_CHECKING:
    from infra.cli.operate.deploy_proposal import Proposed, Request, Say
    from infra.deploy.stack import Found, Stack


def desk_parameters(found: Found | None) -> dict[str, str]:
    """The address of the API that is there: an interrupted first deployment is completed by the next one."""
    known = found and not found.parameters.get(DOMAIN) and found.outputs.get(URL)
    return {URL: known} if known else {}


def second_change_notes(parameters: Mapping[str, str]) -> Iterator[str]:
    if parameters.get(URL) == "" == parameters.get(DOMAIN):
        yield tr(
            "the desk has an address only when it is there: a second change, of a minute, tells it to the sign-in "
            "without asking again"
        )


def with_address(changes: Sequence[Proposed], stack: Stack, request: Request, say: Say) -> Iterator[Proposed]:
    """The changes, and after the stage's own is made, the one that tells its sign-in the desk's new address."""
    yield from changes
    own = next((change for change in changes if change.stack is stack), None)
    found = stack.found()
    if own is None or found is None or not (url := unknown_address(request.parameters, found.outputs)):
        return
    say(tr("the desk is at {url}; now its sign-in is told …", url=url))
    if proposal := stack.propose(own.source, {**request.parameters, URL: url}, new=False):
        yield replace(own, proposal=proposal)
