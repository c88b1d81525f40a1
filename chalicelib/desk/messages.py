"""Pages that say one thing: an error, or how a sign-in has ended."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.desk.answers import Page
from chalicelib.desk.visit import Visit


@dataclass(frozen=True)
class Message:
    """`to` is a path, and `link` what it is called; empty if there is nowhere to go."""

    title: str
    text: str
    to: str = "/"
    link: str = ""


def message_page(kind: str, visit: Visit, cookies: tuple[str, ...] = ()) -> Page:
    """The page of a kind of message."""
    message, status = _message(kind, visit)
    return Page("message.html", message, message.title, status, cookies)


def _message(kind: str, visit: Visit) -> tuple[Message, int]:
    tr, start, again = visit.tr, visit.tr("To the start"), visit.tr("Sign in")
    match kind:
        case "not_found":
            text = tr("There is no such page, or it is not one of your practice. Check the address.")
            return Message(tr("Page not found"), text, "/", start), 404
        case "method":
            return Message(tr("Page not found"), tr("This address only takes forms."), "/", start), 405
        case "forbidden":
            text = tr("Your role does not allow this. A manager of the practice can change it.")
            return Message(tr("Not allowed"), text, "/", start), 403
        case "form_token" | "form_site":
            text = tr("This form is out of date. Nothing was changed. Open the page again and repeat it.")
            return Message(tr("Please try again"), text, "/", start), 403
        case "form_size":
            text = tr("The form is too large. Nothing was changed. At most 128 kB are allowed.")
            return Message(tr("Not saved"), text, "/", start), 413
        case "form_form":
            text = tr("The form cannot be read. Nothing was changed. Open the page again and repeat it.")
            return Message(tr("Not saved"), text, "/", start), 400
        case "signed_out":
            return Message(tr("You are signed out"), tr("You can close this window."), "/signin", again), 200
        case "callback":
            text = tr("This sign-in was not begun here, or it is too old. Nothing has happened.")
            return Message(tr("Please sign in again"), text, "/signin", again), 400
        case "code_used":
            text = tr("This sign-in was already used or is too old.")
            return Message(tr("Please sign in again"), text, "/signin", again), 400
        case "unreachable":
            text = tr("The sign-in service does not answer at the moment. Try again in a minute.")
            return Message(tr("Sign-in not possible"), text, "/signin", again), 503
        case "unknown_person":
            text = tr("You may not sign in here, or no longer. A manager of the practice can add you.")
            return Message(tr("Sign-in not possible"), text, "/signout-all", tr("Sign in as somebody else")), 403
    text = tr("Something went wrong on our side. What was saved is saved. Try again, or tell the operator the code.")
    return Message(tr("Not possible at the moment"), text, "/", start), 500
