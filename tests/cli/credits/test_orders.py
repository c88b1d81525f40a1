"""`vitosms credits order`, `orders`, `fulfil` and `automatic` on a small practice."""

from collections.abc import Iterator

import pytest

from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, running
from tests.flow.build import PRACTICE


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    with running(tmp_path_factory.mktemp("orders")) as (rehearsed, database):
        database.run("INSERT INTO Mandant (MandantId, Name) VALUES ('M2', 'Praxis Zwei'), ('M3', 'Praxis Drei')")
        yield rehearsed


@pytest.fixture
def vitosms(stage: Rehearsal, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def balance(mandant: str) -> int:
    return wiring().store.balances(PRACTICE, [mandant])[mandant]


def test_an_order_goes_to_the_operator_and_is_fulfilled_once(stage: Rehearsal, vitosms: Vitosms) -> None:
    assert "Es gibt keine offene Bestellung." in vitosms.shows("credits", "orders")
    shown = vitosms.shows("credits", "order", "M2", "500", "--note", "Für Dezember")
    assert "praxis: Bestellung 1 geht an den Betreiber: 500 Credits für Mandant M2" in shown
    (notice,) = (one for one in stage.alerts() if one["kind"] == "order")
    assert notice["text"] == "Order 1: 500 credits for billing practitioner M2. Für Dezember"
    again = vitosms.told("credits", "order", "M2", "500")
    assert (again["sent"], again["order"]["number"]) == (False, 1)
    assert vitosms.told("credits", "order", "M2", "100")["order"]["number"] == 2
    assert [one["number"] for one in vitosms.told("credits", "orders")["orders"]] == [1, 2]
    assert "add 500 credits to billing practitioner M2?" in vitosms.asks("credits", "fulfil", "1")
    assert balance("M2") == 0
    shown = vitosms.shows("credits", "fulfil", "1", "--yes")
    assert "500 Credits dem Mandanten M2 gutgeschrieben; das Guthaben beträgt 500" in shown
    assert "wurde schon am" in vitosms.shows("credits", "fulfil", "1")
    assert (balance("M2"), vitosms.told("credits", "fulfil", "1")["added"]) == (500, 0)
    assert [one["number"] for one in vitosms.told("credits", "orders")["orders"]] == [2]
    (done, left) = vitosms.told("credits", "orders", "--all")["orders"]
    assert (done["fulfilled_at"] is None, left["fulfilled_at"]) == (False, None)
    assert "erfüllt am" in vitosms.shows("credits", "orders", "--all")
    assert "Bestellung 1" in vitosms.shows("credits", "ledger", "--mandant", "M2")
    assert vitosms.refuses("credits", "fulfil", "9") == "praxis has no order 9"
    assert "no billing practitioner 'M9'" in vitosms.refuses("credits", "order", "M9", "5")


def test_a_balance_is_topped_up_automatically(stage: Rehearsal, vitosms: Vitosms) -> None:
    assert "Kein Guthaben wird automatisch aufgeladen." in vitosms.shows("credits", "automatic")
    assert "give --below and --amount, or --off" in vitosms.refuses("credits", "automatic", "M3", "--below", "100")
    less = ("--below", "100", "--amount", "99")
    assert "--amount '99': must be at least --below (100)" in vitosms.refuses("credits", "automatic", "M3", *less)
    shown = vitosms.shows("credits", "automatic", "M3", "--below", "100", "--amount", "500")
    assert "M3: unter 100 werden automatisch 500 Credits aufgeladen; das Guthaben beträgt 500" in shown
    assert balance("M3") == 500
    (item,) = vitosms.told("credits", "ledger", "--mandant", "M3")["ledger"]
    assert (item["kind"], item["source"], item["credits"]) == ("top_up", "automatic", 500)
    assert "automatisch" in vitosms.shows("credits", "ledger", "--mandant", "M3")
    assert [one["kind"] for one in stage.alerts()].count("topped-up") == 1
    assert vitosms.told("credits", "automatic", "M3", "--off")["automatic"] == []


def test_a_rule_is_of_one_mandant_and_is_said_with_the_balance(vitosms: Vitosms) -> None:
    vitosms.shows("credits", "automatic", "M3", "--below", "1", "--amount", "1")
    assert vitosms.shows("credits", "automatic") in vitosms.shows("credits", "automatic", "M3")
    assert "M2: Es wird nichts automatisch aufgeladen; das" in vitosms.shows("credits", "automatic", "M2", "--off")
    assert "M2: Es wird nichts" in vitosms.shows("credits", "automatic", "M2")
    assert "say which billing practitioner" in vitosms.refuses("credits", "automatic", "--off")
    assert "or --off" in vitosms.refuses("credits", "automatic", "M3", "--off", "--below", "1")
    assert "no billing practitioner 'M9'" in vitosms.refuses("credits", "automatic", "M9")
    assert "M3: Es wird nichts" in vitosms.shows("credits", "automatic", "M3", "--off")


def test_only_an_open_order_says_how_to_fulfil_it(vitosms: Vitosms) -> None:
    for number in (one["number"] for one in vitosms.told("credits", "orders")["orders"]):
        vitosms.shows("credits", "fulfil", str(number), "--yes")
    assert "Aufladen mit" not in vitosms.shows("credits", "orders", "--all")
    vitosms.shows("credits", "order", "M2", "7")
    assert "Aufladen mit: vitosms credits fulfil NUMMER" in vitosms.shows("credits", "orders", "--all")
