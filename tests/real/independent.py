"""The expected result for each appointment and birthday, by plain Python over the tables.

Nothing of the service is imported. Phone numbers are judged by the expectations given with their formats, SMS parts by
the published alphabet.
"""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from tests.real.synthea import DATA, SEARCHED_DAYS, SMS_TEMPLATES, TODAY, SyntheaPractice, phone_shapes

Row = dict[str, Any]  # text, but KeineMitteilungen; or None

# The prefix of each format's expected number.
IS_MOBILE = {"+4179": True, "+4132": False, "+4144": False, "+493": False}
BIRTHDAYS = ("02-28", "02-29")  # the played day is 28 February of a common year


@dataclass(frozen=True)
class Outcome:
    """`fate` is sent, waits (for credits), not_sendable or skipped; e-mails' texts are not compared."""

    fate: str
    mandant: str | None = None
    channel: str | None = None
    to: str | None = None
    sender: str | None = None
    text: str | None = None
    credits: int = 0


SKIPPED = Outcome("skipped")
Outcomes = dict[str, dict[str, Outcome]]  # by PatientId and identity of the entry


@dataclass(frozen=True)
class _Wanted:
    """A message before it is paid."""

    patient: str
    identity: str
    order: tuple[bool, str]  # greetings last, otherwise by start
    message: Outcome


class Count:
    """The independent count over one database."""

    def __init__(self, practice: SyntheaPractice) -> None:
        self._practice = practice
        with closing(sqlite3.connect(practice.database)) as connection:
            tables = {name: _rows(connection, name) for name in ("Mandant", "Patient", "Behandlung", "Termin")}
        self.mandanten = {row["MandantId"]: row for row in tables["Mandant"]}
        self.patients = {row["PatientId"]: row for row in tables["Patient"]}
        self._treatments: dict[str, list[Row]] = defaultdict(list)
        for row in tables["Behandlung"]:
            self._treatments[row["PatientId"]].append(row)
        days = {(TODAY + timedelta(days=n)).isoformat() for n in range(1, 1 + SEARCHED_DAYS)}
        self.searched = [row for row in tables["Termin"] if row["Beginn"][:10] in days]
        self.birthdays = [row for row in tables["Patient"] if row["Geburtsdatum"][5:] in BIRTHDAYS]

    def outcomes(self) -> Outcomes:
        found: Outcomes = defaultdict(dict)
        wanted: list[_Wanted] = []
        for appointment in self.searched:
            patient, identity = appointment["PatientId"], f"reminder:{appointment['TerminId']}"
            found[patient][identity] = outcome = self._reminder(appointment)
            wanted.append(_Wanted(patient, identity, (False, appointment["Beginn"]), outcome))
        for row in self.birthdays:
            patient = row["PatientId"]
            identity = f"birthday:{patient}:{TODAY.year}"
            found[patient][identity] = outcome = self._greeting(row)
            wanted.append(_Wanted(patient, identity, (True, ""), outcome))
        for line in self._unpaid([line for line in wanted if line.message.fate == "sent"]):
            found[line.patient][line.identity] = Outcome("waits", line.message.mandant)
        return dict(found)

    def payer(self, patient: str) -> str | None:
        """The MandantId of the latest opened treatment, or the default's without any."""
        treatments = self._treatments[patient]
        if not treatments:
            return self._practice.switches["DefaultSMSMandant"]
        latest = max(treatments, key=lambda row: (row["EroeffnetAm"] or "", row["BehandlungId"]))
        mandant: str | None = latest["MandantId"]
        return mandant

    def licensed(self, mandant: str | None) -> bool:
        number = ((self.mandanten.get(mandant or "") or {}).get("Lizenznummer") or "").strip()
        return bool(number) and self._practice.licences.get(number, "valid") == "valid"

    def _reminder(self, appointment: Row) -> Outcome:
        patient = self.patients[appointment["PatientId"]]
        if (appointment["Status"] or "").strip().lower() != "definitiv" or not self._allowed(patient):
            return SKIPPED
        message = self._message(patient, "Terminerinnerung", appointment["Beginn"][11:16])
        return message or Outcome("not_sendable", self.payer(patient["PatientId"]))

    def _greeting(self, patient: Row) -> Outcome:
        if not self._allowed(patient):
            return SKIPPED
        return self._message(patient, "Geburtstag", "") or SKIPPED

    def _allowed(self, patient: Row) -> bool:
        alive = patient["Sterbedatum"] is None and not patient["KeineMitteilungen"]
        return alive and self.licensed(self.payer(patient["PatientId"]))

    def _message(self, patient: Row, kind: str, clock: str) -> Outcome | None:
        """None without an address. The preferred channel is SMS, and e-mail needs the Mandant's sender."""
        payer = str(self.payer(patient["PatientId"]))
        mandant = self.mandanten[payer]
        if number := mobile(patient["Mobiltelefon"]):
            text = _text(kind, patient, mandant, clock)
            return Outcome("sent", payer, "sms", number, mandant["AbsenderSMS"], text, sms_parts(text))
        if (address := email(patient["EMail"])) and mandant["AbsenderEMail"]:
            return Outcome("sent", payer, "email", address, mandant["AbsenderEMail"], None, 1)
        return None

    def _unpaid(self, wanted: Sequence[_Wanted]) -> list[_Wanted]:
        """In the order of payment; the first message that the balance cannot pay ends its Mandant's turn."""
        left = dict(self._practice.topups)
        ended: set[str | None] = set()
        unpaid: list[_Wanted] = []
        for line in sorted(wanted, key=lambda line: line.order):
            payer, price = str(line.message.mandant), line.message.credits
            if payer in ended or price > left.get(payer, 0):
                ended.add(payer)
                unpaid.append(line)
            else:
                left[payer] -= price
        return unpaid


