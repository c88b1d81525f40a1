"""Cases for the table of rules: what each rule lets pass, and what it refuses, with the reason."""

from __future__ import annotations

from datetime import date
from typing import Any

from chalicelib.entry import REVIVABLE, Entry, State
from chalicelib.licence import Licence
from chalicelib.opt_out import Source
from chalicelib.question import Question, Step
from tests.unit.build import BEGINS, TODAY, at, birthday_child, candidate, entry, greeting, minutes, opted_out, question

Around = dict[str, Any] | None

SMS, SUBJECT, BODY = (f"Terminerinnerung/{part}/de" for part in ("SMS", "E-Mail-Betreff", "E-Mail-Text"))
NO_TEMPLATE = {SMS: "-", SUBJECT: "-"}
NO_GREETING = {key.replace("Terminerinnerung", "Geburtstag"): value for key, value in NO_TEMPLATE.items()}
SENT_ALREADY = "Für diesen Termin ist eine Erinnerung schon versendet oder unterwegs."
GREETED_ALREADY = "Der Patient ist dieses Jahr schon beglückwünscht worden, oder es ist unterwegs."
SOON = BEGINS - minutes(1)
CLOSING = at("2026-11-23 20:00")
AFTER_MIDNIGHT = at("2026-11-24 00:10")
LATE_IN_NEW_YORK = {"now": at("2026-11-24 04:30"), "Zeitzone": "America/New_York", "Versandfenster": "08:00-23:00"}
REVOKED, EXPIRED = {"L-1": Licence("L-1", revoked=True)}, {"L-1": Licence("L-1", last=date(2026, 11, 22))}
OFF = {"TerminerinnerungSenden": "Nein", "GeburtstagsglueckwuenscheSenden": "Nein"}
ALL_OUT = opted_out(sms=Source.PERSON, email=Source.COMPLAINT)
SMS_OUT, EMAIL_OUT = "Die Mobiltelefonnummer ist abgemeldet", "Die E-Mail-Adresse ist abgemeldet"
NO_LICENCE, NO_MOBILE = "Der Mandant hat keine Lizenznummer.", "Keine Mobiltelefonnummer erfasst"
NO_PAYER: dict[str, Any] = {"HatBehandlung": 1, "MandantId": None, "MandantGefunden": 0}
NO_DEFAULT: dict[str, Any] = {"HatBehandlung": 0, "MandantId": None, "MandantGefunden": 0}


def reminder(before: Entry | None = None, step: Step = Step.PREPARE, around: Around = None, **columns: Any) -> Question:
    return question(candidate(**columns), before, step, **(around or {}))


def birthday(before: Entry | None = None, step: Step = Step.PREPARE, around: Around = None, **columns: Any) -> Question:
    return question(birthday_child(**columns), before, step, **(around or {}))


def sent(**changes: Any) -> Question:
    """Asked again in send, for an entry whose prepare searched 24 and 25 November."""
    return reminder(entry(searched_end=date(2026, 11, 26)), Step.SEND, **changes)


PASSES = {
    "lesbar": [reminder(), birthday(), Question(reminder().practice, candidate())],
    "eingeschaltet": [sent(), reminder(around=OFF), birthday(around=OFF)],
    "definitiv": [reminder(Status=" DEFINITIV "), sent(Status="Definitiv")],
    "suchtage": [
        reminder(), sent(Beginn="2026-11-25 23:59"), sent(Beginn="2026-11-24 08:00"), reminder(step=Step.SEND),
        reminder(entry(searched_first=TODAY, searched_end=TODAY), Step.SEND),  # not moved, whatever was searched
    ],
    "geburtstag": [birthday(), *[birthday(greeting(), Step.SEND, around) for around in ({}, LATE_IN_NEW_YORK)]],
    "noch_bevorstehend": [reminder(around={"now": SOON}), birthday(around={"now": CLOSING - minutes(1)})],
    "patient": [reminder()],
    "lebt": [reminder()],
    "wuenscht_mitteilungen": [reminder(KeineMitteilungen=None), reminder(KeineMitteilungen="Nein")],
    "mandant": [reminder(HatBehandlung=0)],
    "lizenz": [reminder(Lizenznummer=" L-1 ")],
    "textvorlage": [reminder(around={"templates": {SUBJECT: "-"}}), reminder(around={"templates": {SMS: "-"}})],
    "einmal": [reminder(), *[reminder(entry(state)) for state in sorted(REVIVABLE)], reminder(entry(), Step.SEND)],
    "nicht_abgemeldet": [
        reminder(around={"opt_outs": opted_out(sms=Source.PERSON)}),  # by e-mail then
        reminder(around={"opt_outs": opted_out(email=Source.COMPLAINT)}),
        sent(around={"opt_outs": opted_out(sms=Source.CARRIER)}),
        reminder(Mobiltelefon="079 000 99 99", around={"opt_outs": ALL_OUT}),  # a new number
    ],
    "adresse": [
        reminder(Mobiltelefon=None), reminder(EMail=None), reminder(Mobiltelefon="044 512 84 30"),
        reminder(around={"opt_outs": opted_out(email=Source.BOUNCE)}),
    ],
}  # fmt: skip

