"""The changes that a practice's people make to the rows of appointments and patients."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.flow.fake_build import BEHIND

if TYPE_CHECKING:
    from tests.fakes.fake_cloud import FakeCloud
    from tests.simulation.life import Life
    from tests.simulation.trouble import Dice

Row = dict[str, Any]
STATUS = {"cancel": "abgesagt", "provisional": "provisorisch", "reinstate": "definitiv"}


class RowChanges:
    """Change one of the latest appointments, or its patient, and note it in the journal of the practice."""

    def __init__(self, life: Life, cloud: FakeCloud, dice: Dice) -> None:
        self._life, self._cloud, self._dice = life, cloud, dice
        self._entered = 0  # rows beside others, or in place of them

    def change(self, kind: str) -> None:
        """A change of this kind, one of CHANGES in `life`."""
        rows = self._rows()
        if not rows:
            return
        row = rows[-min(len(rows), self._dice.between(1, 4))]
        patient = next(found for found in self._life.desk.tables["Patient"] if found["PatientId"] == row["PatientId"])
        match kind:
            case "cancel" | "provisional" | "reinstate":
                row["Status"] = STATUS[kind]
                self._life.note(row["TerminId"], row["Status"] == "definitiv")
            case "move" | "move far" | "move back":
                self._move_perhaps_again([row], kind)
            case "move all":
                same = [one for one in rows if (one["PatientId"], one["Beginn"]) == (row["PatientId"], row["Beginn"])]
                self._move_perhaps_again(same, "move")
            case "join":
                self._join(row, [one for one in rows if one["PatientId"] == row["PatientId"] and one is not row])
            case "double":
                self._enter(row)
            case "enter again":
                self._enter(row)
                self._life.desk.tables["Termin"].remove(row)
                self._life.note(row["TerminId"], False)
            case _:
                self._change_patient(kind, patient)

    def _rows(self) -> list[Row]:
        return [row for row in self._life.desk.tables["Termin"] if row["Status"] != BEHIND]

    def _enter(self, row: Row) -> None:
        """Another row of the same patient and start."""
        self._entered += 1
        name = f"{row['TerminId']}".rstrip("cd") + f"{self._entered:b}".replace("1", "c").replace("0", "d")
        entered = row | {"TerminId": name}
        self._life.desk.tables["Termin"].append(entered)
        self._life.note(name, row["Status"] == "definitiv")
        self._life.note_begins(entered)

    def _move_perhaps_again(self, rows: list[Row], kind: str) -> None:
        """And again, perhaps when that was told."""
        for row in rows:
            self._move(row, kind)
            if self._dice.between(0, 1):
                later = self._cloud.world.now + timedelta(minutes=self._dice.between(10, 600))
                self._cloud.at(later, partial(self._move, row, self._dice.pick("move", "move back", "move back")))

    def _move(self, row: Row, kind: str) -> None:
        if row not in self._life.desk.tables["Termin"]:
            return  # deleted meanwhile
        row["Beginn"] = (
            f"{datetime.fromisoformat(str(row['Beginn'])) + timedelta(hours=30 if kind == 'move far' else 1)}"
        )
        if kind == "move back":
            begins = [start for _, start in self._life.begins[str(row["TerminId"])]]
            row["Beginn"] = self._dice.pick(*(begins[:-1] or begins))
        self._life.note_begins(row)
        self._life.note(row["TerminId"], row["Status"] == "definitiv")

    def _join(self, row: Row, others: list[Row]) -> None:
        """Moves to the start of another row of the patient."""
        if others:
            row["Beginn"] = self._dice.pick(*(str(one["Beginn"]) for one in others))
            self._life.note_begins(row)
            self._life.note(row["TerminId"], row["Status"] == "definitiv")

    def _change_patient(self, kind: str, patient: Row) -> None:
        match kind:
            case "number" if patient["Mobiltelefon"]:
                patient["Mobiltelefon"] = self._life.new_number()
            case "die":
                patient["Sterbedatum"] = "2026-01-01"
                self._life.note(patient["PatientId"], False)
            case "address":
                self._opt_out(patient)
            case "opt out":
                patient["KeineMitteilungen"] = 1
                self._life.note(patient["PatientId"], False)

    def _opt_out(self, patient: Row) -> None:
        """The one address that a patient has."""
        address = patient["Mobiltelefon"] or patient["EMail"]
        if address and address not in self._life.opted_out:
            self._life.doubtful.add(patient["PatientId"])
            self._life.desk.opt_out(address)
            self._life.opted_out[address] = self._cloud.world.now
            self._life.note(address, False)
