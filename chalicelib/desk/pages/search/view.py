"""The messages of a patient as a person may see them: read, explained, limited."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.aws.deployment import Deployment, UnknownPracticeError
from chalicelib.aws.desk.known_practice import KnownPractice, read_practice
from chalicelib.aws.parameter_store import ParameterError
from chalicelib.desk.answers import NotFoundError
from chalicelib.desk.pages.calls.call_view import MOST_SECONDS
from chalicelib.desk.visit import Visit
from chalicelib.entries.credits import Tariff
from chalicelib.entries.day_counts import NAME
from chalicelib.entries.entry import birthday_identity, entry_key
from chalicelib.entries.states import State
from chalicelib.explain.explain import explain_entry
from chalicelib.explain.explanation import Explanation
from chalicelib.explain.message import ExplainedMessage
from chalicelib.people.person import Person
from chalicelib.practice.opt_out import OptOut
from chalicelib.reports.call_list import Whom, whom_of
from chalicelib.reports.find_patients import FoundPatient
from chalicelib.reports.in_time import in_time
from chalicelib.schedule.schedule import slot_day

Explanations = tuple[Explanation, ...]
_KEY = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True)
class View:
    """`explanations` are those that the person may see; `own` is the key of the entry that the page is about."""

    known: KnownPractice
    explanations: Explanations
    patient: str
    own: str = ""
    found: FoundPatient | None = None

    @property
    def whom(self) -> Whom:
        """The patient, as far as the practice database says who that is."""
        rows = [one.message.candidate for one in self.explanations if one.message.candidate]
        return whom_of(rows[0]) if rows else Whom()

    @property
    def stop(self) -> OptOut | None:
        """Set if a person lets nothing be sent to the patient."""
        record, parameters = self.known.practice.record, self.known.deployment.clients.parameters
        try:
            return parameters.opt_outs(record).stop_of(self.patient) if self.patient else None
        except ParameterError:
            return None

    @property
    def waits(self) -> bool:
        """Whether a message has not left yet."""
        entries = (one.message.entry for one in self.explanations)
        return any(one.state in (State.PREPARED, State.RESERVED) for one in entries if one)

    @property
    def tariff(self) -> Tariff | None:
        """The prices; None if they are invalid."""
        try:
            return self.known.deployment.clients.parameters.tariff()
        except ParameterError:
            return None

    def keys(self, now: datetime) -> list[str]:
        """The keys of what is shown, for the audit; of a patient without messages that of this year's greeting."""
        found = [one.message.key for one in self.explanations]
        greeting = birthday_identity(self.patient, slot_day(now, self.known.practice.zone).year)
        return found or [entry_key(self.known.practice.id, greeting)]

    def one(self, key: str) -> Explanation | None:
        return next((one for one in self.explanations if one.message.key == key), None)


def known_practice(visit: Visit, keys: Sequence[str] = ()) -> KnownPractice:
    """Read the practice of the path. Raises NotFoundError."""
    try:
        known = read_practice(visit.practice_id, visit.deployment, keys)
    except UnknownPracticeError:
        raise NotFoundError from None
    visit.read_already(known.practice, known.stops)
    return known


def explained(ask: Callable[[Deployment], Explanations], known: KnownPractice, visit: Visit) -> Explanations:
    """Explain what the person may see; by entries and logs if the practice database takes too long."""
    try:
        found = in_time(lambda: ask(known.deployment), MOST_SECONDS)
    except TimeoutError:
        found = ask(known.without_database)
    return tuple(one for one in found if is_theirs(visit.person, one.message))


def entry_view(visit: Visit) -> View:
    """The message of the entry in the path, and the others about its appointment. Raises NotFoundError."""
    key = visit.parameters["key"]
    known = known_practice(visit, [key] if _KEY.fullmatch(key) else [])
    if not known.entries:
        raise NotFoundError
    entry = known.entries[0]
    found = explained(lambda deployment: explain_entry(entry, known.practice, deployment), known, visit)
    if key not in {one.message.key for one in found}:
        raise NotFoundError
    ordered = tuple(sorted(found, key=lambda one: one.message.key != key))  # stable
    return View(known, ordered, entry.patient, key)


def is_theirs(person: Person, message: ExplainedMessage) -> bool:
    """Whether the limits of a person allow a message: by its row, without one by its entry, as on the queue."""
    row, entry = message.candidate, message.entry
    if row:
        return person.sees(row.signer.mandant, row.practitioner)
    return person.sees(entry.mandant, entry.practitioner, NAME) if entry else person.sees(None, None)
