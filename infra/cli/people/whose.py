"""The people that a command is about: those of a practice, or the operators."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from chalicelib.admin.people import PeopleError
from chalicelib.aws.deployment import Deployment
from chalicelib.people.draft import DraftError
from chalicelib.people.person import Person, parse_id, username_of
from chalicelib.schedule.time_zone import DEFAULT, zone_named
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.mandanten import mandanten_of
from infra.cli.core.options import DEV, AsJson, PracticeId, Stage
from infra.cli.core.stage import connected
from infra.cli.core.suggestions import meant
from infra.language import said
from infra.translation import tr

Operator = Annotated[bool, typer.Option("--operator", help="An operator, who sees all practices.")]
Kuerzel = Annotated[str, typer.Argument(metavar="KÜRZEL", help="Such as AM: 2 to 8 letters and digits.")]


@dataclass(frozen=True)
class WhoseOptions:
    """Of a command about people of a practice, or about operators."""

    practice: PracticeId = None
    operator: Operator = False
    stage: Stage = DEV
    as_json: AsJson = False


@dataclass(frozen=True)
class Whose:
    """`practice` is empty for the operators."""

    practice: str
    zone: ZoneInfo
    deployment: Deployment

    @property
    def name(self) -> str:
        return self.practice or tr("operators")

    @property
    def today(self) -> date:
        return self.deployment.now.astimezone(self.zone).date()

    def people(self) -> list[Person]:
        return self.deployment.clients.people.people(self.practice)

    def person(self, kuerzel: str) -> Person:
        """The person of this Kürzel, also one who has left. Raises ArgumentError."""
        id = parse_id(kuerzel)
        if id and (found := self.deployment.clients.people.person(username_of(id, self.practice))):
            return found
        known = [one.kuerzel for one in self.people()]
        near = meant(kuerzel.upper(), known)
        listed = tr("known are {names}", names=", ".join(known)) if known else tr("nobody may sign in yet")
        raise ArgumentError(
            tr("no person {kuerzel!r} at {practice}; {meant}{listed}",
               kuerzel=kuerzel, practice=self.name, meant=near, listed=listed)
        )  # fmt: skip

    def mandanten(self, given: Collection[str]) -> list[str] | None:
        """The Mandanten that a person may be limited to; None if none is given, or they cannot be read."""
        rows = mandanten_of(self.deployment, self.practice)[0] if given and self.practice else None
        return None if rows is None else [str(row["MandantId"]) for row in rows]


@contextmanager
def whose(options: WhoseOptions, changing: bool = True) -> Iterator[Whose]:
    """The people that a command is about; what is refused there is raised as an ArgumentError."""
    if options.operator and options.practice:
        raise ArgumentError(tr("give either --practice or --operator"))
    with connected(options.stage) as deployment:
        try:
            if options.operator:
                yield Whose("", zone_named(DEFAULT), deployment)
            else:
                find = deployment.practice_to_change if changing else deployment.practice
                found = find(options.practice)
                yield Whose(found.id, found.zone, deployment)
        except PeopleError as error:
            raise ArgumentError(said(error.text)) from None
        except DraftError as error:
            raise ArgumentError(" ".join(map(said, error.problems.values()))) from None
