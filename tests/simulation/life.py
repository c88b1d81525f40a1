"""A practice's life in a simulation: appointments and birthdays every day, and the changes that its people make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from string import ascii_lowercase
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.entries.entry import Entry
from chalicelib.messages.kind import Kind
from chalicelib.schedule.job import Job
from chalicelib.schedule.sending_window import parse_window
from chalicelib.schedule.time_zone import local_minute
from tests.flow.fake_build import Day, Desk
from tests.simulation.habits import FIRST_NAMES, Habits
from tests.simulation.halts import Halt, Halts
from tests.simulation.purse import CREDITS, Purse
from tests.simulation.row_changes import RowChanges
from tests.simulation.settings import SettingsOverTime
from tests.simulation.settings_changes import SETTINGS, SettingsChanges
from tests.simulation.trouble import Dice
from tests.simulation.unchanged import Unchanged

PAYER, SECOND = "M1", "M3"  # the Mandant of all treatments, and another one who has appointments
LAST_NAME = "Quastenflosser"  # planted: only the message to the patient may contain it
PLANS = ("täglich 10:05", "täglich alle 2 Stunden 08:05-18:05", "Mo-Fr 09:35", "täglich 16:20")
REACHED_BY = ("sms",) * 5 + ("mail",) * 2 + ("nothing",)
CHANGES = (
    "cancel", "cancel", "reinstate", "provisional", "move", "move far", "move back", "move back", "die",
    "opt out", "address", "number", *CREDITS, "switch", "schedule", "offset", "days", "plan", "off", "zone",
    "double", "enter again", "enter again", "move all", "move all", "move all", "join", "join",
)  # fmt: skip
LAST_THERE = ("2026-01-05 ", "2026-01-05 2020-03-04", "2020-03-04 2025-12-01", "2020-03-04 ", "2019-03-04 2020-05-06")
LATELY = "2025"  # all simulated days are in 2026 or soon after, and three years reach back to 2023
SATURDAY = 5
NUMBER = "+4179"  # how all numbers begin
_A_DAY = timedelta(days=1)
Journal = dict[str, list[tuple[datetime, bool]]]  # since when a row allows or forbids messages


class Life:
    """One practice; its `journal` remembers when which row forbade a message."""

    def __init__(self, day: Day, habits: Habits, dice: Dice) -> None:
        self.desk = Desk(day, habits.name, habits.zone, habits.parameters, habits.credits)
        self.settings = SettingsOverTime(habits.settings, day.cloud.world.now)
        self._changes = SettingsChanges(self.desk, habits, self.settings, dice)
        self._rows = RowChanges(self, day.cloud, dice)
        self.purse = Purse(self.desk, habits.least, dice)
        window = parse_window(habits.window)
        assert window is not None
        self.window, self.habits, self.tells_moves = window, habits, habits.tells_moves
        self._cloud, self._dice = day.cloud, dice
        self._journal: Journal = {}
        self._people = self._numbers = 0
        self.begins: dict[str, list[tuple[datetime, str]]] = {}  # since when an appointment begins at a local time
        self.opted_out: dict[str, datetime] = {}  # addresses, and since when nothing may be sent to them
        self.halts = Halts()
        self.doubtful: set[str] = set()  # patients whose address somebody has reported
        self.on_begins: Callable[[str, str], None] = lambda appointment, start: None
        self._born: dict[str, datetime] = {}  # patients who are to be greeted, and when they were entered

    @property
    def zone(self) -> ZoneInfo:
        return self.settings.now.tz

    def plan(self, day: date) -> None:
        """Plays a local day: new rows in the morning, changes meanwhile."""
        self.at(day, 7 * 60, lambda: self._enter(day))
        for _ in range(8 if self.habits.often else 4):
            if self._dice.rolls("change", self._dice.rates.change):
                self.at(day, self.minute(self._dice), lambda: self.change(self._dice.pick(*CHANGES)))

    def minute(self, dice: Dice) -> int:
        """The times of a day's changes: half of them around the times when messages are prepared and sent."""
        if dice.between(0, 1):
            return dice.between(8 * 60, 20 * 60)
        if self.habits.often:
            return dice.between(4, 9) * 120 + dice.between(-10, 10)
        return dice.between(9 * 60 + 50, 10 * 60 + 40)

    def was_ever_admissible(self, entry: Entry, start: datetime, end: datetime) -> bool:
        """Whether its rows, and all patients of the address, allowed the message at some instant of [start, end]."""
        rows = [row for row in (entry.patient, entry.appointment, entry.recipient) if row]
        instants = {start} | {at for row in rows for at, _ in self._journal.get(row, []) if start <= at <= end}
        return any(all(self._allowed(row, instant) for row in rows) for instant in instants)

    @property
    def is_removed(self) -> bool:
        """Whether the practice is, or may be, removed: then no command changes it."""
        return self.halts.removed is not Halt.OFF

    def always_admissible(self, identity: str, released: bool = False) -> bool:
        """Whether its rows allowed a message all the time, and never moved; `released`: or a person allows it again."""
        kind, row = identity.split(":")[:2]
        rows = [row, patient_of(row)] if kind == Kind.REMINDER else [row]
        noted = [self._journal.get(row, []) for row in rows]
        settled = all(len(notes) <= 1 and all(allowed for _, allowed in notes) for notes in noted)
        allowed = (None, Halt.OFF) if released else (None,)
        halted = any(self.halts.of_patient(row) not in allowed for row in rows)
        return settled and not halted and self.doubtful.isdisjoint(rows)

    def ever_began_at(self, entry: Entry, start: datetime, end: datetime) -> bool:
        """Whether its appointment began as the entry has it at some instant of [start, end]."""
        known = self.begins[entry.appointment or ""]
        before = [starts_at for at, starts_at in known if at < start][-1:]
        found = {*before, *(starts_at for at, starts_at in known if start <= at <= end)}
        return entry.starts_at in {at for starts_at in found for at in self.instants(starts_at)}

    def start_now(self, appointment: str) -> str | None:
        """The local start of an appointment, as a message names it; None if it has no row."""
        rows = (row for row in self.desk.tables["Termin"] if row["TerminId"] == appointment)
        return next((self.as_named(str(row["Beginn"])) for row in rows), None)

    def as_named(self, start: str) -> str:
        """A local start as a message names it: one that the clocks skip is an hour later."""
        return local_minute(self.instants(start)[-1].astimezone(self.zone))

    def transitions(self) -> Iterable[tuple[str, datetime, str]]:
        """Rescheduled appointments to announce: since when (UTC) they have their present local start."""
        for row in self.desk.tables["Termin"]:
            known = self.begins.get(name := str(row["TerminId"]), [])
            noted = [self._journal.get(key, []) for key in (name, patient_of(name))]
            settled = all(allowed for notes in noted for _, allowed in notes)
            doubtful = self.doubtful | self.halts.patients.keys()
            if len(known) > 1 and settled and patient_of(name) not in doubtful:
                yield name, known[-1][0], known[-1][1]

    def instants(self, starts_at: str) -> list[datetime]:
        """A local start as an instant (UTC), in each zone that the practice has had; the present one is the last."""
        zones = [*self.settings.zones() - {self.zone}, self.zone]
        return [datetime.fromisoformat(starts_at).replace(tzinfo=zone).astimezone(UTC) for zone in zones]

    def unchanged(self, released: bool = False) -> Iterable[Unchanged]:
        """Returns the patients who are unchanged since their entry; `released`: also if once stopped."""
        for row in self.desk.tables["Termin"]:
            identity = f"reminder:{row['TerminId']}"
            if self.always_admissible(identity, released) and row["Status"] == "definitiv":
                (entered, _), *_ = self._journal[str(row["TerminId"])]
                start = str(row["Beginn"])
                yield Unchanged(identity, Job.PREPARE_REMINDERS, entered, min(self.instants(start)), start)
        for patient, entered in self._born.items():
            zone = self.settings.at(entered).tz
            day = entered.astimezone(zone).date()
            identity = f"birthday:{patient}:{day.year}"
            until = self.window.end_on(day, zone)
            steady = self.settings.zones(entered - _A_DAY) == {zone}
            if steady and self.always_admissible(identity) and not self.halts.may_have_been_closed(day, entered, until):
                yield Unchanged(identity, Job.PREPARE_BIRTHDAYS, entered, until)

    def _allowed(self, row: str, instant: datetime) -> bool:
        known = [allowed for at, allowed in self._journal.get(row, []) if at <= instant]
        return known[-1] if known else True

    def note(self, row: object, allowed: bool) -> None:
        """A row of a patient or an appointment, or an address, allows or forbids messages from now on."""
        self._journal.setdefault(str(row), []).append((self._cloud.world.now, allowed))

    def at(self, day: date, minute: int, act: Callable[[], object]) -> None:
        """Have somebody act at a minute of a local day."""
        instant = datetime.combine(day, time(minute // 60, minute % 60), self.zone).astimezone(UTC)
        self._cloud.at(instant, act)

    def _enter(self, day: date) -> None:
        if day.weekday() >= SATURDAY and not self.habits.weekends:
            return
        for _ in range(2):
            ahead = timedelta(days=self._dice.between(1, self.habits.days_ahead))
            minute = self._dice.between(8 * 4, 17 * 4 + 3) * 15
            self.enter_appointment(day + ahead, minute, self._dice.pick(*REACHED_BY))
            if self._dice.between(1, 4) == 1:
                self._enter_another()
            if self._dice.between(1, 6) == 1:
                self._rows.change("double")
        if self.habits.greets and self._dice.between(1, 3) == 1:
            self.enter_birthday(day, self._dice.pick(*REACHED_BY))
        if self._dice.between(1, 2) == 1:
            self.change("top up")

    def enter_appointment(self, day: date, minute: int, reached_by: str) -> None:
        """A new patient with an appointment on a local day, at a minute of it; `reached_by` is one of REACHED_BY."""
        self.desk.appointment(f"{day} {minute // 60:02}:{minute % 60:02}", **self._columns(reached_by))
        if self.habits.two_sign:
            self.desk.tables["Termin"][-1]["MandantId"] = SECOND if self._people % 2 else PAYER
        self.note(self.desk.tables["Termin"][-1]["TerminId"], True)
        self.note_begins(self.desk.tables["Termin"][-1])

    def _enter_another(self) -> None:
        """One more appointment of the latest patient, some hours later."""
        first = self.desk.tables["Termin"][-1]
        starts_at = datetime.fromisoformat(str(first["Beginn"])) + timedelta(minutes=self._dice.between(1, 18) * 15)
        self.desk.tables["Termin"].append(first | {"TerminId": f"{first['TerminId']}b", "Beginn": f"{starts_at}"})
        self.note(f"{first['TerminId']}b", True)
        self.note_begins(self.desk.tables["Termin"][-1])

    def note_begins(self, row: Mapping[str, object]) -> None:
        """An appointment begins at the time of its row from now on."""
        name, start = str(row["TerminId"]), str(row["Beginn"])
        self.begins.setdefault(name, []).append((self._cloud.world.now, start))
        self.on_begins(name, start)

    def enter_birthday(self, day: date, reached_by: str) -> None:
        """A new patient who was born on this day; some were there last, by treatment or appointment, years ago."""
        columns = {"Geburtsdatum": f"1980-{day:%m-%d}", **self._columns(reached_by)}
        opened, starts_at = self._dice.pick(*LAST_THERE).split(" ")
        number = self.desk.patient(opened=opened, **columns)
        if starts_at:
            self.desk.past_appointment(number, f"{starts_at} 08:00")
        if self.habits.inactive_years and max(opened, starts_at) < LATELY:
            self.note(f"P{number}", False)
        elif reached_by != "nothing":
            self._born[f"P{number}"] = self._cloud.world.now

    def _columns(self, reached_by: str) -> dict[str, Any]:
        self._people += 1
        return {
            "Nachname": LAST_NAME,
            "Vorname": FIRST_NAMES[self._people % len(FIRST_NAMES)],
            "Mobiltelefon": self.new_number() if reached_by == "sms" else None,
            "EMail": f"leser{self._people}.{self.desk.name}@patient.example" if reached_by == "mail" else None,
        }

    def new_number(self) -> str:
        """A number that nobody else has, in no practice."""
        self._numbers += 1
        return f"{NUMBER}{int(self.desk.name.removeprefix('p')):02}{self._numbers:05}"

    def change(self, kind: str) -> None:
        """Somebody enters a change of this kind, one of CHANGES."""
        if self.is_removed and kind in (*CREDITS, "address"):
            return  # these are commands
        if kind in CREDITS:
            self.purse.change(kind)
        elif kind in SETTINGS:
            self._changes.change(kind)
        elif kind == "schedule":
            self.desk.set("send/Zeitplan", self._dice.pick(*PLANS))
        else:
            self._rows.change(kind)


def patient_of(appointment: str) -> str:
    """The patient of an appointment, or of its identity."""
    return "P" + appointment.split(":")[-1].strip("T" + ascii_lowercase)
