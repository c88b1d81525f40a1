"""Sign in by the managed login, and out again."""

from __future__ import annotations

import hmac
import secrets

from chalicelib.aws.login_provider import SignInError
from chalicelib.desk.answers import Page, Redirect
from chalicelib.desk.cookies import packed, unpacked
from chalicelib.desk.messages import message_page
from chalicelib.desk.visit import Visit
from chalicelib.people.person import Permission, Person
from chalicelib.people.session import KeptForm, Session, hash_of, is_hash
from chalicelib.schedule.time_zone import DEFAULT, zone_named

_BEGUN = 15 * 60  # seconds that one may take at the managed login
_LONGEST_PATH = 300


def home(visit: Visit) -> Redirect:
    """To the first page of the person."""
    if visit.signed_in is None:
        return Redirect("/device" if visit.incoming.device_hash else "/signin")
    operates = visit.person.may(Permission.OPERATE)
    return Redirect("/practices" if operates else f"/p/{visit.person.practice}/today")


def sign_in(visit: Visit) -> Redirect:
    """To the managed login; a cookie remembers what only this browser may bring back."""
    begun = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    query = visit.incoming.query
    begun |= {"to": own_or_start(query.get("to", "")), "kept": hash_or_none(query.get("kept", ""))}
    url = visit.clients.login.authorize_url(begun["state"], begun["nonce"], begun["verifier"], visit.language)
    return Redirect(url, (visit.incoming.cookies.set("signin", packed(begun), _BEGUN),))


def signed_in(visit: Visit) -> Page | Redirect:
    """The callback of the managed login: begin a session if the person is one of ours."""
    query, cookies = visit.incoming.query, visit.incoming.cookies
    begun, forget = _begun(cookies.get("signin")), cookies.clear("signin")
    if begun is None or not hmac.compare_digest(query.get("state", "").encode(), begun["state"].encode()):
        return home(visit) if visit.signed_in and begun is None else message_page("callback", visit)
    if "code" not in query:  # the person has gone back, or the login refuses
        return message_page("callback", visit, (forget,))
    try:
        found = visit.clients.login.exchange(query["code"], begun["verifier"], begun["nonce"], visit.now)
    except SignInError as error:
        visit.log("sign-in", error=error.code, detail=error.detail)
        kind = {"unreachable": "unreachable", "refused": "code_used"}.get(error.code, "callback")
        return message_page(kind, visit, (forget,))
    person = visit.clients.people.person(found.username)
    if person is None or person.subject != found.subject or not person.is_active(visit.now, zone_named(DEFAULT)):
        visit.audit("sign-in refused", username=found.username)
        return message_page("unknown_person", visit, (forget,))
    visit.clients.people.signed_in(person.username, visit.now)
    cookie, kept = begin_session(person, visit, kept=begun["kept"])
    visit.audit("signed in")
    return Redirect("/kept" if kept else begun["to"], (cookie, forget))


def begin_session(person: Person, visit: Visit, device: str = "", kept: str = "") -> tuple[str, bool]:
    """Begin a session in place of this browser's; return its cookie, and whether it has a form of one that ended."""
    sessions, secret = visit.clients.sessions, secrets.token_urlsafe(32)
    before, _ = sessions.read(person.username, kept) if kept else (None, None)
    form: KeptForm | None = before.kept if before and before.username == person.username else None
    looks = before.looks if before and form else {}  # the form may be about one
    session = Session(
        hash_of(secret), person.username, visit.now, visit.now, device, kept=form, key=secrets.token_hex(32),
        looks=looks,
    )  # fmt: skip
    if visit.signed_in:
        sessions.end(visit.session.hash)
    sessions.begin(session)
    visit.signed_in = person, session, secret
    return visit.incoming.cookies.set("session", f"{person.username}:{secret}"), form is not None


def sign_out(visit: Visit) -> Redirect:
    """End the session, and that at the managed login; on a registered device only the person's."""
    visit.clients.sessions.end(visit.session.hash)
    visit.audit("signed out")
    return Redirect(
        "/device" if visit.session.device else visit.clients.login.sign_out_url(),
        (visit.incoming.cookies.clear("session"),),
    )


def leave_provider(visit: Visit) -> Redirect:
    """Sign out at the managed login only: it would sign the same person in again."""
    return Redirect(visit.clients.login.sign_out_url())


def signed_out(visit: Visit) -> Page | Redirect:
    return home(visit) if visit.signed_in or visit.incoming.device_hash else message_page("signed_out", visit)


def own_path(path: str) -> bool:
    """Whether it is a path of the desk, and not one that leads elsewhere."""
    readable = path.isascii() and path.isprintable() and not set(path) & set("\\ ")
    return readable and path.startswith("/") and not path.startswith("//") and len(path) <= _LONGEST_PATH


def own_or_start(path: str) -> str:
    """The path that a browser sent, if it is one of the desk; otherwise the start."""
    return path if own_path(path) else "/"


def hash_or_none(text: str) -> str:
    """The hash of an ended session that a browser sent; empty for any other text."""
    return text if is_hash(text) else ""


def _begun(cookie: str) -> dict[str, str] | None:
    """Parse the cookie of `sign_in`; None if it is not one."""
    begun = unpacked(cookie)
    whole = begun.keys() >= {"state", "nonce", "verifier", "to", "kept"} and all(map(str.isascii, begun.values()))
    return begun if whole and own_path(begun["to"]) else None
