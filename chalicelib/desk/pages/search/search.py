"""The search of a patient: one field; what was typed stays in it, whatever is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.aws.desk.known_practice import KnownPractice
from chalicelib.aws.parameter_store import ParameterError
from chalicelib.desk.answers import Page, Redirect
from chalicelib.desk.pages.calls.call_rows import PhoneLine, initials, phone_line
from chalicelib.desk.pages.calls.call_view import MOST_SECONDS
from chalicelib.desk.pages.search.looks import APPOINTMENT, PATIENT, TEXT, keep, look_of
from chalicelib.desk.pages.search.result import result_page
from chalicelib.desk.pages.search.view import Explanations, View, explained, known_practice
from chalicelib.desk.visit import Visit
from chalicelib.entries.entry import birthday_identity, entry_key
from chalicelib.explain.explain import explain_appointment, explain_patient
from chalicelib.people.session import Look
from chalicelib.practice_db.errors import TIMEOUT, PracticeDatabaseError
from chalicelib.reports.find_patients import LONGEST, MOST_FOUND, FoundPatient, Wanted, find_patients, wanted
from chalicelib.reports.in_time import in_time
from chalicelib.rules.candidate import ID_LENGTH
from chalicelib.text import STEERING, Text


@dataclass(frozen=True)
class Hit:
    """A patient who may be meant; empty where it is not known."""

    patient: str
    name: str
    initials: str
    born: str
    phones: Sequence[PhoneLine]
    next: str


@dataclass(frozen=True)
class SearchPage:
    """`text` is what was typed; `appointment` that, if it may be the number of one."""

    text: str
    error: str = ""
    hits: Sequence[Hit] = ()
    told: str = ""
    appointment: str = ""
    hidden: bool = False


def show(visit: Visit) -> Page:
    assert visit.practice_id  # noqa: S101 - of the path
    known_practice(visit)
    return _page(SearchPage("", hidden=not visit.sees_patients), visit)


def search(visit: Visit) -> Page | Redirect:
    """Keep what is looked for, and lead to what is found. A number of a patient is that of a hit."""
    for kind in (PATIENT, APPOINTMENT):
        if given := visit.form.get(kind, "")[:ID_LENGTH]:
            return keep(kind, given, visit)
    text = " ".join(STEERING.sub("", visit.form.get("text", "")).split())  # a copied number may have such marks
    known_practice(visit)
    if not visit.sees_patients:
        return _page(SearchPage(text, hidden=True), visit, 422)
    if len(text) > LONGEST or wanted(text) is None:
        return _page(SearchPage(text[:LONGEST], _too_short(visit)), visit, 422)
    return keep(TEXT, text, visit)


def patient(visit: Visit) -> Page:
    """The messages of the one patient whom a search has found, or the list of those found."""
    found = patient_view(visit)
    return result_page(found, visit) if isinstance(found, View) else found


def patient_view(visit: Visit) -> View | Page:
    """The messages of the patient in the path; a page where it is not one. Raises NotFoundError."""
    look, known = look_of(visit), known_practice(visit)
    if not visit.sees_patients:
        return _page(SearchPage("", hidden=True), visit)
    if look.kind == APPOINTMENT:
        return _appointment(look, known, visit)
    asked = Wanted((look.text,), None, None, ()) if look.kind == PATIENT else wanted(look.text)
    person, practice = visit.person, known.practice
    limits = person.mandanten, person.practitioners
    unread: Text | None = None
    hits = list[FoundPatient]()
    try:
        if asked:
            hits = in_time(lambda: find_patients(asked, practice, known.deployment, *limits), MOST_SECONDS)
    except TimeoutError:
        unread = TIMEOUT.text
    except (PracticeDatabaseError, ParameterError) as error:
        unread = error.text
    if len(hits) > 1 or (not hits and not unread and look.kind == TEXT and not _may_be_a_number(look.text)):
        return _hits(look.text, hits, visit)
    id = hits[0].patient if hits else look.text
    found = Explanations()
    if hits or unread or look.kind == PATIENT:
        found = explained(lambda deployment: explain_patient(id, None, practice, deployment), known, visit)
    if not found and not hits and not unread:
        return _appointment(look, known, visit)
    if not found and not hits:
        return _page(SearchPage(look.text if look.kind == TEXT else "", _away(unread, visit)), visit, 503)
    return View(known, found, id, found=hits[0] if hits else None)


def _appointment(look: Look, known: KnownPractice, visit: Visit) -> View | Page:
    """The messages about an appointment of this number."""
    found = explained(lambda deployment: explain_appointment(look.text, known.practice, deployment), known, visit)
    if not found:
        return _hits(look.text, [], visit)
    source = found[0].message.source
    return View(known, found, source.patient if source else "", found[0].message.key)


def _hits(text: str, hits: Sequence[FoundPatient], visit: Visit) -> Page:
    """The patients who may be meant, each with a button; they are audited by the keys of their greetings."""
    year = visit.now.astimezone(visit.zone).year
    shown = hits[:MOST_FOUND]
    keys = [entry_key(visit.practice_id, birthday_identity(one.patient, year)) for one in shown]
    visit.audit("search", seen=keys)
    error, told = "", ""
    if not hits:
        error = visit.tr("Nobody was found by this. {allowed}", allowed=_allowed(visit))
    elif len(hits) > MOST_FOUND:
        told = visit.tr("More than {most} patients: give more of the name, or the date of birth.", most=MOST_FOUND)
    else:
        told = visit.trn("{count} patient", "{count} patients", len(hits))
    number = text if hits and _may_be_a_number(text) else ""
    return _page(SearchPage(text, error, [_hit(one, visit) for one in shown], told, number), visit)


def _hit(one: FoundPatient, visit: Visit) -> Hit:
    at = visit.words.moment_with_year(one.next_start.astimezone(visit.zone)) if one.next_start else ""
    born = f"{one.birthday:%d.%m.%Y}" if one.birthday else ""
    phones = [phone_line(phone, number, visit) for phone, number in one.phones]
    return Hit(one.patient, one.name, initials(one.name), born, phones, visit.tr("deceased") if one.deceased else at)


def _page(model: SearchPage, visit: Visit, status: int = 200) -> Page:
    return Page("patients.html", model, visit.tr("Search"), status)


def _too_short(visit: Visit) -> str:
    return visit.tr("This is too short, or too long. {allowed}", allowed=_allowed(visit))


def _allowed(visit: Visit) -> str:
    return visit.tr(
        "Give at least three letters of a name, a date of birth such as 31.12.1980, the number of a patient or an "
        "appointment, or six digits of a telephone number."
    )


def _away(unread: Text | None, visit: Visit) -> str:
    why = visit.said(unread) if unread else ""
    return visit.tr("Names cannot be searched at the moment: {why} The number of a patient finds messages.", why=why)


def _may_be_a_number(text: str) -> bool:
    return " " not in text and len(text) <= ID_LENGTH and any(map(str.isdigit, text))
