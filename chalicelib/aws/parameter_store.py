"""The SSM Parameter Store: the settings of a practice, the deployment's prices, the database secret. I/O.

Read again for every run, so that changes take effect immediately. Secrets are outside `/vitosms`, because permission to
read a path includes all its children.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.entries.credits import Tariff
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.parameters import SavedParameters, sort_parameters
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice.settings_shown import SETTINGS
from chalicelib.text import Text, TextError
from chalicelib.words.words import words_of

SECRETS = ("Datenbank", "Abmeldungen")
PRICES = ("CreditsProSMS", "CreditsProEMail")
_KEY = re.compile(r"[0-9a-f]{64}")


class ParameterError(TextError):
    """A parameter is missing or invalid; the text names it but never shows a secret."""


class ParameterStore:
    def __init__(self, client: Any, stage: str, new_key: Callable[[], str]) -> None:
        """`new_key` makes a secret of 64 hex digits."""
        self._client, self._stage, self._new_key = client, stage, new_key

    def saved(self, practice: str) -> SavedParameters:
        """Everything under the practice's path; ten parameters a call."""
        path = f"/vitosms/{self._stage}/{practice}"
        return sort_parameters(self._by_path(path), f"{path}/")

    def some(self, practice: str, names: Sequence[str]) -> dict[str, str]:
        """Up to ten by their names below the practice's path, or in SECRETS or PRICES, by full name; one call."""
        full = [full_name(self._stage, practice, name) for name in names]
        answer = self._client.get_parameters(Names=full, WithDecryption=True)
        return {one["Name"]: one["Value"] for one in answer["Parameters"]}

    def templates(self, practice: str) -> dict[str, str]:
        """The practice's own templates, by full name; ten a call."""
        path = self.path_of(practice, "Vorlagen").rstrip("/")
        return {f"{path}/{name}": value for name, value in self._by_path(path).items()}

    def save(self, practice: str, name: str, value: str) -> None:
        """Save a parameter by its name below the practice's path, such as `Schalter/Sprache`.

        Raises ClientError if AWS refuses it: an empty value, one that contains `{{`, one above 4 KB, one that its
        pattern refuses. Description and pattern go along each time: it is not documented that they stay.
        """
        request = self._request(practice, name, value)
        self._client.put_parameter(**request, Overwrite=True)
        self._client.add_tags_to_resource(
            ResourceType="Parameter", ResourceId=request["Name"], Tags=_tags(practice, name)
        )

    def add(self, practice: str, name: str, value: str) -> bool:
        """Save a new parameter as `save` does; False, and nothing is changed, if it is there already."""
        return self._create(Tags=_tags(practice, name), **self._request(practice, name, value))

    def has_default(self, practice: str, name: str) -> bool:
        """Whether a setting is saved with its default value, which a missing one has too. One call."""
        setting = SETTINGS.get(name)
        value = setting and self._value(Name=f"/vitosms/{self._stage}/{practice}/{name}")
        return setting is not None and value == setting.default

    def count_standard(self) -> int:
        """The parameters of the standard tier in this region, of any owner; 50 a call."""
        pages = self._client.get_paginator("describe_parameters").paginate(PaginationConfig={"PageSize": 50})
        return sum(one.get("Tier", "Standard") == "Standard" for page in pages for one in page["Parameters"])

    def _request(self, practice: str, name: str, value: str) -> dict[str, str]:
        own = {"Name": f"/vitosms/{self._stage}/{practice}/{name}", "Value": value, "Type": "String"}
        if setting := SETTINGS.get(name):
            own["Description"] = words_of("de").of(setting.description)  # as its name
            own |= {"AllowedPattern": setting.pattern} if setting.pattern else {}
        return own

    def forget(self, practice: str, name: str) -> bool:
        """Delete a parameter by its name below the practice's path; False if there was none."""
        try:
            self._client.delete_parameter(Name=f"/vitosms/{self._stage}/{practice}/{name}")
        except ClientError as error:
            if error.response["Error"]["Code"] != "ParameterNotFound":
                raise
            return False
        return True

    def path_of(self, practice: str, folder: str) -> str:
        """The full path of one folder of a practice's parameters, for use in texts."""
        return f"/vitosms/{self._stage}/{practice}/{folder}/"

    def tariff(self) -> Tariff:
        """Credits per SMS part and e-mail; 1 if not set. Raises ParameterError if one is not a number."""
        path = f"/vitosms-tarif/{self._stage}"
        values = self._by_path(path)
        return Tariff(per_sms_part=_price(values, path, PRICES[0]), per_email=_price(values, path, PRICES[1]))

    def database_url(self, practice: str) -> str:
        """The secret URL of the practice database. Raises ParameterError if it is not set."""
        name = f"/vitosms-secrets/{self._stage}/{practice}/Datenbank"
        url = self._secret(name)
        if url is None:
            raise ParameterError(Text("parameter.no_database_url", path=name))
        return url

    def save_database_url(self, practice: str, url: str) -> None:
        """Save the secret URL of the practice database, encrypted. Raises ParameterError if AWS refuses it."""
        name = f"/vitosms-secrets/{self._stage}/{practice}/Datenbank"
        try:
            self._client.put_parameter(Name=name, Value=url, Type="SecureString", Overwrite=True)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code != "ValidationException":  # its message may show the value
                raise
            raise ParameterError(Text("parameter.refused", path=name, error=code)) from None

    def opt_out_key(self, practice: str, make: bool = False) -> bytes:
        """The secret key of the practice's opt-outs; `make` creates it if there is none.

        Raises ParameterError if it is missing or broken: without it the opted-out addresses are unknown.
        """
        name = f"/vitosms-secrets/{self._stage}/{practice}/Abmeldungen"
        text = self._secret(name)
        if text is None and make:
            self._create(Name=name, Value=self._new_key(), Type="SecureString")
            text = self._secret(name)  # another run may have created it first
        if text is None:
            raise ParameterError(Text("parameter.no_opt_out_key", path=name))
        if not _KEY.fullmatch(text):
            raise ParameterError(Text("parameter.no_key", path=name))
        return bytes.fromhex(text)

    def opt_outs(self, record: PracticeRecord) -> OptOuts:
        """The practice's opt-outs with their key. Raises ParameterError if their key is missing or broken."""
        return OptOuts(self.opt_out_key(record.practice), record.opt_outs) if record.opt_outs else OptOuts()

    def _create(self, **request: Any) -> bool:
        """False if there is one of this name."""
        try:
            self._client.put_parameter(**request, Overwrite=False)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ParameterAlreadyExists":
                raise
            return False
        return True

    def _secret(self, name: str) -> str | None:
        return self._value(Name=name, WithDecryption=True)

    def _value(self, **request: Any) -> str | None:
        """None if there is no such parameter."""
        try:
            answer = self._client.get_parameter(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ParameterNotFound":
                raise
            return None
        value: str = answer["Parameter"]["Value"]
        return value

    def _by_path(self, path: str) -> dict[str, str]:
        """Values by the rest of the name after the path."""
        pages = self._client.get_paginator("get_parameters_by_path").paginate(
            Path=path, Recursive=True, PaginationConfig={"PageSize": 10}
        )
        return {one["Name"].removeprefix(path + "/"): one["Value"] for page in pages for one in page["Parameters"]}


class KnownParameters(ParameterStore):
    """Answers from what `some` has read, its secrets too."""

    def __init__(self, stage: str, values: Mapping[str, str]) -> None:
        self._stage, self._known = stage, values

    def _by_path(self, path: str) -> dict[str, str]:
        return {k.removeprefix(f"{path}/"): v for k, v in self._known.items() if k.startswith(f"{path}/")}

    def _secret(self, name: str) -> str | None:
        return self._known.get(name)


def full_name(stage: str, practice: str, name: str) -> str:
    """The full name of a setting, by that below the practice's path, or of one of SECRETS or PRICES."""
    if name in PRICES:
        return f"/vitosms-tarif/{stage}/{name}"
    return f"/{'vitosms-secrets' if name in SECRETS else 'vitosms'}/{stage}/{practice}/{name}"


def _tags(practice: str, name: str) -> list[dict[str, str]]:
    """Return the practice and the folder: `Schalter`, `Auftraege` or `Vorlagen`."""
    kind = name.partition("/")[0]
    return [{"Key": "vitosms:practice", "Value": practice}, {"Key": "vitosms:kind", "Value": kind}]


def _price(values: Mapping[str, str], path: str, name: str) -> int:
    text = values.get(name, "1").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise ParameterError(Text("parameter.no_price", path=f"{path}/{name}", value=text[:60]))
    return int(text)
