"""For every seed, the generated practice contains everything that the demo is to show."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email

from infra.demo.practice import DemoPractice, write_demo_practice

ONE, TWO, AFTER = "2029-02-27", "2029-02-28", "2029-03-01"  # the two days of the demo, and the next

# The latest opened treatment: undated ones are oldest, ties go to the greatest id.
PAYER = """
SELECT PatientId, MandantId FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY PatientId
        ORDER BY COALESCE(EroeffnetAm, '') DESC, BehandlungId DESC) AS Rang
    FROM Behandlung) WHERE Rang = 1
"""


class Practice:
    """A demo practice with its database open."""

    def __init__(self, demo: DemoPractice, connection: sqlite3.Connection) -> None:
        self.demo = demo
        self.connection = connection

    def rows(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        return list(self.connection.execute(sql, parameters))

    def count(self, sql: str, *parameters: object) -> int:
        return int(self.connection.execute(f"SELECT COUNT(*) FROM {sql}", parameters).fetchone()[0])


@pytest.fixture(scope="module", params=[1, 2, 77], ids="seed {}".format)
def practice(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    database = tmp_path_factory.mktemp("demo") / "practice.sqlite"
    demo = write_demo_practice(database, request.param)
    with closing(sqlite3.connect(database)) as connection:
        yield Practice(demo, connection)


def first_number(text: object) -> str:
    """The number without a remark, a second number, and apostrophes between the digits."""
    return re.sub(r" \(Mutter\)$| / 044 .*$", "", str(text)).replace("'", " ").strip()


def bare_email(text: object) -> str:
    return re.sub(r"^\ufeff|^mailto:|^.*<|>,$", "", str(text)).strip()


def is_mobile(text: object) -> bool:
    try:
        number = phonenumbers.parse(first_number(text), "CH")
    except phonenumbers.NumberParseException:
        return False
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) in kinds


def is_email(text: object) -> bool:
    try:
        validate_email(bare_email(text), check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def reachable(mobile: object, email: object) -> bool:
    return is_mobile(mobile) or is_email(email)


def dump(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


def test_the_same_seed_makes_the_same_practice(tmp_path: Path) -> None:
    first, second, other = (tmp_path / name for name in ("first", "second", "other"))
    one, two = write_demo_practice(first, 5), write_demo_practice(second, 5)
    assert dump(first) == dump(second)
    assert one.changes == two.changes
    write_demo_practice(other, 6)
    assert dump(first) != dump(other)


def test_a_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "practice.sqlite").write_text("mine")
    with pytest.raises(FileExistsError):
        write_demo_practice(tmp_path / "practice.sqlite")
    assert (tmp_path / "practice.sqlite").read_text() == "mine"


def test_three_mandanten_one_with_a_revoked_licence_and_one_with_few_credits(practice: Practice) -> None:
    rows = practice.rows("SELECT MandantId, Lizenznummer, AbsenderEMail FROM Mandant ORDER BY MandantId")
    licences, topups = practice.demo.licences, practice.demo.topups
    assert [licences[str(number)] for _, number, _ in rows] == ["valid", "valid", "revoked"]
    assert [topups[str(mandant)] for mandant, _, _ in rows] == [600, 20, 60]
    assert all(is_email(sender) for _, _, sender in rows)
    assert practice.demo.switches["DefaultSMSMandant"] == rows[0][0]


def test_400_patients_with_letters_of_four_languages(practice: Practice) -> None:
    assert practice.count("Patient") == 400
    names = " ".join(f"{first} {family}" for first, family in practice.rows("SELECT Vorname, Nachname FROM Patient"))
    assert [letter for letter in "äöüéèçê'-ß" if letter not in names] == ["ß"]
    languages = Counter(language for (language,) in practice.rows("SELECT Sprache FROM Patient"))
    assert set(languages) == {"de", "fr", "it", "en", "xx", None}
    assert min(languages.values()) >= 5


def test_phone_numbers_have_every_shape(practice: Practice) -> None:
    numbers = [number for (number,) in practice.rows("SELECT Mobiltelefon FROM Patient")]
    present = [str(number) for number in numbers if number is not None]
    shapes = ("+41 7", "+417", "+41(0)7", "0041 (0)7", "00417", "07", "(07", "41 7", "Natel ", "tel:")
    assert [shape for shape in shapes if not any(n.startswith(shape) for n in present)] == []
    assert any("/" in n and "." in n for n in present)
    assert any(n != n.strip() for n in present)
    for country in ("+49", "+33", "+39", "0043"):
        foreign = [n for n in present if n.startswith(country)]
        assert foreign
        assert all(is_mobile(n) for n in foreign)
    assert 20 <= numbers.count(None) <= 60
    assert 270 <= sum(map(is_mobile, present)) <= 340
    assert 30 <= sum(n.startswith(("044 ", "+41 31 ", "0041 81 ", "022/")) for n in present) <= 60


def test_no_number_and_no_address_can_be_anybodys(practice: Practice) -> None:
    unassigned = ("41790", "41780", "41770", "41760", "41750")
    for (text,) in practice.rows("SELECT Mobiltelefon FROM Patient"):
        if is_mobile(text):
            digits = phonenumbers.format_number(phonenumbers.parse(first_number(text), "CH"), 0)[1:]
            blocks = (
                *(f"{prefix}00" for prefix in unassigned),
                "49176040690",
                "336000",
                "39347000",
                "43664000",
            )
            assert digits.startswith(blocks), text
    for (text,) in practice.rows("SELECT EMail FROM Patient"):
        if is_email(text):
            assert bare_email(text).lower().endswith(".example")


def test_email_addresses_are_valid_broken_missing_or_a_phone_number(practice: Practice) -> None:
    emails = [email for (email,) in practice.rows("SELECT EMail FROM Patient")]
    kinds = Counter(
        "missing" if e is None else "valid" if is_email(e) else "phone" if is_mobile(e) else "broken" for e in emails
    )
    assert set(kinds) == {"missing", "valid", "phone", "broken"}
    assert 120 <= kinds["valid"] <= 180
    assert min(kinds.values()) >= 15


@pytest.mark.parametrize(("day", "count"), [("02-27", 4), ("02-28", 4), ("02-29", 1), ("03-01", 0)])
def test_birthdays_of_the_two_days_are_counted(practice: Practice, day: str, count: int) -> None:
    assert practice.count("Patient WHERE substr(Geburtsdatum, 6) = ?", day) == count


@pytest.mark.parametrize("day", ["02-27", "02-28"])
def test_each_day_has_birthdays_of_somebody_deceased_and_somebody_without_address(practice: Practice, day: str) -> None:
    rows = practice.rows("SELECT Mobiltelefon, EMail, Sterbedatum FROM Patient WHERE substr(Geburtsdatum, 6) = ?", day)
    assert sum(died is not None for _, _, died in rows) == 1
    assert sum(not reachable(mobile, email) for mobile, email, _ in rows) == 1


def test_the_29_february_birthday_can_be_greeted(practice: Practice) -> None:
    [(mobile, died, silent, payer)] = practice.rows(
        f"""SELECT Mobiltelefon, Sterbedatum, KeineMitteilungen, MandantId
            FROM Patient JOIN ({PAYER}) USING (PatientId) WHERE substr(Geburtsdatum, 6) = '02-29'"""
    )
    assert is_mobile(mobile)
    assert (died, silent, payer) == (None, 0, "M1")


@pytest.mark.parametrize("day", [TWO, AFTER])
def test_each_searched_day_has_appointments_of_every_sort(practice: Practice, day: str) -> None:
    joined = "Termin JOIN Patient USING (PatientId) WHERE date(Beginn) = ?"
    definite = f"{joined} AND lower(trim(Status)) = 'definitiv'"
    assert 70 <= practice.count("Termin WHERE date(Beginn) = ?", day) <= 95
    statuses = {status for (status,) in practice.rows("SELECT Status FROM Termin WHERE date(Beginn) = ?", day)}
    assert statuses == {"definitiv", " Definitiv ", "provisorisch", "abgesagt", None}
    assert practice.count(f"{definite} AND Sterbedatum IS NOT NULL", day) >= 1
    assert practice.count(f"{definite} AND KeineMitteilungen = 1", day) >= 1
    untreated = f"{definite} AND PatientId NOT IN (SELECT PatientId FROM Behandlung)"
    assert practice.count(untreated, day) >= 1
    addresses = practice.rows(
        f"SELECT Mobiltelefon, EMail FROM {definite} AND Sterbedatum IS NULL AND KeineMitteilungen = 0", day
    )
    assert 3 <= sum(not reachable(*row) for row in addresses) <= 20
    foreign = [str(mobile) for mobile, _ in addresses if str(mobile).startswith(("+49", "+33", "+39", "0043"))]
    assert len(foreign) >= 2


def test_somebody_has_two_appointments_on_one_day_and_some_lie_on_other_days(practice: Practice) -> None:
    twice = practice.rows("SELECT date(Beginn) FROM Termin GROUP BY PatientId, date(Beginn) HAVING COUNT(*) = 2")
    assert (TWO,) in twice
    assert practice.count("Termin WHERE date(Beginn) NOT IN (?, ?)", TWO, AFTER) == 30
    assert practice.count("Termin WHERE time(Beginn) NOT BETWEEN '07:00' AND '19:00'") == 0


def test_treatments_leave_the_payer_to_be_worked_out(practice: Practice) -> None:
    several = "(SELECT PatientId FROM Behandlung GROUP BY PatientId HAVING COUNT(DISTINCT MandantId) > 1)"
    assert practice.count(several) >= 80
    assert practice.count("Patient WHERE PatientId NOT IN (SELECT PatientId FROM Behandlung)") == 36
    assert practice.count("Behandlung WHERE EroeffnetAm IS NULL") >= 20
    tie = "(SELECT 1 FROM Behandlung GROUP BY PatientId, EroeffnetAm HAVING COUNT(DISTINCT MandantId) > 1)"
    assert practice.count(tie) >= 1
    by_latest_id = "SELECT PatientId, MandantId, MAX(BehandlungId) FROM Behandlung GROUP BY PatientId"
    differs = f"({PAYER}) a JOIN ({by_latest_id}) b USING (PatientId) WHERE a.MandantId <> b.MandantId"
    assert practice.count(differs) >= 20
    revoked_but_earlier_valid = (
        f"({PAYER}) a JOIN Behandlung b USING (PatientId) WHERE a.MandantId = 'M3' AND b.MandantId = 'M1'"
    )
    assert practice.count(revoked_but_earlier_valid) >= 1
