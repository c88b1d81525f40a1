"""Cases for the table of rules: what each rule lets pass, and what it refuses, with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import REVIVABLE, State
from chalicelib.messages.kind import Kind
from chalicelib.practice.opt_out import Source
from chalicelib.practice.record import Licence
from chalicelib.rules.rule_input import RuleInput, Stage
from tests.builders.entries import (
    BEGINS,
    LICENSED,
    TODAY,
    at,
    birthday_child,
    candidate,
    entry,
    greeting,
    minutes,
    opted_out,
    practice,
    rule_input,
)

Around = dict[str, Any] | None

SMS, SUBJECT, BODY = (f"Terminerinnerung/{part}/de" for part in ("SMS", "E-Mail-Betreff", "E-Mail-Text"))
NO_TEMPLATE = {SMS: "-", SUBJECT: "-"}
NO_GREETING = {key.replace("Terminerinnerung", "Geburtstag"): value for key, value in NO_TEMPLATE.items()}
NO_MOVE = {key.replace("Terminerinnerung", "Terminverschiebung"): value for key, value in NO_TEMPLATE.items()}
SENT_ALREADY = "Für diesen Termin ist eine Erinnerung schon versendet oder unterwegs."
GREETED_ALREADY = "Der Patient ist dieses Jahr schon beglückwünscht worden, oder es ist unterwegs."
MOVE_TOLD_ALREADY = "Diese Verschiebung ist dem Patienten schon mitgeteilt worden, oder es ist unterwegs."
SOON = BEGINS - minutes(1)
CLOSING = at("2026-11-23 20:00")
AFTER_MIDNIGHT = at("2026-11-24 00:10")
LATE_IN_NEW_YORK = {"now": at("2026-11-24 04:30"), "Zeitzone": "America/New_York", "Versandfenster": "08:00-23:00"}
REVOKED = replace(LICENSED, licences={"L-1": Licence("L-1", revoked=True)})
EXPIRED = replace(LICENSED, licences={"L-1": Licence("L-1", last=date(2026, 11, 22))})
OFF = {"TerminerinnerungSenden": "Nein", "GeburtstagsglueckwuenscheSenden": "Nein"}
NO_LICENCE, NO_MOBILE = "Der Mandant hat keine Lizenznummer.", "Keine Mobiltelefonnummer erfasst"
NO_PAYER: dict[str, Any] = {"HatBehandlung": 1, "MandantId": None, "MandantGefunden": 0}
NO_DEFAULT: dict[str, Any] = {"HatBehandlung": 0, "MandantId": None, "MandantGefunden": 0}
FIVE_YEARS = {"GeburtstagInaktivJahre": "5"}
ON_THE_DAY: tuple[dict[str, Any], ...] = (
    {"LetzteBehandlung": "2021-11-23"},
    {"LetzteBehandlung": None, "LetzterTermin": "2021-11-23 00:00:00"},
)
LEAP_DAY = {"today": date(2028, 2, 29), "now": at("2028-02-29 10:00"), "GeburtstagInaktivJahre": "1"}
NOT_SINCE = "Der Patient hatte seit dem {} keine Behandlung und keinen Termin (GeburtstagInaktivJahre)."

ALL_OUT = opted_out(sms=Source.PERSON, email=Source.COMPLAINT)
SMS_OUT, EMAIL_OUT = "Die Mobiltelefonnummer ist abgemeldet", "Die E-Mail-Adresse ist abgemeldet"


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
    known = columns.pop("known", BEGINS - minutes(60))
    moved = replace(candidate(**columns), kind=Kind.RESCHEDULED)
    return RuleInput(practice(step, **{"ErinnerungBeiVerschiebung": "Ja", **(around or {})}), moved, before, known)


def announcement(state: State = State.PREPARED) -> Entry:
    """The entry of a Terminverschiebung to 14:30 tomorrow."""
    return entry(state, identity="rescheduled:T1:2026-11-24T13:30:00Z", kind=Kind.RESCHEDULED)


def sent(**changes: Any) -> RuleInput:
    """Asked again in send, for an entry whose prepare searched 24 and 25 November."""
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
        move(step=Stage.SEND, known=BEGINS),
    ],
    "birthday": [birthday(), *[birthday(greeting(), Stage.SEND, around) for around in ({}, LATE_IN_NEW_YORK)]],
    "ahead": [reminder(around={"now": SOON}), birthday(around={"now": CLOSING - minutes(1)})],
    "patient": [reminder()],
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
        reminder(entry(State.NOT_SENDABLE, phoned_at=SOON), Beginn="2026-11-24 15:30:00"),  # phoned about another time
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

REFUSES: dict[str, list[tuple[RuleInput, str]]] = {
    "readable": [
        (reminder(Beginn="bald"), "Der Beginn des Termins T1 ist nicht lesbar."),
        (birthday(Geburtsdatum=None), "Das Geburtsdatum des Patienten P1 ist nicht lesbar."),
    ],
    "switched_on": [
        (sent(around=OFF), "Der Schalter TerminerinnerungSenden steht auf Nein."),
        (birthday(greeting(), Stage.SEND, OFF), "Der Schalter GeburtstagsglueckwuenscheSenden steht auf Nein."),
        (move(announcement(), Stage.SEND, OFF), "Der Schalter TerminerinnerungSenden steht auf Nein."),
        (
            move(announcement(), Stage.SEND, {"ErinnerungBeiVerschiebung": "Nein"}),
            "Der Schalter ErinnerungBeiVerschiebung steht auf Nein.",
        ),
    ],
    "definitive": [
        (reminder(Status="provisorisch"), "Der Terminstatus ist nicht «definitiv»."),
        (reminder(Status=None), "Der Terminstatus ist leer, nicht «definitiv»."),
        (sent(Status="Frau Muster fragen"), "Der Terminstatus ist nicht «definitiv»."),
        (move(Status="abgesagt"), "Der Terminstatus ist nicht «definitiv»."),
        (move(announcement(), Stage.SEND, Status="abgesagt"), "Der Terminstatus ist nicht «definitiv»."),
    ],
    "searched_days": [
        (reminder(Beginn="2026-11-25 00:00"), "Der Termin liegt nicht in den gesuchten Tagen."),
        (reminder(Beginn="2026-11-23 23:59"), "Der Termin liegt nicht in den gesuchten Tagen."),
        (sent(Beginn="2026-11-26 00:00"), "Der Termin wurde auf den 26.11.2026 verschoben."),
        (sent(Beginn="2026-11-23 23:59"), "Der Termin wurde auf den 23.11.2026 verschoben."),
    ],
    "rescheduled": [
        (move(known=BEGINS), "Diese Zeit ist dem Patienten schon mitgeteilt worden."),
        (move(known=None), "Eine Mitteilung über die vorige Verschiebung ist eben unterwegs."),
        (move(announcement(), Stage.SEND, Beginn="2026-11-24 14:31"), "Der Termin wurde nochmals verschoben."),
    ],
    "birthday": [
        (birthday(Geburtsdatum="1980-11-24"), "Der Patient hat heute nicht Geburtstag."),
        (birthday(greeting(), Stage.SEND, Geburtsdatum="1980-11-22"), "Der Patient hat heute nicht Geburtstag."),
        (birthday(greeting(), Stage.SEND, {"now": AFTER_MIDNIGHT}), "Der Patient hat heute nicht Geburtstag."),
    ],
    "ahead": [
        (reminder(around={"now": BEGINS}), "Der Termin hat schon begonnen."),
        (move(around={"now": BEGINS}), "Der Termin hat schon begonnen."),
        (birthday(around={"now": CLOSING}), "Das Versandfenster des Geburtstags ist schon geschlossen."),
        (birthday(around={"now": AFTER_MIDNIGHT}), "Das Versandfenster des Geburtstags ist schon geschlossen."),
    ],
    "patient": [
        (reminder(PatientGefunden=0), "Den Patienten des Termins T1 gibt es nicht."),
        (reminder(PatientId=None, PatientGefunden=0), "Den Patienten des Termins T1 gibt es nicht."),
    ],
    "alive": [(reminder(Sterbedatum="2030-01-01"), "Beim Patienten ist ein Sterbedatum erfasst.")],
    "wants_messages": [(reminder(KeineMitteilungen=1), "Der Patient wünscht keine Mitteilungen.")],
    "active": [
        (birthday(around=FIVE_YEARS, LetzteBehandlung="2021-11-22 23:59:59"), NOT_SINCE.format("23.11.2021")),
        (birthday(around=FIVE_YEARS, LetzteBehandlung="", LetzterTermin="2021-11-22"), NOT_SINCE.format("23.11.2021")),
        (birthday(greeting(), Stage.SEND, FIVE_YEARS, LetzteBehandlung=None), NOT_SINCE.format("23.11.2021")),
        (birthday(around=FIVE_YEARS, LetzteBehandlung="bald", LetzterTermin=""), NOT_SINCE.format("23.11.2021")),
        (
            birthday(around=LEAP_DAY, Geburtsdatum="1980-02-29", LetzteBehandlung="2027-02-27"),
            NOT_SINCE.format("28.02.2027"),
        ),
    ],
    "payer": [
        (reminder(**NO_PAYER), "Die letzte Behandlung des Patienten hat keinen Mandanten."),
        (reminder(MandantGefunden=0), "Den Mandanten M1 der letzten Behandlung gibt es nicht."),
        (reminder(**NO_DEFAULT), "Der Patient hat keine Behandlung, und DefaultSMSMandant ist nicht gesetzt."),
        (reminder(HatBehandlung=0, MandantGefunden=0), "Den Mandanten M1 aus DefaultSMSMandant gibt es nicht."),
    ],
    "licence": [
        (reminder(Lizenznummer=None), NO_LICENCE),
        (reminder(Lizenznummer="  "), NO_LICENCE),
        (reminder(around={"record": REVOKED}), "Die Lizenz des Mandanten ist widerrufen."),
        (reminder(around={"record": EXPIRED}), "Die Lizenz des Mandanten ist am 22.11.2026 abgelaufen."),
    ],
    "template": [
        (reminder(around={"templates": NO_TEMPLATE}), "Für Terminerinnerung gibt es keine Textvorlage (de)."),
        (birthday(around={"templates": NO_GREETING}), "Für Geburtstag gibt es keine Textvorlage (de)."),
        (move(around={"templates": NO_MOVE}), "Für Terminverschiebung gibt es keine Textvorlage (de)."),
    ],
    "once": [
        *[(reminder(entry(state)), SENT_ALREADY) for state in sorted(set(State) - REVIVABLE)],
        (reminder(entry(State.NOT_SENDABLE, phoned_at=SOON)),
         "Der Patient ist für diesen Termin schon angerufen worden."),
        (birthday(greeting(State.SENT)), GREETED_ALREADY),
        (move(announcement(State.SENT)), MOVE_TOLD_ALREADY),
    ],
    "not_opted_out": [
        (reminder(around={"opt_outs": ALL_OUT}), f"{SMS_OUT}; die E-Mail-Adresse ist abgemeldet"),
        (sent(around={"opt_outs": ALL_OUT}), f"{SMS_OUT}; die E-Mail-Adresse ist abgemeldet"),
        (birthday(around={"opt_outs": ALL_OUT, "BevorzugterKanal": "E-Mail"}), f"{EMAIL_OUT}; d{SMS_OUT[1:]}"),
        (reminder(EMail=None, around={"opt_outs": ALL_OUT}), f"{SMS_OUT}; keine E-Mail-Adresse erfasst"),
        (
            reminder(around={"opt_outs": opted_out(sms=Source.CARRIER, email=Source.BOUNCE)}),
            f"{SMS_OUT}; die E-Mail-Adresse ist unzustellbar",
        ),
    ],
    "address": [
        (
            reminder(Mobiltelefon=None, around={"opt_outs": opted_out(email=Source.BOUNCE)}),
            f"{NO_MOBILE}; die E-Mail-Adresse ist unzustellbar",
        ),
        (
            reminder(Mobiltelefon="044 512 84 30", EMail=None),
            "Die Mobiltelefonnummer ist eine Festnetznummer; keine E-Mail-Adresse erfasst",
        ),
        (reminder(Mobiltelefon=None, EMail="nicht@@gültig"), f"{NO_MOBILE}; die E-Mail-Adresse ist ungültig"),
        (
            reminder(Mobiltelefon=None, around={"record": replace(LICENSED, email_senders=frozenset())}),
            f"{NO_MOBILE}; der Versand per E-Mail ist nicht möglich",
        ),
    ],
}  # fmt: skip
