"""The answers of each route of the desk, and to whom: a route without its line here fails a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.entries.entry import entry_key, reminder_identity

Route = tuple[str, str]  # method and path, as in `chalicelib.desk.route.ROUTES`
WHO = ("nobody", "reader", "front_desk", "manager", "operator", "stranger")  # a manager of another practice


@dataclass(frozen=True)
class Walk:
    """`answers`: the status for each of WHO. `values` stand in the path, beside the practice.

    `form` is the page with the form that sends it, or with the URL that it refreshes from; `fields` are typed in, a
    name with `*` into the first such field.
    Without one the fields are all that is sent.
    """

    answers: str
    values: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def statuses(self) -> dict[str, int]:
        return dict(zip(WHO, map(int, self.answers.split()), strict=True))


CALLS = "/p/{practice}/calls"
QUEUE = "/p/{practice}/queue"
SHEET = "/p/{practice}/calls/sheets/1/report"
SEARCH = "/p/{practice}/search"
DEVICE = "0" * 64
COLLEAGUE = {"person": "zz"}  # does not ask
ENTRY = {"key": entry_key("praxis", reminder_identity("T1"))}

# nobody, reader, front desk, manager, operator, stranger
WALKS: dict[Route, Walk] = {
    ("GET", "/"): Walk("303 303 303 303 303 303"),
    ("GET", "/signin"): Walk("303 303 303 303 303 303"),
    ("GET", "/signed-in"): Walk("400 303 303 303 303 303"),
    ("POST", "/signout"): Walk("303 303 303 303 303 303", form="/kept"),
    ("GET", "/signout-all"): Walk("303 303 303 303 303 303"),
    ("GET", "/signed-out"): Walk("200 303 303 303 303 303"),
    ("GET", "/kept"): Walk("303 200 200 200 200 200"),
    ("POST", "/kept"): Walk("303 303 303 303 303 303", form="/kept"),
    ("GET", "/static/{version}/{name}"): Walk("200 200 200 200 200 200", {"version": "0", "name": "desk.css"}),
    ("POST", "/language"): Walk("303 303 303 303 303 303", form="/kept", fields={"language": "fr"}),
    ("POST", "/privacy"): Walk("303 303 303 303 303 303", form="/kept", fields={"private": "on"}),
    ("GET", "/practices"): Walk("303 403 403 403 200 403"),
    ("GET", "/p/{practice}/people"): Walk("303 403 403 200 200 404"),
    ("POST", "/p/{practice}/people"): Walk(
        "303 403 403 200 422 404",  # the second one finds the Kürzel taken
        form="/p/{practice}/people/new",
        fields={"id": "NE", "name": "N. Neu", "role": "reader"},
    ),
    ("GET", "/p/{practice}/people/new"): Walk("303 403 403 200 200 404"),
    ("GET", "/p/{practice}/person/{person}"): Walk("303 403 403 200 200 404", COLLEAGUE),
    ("POST", "/p/{practice}/person/{person}"): Walk(
        "303 403 403 303 303 404", COLLEAGUE, form="/p/{practice}/person/zz"
    ),
    ("POST", "/p/{practice}/person/{person}/code"): Walk("303 403 403 200 200 404", COLLEAGUE),
    ("POST", "/p/{practice}/person/{person}/end"): Walk("303 403 403 303 303 404", COLLEAGUE),
    ("POST", "/p/{practice}/person/{person}/signout"): Walk("303 403 403 303 303 404", COLLEAGUE),
    ("POST", "/p/{practice}/person/{person}/pin"): Walk("303 403 403 303 303 404", COLLEAGUE),
    ("POST", "/p/{practice}/devices"): Walk(
        "303 403 403 303 303 404", form="/p/{practice}/people", fields={"name": "Empfang links"}
    ),
    ("POST", "/p/{practice}/device/{device}/remove"): Walk("303 403 403 303 404 404", {"device": DEVICE}),
    ("GET", "/device"): Walk("303 303 303 303 303 303"),  # on a browser that nobody has registered
    ("POST", "/device"): Walk("303 303 303 303 303 303"),
    ("GET", "/pin"): Walk("303 200 200 200 404 200"),
    ("POST", "/pin"): Walk("303 200 200 200 404 200", form="/pin", fields={"pin": "4711", "again": "4711"}),
    ("POST", "/p/{practice}/reason"): Walk("303 403 403 403 303 404", fields={"reason": "Frau B. hat angerufen"}),
    ("GET", "/p/{practice}/today"): Walk("303 200 200 200 200 404"),
    ("GET", "/p/{practice}/daily-check"): Walk("303 200 200 200 200 404"),
    ("GET", "/p/{practice}/unreachable"): Walk("303 200 200 200 200 404"),
    ("GET", "/p/{practice}/unreachable/sheet"): Walk("303 403 200 200 403 404"),
    ("GET", "/p/{practice}/unreachable/file"): Walk("303 403 200 200 403 404"),
    ("POST", "/p/{practice}/unreachable/corrected"): Walk(
        "303 403 303 303 403 404", form="/p/{practice}/unreachable", fields={"done": "yes"}
    ),
    ("GET", "/p/{practice}/calls"): Walk("303 200 200 200 200 404"),
    ("GET", "/p/{practice}/calls/state"): Walk("303 200 200 200 200 404", form=CALLS),
    ("POST", "/p/{practice}/calls/filters"): Walk("303 303 303 303 303 404", form=CALLS),
    ("POST", "/p/{practice}/calls/note"): Walk(
        "303 403 303 303 403 404", form=CALLS, fields={"outcome": "not_reached"}
    ),
    ("POST", "/p/{practice}/calls/undo"): Walk("303 403 303 303 403 404", form=CALLS),
    ("GET", "/p/{practice}/calls/file"): Walk("303 403 200 200 403 404"),
    ("POST", "/p/{practice}/calls/sheets"): Walk("303 403 303 303 403 404", form=CALLS),
    ("POST", "/p/{practice}/calls/sheet"): Walk("303 403 303 303 403 404", form=CALLS, fields={"number": "1"}),
    ("GET", "/p/{practice}/calls/sheets/{sheet}"): Walk("303 403 200 200 403 404", {"sheet": "1"}),
    ("GET", "/p/{practice}/calls/sheets/{sheet}/report"): Walk("303 403 200 200 403 404", {"sheet": "1"}),
    ("POST", "/p/{practice}/calls/sheets/{sheet}/report"): Walk(
        "303 403 303 303 403 404", {"sheet": "1"}, form=SHEET, fields={"outcome-*": "not_reached"}
    ),
    ("GET", "/p/{practice}/entry/{key}"): Walk("303 200 200 200 200 404", ENTRY),
    ("GET", "/p/{practice}/queue"): Walk("303 200 200 200 200 404"),
    ("POST", "/p/{practice}/queue/filters"): Walk("303 303 303 303 303 404", form=QUEUE),
    ("POST", "/p/{practice}/queue/chosen"): Walk("303 403 200 200 403 404", form=QUEUE, fields={"all": "cancel"}),
    ("POST", "/p/{practice}/queue/decide"): Walk(
        "303 403 200 200 403 404", fields={"act": "cancel", "note": "doppelt"}
    ),
    ("POST", "/p/{practice}/entry/{key}/{action}"): Walk(
        "303 403 303 409 403 404",  # the second one reads that the patient is stopped already
        {"key": entry_key("praxis", reminder_identity("T3")), "action": "stop"},
        fields={"reason": "moved"},
    ),
    ("GET", "/p/{practice}/search"): Walk("303 200 200 200 200 404"),
    ("POST", "/p/{practice}/search"): Walk("303 303 303 303 303 404", form=SEARCH, fields={"text": "Kirschbaumer"}),
    ("GET", "/p/{practice}/patient/{look}"): Walk("303 200 200 200 200 404", {"look": "first"}),
    ("POST", "/p/{practice}/patient/{look}/{action}"): Walk(
        "303 403 303 409 403 404", {"look": "last", "action": "stop"}, fields={"reason": "deceased"}
    ),
}
