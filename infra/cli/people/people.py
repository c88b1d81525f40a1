"""`vitosms people`: let people sign in to the desk, change them, end them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer
from rich.text import Text

from chalicelib.admin import people as acts
from chalicelib.admin.people import LetIn
from chalicelib.people.draft import OF_PRACTICE, Draft, draft_of
from chalicelib.people.person import Person
from chalicelib.people.status import role_text
from infra.cli.core.arguments import ArgumentError, allowed_names, refused
from infra.cli.core.completion import among
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import Said, text_documents
from infra.cli.core.options import Yes, group
from infra.cli.core.output import answer, hints
from infra.cli.people.shown import document_of, managers_remark, slip, slip_document, table_of
from infra.cli.people.whose import Kuerzel, Whose, WhoseOptions, whose
from infra.language import said
from infra.translation import tr

_NONE = "-"


@dataclass(frozen=True)
class PersonOptions:
    """Options about a person."""

    name: Annotated[str | None, typer.Option(metavar="TEXT", help="Such as 'A. Meier'.")] = None
    role: Annotated[
        str | None,
        typer.Option(metavar="ROLE", help="reader, front_desk or manager.", autocompletion=among(OF_PRACTICE)),
    ] = None
    mandant: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Limited to it; may be repeated; - is no limit.")
    ] = None
    practitioner: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Limited to it; may be repeated; - is no limit.")
    ] = None
    last_day: Annotated[str | None, typer.Option(metavar="DATE", help="Such as 2026-12-31, inclusive; - is none.")] = (
        None
    )

    def draft(self, stays: Draft) -> Draft:
        """The draft of what is given, beside what stays. Raises ArgumentError for another role."""
        if self.role is not None and self.role not in OF_PRACTICE:
            raise refused("--role", self.role, allowed_names(OF_PRACTICE))
        return Draft(
            stays.name if self.name is None else self.name,
            self.role or stays.role,
            stays.mandanten if self.mandant is None else _given(self.mandant),
            stays.practitioners if self.practitioner is None else _given(self.practitioner),
            stays.last_day if self.last_day is None else "".join(_given([self.last_day])),
        )


Force = Annotated[bool, typer.Option("--force", help="Also the last manager of a practice.")]

app = group()


@app.command("list")
def list_people(
    options: WhoseOptions,
    everybody: Annotated[bool, typer.Option("--all", help="Also those who have left.")] = False,
) -> None:
    """List who may sign in: role, limits, last sign-in, and whether it is possible now."""
    with whose(options, changing=False) as of:
        people = [one for one in of.people() if everybody or one.ended_at is None]
        told = managers_remark(of)
    shown = table_of(people, of) if people else Text(tr("Nobody may sign in yet: vitosms people add"))
    document = {"practice": of.practice or None, "people": [document_of(one, of) for one in people]}
    answer(options.as_json, {**document, "remarks": text_documents(told)}, shown, *hints(told))


@app.command()
def add(options: WhoseOptions, given: PersonOptions, kuerzel: Kuerzel) -> None:
    """Let a person sign in, and print the one-time code once. A Kürzel is never given to a second person."""
    if not (options.operator or given.role):
        raise ArgumentError(tr("--role is missing: {allowed}", allowed=allowed_names(OF_PRACTICE)))
    draft = given.draft(Draft("", ""))
    with whose(options) as of:
        person = draft.new(of.practice, kuerzel, of.mandanten(draft.mandanten), of.today)
        done = acts.add(person, of.deployment.clients, of.deployment.now, of.zone)
        _tell_code(options, of, done, tr("{name} may sign in as {role}", **_names(done.person)))


@app.command()
def change(options: WhoseOptions, given: PersonOptions, kuerzel: Kuerzel, force: Force = False) -> None:
    """Change name, role, limits or last day; it holds from the person's next click. What is not given stays."""
    with whose(options) as of:
        before = of.person(kuerzel)
        after = given.draft(draft_of(before)).applied(before, of.mandanten(given.mandant or ()), of.today)
        if after == before:
            raise ArgumentError(tr("nothing is to be changed: give --name, --role, --mandant or another option"))
        done = acts.change(before, after, of.deployment.clients, of.deployment.now, of.zone, force)
        _tell(options, of, done, tr("{name} is changed: {role}", **_names(done)))


@app.command()
def code(options: WhoseOptions, kuerzel: Kuerzel) -> None:
    """Give a new one-time code: a lost or expired one, a lost password, 60 days away, or a return."""
    with whose(options) as of:
        done = acts.give_code(of.person(kuerzel), of.deployment.clients, of.deployment.now, of.zone)
        _tell_code(options, of, done, tr("{name} has a new code, in place of the password", **_names(done.person)))


@app.command()
def remove(options: WhoseOptions, kuerzel: Kuerzel, force: Force = False, yes: Yes = False) -> None:
    """End a person's access at once, on all devices. The history keeps Kürzel and name."""
    with whose(options) as of:
        before = of.person(kuerzel)
        confirmed(tr("End the access of {name} ({practice}) at once?", practice=of.name, **_names(before)), yes)
        done = acts.end(before, of.deployment.clients, of.deployment.now, of.zone, force)
        _tell(options, of, done, tr("{name} can no longer sign in; running sessions are over", **_names(done)))


@app.command("sign-out")
def sign_out(options: WhoseOptions, kuerzel: Kuerzel) -> None:
    """End a person's running sessions, such as on a lost phone; they may sign in again."""
    with whose(options) as of:
        done = acts.sign_out(of.person(kuerzel), of.deployment.clients, of.deployment.now)
        _tell(options, of, done, tr("{name} is signed out everywhere", **_names(done)))


@app.command("pin-reset")
def pin_reset(options: WhoseOptions, kuerzel: Kuerzel) -> None:
    """Forget the PIN of a person, and wrong tries; the next one is chosen after a sign-in."""
    with whose(options) as of:
        done = acts.reset_pin(of.person(kuerzel), of.deployment.clients)
        _tell(options, of, done, tr("{name} has no PIN now", **_names(done)))


def _names(person: Person) -> dict[str, str]:
    return {"name": f"{person.name} ({person.kuerzel})", "role": said(role_text(person.role))}


def _given(many: list[str]) -> list[str]:
    return [one for one in many if one != _NONE]


def _tell(options: WhoseOptions, of: Whose, person: Person, text: str) -> None:
    told: list[Said] = [*managers_remark(of)]
    document = {"practice": of.practice or None, "person": document_of(person, of), "remarks": text_documents(told)}
    answer(options.as_json, document, text, *hints(told))


def _tell_code(options: WhoseOptions, of: Whose, done: LetIn, text: str) -> None:
    told: list[Said] = [*managers_remark(of)]
    document = {"practice": of.practice or None, "person": document_of(done.person, of), **slip_document(done, of)}
    answer(options.as_json, {**document, "remarks": text_documents(told)}, text, *slip(done, of), *hints(told))
