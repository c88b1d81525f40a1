"""The Parameter Store: what a practice saved, in pages of ten; prices and secrets; what AWS refuses."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.parameter_store import KnownParameters, ParameterError
from chalicelib.entries.credits import Tariff
from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.settings_shown import SETTINGS
from chalicelib.text import Text
from infra.local.clients import client
from tests.contract.sides import Side, new_practice
from tests.fakes.wiring import FakeWiring


@pytest.fixture(autouse=True)
def _default_prices(side: Side) -> Iterator[None]:
    """Prices belong to the deployment, not to a practice."""
    yield
    names = [f"/vitosms-tarif/local/{name}" for name in ("CreditsProSMS", "CreditsProEMail")]
    if isinstance(side.parts, FakeWiring):
        for name in names:
            side.parts.parameters.delete(name)
    else:
        client("ssm").delete_parameters(Names=names)


def save(side: Side, practice: str, values: dict[str, str]) -> None:
    for name, value in values.items():
        side.put_parameter(f"/vitosms/local/{practice}/{name}", value)


def test_a_practice_that_saved_nothing_has_nothing(side: Side) -> None:
    practice = new_practice()
    assert side.parts.parameters.saved(practice) == SavedParameters(path=f"/vitosms/local/{practice}/")


@pytest.mark.parametrize("count", [1, 10, 11, 45])
def test_everything_is_read_however_many_pages(side: Side, count: int) -> None:
    practice = new_practice()
    values = {f"Schalter/Name{n}": f"Wert {n}" for n in range(count)}
    save(side, practice, values)
    assert side.parts.parameters.saved(practice).switches == {f"Name{n}": f"Wert {n}" for n in range(count)}


def test_the_three_folders_are_distinguished_and_the_rest_is_named(side: Side) -> None:
    practice = new_practice()
    other = f"{practice}-zwei"  # begins with the same letters
    save(side, other, {"Schalter/Sprache": "fr"})
    save(
        side, practice,
        {
            "Schalter/Sprache": " de ", "Auftraege/send/Aktiviert": "Nein", "Anderes/Name": "x", "Einzeln": "y",
            "Vorlagen/Terminerinnerung/SMS/de": "[[Vorname]]\n«ü»", "Schalter/Tief/Name": "z",
        },
    )  # fmt: skip
    assert side.parts.parameters.saved(practice) == SavedParameters(
        switches={"Sprache": " de ", "Tief/Name": "z"},
        jobs={"send/Aktiviert": "Nein"},
        templates={"Terminerinnerung/SMS/de": "[[Vorname]]\n«ü»"},
        path=f"/vitosms/local/{practice}/",
        unread=("Anderes/Name", "Einzeln"),
    )
    assert side.parts.parameters.saved(other).switches == {"Sprache": "fr"}


def test_a_change_holds_at_once(side: Side) -> None:
    practice = new_practice()
    for value in ("Ja", "Nein"):
        save(side, practice, {"Schalter/TerminerinnerungSenden": value})
        assert side.parts.parameters.saved(practice).switches == {"TerminerinnerungSenden": value}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Schalter/Grüsse", "Ja"),
        ("Schalter/Mit Leerzeichen", "Ja"),
        ("Schalter/Leer", ""),
        ("Vorlagen/Geburtstag/SMS/de", "{{Vorname}}"),
        ("Vorlagen/Geburtstag/SMS/de", "x" * 4097),
        ("Vorlagen/Geburtstag/SMS/de", "ü" * 2049),
    ],
)
def test_what_aws_refuses_is_not_saved(side: Side, name: str, value: str) -> None:
    practice = new_practice()
    with pytest.raises(ClientError, match="ValidationException"):
        save(side, practice, {name: value})
    assert side.parts.parameters.saved(practice) == SavedParameters(path=f"/vitosms/local/{practice}/")


def test_four_kilobytes_fit(side: Side) -> None:
    practice = new_practice()
    save(side, practice, {"Vorlagen/Geburtstag/SMS/de": "ü" * 2048})
    assert len(side.parts.parameters.saved(practice).templates["Geburtstag/SMS/de"]) == 2048


@pytest.mark.parametrize(
    ("sms", "email", "tariff"),
    [
        (None, None, Tariff(1, 1)),
        ("2", None, Tariff(2, 1)),
        (None, " 0 ", Tariff(1, 0)),
        ("999999", "03", Tariff(999999, 3)),
    ],
)
def test_prices_are_whole_numbers_and_one_where_not_set(
    side: Side, sms: str | None, email: str | None, tariff: Tariff
) -> None:
    for name, value in (("CreditsProSMS", sms), ("CreditsProEMail", email)):
        if value is not None:
            side.put_parameter(f"/vitosms-tarif/local/{name}", value)
    assert side.parts.parameters.tariff() == tariff


@pytest.mark.parametrize("value", ["-1", "1.5", "eins", "1000000", "٣", "1 000", "+1"])
@pytest.mark.parametrize("name", ["CreditsProSMS", "CreditsProEMail"])
def test_any_other_price_is_named(side: Side, name: str, value: str) -> None:
    side.put_parameter(f"/vitosms-tarif/local/{name}", value)
    with pytest.raises(ParameterError) as raised:
        side.parts.parameters.tariff()
    assert raised.value.text == Text("parameter.no_price", path=f"/vitosms-tarif/local/{name}", value=value)


def test_the_secret_is_read_and_its_absence_told_by_name(side: Side) -> None:
    practice = new_practice()
    name = f"/vitosms-secrets/local/{practice}/Datenbank"
    with pytest.raises(ParameterError) as raised:
        side.parts.parameters.database_url(practice)
    assert raised.value.text == Text("parameter.no_database_url", path=name)
    side.put_parameter(name, "sqlite:///praxis.db")
    assert side.parts.parameters.database_url(practice) == "sqlite:///praxis.db"
    assert side.parts.parameters.saved(practice) == SavedParameters(path=f"/vitosms/local/{practice}/")
    assert side.parts.parameters.path_of(practice, "Schalter") == f"/vitosms/local/{practice}/Schalter/"


def test_what_is_saved_is_there_until_it_is_forgotten(side: Side) -> None:
    practice, parameters = new_practice(), side.parts.parameters
    for value in ("fr", "it"):
        parameters.save(practice, "Schalter/Sprache", value)
        assert parameters.saved(practice).switches == {"Sprache": value}
    assert [parameters.forget(practice, "Schalter/Sprache") for _ in range(2)] == [True, False]
    assert parameters.saved(practice).switches == {}


@pytest.mark.parametrize("value", ["", "{{x}}", "x" * 4097])
def test_aws_refuses_the_same_values_for_every_caller(side: Side, value: str) -> None:
    practice = new_practice()
    with pytest.raises(ClientError, match="ValidationException"):
        side.parts.parameters.save(practice, "Schalter/DefaultSMSMandant", value)
    with pytest.raises(ParameterError) as raised:
        side.parts.parameters.save_database_url(practice, value)
    path = f"/vitosms-secrets/local/{practice}/Datenbank"
    assert raised.value.text == Text("parameter.refused", path=path, error="ValidationException")
    assert side.parts.parameters.saved(practice).switches == {}


def test_a_saved_secret_is_read_and_the_next_one_replaces_it(side: Side) -> None:
    practice = new_practice()
    for url in ("sqlite:///eins.db", "sqlite:///zwei.db"):
        side.parts.parameters.save_database_url(practice, url)
        assert side.parts.parameters.database_url(practice) == url
    assert side.parts.parameters.saved(practice) == SavedParameters(path=f"/vitosms/local/{practice}/")


@pytest.mark.parametrize("name", ["Schalter/Sprache", "Auftraege/send/Zeitplan"])
def test_a_setting_is_added_once_and_only_with_what_its_pattern_takes(side: Side, name: str) -> None:
    practice, parameters, setting = new_practice(), side.parts.parameters, SETTINGS[name]
    assert not parameters.has_default(practice, name), "it is not saved"
    assert parameters.add(practice, name, setting.default)
    assert parameters.has_default(practice, name)
    with pytest.raises(ClientError, match="ParameterPatternMismatchException"):
        parameters.save(practice, name, "manchmal")
    with pytest.raises(
        ClientError, match="ParameterPatternMismatchException"
    ):  # without a pattern: the saved one holds
        side.put_parameter(f"/vitosms/local/{practice}/{name}", "manchmal")
    other = {"Schalter/Sprache": "fr", "Auftraege/send/Zeitplan": "Mo-Fr 10:05"}[name]
    parameters.save(practice, name, other)
    assert not parameters.add(practice, name, setting.default), "it is there already"
    saved = parameters.saved(practice)
    assert [*saved.switches.values(), *saved.jobs.values()] == [other]
    assert not parameters.has_default(practice, name)
    assert not parameters.has_default(practice, "Schalter/Quatsch")


def test_all_parameters_of_the_region_are_counted(side: Side) -> None:
    before = side.parts.parameters.count_standard()
    save(side, new_practice(), {f"Schalter/Name{n}": "x" for n in range(51)})
    assert side.parts.parameters.count_standard() == before + 51


def test_templates_are_read_by_their_full_names(side: Side) -> None:
    practice, parameters = new_practice(), side.parts.parameters
    names = {f"Vorlagen/Terminerinnerung/SMS/{language}": f"[[Datum]] {language}" for language in ("de", "fr")}
    save(side, practice, {**names, "Schalter/Sprache": "fr"})
    save(side, new_practice(), names)
    path = parameters.path_of(practice, "Vorlagen").removesuffix("Vorlagen/")
    assert parameters.templates(practice) == {path + name: text for name, text in names.items()}


def test_some_are_read_by_name_and_those_that_are_missing_are_left_out(side: Side) -> None:
    practice, other = new_practice(), new_practice()
    save(side, practice, {"Schalter/Sprache": "fr", "Auftraege/send/Aktiviert": "Nein", "Schalter/Zeitzone": "UTC"})
    save(side, other, {"Schalter/BevorzugterKanal": "SMS"})
    side.parts.parameters.save_database_url(practice, "mssql://nobody")
    found = side.parts.parameters.some(
        practice, ["Schalter/Sprache", "Schalter/BevorzugterKanal", "Auftraege/send/Aktiviert", "Datenbank"]
    )
    known = KnownParameters("local", found)
    saved = side.parts.parameters.saved(practice)
    assert known.saved(practice) == SavedParameters({"Sprache": "fr"}, {"send/Aktiviert": "Nein"}, {}, saved.path)
    assert known.database_url(practice) == "mssql://nobody"
    with pytest.raises(ParameterError, match="no_opt_out_key"):
        known.opt_out_key(practice)
