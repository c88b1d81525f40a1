"""`vitosms doctor`: what it finds out about a practice database and the way to it."""

import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from chalicelib.practice_db.errors import VIEWS
from infra.deploy.stack import Found, Stack
from tests.cli.configure.examined import findings
from tests.cli.running import Vitosms
from tests.flow.build import Database
from tests.sql_server.endpoint import SqlServer


@pytest.fixture
def vitosms(capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def test_names_in_other_letters_are_known_where_the_server_knows_them(
    vitosms: Vitosms, server: SqlServer, practice: Database, tmp_path: Path
) -> None:
    """`CREATE VIEW vitosms.patient AS SELECT … AS PatientID`: most servers ignore the case of names."""
    copy = tmp_path / "praxis.db"
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("ATTACH ? AS old", (str(practice.path),))
        for view in VIEWS:
            connection.execute(f"CREATE TABLE {view.lower()} AS SELECT * FROM old.{view}")
            for name in ("PatientId", "Geburtsdatum", "Beginn"):
                with suppress(sqlite3.OperationalError):  # not of this view
                    connection.execute(f"ALTER TABLE {view.lower()} RENAME COLUMN {name} TO {name.upper()}")
    server.file = copy
    assert findings(vitosms)["Sicht Patient"]["found"] == "10 Spalten, Typen wie vereinbart"
    server.exact = True
    found = findings(vitosms, exit_code=1)
    assert found["Sicht Patient"]["found"] == "fehlt, oder das Konto darf sie nicht lesen"


def test_the_code_page_of_texts_is_told(vitosms: Vitosms, server: SqlServer) -> None:
    server.text = "varchar(850)"
    server.types |= dict.fromkeys(("MandantId", "PatientId", "BehandlungId", "TerminId"), "nvarchar")
    told = "10 Spalten, Typen wie vereinbart, Buchstaben der Codepage 850"
    assert findings(vitosms)["Sicht Patient"]["found"] == told


def test_the_address_that_a_firewall_lets_in_is_told(
    vitosms: Vitosms, server: SqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = findings(vitosms)["Firewall"]
    assert told["result"] == "doubtful"
    assert "nur für ganz AWS in eu-central-1 offen sein" in told["found"]
    outputs = {"PublicAddressId": "eipalloc-1", "PublicAddress": "192.0.2.7"}
    monkeypatch.setattr(Stack, "found", lambda self: Found("x", "CREATE_COMPLETE", {}, outputs))
    told = findings(vitosms)["Firewall"]
    assert (told["result"], told["found"].split(":")[0]) == ("good", "192.0.2.7")


def test_a_driver_that_is_missing_is_no_case_for_the_dba(
    vitosms: Vitosms, server: SqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymssql", None)
    one = findings(vitosms, exit_code=1)["Verbindung"]
    assert one["found"].startswith("Dem Dienst selbst fehlt, was er zum Lesen")
    assert one["fix"] == "requirements.txt installieren und Platz für temporäre Dateien schaffen"