def _rows(connection: sqlite3.Connection, table: str) -> list[Row]:
    cursor = connection.execute(f"SELECT * FROM {table}")
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor]


def mobile(raw: str | None) -> str | None:
    """Return a mobile number in E.164, by its format apart from the last seven digits."""
    if raw is None or not raw.strip():
        return None
    expected = _expected_codes()[_masked(raw)]
    return expected + re.sub(r"\D", "", raw)[-7:] if expected and IS_MOBILE[expected] else None


@cache
def _expected_codes() -> dict[str, str | None]:
    return {_masked(shape["raw"]): (shape["expected"] or "")[:-7] or None for shape in phone_shapes()}


def _masked(raw: str) -> str:
    last_seven = [match.start() for match in re.finditer(r"\d", raw)][-7:]
    return "".join("#" if at in last_seven else char for at, char in enumerate(raw))


def email(raw: str | None) -> str | None:
    """The addresses given to patients are valid if they have this form."""
    match = re.fullmatch(r"\s*([a-z.0-9]+@[a-z]+\.example)\s*", raw or "")
    return match[1] if match else None


def _text(kind: str, patient: Row, mandant: Row, clock: str) -> str:
    language = patient["Sprache"] if patient["Sprache"] in SMS_TEMPLATES[kind] else "de"
    values = {
        "Vorname": patient["Vorname"],
        "Nachname": patient["Nachname"],
        "Praxis": mandant["Name"],
        "Uhrzeit": clock,
    }
    text = SMS_TEMPLATES[kind][str(language)]
    for name, value in values.items():
        text = text.replace(f"[[{name}]]", str(value))
    return text


def sms_parts(text: str) -> int:
    """160 then 153 septets, or 70 then 67 characters (no emoji here) where one is not in the alphabet."""
    septets = _septets()
    if all(char in septets for char in text):
        length, single, joined = sum(septets[char] for char in text), 160, 153
    else:
        length, single, joined = len(text), 70, 67
    return 1 if length <= single else -(-length // joined)


@cache
def _septets() -> dict[str, int]:
    """The size of each character in septets; the table's small ç is a capital one on handsets."""
    lines = (DATA / "gsm" / "GSM0338.TXT").read_text(encoding="utf-8", errors="replace").splitlines()
    pairs = [line.split()[:2] for line in lines if line.startswith("0x")]
    table = {chr(int(unicode, 16)): (len(code) - 2) // 2 for code, unicode in pairs if code != "0x1B"}
    table.pop("ç")
    return {**table, "Ç": 1}
