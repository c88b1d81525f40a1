"""Days of a practice with the Swiss FHIR patients behind views, compared one by one with a count over the raw rows."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from infra.cli.core.output import Document
from infra.cli.sandbox.rehearsal_document import document_of
from infra.local.rehearsal import Plan, rehearsal
from tests.real import fhir_ch
from tests.real.fhir_ch import SWITCHES, TEMPLATES, FhirPractice
from tests.real.independent import Outcome, sms_parts
from tests.real.synthea import ZONE

pytestmark = pytest.mark.skipif(not fhir_ch.is_there(), reason="../shared/data (fhir_ch, gsm) is not there")

Raw = dict[str, Any]  # a row of a raw table
Outcomes = dict[str, Outcome | str]  # by identity of the entry; a text is the rule that refuses


@dataclass(frozen=True)
class Case:
    """A played day; the appointments are on the next day. Each day is somebody's birthday."""

    name: str
    today: date
    own_numbers: bool
    fates: frozenset[str]  # that must occur: reminders' and greetings'


REMINDERS = frozenset({"reminder: definitive", "reminder: patient", "reminder: licence", "reminder: sms"})
CASES = (
    Case("as they are", date(2023, 12, 12), False, REMINDERS | {"reminder: not_sendable", "birthday: sms"}),
    Case("a landline only", date(2023, 5, 3), False, REMINDERS | {"reminder: not_sendable", "birthday: email"}),
    Case(
        "born in March, without an address",
        date(2023, 3, 20),
        False,
        REMINDERS | {"reminder: not_sendable", "birthday: address"},
    ),
    Case("all reachable", date(2023, 1, 27), True, REMINDERS | {"reminder: email", "birthday: sms"}),
)


