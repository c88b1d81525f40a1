"""People as a table and as documents, and the slip with a one-time code that is handed over."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from chalicelib.admin.people import LetIn
from chalicelib.people.person import Person, Role, manager_beside
from chalicelib.people.pin import is_locked
from chalicelib.people.status import Status, role_text, status_of, status_text
from infra.cli.core.documents import local
from infra.cli.core.output import Document
from infra.cli.core.tables import new_table
from infra.cli.people.whose import Whose
from infra.language import moment_with_year, said
from infra.translation import tr

_COLOURS = {Status.ACTIVE: "green", Status.INVITED: "green", Status.ENDED: "dim"}


def table_of(people: Sequence[Person], of: Whose) -> RenderableType:
    now, zone = of.deployment.now, of.zone
    table = new_table("!" + tr("Kürzel"), tr("Name"), tr("Role"), tr("Limited to"), tr("Last sign-in"), tr("Status"))
    for one in people:
        seen = moment_with_year(one.last_sign_in, zone) if one.last_sign_in else "–"
        status = Text(said(status_text(one, now, zone)), _COLOURS.get(status_of(one, now, zone), "yellow"))
        table.add_row(one.kuerzel, one.name, said(role_text(one.role)), limits_of(one) or "–", seen, status)
    return table


def limits_of(person: Person) -> str:
    """The Mandanten and practitioners that a person is limited to, and the last day."""
    last = [tr("until {day}", day=f"{person.last_day:%d.%m.%Y}")] if person.last_day else []
    return ", ".join([*sorted(person.mandanten), *sorted(person.practitioners), *last])


def document_of(person: Person, of: Whose) -> Document:
    now, zone = of.deployment.now, of.zone
    return {
        "kuerzel": person.kuerzel,
        "username": person.username,
        "name": person.name,
        "role": person.role.value,
        "limits": {"mandant": sorted(person.mandanten), "practitioner": sorted(person.practitioners)},
        "last_day": person.last_day.isoformat() if person.last_day else None,
        "status": status_of(person, now, zone).value,
        "pin": "locked" if is_locked(person) else "set" if person.pin else "none",
        "created_at": local(person.created_at, zone),
        "last_sign_in": local(person.last_sign_in, zone),
        "ended_at": local(person.ended_at, zone),
    }


def slip_document(done: LetIn, of: Whose) -> Document:
    settings = of.deployment.clients.settings
    return {"url": settings.desk_url or None, "one_time_code": done.code, "code_until": local(done.until, of.zone)}


def slip(done: LetIn, of: Whose) -> list[RenderableType]:
    """The lines to hand over: the code is shown only now."""
    url = of.deployment.clients.settings.desk_url
    rows = [
        (tr("Address"), url or "–"), (tr("User name"), done.person.username), (tr("One-time code"), done.code),
        (tr("Valid until"), moment_with_year(done.until, of.zone)),
    ]  # fmt: skip
    widest = max(len(label) for label, _ in rows)
    lines = [f"  {label:<{widest}}  {value}" for label, value in rows]
    title = tr("Access for {name} ({practice})", name=done.person.name, practice=of.name)
    after = tr(
        "Print or copy this now: the code is not shown again. With it the person signs in and chooses a password."
    )
    return [Text(), Text(title, "bold"), *lines, Text(), Text(after, "dim")]


def managers_remark(of: Whose) -> list[str]:
    """Advise a second manager, so that nobody is locked out."""
    people, now = of.people(), of.deployment.now
    managers = [one for one in people if one.role is Role.MANAGER and one.is_active(now, of.zone)]
    if not of.practice or (managers and manager_beside(managers[0], people, now, of.zone)):
        return []
    if not managers:
        return [tr("{practice} has no manager: nobody there can let people in; add two with --role manager",
                   practice=of.practice)]  # fmt: skip
    return [tr("{name} is the only manager of {practice}; a second one avoids that nobody can let people in",
               name=managers[0].name, practice=of.practice)]  # fmt: skip
