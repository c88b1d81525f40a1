"""Input about a person as somebody typed it, and its problems by field. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.people.person import Person, Role, parse_id
from chalicelib.text import STEERING, Text

_LONGEST = 60  # characters of a name
_MOST, _LONGEST_LIMIT = 50, 100  # limits of a kind, and characters of each: the audit has all of them on one line
_DAYS = ("%Y-%m-%d", "%d.%m.%Y")
OF_PRACTICE = tuple(role for role in Role if role is not Role.OPERATOR)


class DraftError(Exception):
    """`problems` are by field: `id`, `name`, `role`, `mandanten`, `practitioners`, `last_day`."""

    def __init__(self, problems: dict[str, Text]) -> None:
        super().__init__(", ".join(text.code for text in problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class Draft:
    """As typed; a last day is such as `2026-12-31` or `31.12.2026`, empty for none."""

    name: str
    role: str
    mandanten: Sequence[str] = ()
    practitioners: Sequence[str] = ()
    last_day: str = ""

    def new(self, practice: str, id: str, known: Collection[str] | None, today: date) -> Person:
        """The person who may sign in to a practice, or as an operator if it is empty.

        `known` are the Mandanten of the practice, None if they cannot be read; `today` is its local date. Raises
        DraftError.
        """
        kuerzel = parse_id(id)
        own = {} if kuerzel else {"id": Text("people.id.malformed")}
        role = Role.READER if practice else Role.OPERATOR
        return self._applied(Person(practice, kuerzel or "", "", role), known, today, own)

    def applied(self, person: Person, known: Collection[str] | None, today: date) -> Person:
        """A person changed to this; `known` and `today` as for `new`. Raises DraftError."""
        return self._applied(person, known, today, {})

    def _applied(self, person: Person, known: Collection[str] | None, today: date, problems: dict[str, Text]) -> Person:
        name = " ".join(STEERING.sub("", self.name).split())
        if not name or len(name) > _LONGEST:
            problems["name"] = Text("people.name.malformed", most=_LONGEST)
        role = self.role if person.practice else Role.OPERATOR.value
        if person.practice and role not in OF_PRACTICE:
            problems["role"] = Text("people.role.unknown", role=role, known=", ".join(OF_PRACTICE))
        for kind, limits in (("mandanten", self.mandanten), ("practitioners", self.practitioners)):
            if len(limits) > _MOST or any(len(one) > _LONGEST_LIMIT or STEERING.search(one) for one in limits):
                problems[kind] = Text("people.limits.malformed", most=_MOST, longest=_LONGEST_LIMIT)
        wrong = [one for one in self.mandanten if known is not None and one not in known]
        if wrong:
            unknown = Text("people.mandant.unknown", mandant=wrong[0], known=", ".join(sorted(known or ())))
            problems["mandanten"] = unknown
        last = _day(self.last_day)
        if self.last_day.strip() and last is None:
            problems["last_day"] = Text("people.last_day.malformed")
        elif last and last < today and last != person.last_day:
            problems["last_day"] = Text("people.last_day.past")
        if problems:
            raise DraftError(problems)
        mandanten, practitioners = (
            frozenset(one.strip() for one in given if one.strip()) for given in (self.mandanten, self.practitioners)
        )
        return replace(
            person, name=name, role=Role(role), mandanten=mandanten, practitioners=practitioners, last_day=last
        )


def draft_of(person: Person) -> Draft:
    """A person as one would type it."""
    last = person.last_day.isoformat() if person.last_day else ""
    return Draft(person.name, person.role, sorted(person.mandanten), sorted(person.practitioners), last)


def _day(typed: str) -> date | None:
    for form in _DAYS:
        try:
            return datetime.strptime(typed.strip(), form).date()  # noqa: DTZ007 - a date
        except ValueError:
            continue
    return None
