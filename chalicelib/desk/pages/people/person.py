"""Let a person in, and change one; what is wrong stands on top and at its field, and what was typed is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.admin import people as acts
from chalicelib.admin.people import LetIn, PeopleError
from chalicelib.aws.parameter_store import KnownParameters, ParameterError
from chalicelib.aws.user_pool import UserPoolError
from chalicelib.desk.answers import ForbiddenError, NotFoundError, Page, Redirect
from chalicelib.desk.pages.people.people import Row, row_of
from chalicelib.desk.visit import Visit
from chalicelib.people.draft import OF_PRACTICE, Draft, DraftError, draft_of
from chalicelib.people.person import Person, username_of
from chalicelib.people.status import role_text
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.text import Text

_OF = "mandant:"  # a checkbox for each


@dataclass(frozen=True)
class PersonForm:
    """`person` is None for a new one. `mandanten` are id, name and whether it is chosen; `errors` are by field.

    `unread`: the practice database does not answer, so only those that are chosen can be shown.
    """

    person: Row | None
    version: int
    kuerzel: str
    draft: Draft
    mandanten: Sequence[tuple[str, str, bool]]
    unread: bool
    roles: Sequence[tuple[str, str]]
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Slip:
    """The sheet that is handed over; the code is shown only now."""

    name: str
    url: str
    username: str
    code: str
    until: str


def new(visit: Visit) -> Page:
    assert visit.practice  # noqa: S101 - raises NotFoundError if there is none
    return _page(visit, None, Draft("", ""), mandanten_of(visit))


def show(visit: Visit) -> Page:
    person = person_of(visit)
    return _page(visit, person, draft_of(person), mandanten_of(visit))


def add(visit: Visit) -> Page:
    """The slip with the code answers the form itself: it is shown once, and stored nowhere."""
    assert visit.practice  # noqa: S101
    known, draft, clients = mandanten_of(visit), _typed(visit), visit.clients
    today = visit.now.astimezone(visit.zone).date()
    try:
        person = draft.new(visit.practice_id, visit.form.get("id", ""), None if known is None else known.keys(), today)
        _covered(person, visit)
        done = acts.add(person, clients, visit.now, visit.zone)
    except DraftError as error:
        return _page(visit, None, draft, known, error.problems)
    except (PeopleError, UserPoolError) as error:
        _not_finished(visit, person, error, after=_told(person))
        return _page(visit, None, draft, known, _problems(error))
    visit.audit("person added", who=done.person.id, after=_told(done.person))
    return slip_page(done, visit)


def change(visit: Visit) -> Page | Redirect:
    """Save what was typed, unless somebody else has changed the person since the page was shown."""
    before, known, draft = person_of(visit), mandanten_of(visit), _typed(visit)
    if visit.form.get("version") != str(before.version):
        return _page(visit, before, draft, known, {"": Text("people.changed", name=before.name)}, 409)
    today = visit.now.astimezone(visit.zone).date()
    try:
        after = draft.applied(before, None if known is None else known.keys(), today)
        _covered(after, visit)
        acts.change(before, after, visit.clients, visit.now, visit.zone)
    except DraftError as error:
        return _page(visit, before, draft, known, error.problems)
    except (PeopleError, UserPoolError) as error:
        _not_finished(visit, before, error, before=_told(before), after=_told(after))
        return _page(visit, before, draft, known, _problems(error))
    visit.audit("person changed", who=before.id, before=_told(before), after=_told(after))
    return Redirect(visit.path(f"people?done=changed#person-{before.id}"))


def person_of(visit: Visit) -> Person:
    """The person of the path. Raises NotFoundError; ForbiddenError if this one sees more than who asks."""
    assert visit.practice  # noqa: S101
    found = visit.clients.people.person(username_of(visit.parameters["person"], visit.practice_id))
    if found is None:
        raise NotFoundError
    if not visit.person.covers(found):  # else one could take a wider account over, by a new code
        raise ForbiddenError
    return found


def _covered(person: Person, visit: Visit) -> None:
    """Raises DraftError if the person would see more than who lets them in."""
    if not visit.person.covers(person):
        own = ", ".join([*sorted(visit.person.mandanten), *sorted(visit.person.practitioners)])
        raise DraftError({"mandanten": Text("people.limits.wider", own=own)})


def mandanten_of(visit: Visit) -> dict[str, str] | None:
    """The Mandanten of the practice database by id; None if it cannot be read."""
    clients, practice = visit.clients, visit.practice_id
    known = KnownParameters(visit.deployment.stage, clients.parameters.some(practice, ["Datenbank"]))
    try:
        with clients.open_database(known.database_url(practice)) as database:
            return {str(row["MandantId"]): str(row["Name"] or "") for row in database.mandanten()}
    except (PracticeDatabaseError, ParameterError):
        return None


def slip_page(done: LetIn, visit: Visit) -> Page:
    until = f"{done.until.astimezone(visit.zone):%d.%m.%Y %H:%M}"
    slip = Slip(done.person.name, visit.clients.settings.desk_url, done.person.username, done.code, until)
    return Page("slip.html", slip, visit.tr("One-time code for {name}", name=done.person.name))


def form_page(visit: Visit, person: Person, error: PeopleError | UserPoolError) -> Page:
    """The page of a person with an error on top; audited, as the table may have changed before the pool failed."""
    _not_finished(visit, person, error)
    return _page(visit, person, draft_of(person), mandanten_of(visit), _problems(error))


def _not_finished(visit: Visit, person: Person, error: PeopleError | UserPoolError, **facts: Any) -> None:
    visit.audit("person: not finished", who=person.id, why=error.text.code, **facts)


def _page(
    visit: Visit, person: Person | None, draft: Draft, known: Mapping[str, str] | None,
    problems: Mapping[str, Text] | None = None, status: int = 422,
) -> Page:  # fmt: skip
    chosen = set(draft.mandanten)
    shown = {**(known or {}), **{one: "" for one in sorted(chosen) if one not in (known or {})}}
    model = PersonForm(
        person=row_of(person, visit) if person else None,
        version=person.version if person else 0,
        kuerzel=visit.form.get("id", ""),
        draft=draft,
        mandanten=[(id, name, id in chosen) for id, name in shown.items()],
        unread=known is None,
        roles=[(role.value, visit.said(role_text(role))) for role in OF_PRACTICE],
        errors={name: visit.said(text) for name, text in (problems or {}).items()},
    )
    title = person.name if person else visit.tr("Let a person in")
    return Page("person.html", model, title, status if problems else 200)


def _typed(visit: Visit) -> Draft:
    form = visit.form
    mandanten = [name.removeprefix(_OF) for name in form if name.startswith(_OF)]
    practitioners = [one.strip() for one in form.get("practitioners", "").split(",") if one.strip()]
    return Draft(form.get("name", ""), form.get("role", ""), mandanten, practitioners, form.get("last_day", ""))


def _problems(error: PeopleError | UserPoolError) -> Mapping[str, Text]:
    return {error.field if isinstance(error, PeopleError) else "": error.text}


def _told(person: Person) -> dict[str, str]:
    """The decisions about a person, for the audit."""
    draft = draft_of(person)
    limits = {"mandanten": ", ".join(draft.mandanten), "practitioners": ", ".join(draft.practitioners)}
    return {"name": draft.name, "role": draft.role, "last_day": draft.last_day, **limits}
