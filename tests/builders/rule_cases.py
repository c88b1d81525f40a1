"""Cases for the table of rules: which candidates each rule admits and refuses, with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import REVIVABLE, State
from chalicelib.messages.kind import Kind
from chalicelib.practice.opt_out import STOPPED, Source
from chalicelib.practice.record import Licence
from chalicelib.rules.rule_input import RuleInput, Stage
from chalicelib.text import Text
from tests.builders.entries import (
    BEGINS,
    LICENSED,
    STOP,
    TODAY,
    at,
    birthday_child,
    candidate,
    entry,
    greeting,
    minutes,
    opted_out,
    phoned,
    practice,
    repeated,
    rule_input,
)

Around = dict[str, Any] | None

SMS, SUBJECT, BODY = (f"Terminerinnerung/{part}/de" for part in ("SMS", "E-Mail-Betreff", "E-Mail-Text"))
NO_TEMPLATE = {SMS: "-", SUBJECT: "-"}
NO_GREETING = {key.replace("Terminerinnerung", "Geburtstag"): value for key, value in NO_TEMPLATE.items()}
NO_MOVE = {key.replace("Terminerinnerung", "Terminverschiebung"): value for key, value in NO_TEMPLATE.items()}
SENT_ALREADY = Text("rule.once.reminder")
SOON, CLOSING, AFTER_MIDNIGHT = BEGINS - minutes(1), at("2026-11-23 20:00"), at("2026-11-24 00:10")
LATE_IN_NEW_YORK = {"now": at("2026-11-24 04:30"), "Zeitzone": "America/New_York", "Versandfenster": "08:00-23:00"}
REVOKED = replace(LICENSED, licences={"L-1": Licence("L-1", revoked=True)})
EXPIRED = replace(LICENSED, licences={"L-1": Licence("L-1", last=date(2026, 11, 22))})
CLOSED, IS_CLOSED = {"Geschlossen": "20.11.2026-24.11.2026"}, Text("rule.open.closed", day=TODAY)
OFF = {"TerminerinnerungSenden": "Nein", "GeburtstagsglueckwuenscheSenden": "Nein"}
NO_LICENCE, NO_MOBILE = Text("licence.none"), Text("address.no_mobile")
NO_PAYER: dict[str, Any] = {"HatBehandlung": 1, "MandantId": None, "MandantGefunden": 0}
NO_DEFAULT: dict[str, Any] = {"HatBehandlung": 0, "MandantId": None, "MandantGefunden": 0}
FIVE_YEARS = {"GeburtstagInaktivJahre": "5"}
ON_THE_DAY: list[dict[str, Any]] = [
    {"LetzteBehandlung": "2021-11-23"}, {"LetzteBehandlung": None, "LetzterTermin": "2021-11-23 00:00:00"},
]  # fmt: skip
LEAP_DAY = {"today": date(2028, 2, 29), "now": at("2028-02-29 10:00"), "GeburtstagInaktivJahre": "1"}
NOT_SINCE = Text("rule.active.not_since", since=date(2021, 11, 23))
OTHER_STATUS, OTHER_DAY = Text("rule.definitive.other"), Text("rule.searched_days.other")
ALL_OUT = opted_out(sms=Source.PERSON, email=Source.COMPLAINT)
SMS_OUT, EMAIL_OUT = Text("address.mobile_opted_out"), Text("address.email_opted_out")
TWO_ATS = Text("address.email_flaw", Text("flaw.several_at"))
UNREACHABLE, NO_EMAIL = Text("address.email_unreachable"), Text("address.no_email")


def off(switch: str) -> Text:
    return Text("rule.switched_on.off", switch=switch)


def no_template(name: str) -> Text:
    return Text("rule.template.none", template=name, language="de")


def none(first: Text, second: Text) -> Text:
    return Text("address.none", first, second)


def reminder(
    before: Entry | None = None, step: Stage = Stage.PREPARE, around: Around = None, **columns: Any
) -> RuleInput:
    return rule_input(candidate(**columns), before, step, **(around or {}))


def birthday(
    before: Entry | None = None, step: Stage = Stage.PREPARE, around: Around = None, **columns: Any
) -> RuleInput:
    return rule_input(birthday_child(**columns), before, step, **(around or {}))


def move(before: Entry | None = None, step: Stage = Stage.PREPARE, around: Around = None, **columns: Any) -> RuleInput:
    """Of a patient who knows another Beginn, by default an hour before."""
    known = columns.pop("known", "2026-11-24T13:30")
    moved = replace(candidate(**columns), kind=Kind.RESCHEDULED)
    return RuleInput(practice(step, **{"ErinnerungBeiVerschiebung": "Ja", **(around or {})}), moved, before, known)


def announcement(state: State = State.PREPARED) -> Entry:
    """The entry of a Terminverschiebung to 14:30 tomorrow."""
    return entry(state, identity="rescheduled:T1:1", kind=Kind.RESCHEDULED, announced_start="2026-11-24T14:30")


def sent(**changes: Any) -> RuleInput:
    """The input of a re-check in send, for an entry whose prepare run searched 24 and 25 November."""
    return reminder(entry(searched_end=date(2026, 11, 26)), Stage.SEND, **changes)


PASSES = {
    "readable": [reminder(), birthday(), RuleInput(reminder().context, candidate())],
    "switched_on": [
        sent(), reminder(around=OFF), birthday(around=OFF), move(announcement(), Stage.SEND),
        sent(around={"ErinnerungBeiVerschiebung": "Nein"}),
    ],
    "definitive": [reminder(Status=" DEFINITIV "), sent(Status="Definitiv")],
    "searched_days": [
        reminder(), sent(Beginn="2026-11-25 23:59"), sent(Beginn="2026-11-24 08:00"), reminder(step=Stage.SEND),
        reminder(entry(searched_first=TODAY, searched_end=TODAY), Stage.SEND),  # not moved, whatever was searched
    ],
    "rescheduled": [
        move(), move(Beginn="2026-11-30 08:00"), move(Beginn="2026-11-23 15:00"), move(announcement(), Stage.SEND),
        move(step=Stage.SEND, known="2026-11-24T14:30"),
    ],
    "sent_again": [reminder(), repeated("2026-11-24T14:30")],
    "birthday": [birthday(), *[birthday(greeting(), Stage.SEND, around) for around in ({}, LATE_IN_NEW_YORK)]],
    "open": [birthday(around={"Geschlossen": "24.12.2026"}), reminder(around=CLOSED)],
    "ahead": [reminder(around={"now": SOON}), birthday(around={"now": CLOSING - minutes(1)})],
    "patient": [reminder()],
    "not_stopped": [reminder(), reminder(around={"opt_outs": STOP}, PatientId="P2")],
    "alive": [reminder()],
    "wants_messages": [reminder(KeineMitteilungen=None), reminder(KeineMitteilungen="Nein")],
    "active": [
        reminder(around=FIVE_YEARS, LetzteBehandlung=None), birthday(LetzteBehandlung=None),
        birthday(around=FIVE_YEARS), *[birthday(around=FIVE_YEARS, **last) for last in ON_THE_DAY],
        birthday(greeting(), Stage.SEND, FIVE_YEARS, LetzteBehandlung="bald", LetzterTermin="2027-01-01 08:00"),
        birthday(around=LEAP_DAY, Geburtsdatum="1980-02-29", LetzteBehandlung="2027-02-28"),
    ],
    "payer": [reminder(HatBehandlung=0)],
    "licence": [reminder(Lizenznummer=" L-1 ")],
    "template": [reminder(around={"templates": {SUBJECT: "-"}}), reminder(around={"templates": {SMS: "-"}})],
    "once": [
        reminder(), *[reminder(entry(state)) for state in sorted(REVIVABLE)], reminder(entry(), Stage.SEND),
        reminder(entry(State.NOT_SENDABLE, phone_calls=(phoned(),)), Beginn="2026-11-24 15:30:00"),  # another time
        *[move(announcement(state)) for state in sorted(REVIVABLE)],
    ],
    "not_opted_out": [
        reminder(around={"opt_outs": opted_out(sms=Source.PERSON)}),  # by e-mail then
        reminder(around={"opt_outs": opted_out(email=Source.COMPLAINT)}),
        sent(around={"opt_outs": opted_out(sms=Source.CARRIER)}),
        reminder(Mobiltelefon="079 000 99 99", around={"opt_outs": ALL_OUT}),  # a new number
    ],
    "address": [
        reminder(Mobiltelefon=None), reminder(EMail=None), reminder(Mobiltelefon="044 512 84 30"),
        reminder(around={"opt_outs": opted_out(email=Source.BOUNCE)}),
    ],
}  # fmt: skip

REFUSES: dict[str, list[tuple[RuleInput, Text]]] = {
    "readable": [
        (reminder(Beginn="bald"), Text("defect.start", appointment="T1")),
        (birthday(Geburtsdatum=None), Text("defect.birthday", patient="P1")),
    ],
    "switched_on": [
        (sent(around=OFF), off("TerminerinnerungSenden")),
        (birthday(greeting(), Stage.SEND, OFF), off("GeburtstagsglueckwuenscheSenden")),
        (move(announcement(), Stage.SEND, OFF), off("TerminerinnerungSenden")),
        (move(announcement(), Stage.SEND, {"ErinnerungBeiVerschiebung": "Nein"}), off("ErinnerungBeiVerschiebung")),
    ],
    "definitive": [
        (reminder(Status="provisorisch"), OTHER_STATUS),
        (reminder(Status=None), Text("rule.definitive.empty")),
        (sent(Status="Frau Muster fragen"), OTHER_STATUS),
        (move(Status="abgesagt"), OTHER_STATUS),
        (move(announcement(), Stage.SEND, Status="abgesagt"), OTHER_STATUS),
    ],
    "searched_days": [
        (reminder(Beginn="2026-11-25 00:00"), OTHER_DAY),
        (reminder(Beginn="2026-11-23 23:59"), OTHER_DAY),
        (sent(Beginn="2026-11-26 00:00"), Text("rule.searched_days.rescheduled", day=date(2026, 11, 26))),
        (sent(Beginn="2026-11-23 23:59"), Text("rule.searched_days.rescheduled", day=date(2026, 11, 23))),
    ],
    "rescheduled": [
        (move(known="2026-11-24T14:30"), Text("rule.rescheduled.known")),
        (move(known=None), Text("rule.rescheduled.on_its_way")),
        (move(announcement(), Stage.SEND, Beginn="2026-11-24 14:31"), Text("rule.rescheduled.again")),
    ],
    "sent_again": [(repeated(known), Text("rule.sent_again.moved")) for known in (None, "2026-11-24T13:30")],
    "birthday": [
        (birthday(Geburtsdatum="1980-11-24"), Text("rule.birthday.not_today")),
        (birthday(greeting(), Stage.SEND, Geburtsdatum="1980-11-22"), Text("rule.birthday.not_today")),
        (birthday(greeting(), Stage.SEND, {"now": AFTER_MIDNIGHT}), Text("rule.birthday.not_today")),
    ],
    "open": [(birthday(None, step, CLOSED), IS_CLOSED) for step in Stage],
    "ahead": [
        (reminder(around={"now": BEGINS}), Text("rule.ahead.begun")),
        (move(around={"now": BEGINS}), Text("rule.ahead.begun")),
        *[(birthday(around={"now": at}), Text("rule.ahead.closed")) for at in (CLOSING, AFTER_MIDNIGHT)],
    ],
    "patient": [
        (reminder(PatientGefunden=0), Text("defect.patient", appointment="T1")),
        (reminder(PatientId=None, PatientGefunden=0), Text("defect.patient", appointment="T1")),
    ],
    "not_stopped": [(reminder(around={"opt_outs": STOP}), STOPPED), (birthday(around={"opt_outs": STOP}), STOPPED)],
    "alive": [(reminder(Sterbedatum="2030-01-01"), Text("rule.alive.deceased"))],
    "wants_messages": [(reminder(KeineMitteilungen=1), Text("rule.wants_messages.none"))],
    "active": [
        (birthday(around=FIVE_YEARS, LetzteBehandlung="2021-11-22 23:59:59"), NOT_SINCE),
        (birthday(around=FIVE_YEARS, LetzteBehandlung="", LetzterTermin="2021-11-22"), NOT_SINCE),
        (birthday(greeting(), Stage.SEND, FIVE_YEARS, LetzteBehandlung=None), NOT_SINCE),
        (birthday(around=FIVE_YEARS, LetzteBehandlung="bald", LetzterTermin=""), NOT_SINCE),
        (birthday(around=LEAP_DAY, Geburtsdatum="1980-02-29", LetzteBehandlung="2027-02-27"),
         Text("rule.active.not_since", since=date(2027, 2, 28))),
    ],
    "payer": [
        (reminder(**NO_PAYER), Text("rule.payer.none")),
        (reminder(MandantGefunden=0), Text("rule.payer.gone", mandant="M1")),
        (reminder(**NO_DEFAULT), Text("rule.payer.no_default")),
        (reminder(HatBehandlung=0, MandantGefunden=0), Text("rule.payer.default_gone", mandant="M1")),
    ],
    "licence": [
        *[(reminder(Lizenznummer=none), NO_LICENCE) for none in (None, "  ")],
        (reminder(around={"record": REVOKED}), Text("licence.revoked")),
        (reminder(around={"record": EXPIRED}), Text("licence.expired", last=date(2026, 11, 22))),
    ],
    "template": [
        (reminder(around={"templates": NO_TEMPLATE}), no_template("Terminerinnerung")),
        (birthday(around={"templates": NO_GREETING}), no_template("Geburtstag")),
        (move(around={"templates": NO_MOVE}), no_template("Terminverschiebung")),
    ],
    "once": [
        *[(reminder(entry(state)), SENT_ALREADY) for state in sorted(set(State) - REVIVABLE)],
        (reminder(entry(State.NOT_SENDABLE, phone_calls=(phoned(),))), Text("rule.once.phoned", Text("phoned.coming"))),
        (birthday(greeting(State.SENT)), Text("rule.once.birthday")),
        (move(announcement(State.SENT)), Text("rule.once.rescheduled")),
    ],
    "not_opted_out": [
        (reminder(around={"opt_outs": ALL_OUT}), none(SMS_OUT, EMAIL_OUT)),
        (sent(around={"opt_outs": ALL_OUT}), none(SMS_OUT, EMAIL_OUT)),
        (birthday(around={"opt_outs": ALL_OUT, "BevorzugterKanal": "E-Mail"}), none(EMAIL_OUT, SMS_OUT)),
        (reminder(EMail=None, around={"opt_outs": ALL_OUT}), none(SMS_OUT, NO_EMAIL)),
        (reminder(around={"opt_outs": opted_out(sms=Source.CARRIER, email=Source.BOUNCE)}), none(SMS_OUT, UNREACHABLE)),
    ],
    "address": [
        (
            reminder(Mobiltelefon=None, around={"opt_outs": opted_out(email=Source.BOUNCE)}),
            none(NO_MOBILE, UNREACHABLE),
        ),
        (reminder(Mobiltelefon="044 512 84 30", EMail=None), none(Text("address.landline"), NO_EMAIL)),
        (reminder(Mobiltelefon=None, EMail="nicht@@gültig"), none(NO_MOBILE, TWO_ATS)),
        (
            reminder(Mobiltelefon=None, around={"record": replace(LICENSED, email_senders=frozenset())}),
            none(NO_MOBILE, Text("address.email_impossible")),
        ),
    ],
}  # fmt: skip