REFUSES: dict[str, list[tuple[Question, str]]] = {
    "lesbar": [
        (reminder(Beginn="bald"), "Der Beginn des Termins T1 ist nicht lesbar."),
        (birthday(Geburtsdatum=None), "Das Geburtsdatum des Patienten P1 ist nicht lesbar."),
    ],
    "eingeschaltet": [
        (sent(around=OFF), "Der Schalter TerminerinnerungSenden steht auf Nein."),
        (birthday(greeting(), Step.SEND, OFF), "Der Schalter GeburtstagsglueckwuenscheSenden steht auf Nein."),
    ],
    "definitiv": [
        (reminder(Status="provisorisch"), "Der Terminstatus ist nicht «definitiv»."),
        (reminder(Status=None), "Der Terminstatus ist leer, nicht «definitiv»."),
        (sent(Status="Frau Muster fragen"), "Der Terminstatus ist nicht «definitiv»."),
    ],
    "suchtage": [
        (reminder(Beginn="2026-11-25 00:00"), "Der Termin liegt nicht in den gesuchten Tagen."),
        (reminder(Beginn="2026-11-23 23:59"), "Der Termin liegt nicht in den gesuchten Tagen."),
        (sent(Beginn="2026-11-26 00:00"), "Der Termin wurde auf den 26.11.2026 verschoben."),
        (sent(Beginn="2026-11-23 23:59"), "Der Termin wurde auf den 23.11.2026 verschoben."),
    ],
    "geburtstag": [
        (birthday(Geburtsdatum="1980-11-24"), "Der Patient hat heute nicht Geburtstag."),
        (birthday(greeting(), Step.SEND, Geburtsdatum="1980-11-22"), "Der Patient hat heute nicht Geburtstag."),
        (birthday(greeting(), Step.SEND, {"now": AFTER_MIDNIGHT}), "Der Patient hat heute nicht Geburtstag."),
    ],
    "noch_bevorstehend": [
        (reminder(around={"now": BEGINS}), "Der Termin hat schon begonnen."),
        (birthday(around={"now": CLOSING}), "Das Versandfenster des Geburtstags ist schon geschlossen."),
        (birthday(around={"now": AFTER_MIDNIGHT}), "Das Versandfenster des Geburtstags ist schon geschlossen."),
    ],
    "patient": [
        (reminder(PatientGefunden=0), "Den Patienten des Termins T1 gibt es nicht."),
        (reminder(PatientId=None, PatientGefunden=0), "Den Patienten des Termins T1 gibt es nicht."),
    ],
    "lebt": [(reminder(Sterbedatum="2030-01-01"), "Beim Patienten ist ein Sterbedatum erfasst.")],
    "wuenscht_mitteilungen": [(reminder(KeineMitteilungen=1), "Der Patient wünscht keine Mitteilungen.")],
    "mandant": [
        (reminder(**NO_PAYER), "Die letzte Behandlung des Patienten hat keinen Mandanten."),
        (reminder(MandantGefunden=0), "Den Mandanten M1 der letzten Behandlung gibt es nicht."),
        (reminder(**NO_DEFAULT), "Der Patient hat keine Behandlung, und DefaultSMSMandant ist nicht gesetzt."),
        (reminder(HatBehandlung=0, MandantGefunden=0), "Den Mandanten M1 aus DefaultSMSMandant gibt es nicht."),
    ],
    "lizenz": [
        (reminder(Lizenznummer=None), NO_LICENCE),
        (reminder(Lizenznummer="  "), NO_LICENCE),
        (reminder(around={"licences": REVOKED}), "Die Lizenz des Mandanten ist widerrufen."),
        (reminder(around={"licences": EXPIRED}), "Die Lizenz des Mandanten ist am 22.11.2026 abgelaufen."),
    ],
    "textvorlage": [
        (reminder(around={"templates": NO_TEMPLATE}), "Für Terminerinnerung gibt es keine Textvorlage (de)."),
        (birthday(around={"templates": NO_GREETING}), "Für Geburtstag gibt es keine Textvorlage (de)."),
    ],
    "einmal": [
        *[(reminder(entry(state)), SENT_ALREADY) for state in sorted(set(State) - REVIVABLE)],
        (birthday(greeting(State.SENT)), GREETED_ALREADY),
    ],
    "nicht_abgemeldet": [
        (reminder(around={"opt_outs": ALL_OUT}), f"{SMS_OUT}; die E-Mail-Adresse ist abgemeldet"),
        (sent(around={"opt_outs": ALL_OUT}), f"{SMS_OUT}; die E-Mail-Adresse ist abgemeldet"),
        (birthday(around={"opt_outs": ALL_OUT, "BevorzugterKanal": "E-Mail"}), f"{EMAIL_OUT}; d{SMS_OUT[1:]}"),
        (reminder(EMail=None, around={"opt_outs": ALL_OUT}), f"{SMS_OUT}; keine E-Mail-Adresse erfasst"),
        (
            reminder(around={"opt_outs": opted_out(sms=Source.CARRIER, email=Source.BOUNCE)}),
            f"{SMS_OUT}; die E-Mail-Adresse ist unzustellbar",
        ),
    ],
    "adresse": [
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
            reminder(Mobiltelefon=None, around={"email_senders": frozenset()}),
            f"{NO_MOBILE}; der Versand per E-Mail ist nicht möglich",
        ),
    ],
}  # fmt: skip
