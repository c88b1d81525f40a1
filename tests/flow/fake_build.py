"""Practices on the fakes: patients with appointments, parameters, alerts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.admin.opt_outs import opt_out
from chalicelib.aws.deployment import Deployment
from chalicelib.entries.credits import TopUp, Transfer
from chalicelib.entries.entry import Entry
from chalicelib.messages.recipient import Address, Channel
from chalicelib.practice.opt_out import Source
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import Licence, PracticeRecord
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import new_jobs
from infra.local.networks.sent_message import SentMessage
from tests.fakes.fake_cloud import FakeCloud
from tests.fakes.practice_database import COLUMNS, Tables, empty_tables
from tests.fakes.wiring import STAGE

ZURICH = ZoneInfo("Europe/Zurich")
SENDER = "praxis@praxis.example"
BEHIND = "erledigt"  # the status of an appointment that has taken place
DESK = "empfang@praxis.example"
ON = {"Schalter/TerminerinnerungSenden": "Ja", "Schalter/GeburtstagsglueckwuenscheSenden": "Ja"}


def at(local: str, zone: ZoneInfo = ZURICH) -> datetime:
    """A local time such as `2026-11-23 10:00` (UTC)."""
    return datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)


def why(line: Mapping[str, Any]) -> list[str]:
    """The words of the reasons in a line of the Auftragsverlauf."""
    return [reason["text"] for reason in line["reasons"]]


class Day:
    """A cloud of fakes from a local time on; `play` lets it go on to another."""

    def __init__(
        self, start: str, carrier_failures: float = 0.0, seed: int = 0, cloud: type[FakeCloud] = FakeCloud
    ) -> None:
        self.databases: dict[str, Tables] = {}
        self.cloud = cloud(at(start), self.databases, carrier_failures=carrier_failures, seed=seed)
        self.parts = self.cloud.parts

    def practice(self, name: str = "praxis", zone: str = "Europe/Zurich", **parameters: str) -> Desk:
        """A new practice that sends both kinds, with its own database; parameters like `send__Zeitplan`."""
        return Desk(self, name, zone, parameters)

    def play(self, until: str, zone: ZoneInfo = ZURICH) -> None:
        self.cloud.play(at(until, zone))


class Desk:
    """One practice: its rows, parameters and alerts."""

    def __init__(self, day: Day, name: str, zone: str, parameters: Mapping[str, str], credits: int = 10_000) -> None:
        self.name, self.parts, self.cloud = name, day.parts, day.cloud
        self.tables = day.databases[f"mssql://{name}"] = empty_tables()
        self.mandant("M1")
        values = ON | {"Schalter/Zeitzone": zone, "Schalter/CreditMindestbestand": "0"}
        for path, value in (values | {path.replace("__", "/"): value for path, value in parameters.items()}).items():
            self.set(path, value)
        self.parts.parameters.put(f"/vitosms-secrets/{STAGE}/{name}/Datenbank", f"mssql://{name}")
        settings = ValidatedParameters(self.parts.parameters.saved(name)).jobs
        before = day.cloud.world.now - timedelta(microseconds=1)
        self.parts.practices.add(name, [SENDER], new_jobs(name, settings.schedules, zone, before))
        self.parts.practices.add_licence(name, Licence("L-1"))
        self.top_up("M1", credits)
        day.cloud.forget_changes()

    def opt_out(self, address: str) -> None:
        """Somebody at the practice notes it, as `vitosms optout add` does."""
        channel = Channel.EMAIL if "@" in address else Channel.SMS
        parts, now = self.parts, self.cloud.world.now
        opt_out(self.record, parts.parameters, parts.practices, now, Address(channel, address), Source.PERSON)

    def _add(self, view: str, **values: object) -> None:
        self.tables[view].append(dict.fromkeys(COLUMNS[view]) | values)

    def mandant(self, mandant: str) -> None:
        """Add a Mandant with the practice's licence, whose e-mail sender the operator lists."""
        names = {"Name": "Praxis", "Lizenznummer": "L-1", "AbsenderSMS": "Praxis", "AbsenderEMail": SENDER}
        self._add("Mandant", MandantId=mandant, **names)

    def top_up(self, mandant: str, credits: int, reference: str = "start") -> None:
        self.parts.store.top_up(self.name, TopUp(mandant, reference, credits, self.cloud.world.now))

    def top_up_by_another(self, credits: int) -> None:
        """Another Mandant tops up, and transfers the credits to the first."""
        now = self.cloud.world.now
        self.top_up("M2", credits, f"{now:%Y%m%d%H%M%S}")
        self.parts.store.transfer(self.name, Transfer("M2", "M1", f"{now:%Y%m%d%H%M%S}", -credits, now))

    def patient(self, mandant: str = "M1", opened: str = "2026-01-05", **columns: object) -> int:
        """Add a patient, by default with a mobile phone, and a treatment; return the patient's number."""
        n = len(self.tables["Patient"]) + 1
        self._add(
            "Patient", **{"PatientId": f"P{n}", "Vorname": f"Vorname{n}", "Mobiltelefon": f"+4179000{n:04}"} | columns
        )
        self._add("Behandlung", BehandlungId=f"B{n}", PatientId=f"P{n}", MandantId=mandant, EroeffnetAm=opened)
        return n

    def appointment(self, starts_at: str, mandant: str = "M1", **columns: Any) -> None:
        """A new patient with an appointment at a local time."""
        n = self.patient(mandant, **columns)
        self._add("Termin", TerminId=f"T{n}", PatientId=f"P{n}", Beginn=f"{starts_at}:00", Status="definitiv")

    def past_appointment(self, patient: int, starts_at: str) -> None:
        """Another appointment of a patient, at a local time."""
        n = len(self.tables["Termin"]) + 1
        self._add("Termin", TerminId=f"A{n}", PatientId=f"P{patient}", Beginn=f"{starts_at}:00", Status=BEHIND)

    def set(self, path: str, value: str) -> None:
        """Save a parameter, such as `Schalter/Sprache` or `Auftraege/send/Zeitplan`."""
        folder = "Auftraege/" if path.startswith(tuple(Job)) else ""
        self.parts.parameters.put(f"/vitosms/{STAGE}/{self.name}/{folder}{path}", value)

    @property
    def practice(self) -> Practice:
        return Practice(self.record, ValidatedParameters(self.parts.parameters.saved(self.name)))

    @property
    def deployment(self) -> Deployment:
        """The stage as a command sees it now."""
        return Deployment(STAGE, self.parts, self.cloud.world.now)

    @property
    def record(self) -> PracticeRecord:
        record = self.parts.practices.record(self.name)
        assert record is not None
        return record

    @property
    def entries(self) -> dict[str, Entry]:
        """By appointment, or identity."""
        found = self.parts.data.entries.get(self.name, {}).values()
        return {entry.appointment or entry.identity: entry for entry in found}

    def runs(self, job: Job) -> list[tuple[str, str, dict[str, Any]]]:
        """The slot (UTC, `23T09:00`), the outcome and the line of the Auftragsverlauf."""
        lines = [line for line in self.parts.history.runs(self.name) if line["job"] == job]
        return [(line["slot"][8:16], line["outcome"], line) for line in lines]

    @property
    def notices(self) -> list[SentMessage]:
        """E-mails to the practice's people, in any language."""
        named = re.compile(rf"(?<![\w-]){re.escape(self.name)}(?![\w-])")
        return [notice for notice in self.parts.networks.notices if named.search(notice.text)]

    @property
    def told(self) -> list[str]:
        """The kinds of the alerts that the operator got of this practice."""
        return [alert.kind for practice, alert in self.parts.alerts.told if practice == self.name]

    def sent(self) -> list[tuple[str, str]]:
        """When (UTC, `23T09:05`) and to which number; all practices."""
        return [(f"{message.at:%dT%H:%M}", message.to) for message in self.parts.networks.messages]
