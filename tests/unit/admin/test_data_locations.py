"""The log lines that name a patient: by the keys of entries, and by the values of texts."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.admin.data_locations import mentions, person_of
from chalicelib.text import Text, text_data
from tests.builders.entries import entry

PERSON = person_of("P1", [entry(patient="P1", appointment="T1")], ["T2"], ["+41790000001"])
OF_T2, OF_T9 = (Text("defect.appointment_repeated", appointment=one) for one in ("T2", "T9"))
OF_P1, OF_P9 = (Text("defect.patient_repeated", patient=one) for one in ("P1", "P9"))

STOP = Text("stop.by_operator", text="Wegen Termin T2")


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ({"key": entry().key}, True),
        ({"key": "another"}, False),
        ({"entry": "reminder:T2"}, True),
        ({"entry": "reminder:T22"}, False),
        ({"entry": "birthday:P1:2026"}, True),
        ({"entry": "birthday:P11:2026"}, False),
        ({"entry": "rescheduled:T1:2026-11-24T08:00"}, True),
        ({"entry": "reminder:T9", "reason": text_data(OF_P1)}, True),
        ({"entry": "reminder:T9", "reason": text_data(OF_P9)}, False),
        ({"job": "prepare-reminders", "reasons": [text_data(OF_T9), text_data(OF_T2)]}, True),
        ({"job": "prepare-reminders", "reasons": [text_data(OF_T9), text_data(OF_P9)]}, False),
        ({"alert": "run-failed", **text_data(Text("alert.run_failed", Text("job.send"), OF_T2))}, True),
        ({"alert": "run-failed", **text_data(Text("alert.run_failed", Text("job.send"), OF_T9))}, False),
        ({"alert": "no-credits", **text_data(Text("alert.no_credits", mandant="P1"))}, False),
        ({"reasons": []}, False),
        ({"entry": "reminder:T9", "reason": text_data(Text("manual.resend.note", note="mit Patientin P1"))}, True),
        ({"entry": "reminder:T9", "reason": text_data(Text("manual.resend.note", note="Patientin P11, P1"))}, False),
        ({"job": "send", "reasons": [text_data(Text("run.stopped", STOP))]}, True),
        ({"entry": "reminder:T9", "reason": "Die TerminId T2 kommt mehrfach vor."}, True),
        ({"job": "prepare-reminders", "reasons": ["Die TerminId T22 kommt mehrfach vor."]}, False),
        ({"job": "prepare-reminders", "reasons": ["Die TerminId T9 fehlt.", "Die PatientId P1 fehlt."]}, True),
        ({"alert": "run-failed", "text": "Fehlgeschlagen: Die TerminId T2 kommt mehrfach vor."}, True),
    ],
)
def test_a_line_names_the_patient(line: dict[str, Any], named: bool) -> None:
    assert mentions(line, PERSON) is named
