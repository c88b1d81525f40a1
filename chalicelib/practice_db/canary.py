"""The practice database of the canary: a test practice in memory whose only patient is the operator. I/O.

It has a definitive appointment at noon of every day, so it needs no clock. Its rows are processed like any practice's.
"""

from __future__ import annotations

from typing import Any

from chalicelib.practice_db.url import Canary

MANDANT = "canary"
LICENCE = "CANARY"  # registered and paid for by `vitosms canary add`

_CONTRACT = (
    "ATTACH ':memory:' AS vitosms",
    """
    CREATE TABLE vitosms.Mandant AS SELECT
        :mandant AS MandantId, 'vitosms' AS Name, :licence AS Lizenznummer, 'vitosms' AS AbsenderSMS,
        :sender AS AbsenderEMail, NULL AS Telefon
    """,
    """
    CREATE TABLE vitosms.Patient AS SELECT
        'operator' AS PatientId, NULL AS Anrede, NULL AS Vorname, NULL AS Nachname, NULL AS Geburtsdatum,
        NULL AS Sterbedatum, :mobile AS Mobiltelefon, :email AS EMail, NULL AS Sprache, 0 AS KeineMitteilungen
    """,
    """
    CREATE TABLE vitosms.Behandlung AS SELECT
        'operator' AS BehandlungId, 'operator' AS PatientId, :mandant AS MandantId,
        '2024-01-01 08:00:00' AS EroeffnetAm
    """,
    """
    CREATE VIEW vitosms.Termin AS
    WITH RECURSIVE Tag (Datum) AS (
        SELECT '2024-01-01' UNION ALL SELECT DATE(Datum, '+1 day') FROM Tag WHERE Datum < '2099-12-31'
    )
    SELECT
        'canary-' || Datum AS TerminId, 'operator' AS PatientId, Datum || ' 12:00:00' AS Beginn,
        'definitiv' AS Status, NULL AS Behandler, NULL AS Ort, NULL AS Besuchsgrund
    FROM Tag
    """,
)


def connect(address: Canary) -> Any:
    """Open a new database in memory, which is deleted with its connection."""
    import sqlite3

    email = address.to if "@" in address.to else None
    values = {
        "mandant": MANDANT, "licence": LICENCE, "sender": address.sender,
        "email": email, "mobile": None if email else address.to,
    }  # fmt: skip
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for statement in _CONTRACT:
        connection.execute(statement, values)
    return connection
