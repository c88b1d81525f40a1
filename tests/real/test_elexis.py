"""Days of a practice with Elexis' test rows behind the T-SQL views, compared with a count over the raw rows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from infra.cli.core.output import Document
from infra.cli.sandbox.rehearsal_document import document_of
from infra.local.rehearsal import Change, Plan, rehearsal
from tests.real import elexis
from tests.real.elexis import ALIVE, MOVED_OR_DELETED, REACHABLE, REFUSED, TEMPLATES, ElexisPractice
from tests.real.independent import Outcome, sms_parts
from tests.real.synthea import ZONE

pytestmark = pytest.mark.skipif(not elexis.is_there(), reason="../shared/data (elexis, gsm) is not there")

Raw = dict[str, Any]  # a row of a raw table
Outcomes = dict[str, Outcome | str]  # by identity of the entry; a text is the rule that refuses

RAW_NAMES = ("KONTAKT", "AGNTERMINE", "ETIKETTEN", "ETIKETTEN_OBJECT_LINK", "FAELLE", "BEHANDLUNGEN", "VITOSMS_MANDANT")
SEARCHED_DAYS = 31
BEFORE_SEND = timedelta(minutes=17)  # after the start at 09:45


@dataclass(frozen=True)
class Case:
    name: str
    today: date
    changes: tuple[str, ...] = ()  # before the play
    meanwhile: str = ""  # between prepare and send


AGENDA_DAYS = (date(2014, 5, 13), date(2016, 11, 13), date(2016, 12, 27))  # each the day before agenda entries
BIRTHDAYS = (date(2017, 3, 15), date(2017, 6, 23))
CASES = (
    Case("agenda of 2014, blocks only", AGENDA_DAYS[0], (ALIVE, REACHABLE)),
    Case("agenda of November, blocks only", AGENDA_DAYS[1], (ALIVE, REACHABLE)),
    Case("agenda of December as it is", AGENDA_DAYS[2]),
    Case("agenda of December, nobody has died", AGENDA_DAYS[2], (ALIVE,)),
    Case("agenda of December, all reachable", AGENDA_DAYS[2], (ALIVE, REACHABLE)),
    Case("agenda of December, all refused", AGENDA_DAYS[2], (ALIVE, REACHABLE, REFUSED)),
    Case("agenda of December, changed before send", AGENDA_DAYS[2], (ALIVE, REACHABLE), MOVED_OR_DELETED),
    Case("birthday, nobody has died", BIRTHDAYS[1], (ALIVE,)),
    Case("birthday, all reachable", BIRTHDAYS[0], (ALIVE, REACHABLE)),
)


class Count:
    """The expected result, in plain Python over the raw rows, without the service's code and the views."""

    def __init__(self, practice: ElexisPractice, today: date) -> None:
        self._today = today
        with elexis.opened(practice.raw) as connection:
            self._tables = {
                table: [dict(row) for row in connection.execute(f"SELECT * FROM {table}")] for table in RAW_NAMES
            }
        days = {f"{today + timedelta(days=n):%Y%m%d}" for n in range(1, 1 + SEARCHED_DAYS)}
        self.searched = [row for row in self._tables["AGNTERMINE"] if row["Tag"] in days]
        patients = [row for row in self._tables["KONTAKT"] if row["istPatient"] == "1"]
        self.patients: dict[str, Raw] = {row["ID"]: row for row in patients}
        self.born_today = [row for row in self.patients.values() if row["Geburtsdatum"][4:] == f"{today:%m%d}"]

    def outcomes(self) -> Outcomes:
        taken = [row for row in self.searched if (row["PatID"] or "").strip(" ")]  # the others are blocked time
        reminders = {f"reminder:{row['ID']}": self._reminder(row) for row in taken}
        greetings = {f"birthday:{row['ID']}:{self._today.year}": self._greeting(row) for row in self.born_today}
        return {**reminders, **greetings}

    def _reminder(self, agenda: Raw) -> Outcome | str:
        last = agenda["StatusHistory"].rpartition(";")[2].casefold()
        if agenda["deleted"] == "1" or last not in ("geplant", "normal"):
            return "definitive"
        if agenda["PatID"] not in self.patients:
            return "patient"
        patient = self.patients[agenda["PatID"]]
        day = datetime.strptime(agenda["Tag"], "%Y%m%d").replace(tzinfo=ZONE)
        clock = divmod(int(agenda["Beginn"]), 60)
        known = {"Datum": f"{day:%d.%m.%Y}", "Uhrzeit": "{:02}:{:02}".format(*clock), "Behandler": agenda["Bereich"]}
        return self._message("Terminerinnerung", patient, known)

    def _greeting(self, patient: Raw) -> Outcome | str:
        outcome = self._message("Geburtstag", patient, {})
        return "address" if isinstance(outcome, Outcome) and outcome.fate == "not_sendable" else outcome

    def _message(self, kind: str, patient: Raw, known: Mapping[str, str]) -> Outcome | str:
        stickers = self._stickers(patient)
        mandant = self._payer(patient)
        settings = next(row for row in self._tables["VITOSMS_MANDANT"] if row["KontaktID"] == mandant["ID"])
        if "verstorben" in stickers:
            return "alive"
        if "keine Mitteilungen" in stickers:
            return "wants_messages"
        if not settings["Lizenznummer"]:
            return "licence"
        if digits := "".join((patient["NatelNr"] or "").split()).removeprefix("0"):
            names = {"Vorname": patient["Bezeichnung2"], "Nachname": patient["Bezeichnung1"]}
            text = _filled(TEMPLATES[kind], {**known, **names, "Praxis": mandant["Bezeichnung1"]})
            sender = settings["AbsenderSMS"]
            return Outcome("sent", mandant["ID"], "sms", f"+41{digits}", sender, text, sms_parts(text))
        if address := (patient["EMail"] or "").strip():
            return Outcome("sent", mandant["ID"], "email", address, settings["AbsenderEMail"], None, 1)
        return Outcome("not_sendable", mandant["ID"])

    def _stickers(self, patient: Raw) -> set[str]:
        names = {row["ID"]: row["Name"] for row in self._tables["ETIKETTEN"]}
        links = self._tables["ETIKETTEN_OBJECT_LINK"]
        return {names[row["etikette"]] for row in links if row["obj"] == patient["ID"]}

    def _payer(self, patient: Raw) -> Raw:
        """The Mandant of the latest treatment that is not deleted; every patient has one."""
        cases = {row["ID"] for row in self._tables["FAELLE"] if row["PatientID"] == patient["ID"]}
        own = [row for row in self._tables["BEHANDLUNGEN"] if row["FallID"] in cases and row["deleted"] == "0"]
        latest = max(own, key=lambda row: int(row["Datum"]))
        return next(row for row in self._tables["KONTAKT"] if row["ID"] == latest["MandantID"])


