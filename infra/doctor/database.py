"""Check the practice database: connection, encryption, rights, the four views. I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import cert_time_to_seconds

from chalicelib.practice_db.database import PracticeDatabase, Row, engine_of, without_comments
from chalicelib.practice_db.errors import VIEWS
from chalicelib.practice_db.tls_probe import Tls, tls_of
from chalicelib.practice_db.url import Address, SqliteFile, SqlServer
from chalicelib.text import Text
from infra.doctor.finding import Finding, bad, doubtful, good
from infra.language import number

SEE_HANDBOOK = "docs/handbook/de.md, «Für die Datenbank-Verantwortlichen»"
_FOLDER = Path(__file__).parent
_KEYS = ("MandantId", "PatientId", "BehandlungId", "TerminId")
_COLLATION = "Latin1_General_100_BIN2"
_TYPES = {"Geburtsdatum": ("date",), "Sterbedatum": ("date",), "Beginn": ("datetime2",), "EroeffnetAm": ("datetime2",),
          "KeineMitteilungen": ("bit",)}  # fmt: skip
_TEXT = ("nvarchar", "varchar", "nchar", "char")
_ENDS_SOON = timedelta(days=30)


class InspectedDatabase(PracticeDatabase):
    """The queries of the doctor, in addition to those of the jobs."""

    def inspect(self, name: str) -> Iterator[Row]:
        """The rows of a statement in this folder."""
        return self._fetched(without_comments((_FOLDER / f"{name}.sql").read_text(encoding="utf-8")), {})


def open_inspected(url: str) -> InspectedDatabase:
    """Open a database as `open_practice_database` does."""
    return InspectedDatabase(engine_of(url), lambda sql: None)


def encryption(address: Address, now: datetime) -> Finding:
    """The encryption of the connection; the server is probed again, without a login."""
    check = Text("check.encryption")
    if not isinstance(address, SqlServer):
        return good(check, "Datei auf diesem Rechner" if isinstance(address, SqliteFile) else "im Speicher")
    if not address.encrypted:
        return doubtful(check, "ausgeschaltet (?encryption=off)", "nur in einem Tunnel, der selbst verschlüsselt")
    tls = tls_of(address.server, address.port, address.ca)
    if tls.problem is not None:
        return bad(check, tls.problem.text, SEE_HANDBOOK)
    if address.ca is None:
        fix = "mit ?ca=/pfad weist sich der Server aus; beim Server «Verschlüsselung erzwingen» einschalten"
        return doubtful(check, f"{tls.version}, aber wer antwortet, ist nicht geprüft", fix)
    return _certificate(check, tls, now)


def _certificate(check: Text, tls: Tls, now: datetime) -> Finding:
    if tls.until is None:
        return good(check, f"{tls.version}, Zertifikat geprüft")
    until = datetime.fromtimestamp(cert_time_to_seconds(tls.until), UTC)
    found = f"{tls.version}, Zertifikat geprüft, gültig bis {until:%d.%m.%Y}"
    return doubtful(check, found, "Zertifikat bald erneuern") if until - now < _ENDS_SOON else good(check, found)


def rights(database: InspectedDatabase, address: Address) -> Finding:
    """Whether the login may do more than read the four views; nothing is tried."""
    check = Text("check.rights")
    if not isinstance(address, SqlServer):
        return good(check, "nur lesend geöffnet")
    granted = [(str(row["Recht"]), str(row["Wo"])) for row in database.inspect("rights")]
    may_write = sorted({right for right, _ in granted if right != "SELECT"})
    if may_write:
        words = f"Das Konto darf nicht nur lesen, sondern auch {', '.join(may_write)}."
        return doubtful(check, words, "ein eigenes Konto anlegen: infra/sql/login.sql")
    if granted:
        more = "die ganze Datenbank" if ("SELECT", "Datenbank") in granted else "auch anderes als die vier Sichten"
        return doubtful(check, f"Das Konto darf {more} lesen.", "nur die vier Sichten: infra/sql/login.sql")
    return good(check, "nur die vier Sichten, nur lesend")


def views(database: InspectedDatabase, address: Address) -> Iterator[Finding]:
    """Whether each view exists, with all columns, of the agreed types."""
    if not isinstance(address, SqlServer):  # SQLite has no types, and a missing column has failed before
        return
    found: dict[str, dict[str, Row]] = {}
    for row in database.inspect("columns"):
        found.setdefault(str(row["Sicht"]), {})[str(row["Spalte"])] = row
    for view, names in VIEWS.items():
        yield _view(view, names.split(), found.get(view, {}))


def _view(view: str, names: Sequence[str], found: Mapping[str, Row]) -> Finding:
    check = Text("check.view", view=view)
    if not found:
        return bad(check, "fehlt, oder das Konto darf sie nicht lesen", "infra/sql/views.sql, dann infra/sql/login.sql")
    if missing := [name for name in names if name not in found]:
        return bad(check, f"es fehlt {', '.join(missing)}", "die Sicht ergänzen (infra/sql/views.sql)")
    if wrong := [words for name in names if (words := _wrong(name, found[name]))]:
        return bad(check, "; ".join(wrong), "die Sicht anpassen und neu anlegen, dann infra/sql/check.sql")
    return good(check, f"{len(names)} Spalten, Typen wie vereinbart")


def _wrong(name: str, column: Row) -> str:
    type_, allowed = str(column["Typ"]), _TYPES.get(name, _TEXT)
    if type_ not in allowed:
        return f"{name} ist {type_} statt {allowed[0]}"
    if name in _KEYS and column["Sortierung"] != _COLLATION:
        return f"{name} ist nach {column['Sortierung']} sortiert statt nach {_COLLATION}"
    return ""


def rows(database: InspectedDatabase) -> Finding:
    counts = {str(row["Sicht"]): int(str(row["Zeilen"])) for row in database.inspect("counts")}
    found = ", ".join(f"{view} {number(counts[view])}" for view in VIEWS)
    if empty := [view for view in VIEWS if not counts[view]]:
        return bad(Text("check.rows"), found, f"leer ist {', '.join(empty)}: Sicht prüfen, infra/sql/check.sql")
    return good(Text("check.rows"), found)