class Count:
    """The expected result, in plain Python over the raw rows, without the service's code and the views."""

    def __init__(self, practice: FhirPractice, today: date) -> None:
        self._practice, self._today = practice, today
        with fhir_ch.opened(practice.database) as connection:
            elements, organisations, self._encounters, self.appointments = (
                [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
                for table in ("element", "organization", "encounter", "appointment")
            )
        self._organisations = {row["id"]: row for row in organisations}
        self.patients: dict[str, dict[str, list[Raw]]] = defaultdict(lambda: defaultdict(list))
        for row in elements:
            occurrences = self.patients[row["patient"]][row["element"]]
            occurrences += [{} for _ in range(len(occurrences), row["n"] + 1)]
            occurrences[row["n"]][row["path"]] = row["value"]
        self.born_today = [p for p in self.patients if self._plain(p, "birthDate").endswith(f"-{today:%m-%d}")]

    def outcomes(self) -> Outcomes:
        reminders = {f"reminder:{row['id']}": self._reminder(row) for row in self.appointments}
        greetings = {f"birthday:{patient}:{self._today.year}": self._greeting(patient) for patient in self.born_today}
        return {**reminders, **greetings}

    def _plain(self, patient: str, element: str) -> str:
        values = self.patients[patient].get(element)
        return str(values[0].get("", "")) if values else ""

    def _reminder(self, appointment: Raw) -> Outcome | str:
        if appointment["status"] not in ("booked", "arrived"):
            return "definitive"
        patient = (appointment["participant"] or "").removeprefix("Patient/")
        if patient not in self.patients:
            return "patient"
        clock = datetime.fromisoformat(appointment["start"]).astimezone(ZONE)
        known = {"Uhrzeit": f"{clock:%H:%M}", "Behandler": appointment["practitioner"]}
        return self._message("Terminerinnerung", patient, known)

    def _greeting(self, patient: str) -> Outcome | str:
        outcome = self._message("Geburtstag", patient, {})
        return "address" if isinstance(outcome, Outcome) and outcome.fate == "not_sendable" else outcome

    def _message(self, kind: str, patient: str, known: Mapping[str, str]) -> Outcome | str:
        payer = self._organisations[self._payer(patient)]
        if payer["licence"] in self._practice.licences:  # the revoked ones
            return "licence"
        telecoms = self.patients[patient]["telecom"]
        if number := _mobile(telecoms):
            values = {**known, **self._names(patient), "Praxis": payer["name"]}
            text = re.sub(r"\[\[(\w+)\]\]", lambda match: values[match[1]], TEMPLATES[kind])
            return Outcome("sent", payer["id"], "sms", number, payer["sms"], text, sms_parts(text))
        for telecom in telecoms:
            if telecom["system"] == "email":
                return Outcome("sent", payer["id"], "email", telecom["value"], payer["email"], None, 1)
        return Outcome("not_sendable", payer["id"])

    def _payer(self, patient: str) -> str:
        own = [
            row for row in self._encounters if row["subject"] == f"Patient/{patient}" and row["status"] == "finished"
        ]
        latest = max(own, key=lambda row: datetime.fromisoformat(row["period_start"]), default=None)
        mandant = latest["service_provider"].removeprefix("Organization/") if latest else SWITCHES["DefaultSMSMandant"]
        return str(mandant)

    def _names(self, patient: str) -> dict[str, str]:
        """A part of the official name, or of the first; empty if it is missing."""
        names = self.patients[patient]["name"]
        name = next((name for name in names if name.get("use") == "official"), names[0] if names else {})
        salutation = {"male": "Herr", "female": "Frau"}.get(self._plain(patient, "gender"), "")
        return {"Anrede": salutation, "Vorname": name.get("given", ""), "Nachname": name.get("family", "")}


def _mobile(telecoms: list[Raw]) -> str | None:
    """A number of 075 to 079: the one for mobiles, otherwise for SMS, otherwise the first."""
    phones = [telecom for telecom in telecoms if telecom["system"] in ("phone", "sms")]
    marked = [telecom for telecom in phones if telecom.get("use") == "mobile"]
    texting = [telecom for telecom in phones if telecom["system"] == "sms"]
    for telecom in [*marked, *texting, *phones][:1]:
        if match := re.fullmatch(r"(?:\+41|0)(7[5-9]\d{7})", telecom["value"].replace(" ", "")):
            return f"+41{match[1]}"
    return None


@dataclass(frozen=True)
class Played:
    case: Case
    practice: FhirPractice
    count: Count
    expected: Outcomes
    document: Document
    errors: list[str]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    case: Case = request.param
    database = tmp_path_factory.mktemp("fhir_ch") / "practice.db"
    practice = fhir_ch.write_fhir_practice(database, case.today + timedelta(days=1), case.own_numbers)
    start, end = (datetime.combine(case.today, at, ZONE) for at in (time(9, 45), time(10, 30)))
    url, switches, topups, licences = f"sqlite:///{database}", practice.switches, practice.topups, practice.licences
    count = Count(practice, case.today)
    with rehearsal(Plan(url, start, end, switches=switches, topups=topups, licences=licences)) as rehearsed:
        rehearsed.play()
        document = document_of(rehearsed)
        errors = [error.traceback for error in rehearsed.cloud.lambda_errors]
    return Played(case, practice, count, count.outcomes(), document, errors)


def test_every_appointment_and_birthday_fares_as_the_count_of_the_raw_rows_says(played: Played) -> None:
    admitted = {identity: outcome for identity, outcome in played.expected.items() if isinstance(outcome, Outcome)}
    messages = {message["entry"]: message for message in played.document["messages"]}
    entries = {entry["entry"]: _outcome(entry, messages.get(entry["entry"])) for entry in played.document["entries"]}
    assert entries == admitted


def _outcome(entry: Document, message: Document | None) -> Outcome:
    if message is None:
        return Outcome(entry["state"], entry["mandant"])
    fate = "sent" if entry["state"] in ("sent", "delivered") else f"sent, but {entry['state']}"
    text = message["text"] if message["channel"] == "sms" else None
    arrived = (message["channel"], message["to"], message["sender"], text)
    return Outcome(fate, entry["mandant"], *arrived, entry["credits"])


def test_everything_else_is_skipped_by_the_rule_that_the_count_names(played: Played) -> None:
    assert played.document["skipped"] == Counter(rule for rule in played.expected.values() if isinstance(rule, str))


def test_each_message_left_once_and_its_mandant_paid_for_it_alone(played: Played) -> None:
    sent = [outcome for outcome in played.expected.values() if isinstance(outcome, Outcome) and outcome.to]
    assert len(played.document["messages"]) == len(sent)
    charged = {mandant: totals["charged"] for mandant, totals in played.document["credits"].items()}
    expected = {m: sum(message.credits for message in sent if message.mandant == m) for m in played.practice.topups}
    assert charged == expected


def test_no_handler_failed_and_the_history_tells_of_appointments_without_a_patient(played: Played) -> None:
    assert played.errors == []
    outcomes = {run["job"]: run["outcome"] for run in played.document["runs"]}
    clean = dict.fromkeys(("prepare-birthdays", "send", "status"), "done")
    assert outcomes == {**clean, "prepare-reminders": "with_errors"}


def test_every_patient_has_appointments(played: Played) -> None:
    named = Counter(row["participant"] for row in played.count.appointments)
    assert {named[f"Patient/{patient}"] for patient in played.count.patients} == {2}


def test_each_case_shows_what_it_is_for(played: Played) -> None:
    fates = {
        f"{identity.partition(':')[0]}: {end if isinstance(end, str) else end.channel or end.fate}"
        for identity, end in played.expected.items()
    }
    assert fates >= played.case.fates


def test_the_reader_finds_every_sample_and_all_that_the_count_uses() -> None:
    """Compare with the number of lines: service and count rely on the same reader."""
    elements = fhir_ch.read_elements()
    paths = Counter((element, path) for _, element, _, path, _ in elements)
    lines = Counter(
        line for file in fhir_ch.FOLDER.iterdir() for line in map(_shape, file.read_text("utf-8").splitlines())
    )
    assert len({patient for patient, *_ in elements}) == lines["InstanceOf"] + len(list(fhir_ch.FOLDER.glob("*.xml")))
    for element, path in (("telecom", "system"), ("telecom", "value"), ("telecom", "use"), ("birthDate", "")):
        assert paths[element, path] == lines[f"{element}.{path}".rstrip(".")] > 0
    occurrences = {(patient, n) for patient, element, n, *_ in elements if element == "telecom"}
    assert len(occurrences) == lines["telecom.system"]
    assert {path for _, element, _, path, _ in elements if element == "name"} >= {"use", "family", "given", "text"}


def _shape(line: str) -> str:
    """The path of a line in FHIR Shorthand, without its indices."""
    return re.sub(r"\[.*?\]", "", re.split(r" = |:", line)[0].removeprefix("* "))
