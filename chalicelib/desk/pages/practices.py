"""The operator's way into the pages of a practice, and the reason to see its patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.desk.answers import Page, Redirect
from chalicelib.desk.pages.sign_in import own_path
from chalicelib.desk.visit import Visit

SHORTEST_REASON = 5  # characters
LONGEST_REASON = 200


@dataclass(frozen=True)
class Practices:
    ids: Sequence[str]


def practices(visit: Visit) -> Page:
    return Page("practices.html", Practices(visit.clients.practices.ids()), visit.tr("Practices"))


def give_reason(visit: Visit) -> Page | Redirect:
    """Show patients of the practice for the rest of the session; the reason is in the audit of each page."""
    reason = " ".join(visit.form.get("reason", "").split())
    assert visit.practice  # noqa: S101 - raises NotFoundError if there is none
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON or not reason.isprintable():
        return Page("reason.html", reason, visit.tr("Why do you need names?"), 422)
    visit.clients.sessions.set_reasons(visit.session.hash, {**visit.session.reasons, visit.practice_id: reason})
    visit.audit("reason given", given=reason)
    back = visit.form.get("back", "")
    return Redirect(back if own_path(back) else visit.path("calls"))
