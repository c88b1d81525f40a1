"""Check the practice database: connection, encryption, rights, the four views. I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import cert_time_to_seconds

from chalicelib.practice_db.database import PracticeDatabase, Row, engine_of
from chalicelib.practice_db.errors import DEPLOYMENT, VIEWS, PracticeDatabaseError
from chalicelib.practice_db.statements import OPTIONAL_COLUMNS, RAW_COLUMNS, without_comments
from chalicelib.practice_db.tls_probe import Tls, tls_of
from chalicelib.practice_db.url import Address, SqliteFile, SqlServer
from chalicelib.text import Text
from infra.doctor.finding import Finding, bad, doubtful, good
from infra.language import number
from infra.translation import tr

_FOLDER = Path(__file__).parent
_KEYS = ("MandantId", "PatientId", "BehandlungId", "TerminId")
_COLLATION = "Latin1_General_100_BIN2"
_TYPES = {"Geburtsdatum": ("date",), "Sterbedatum": ("date",), "Beginn": ("datetime2",), "EroeffnetAm": ("datetime2",),
          "KeineMitteilungen": ("bit",)}  # fmt: skip
_TEXT = ("nvarchar", "varchar", "nchar", "char")
_ENDS_SOON = timedelta(days=30)
_PLACEHOLDER = 0.01  # of the patients
_SLOW_MS = 5000  # the run Lambda has five minutes, and a lock of the practice's work lasts as long


def see_handbook() -> str:
    return tr("docs/handbook (German, French or Italian), the chapter for database administrators")


def fix_of(error: PracticeDatabaseError) -> str:
    if error.text == DEPLOYMENT.text:
        return tr("install requirements.txt, and make room for temporary files")
    return see_handbook()


class InspectedDatabase(PracticeDatabase):
    """The queries of the doctor, in addition to those of the jobs."""

    def ignores_case(self) -> bool:
        """Whether the server knows the views by names in other letters too. Raises PracticeDatabaseError."""
        return self._ignores_case()

    def inspect(self, name: str) -> Iterator[Row]:
        """The rows of a statement in this folder."""
        sql = without_comments((_FOLDER / f"{name}.sql").read_text(encoding="utf-8"))
        return self._fetched(lambda: self._execute(sql, {}))


def open_inspected(url: str) -> InspectedDatabase:
    """Open a database as `open_practice_database` does."""
    return InspectedDatabase(engine_of(url), lambda sql: None)


def encryption(address: Address, now: datetime) -> Finding:
    """The encryption of the connection; the server is probed again, without a login."""
    check = Text("check.encryption")
    if not isinstance(address, SqlServer):
        return good(check, tr("file on this machine" if isinstance(address, SqliteFile) else "in memory"))
    if not address.encrypted:
        return doubtful(
            check, tr("switched off (?encryption=off)"), tr("use this only inside a tunnel that encrypts")
        )  # fmt: skip
    tls = tls_of(address.server, address.port, address.ca)
    if tls.problem is not None:
        return bad(check, tls.problem.text, see_handbook())
    if address.ca is None:
        fix = tr("add ?ca=/path to verify the server; turn on “Force encryption” on the server")
        return doubtful(check, tr("{version}, but the server is not verified", version=tls.version), fix)
    return _certificate(check, tls, now)


def _certificate(check: Text, tls: Tls, now: datetime) -> Finding:
    if tls.until is None:
        return good(check, tr("{version}, certificate verified", version=tls.version))
    until = datetime.fromtimestamp(cert_time_to_seconds(tls.until), UTC)
    day = f"{until:%d.%m.%Y}"
    found = tr("{version}, certificate verified, valid until {day}", version=tls.version, day=day)
    return doubtful(check, found, tr("renew the certificate soon")) if until - now < _ENDS_SOON else good(check, found)


def rights(database: InspectedDatabase, address: Address) -> Finding:
    """Whether the login may do more than read the four views; nothing is tried."""
    check = Text("check.rights")
    if not isinstance(address, SqlServer):
        return good(check, tr("opened read-only"))
    granted = [(str(row["Recht"]), str(row["Wo"])) for row in database.inspect("rights")]
    may_write = sorted({right for right, _ in granted if right != "SELECT"})
    if may_write:
        words = tr("The account can do more than read: {rights}.", rights=", ".join(may_write))
        return doubtful(check, words, tr("create a dedicated account: infra/sql/login.sql"))
    if granted:
        words = tr(
            "The account can read the whole database."
            if ("SELECT", "Datenbank") in granted
            else "The account can read more than the four views."
        )
        return doubtful(check, words, tr("grant only the four views: infra/sql/login.sql"))
    return good(check, tr("the four views only, read-only"))


def views(database: InspectedDatabase, address: Address) -> Iterator[Finding]:
    """Whether each view exists, with all columns, of the agreed types."""
    if not isinstance(address, SqlServer):  # SQLite has no types, and a missing column has failed before
        return
    written = str.casefold if database.ignores_case() else str
    found: dict[str, dict[str, Row]] = {}
    for row in database.inspect("columns"):
        found.setdefault(written(str(row["Sicht"])), {})[written(str(row["Spalte"]))] = row
    for view, names in VIEWS.items():
        columns = found.get(written(view), {})
        optional = [column for of, _, column in (name.partition(".") for name in OPTIONAL_COLUMNS) if of == view]
        agreed = {name: columns.get(written(name)) for name in [*names.split(), *sorted(optional)]}
        yield _view(view, {name: row for name, row in agreed.items() if row or name not in optional})


def _view(view: str, columns: Mapping[str, Row | None]) -> Finding:
    check = Text("check.view", view=view)
    if not any(columns.values()):
        fix = tr("run infra/sql/views.sql, then infra/sql/login.sql")
        return bad(check, tr("missing, or the account is not allowed to read it"), fix)
    if missing := [name for name, row in columns.items() if row is None]:
        return bad(check, tr("missing: {columns}", columns=", ".join(missing)),
                   tr("add it to the view (infra/sql/views.sql)"))  # fmt: skip
    there = {name: row for name, row in columns.items() if row is not None}
    if wrong := [words for name, row in there.items() if (words := _wrong(name, row))]:
        return bad(check, "; ".join(wrong), tr("correct and recreate the view, then run infra/sql/check.sql"))
    found = tr("{count} columns, types as agreed", count=number(len(there)))
    if pages := sorted({str(row["Codepage"]) for row in there.values() if row["Codepage"] is not None}):
        found = tr("{found}, letters of code page {pages}", found=found, pages=", ".join(pages))
    return good(check, found)


def _wrong(name: str, column: Row) -> str:
    type_, allowed = str(column["Typ"]), _TYPES.get(name, _TEXT)
    if type_ not in allowed:
        return tr("{column} is {type} instead of {agreed}", column=name, type=type_, agreed=allowed[0])
    if name in _KEYS and column["Sortierung"] != _COLLATION:
        return tr(
            "{column} has the collation {collation} instead of {agreed}",
            column=name, collation=column["Sortierung"], agreed=_COLLATION,
        )  # fmt: skip
    return ""


def raw_columns(database: InspectedDatabase) -> Iterator[Finding]:
    """Raw columns that the views have, but that are not used, since they find something else."""
    unused = sorted((database.columns() & RAW_COLUMNS) - database.optional_columns)
    if unused:
        fix = tr("a key needs all four; compare them with infra/sql/views.sql")
        found = tr("{columns}: not used, because they do not find next week's appointments", columns=", ".join(unused))
        yield doubtful(Text("check.raw_columns"), found, fix)


def speed(milliseconds: int, columns: frozenset[str]) -> Finding:
    """How long a server took to answer a question like that of a run, and what would help."""
    check, found = Text("check.speed"), tr("an answer after {count} ms", count=number(milliseconds))
    if milliseconds <= _SLOW_MS:
        return good(check, found)
    if missing := sorted(RAW_COLUMNS - columns):
        fix = tr("map the raw columns {columns}, and index them: infra/sql/views.sql", columns=", ".join(missing))
        return doubtful(check, found, fix)
    fix = tr(
        "index the day and the patient of the appointments, and the patient of the treatments: infra/sql/views.sql"
    )
    return doubtful(check, found, fix)


def birthdays(database: InspectedDatabase) -> Iterator[Finding]:
    """A date of birth of more patients than chance gives: a placeholder, on which all of them would be greeted."""
    patients = {str(row["Sicht"]): int(str(row["Zeilen"])) for row in database.inspect("counts")}["Patient"]
    found = [(str(row["Tag"]), int(str(row["Patienten"]))) for row in database.inspect("birthdays")]
    for day, count in found:
        if count >= _PLACEHOLDER * patients:
            text = tr("{count} patients have the date of birth {day}", count=number(count), day=day)
            yield doubtful(Text("check.birthdays"), text, tr("is it a placeholder? leave it empty instead"))


def rows(database: InspectedDatabase) -> Finding:
    counts = {str(row["Sicht"]): int(str(row["Zeilen"])) for row in database.inspect("counts")}
    found = ", ".join(f"{view} {number(counts[view])}" for view in VIEWS)
    if empty := [view for view in VIEWS if not counts[view]]:
        fix = tr("{views} is empty: check the view, infra/sql/check.sql", views=", ".join(empty))
        return bad(Text("check.rows"), found, fix)
    return good(Text("check.rows"), found)
