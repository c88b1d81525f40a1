"""The page of a patient's messages."""

from __future__ import annotations

from chalicelib.desk.answers import Page
from chalicelib.desk.pages.calls.call_rows import initials, phone_line
from chalicelib.desk.pages.search.models import Head, Result
from chalicelib.desk.pages.search.shown import shown
from chalicelib.desk.pages.search.view import View, entry_view
from chalicelib.desk.visit import Visit


def entry(visit: Visit) -> Page:
    """Explain the message of an entry."""
    return result_page(entry_view(visit), visit)


def result_page(view: View, visit: Visit, status: int = 200) -> Page:
    """The page of a view, which is audited."""
    today = visit.now.astimezone(visit.zone).date()
    coming = [one for one in view.explanations if not one.message.day or one.message.day >= today]
    past = [one for one in reversed(view.explanations) if one not in coming]
    first = list(view.explanations) if view.own else coming or past[:1]
    earlier = [one for one in past if one not in first]
    common = [text for text in view.explanations[0].remarks if all(text in one.remarks for one in view.explanations)]
    visit.audit(visit.facts.get("action", "patient"), seen=[one.message.key for one in view.explanations])
    model = Result(
        head=head_of(view, visit), first=[shown(one, visit) for one in first],
        earlier=[shown(one, visit) for one in earlier], remarks=[visit.said(one) for one in common],
        hidden=not visit.sees_patients,
    )  # fmt: skip
    return Page("patient.html", model, visit.tr("Messages of a patient"), status)  # a title stays in the history


def head_of(view: View, visit: Visit) -> Head:
    """The patient, as the practice's own database knows them."""
    if not visit.sees_patients:
        return Head(view.patient)
    whom, found = view.whom, view.found
    born, phones = (found.birthday, found.phones) if found else (whom.born, whom.phones)
    name = found.name if found else whom.name
    return Head(
        view.patient, name, initials(name), f"{born:%d.%m.%Y}" if born else "",
        [phone_line(phone, number, visit) for phone, number in phones],
    )  # fmt: skip
