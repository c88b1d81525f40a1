"""The documents of the people who may sign in."""

from __future__ import annotations

from chalicelib.people.person import Role
from chalicelib.people.status import Status
from infra.cli.reference import parts
from infra.cli.reference.schema import Schema, day, list_of, one_of, or_null, record, records, string, time

_PRACTICE = or_null(string("The ID of the practice; null for operators."))
_PERSON: dict[str, Schema] = {
    "kuerzel": string("Such as `AM`; it is never given to a second person of the practice."),
    "username": string("The name at which the person signs in."),
    "name": string(),
    "role": one_of(Role, "What the person may do."),
    "limits": record(
        {
            "mandant": list_of(string(), "The MandantIds; empty: all."),
            "practitioner": list_of(string(), "The names of practitioners; empty: all."),
        },
        "What the person is limited to.",
    ),
    "last_day": or_null(day("The last day on which the person may sign in.")),
    "status": one_of(Status, "Whether the person can sign in now."),
    "pin": one_of(["none", "set", "locked"], "Of the PIN for registered devices; locked after five wrong tries."),
    "created_at": or_null(time("When the person was let in.")),
    "last_sign_in": or_null(time()),
    "ended_at": or_null(time("When the access was ended.")),
}
_ONE = {"practice": _PRACTICE, "person": record(_PERSON)}
_CODE = {
    "url": or_null(string("The address of the desk; null if the stage has none.")),
    "one_time_code": string("It is printed only now."),
    "code_until": time("Until when it can be used."),
}
DOCUMENTS: dict[str, tuple[str, dict[str, Schema]]] = {
    "people list": (
        "Who may sign in.",
        {"practice": _PRACTICE, "people": records(_PERSON, "By Kürzel."), "remarks": parts.REMARKS},
    ),
    "people add": ("A person who may sign in now.", {**_ONE, **_CODE, "remarks": parts.REMARKS}),
    "people code": ("A person with a new one-time code.", {**_ONE, **_CODE, "remarks": parts.REMARKS}),
    "people change": ("A person who was changed.", {**_ONE, "remarks": parts.REMARKS}),
    "people remove": ("A person whose access has ended.", {**_ONE, "remarks": parts.REMARKS}),
    "people sign-out": ("A person whose sessions have ended.", {**_ONE, "remarks": parts.REMARKS}),
    "people pin-reset": ("A person without a PIN.", {**_ONE, "remarks": parts.REMARKS}),
}