def _filled(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        template = template.replace(f"[[{name}]]", value)
    return template


@dataclass(frozen=True)
class Played:
    case: Case
    practice: ElexisPractice
    count: Count
    expected: Outcomes
    document: Document
    errors: list[str]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    case: Case = request.param
    practice = elexis.write_elexis_practice(tmp_path_factory.mktemp("elexis"), *case.changes)
    start, end = (datetime.combine(case.today, at, ZONE) for at in (time(9, 45), time(10, 30)))
    changes = (Change(start + BEFORE_SEND, lambda: elexis.change(practice, case.meanwhile)),)
    database = f"sqlite:///{practice.database}"
    plan = Plan(database, start, end, switches=practice.switches, topups=practice.topups, changes=changes)
    count = Count(practice, case.today)
    with rehearsal(plan) as rehearsed:
        rehearsed.play()
        document = document_of(rehearsed)
        errors = [error.traceback for error in rehearsed.cloud.lambda_errors]
    expected = _after_recheck(count.outcomes(), Count(practice, case.today).outcomes())
    return Played(case, practice, count, expected, document, errors)


def _after_recheck(prepared: Outcomes, asked_again: Outcomes) -> Outcomes:
    """A refusal by prepare is final; a refusal by send cancels the entry."""

    def fate(first: Outcome | str, last: Outcome | str) -> Outcome | str:
        if isinstance(first, str):
            return first
        return Outcome("cancelled", first.mandant) if isinstance(last, str) else last

    return {identity: fate(first, asked_again[identity]) for identity, first in prepared.items()}


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
    return Outcome(fate, entry["mandant"], message["channel"], message["to"], message["sender"], text, entry["credits"])


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
    orphans = Counter(played.expected.values())["patient"]
    outcomes = {run["job"]: run["outcome"] for run in played.document["runs"]}
    clean = dict.fromkeys(("prepare-birthdays", "send", "status"), "done")
    assert outcomes == {**clean, "prepare-reminders": "with_errors" if orphans else "done"}


def test_the_cases_hold_every_row_of_the_agenda_and_every_patient(played: Played) -> None:
    """Otherwise the comparison would prove less than it says."""
    days = {day + timedelta(days=n) for day in AGENDA_DAYS for n in range(1, 1 + SEARCHED_DAYS)}
    with elexis.opened(played.practice.raw) as connection:
        dated = [row["Tag"] for row in connection.execute("SELECT Tag FROM AGNTERMINE WHERE Tag IS NOT NULL")]
    assert {datetime.strptime(day, "%Y%m%d").replace(tzinfo=ZONE).date() for day in dated} <= days
    assert len(dated) >= 20
    if played.case.today in AGENDA_DAYS:
        assert played.count.searched
    born = {(row["Geburtsdatum"][4:]) for row in played.count.patients.values()}
    assert born == {f"{day:%m%d}" for day in BIRTHDAYS}


FATES: Mapping[str, set[str]] = {
    "agenda of 2014, blocks only": set(),
    "agenda of November, blocks only": set(),
    "agenda of December as it is": {"definitive", "patient", "alive"},
    "agenda of December, nobody has died": {"definitive", "patient", "not_sendable"},
    "agenda of December, all reachable": {"definitive", "patient", "sms", "email"},
    "agenda of December, all refused": {"definitive", "patient", "wants_messages", "licence"},
    "agenda of December, changed before send": {"definitive", "patient", "sms", "cancelled"},
    "birthday, nobody has died": {"address"},
    "birthday, all reachable": {"sms"},
}


def test_each_case_shows_what_it_is_for(played: Played) -> None:
    fates = {
        expected if isinstance(expected, str) else expected.channel or expected.fate
        for expected in played.expected.values()
    }
    assert fates == FATES[played.case.name]
