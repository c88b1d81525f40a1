"""The canary's database: its URL, and its answers to the queries of the jobs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from chalicelib.practice_db import canary
from chalicelib.practice_db.database import open_practice_database
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.practice_db.url import Canary, address_of

CONTRACT = Path(__file__).parents[3] / "infra" / "sql" / "contract_sqlite.sql"
BY_MAIL = Canary("betrieb+test@vitosms.example", "vitosms@vitosms.example")
BY_SMS = Canary("+41790000001")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("canary://?to=%2B41790000001", BY_SMS),
        ("canary://?to=betrieb%2Btest%40vitosms.example&from=vitosms%40vitosms.example", BY_MAIL),
        ("canary://?from=vitosms@vitosms.example&to=betrieb%2Btest@vitosms.example\n", BY_MAIL),
        *[
            (url, None)
            for url in (
                "canary://", "canary://?", "canary://?to=", "canary:?to=a@b.ch", "canary://?from=a@b.ch",
                "canary://?to=a@b.ch&to=c@d.ch", "canary://?to=a@b.ch&cc=c@d.ch", "canary://?to=a@b.ch#x",
                "canary://?to=a@b.ch&from=c@d.ch&from=e@f.ch", "canary://a@b.ch",
            )
        ],
    ],
)  # fmt: skip
def test_the_url_has_recipient_and_sender(url: str, address: Canary | None) -> None:
    assert address_of(url) == address


@pytest.mark.parametrize("address", [BY_MAIL, BY_SMS, Canary("a&b=c#d%@vitosms.example")])
def test_an_address_is_what_its_own_url_says(address: Canary) -> None:
    assert address_of(address.url) == address


def test_it_fulfils_the_contract() -> None:
    def columns(connection: sqlite3.Connection, schema: str) -> dict[str, list[str]]:
        views = ("Mandant", "Patient", "Behandlung", "Termin")
        descriptions = {view: connection.execute(f"SELECT * FROM {schema}.{view}").description for view in views}
        return {view: [column[0] for column in found] for view, found in descriptions.items()}

    with closing(sqlite3.connect(":memory:")) as contract, closing(canary.connect(BY_MAIL)) as own:
        contract.executescript(CONTRACT.read_text(encoding="utf-8"))
        assert columns(own, "vitosms") == columns(contract, "main")


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2028, 2, 29), date(2026, 3, 29), date(2099, 12, 31)])
def test_it_has_one_definitive_appointment_on_any_day_whose_id_holds_the_date(day: date) -> None:
    with open_practice_database(BY_MAIL.url) as database:
        (row,) = database.reminders(day, day + timedelta(days=1), None)
        assert list(database.recheck([str(row["TerminId"])], [], None)) == [row]
        assert len(list(database.reminders(day - timedelta(days=2), day + timedelta(days=1), None))) == 3
    named = (row["TerminId"], row["Beginn"], row["Status"])
    assert named == (f"canary-{day}", f"{day} 12:00:00", "definitiv")
    assert (row["EMail"], row["Mobiltelefon"], row["AbsenderEMail"]) == (BY_MAIL.to, None, BY_MAIL.sender)
    assert (row["MandantId"], row["Lizenznummer"], row["HatBehandlung"]) == (canary.MANDANT, canary.LICENCE, 1)


def test_a_mobile_number_is_one() -> None:
    with open_practice_database(BY_SMS.url) as database:
        (row,) = database.reminders(date(2026, 11, 24), date(2026, 11, 25), None)
        assert list(database.birthdays(["11-24"], None)) == []
        assert [mandant["MandantId"] for mandant in database.mandanten()] == [canary.MANDANT]
    assert (row["EMail"], row["Mobiltelefon"], row["AbsenderEMail"]) == (None, BY_SMS.to, None)


def test_what_is_no_test_practice_is_refused_as_any_other_address() -> None:
    with pytest.raises(PracticeDatabaseError, match=r"database\.bad_url"):
        open_practice_database("canary://?to=")
