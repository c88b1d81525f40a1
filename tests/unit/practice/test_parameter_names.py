"""Names of parameters that nothing reads, and the parameters that they may mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.practice.parameter_names import PARAMETERS, parameters_meant, unknown_parameter
from chalicelib.text import Text, joined


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("Schalter/OffsetStarttage", ["Schalter/OffsetStartTage"]),
        ("Schalter/MeldungenAn", ["Schalter/MeldungAn"]),
        ("Schalter/Geburtstage", ["Schalter/GeburtstagInaktivJahre", "Schalter/GeburtstagsglueckwuenscheSenden"]),
        ("Schalter/Wetter", []),
        ("Schalter", []),
        ("schalter/Sprache", ["Schalter/Sprache"]),
        ("OffsetSuchTage", ["Schalter/OffsetSuchTage"]),
        ("Notiz", []),
        ("Auftraege/Terminerinnerungen/Zeitplan", ["Auftraege/prepare-reminders/Zeitplan"]),
        ("Auftraege/Geburtstage/Aktiviert", ["Auftraege/prepare-birthdays/Aktiviert"]),
        ("Auftraege/Senden/Zeitplan", ["Auftraege/send/Zeitplan"]),
        ("Auftraege/Versand/zeitplan", ["Auftraege/send/Zeitplan"]),
        ("Auftraege/Mitteilungen/Zeitplan", ["Auftraege/send/Zeitplan"]),
        ("Auftraege/status/Zeitplann", ["Auftraege/status/Zeitplan"]),
        ("Auftrag/send/Zeitplan", ["Auftraege/send/Zeitplan"]),
        ("Auftraege/Wetter/Zeitplan", []),
        ("Auftraege/send", []),
        ("Vorlagen/Terminerinnerung/SMS/DE", ["Vorlagen/Terminerinnerung/SMS/de"]),
        ("Vorlagen/Geburtstage/E-Mail-Text/fr", ["Vorlagen/Geburtstag/E-Mail-Text/fr"]),
        ("Vorlagen/Terminerinnerung/SMS/rm", []),
        ("", []),
    ],
)
def test_each_part_of_a_name_may_be_misspelt(name: str, names: list[str]) -> None:
    assert parameters_meant(name) == names


@pytest.mark.parametrize(
    ("name", "code", "near"),
    [
        ("Schalter/Sprachen", "parameter.no_switch", "Schalter/Sprache"),
        ("Schalter/Offset", "parameter.no_switch", "Schalter/OffsetSuchTage, Schalter/OffsetStartTage"),
        ("Schalter/Wetter", "parameter.no_switch", None),
        ("Auftraege/sned/Zeitplan", "parameter.no_job", "Auftraege/send/Zeitplan"),
        ("Vorlagen/Brief/SMS/de", "parameter.unread", None),
        ("Schalter", "parameter.unread", None),
    ],
)
def test_the_warning_names_the_parameter_and_what_may_be_meant(name: str, code: str, near: str | None) -> None:
    meant = [Text("parameter.meant", name=near)] if near else []
    assert unknown_parameter(name, "/p/") == joined("sentences", [Text(code, parameter=f"/p/{name}"), *meant])


@given(st.text(max_size=60) | st.sampled_from(PARAMETERS).map(lambda name: name[:-1]))
def test_what_is_meant_is_a_parameter(name: str) -> None:
    assert set(parameters_meant(name)) <= set(PARAMETERS)
