"""The SSM Parameter Store in memory; it refuses the names and values that AWS refuses."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from functools import partial
from itertools import takewhile
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.parameter_store import ParameterError, ParameterStore, full_name
from chalicelib.entries.credits import Tariff
from chalicelib.practice.parameters import SavedParameters, sort_parameters
from chalicelib.practice.settings_shown import SETTINGS
from chalicelib.text import Text
from infra.local import parameters as aws
from tests.fakes.world import World

PAGE = 10  # parameters a call


class FakeParameterStore(ParameterStore):
    def __init__(self, world: World, stage: str) -> None:
        self.values: dict[str, str] = {}
        self.version = 0  # grows with every change
        self._patterns: dict[str, str | None] = {}
        self._sorted: list[str] = []
        self._world, self._stage = world, stage

    def put(self, name: str, value: str, **about: Any) -> None:
        """Save a parameter by its full name. Raises ClientError (ValidationException) if AWS refuses it."""
        refused = aws.refusal({"Name": name, "Value": value, **about}, self._patterns.get(name))
        if refused:
            raise ClientError({"Error": {"Code": refused.code, "Message": refused.message}}, "PutParameter")
        self._patterns[name] = about.get("AllowedPattern", self._patterns.get(name))
        self.write(name, value)

    def write(self, name: str, value: str) -> None:
        """Save it even if AWS would refuse it."""
        self.values[name] = value
        self._sorted, self.version = sorted(self.values), self.version + 1

    def delete(self, name: str) -> bool:
        """Delete a parameter by its full name; False if there was none."""
        there = self.values.pop(name, None) is not None
        self._patterns.pop(name, None)
        self._sorted, self.version = sorted(self.values), self.version + there
        return there

    def saved(self, practice: str) -> SavedParameters:
        path = f"/vitosms/{self._stage}/{practice}/"
        return sort_parameters({name.removeprefix(path): value for name, value in self._read(path).items()}, path)

    def some(self, practice: str, names: Sequence[str]) -> dict[str, str]:
        full = [full_name(self._stage, practice, name) for name in names]
        assert len(full) <= PAGE
        return self._world.call(
            "parameters.some", lambda: {one: self.values[one] for one in full if one in self.values}
        )

    def templates(self, practice: str) -> dict[str, str]:
        return self._read(self.path_of(practice, "Vorlagen"))

    def save(self, practice: str, name: str, value: str) -> None:
        self._world.call("parameters.save", lambda: self.put(**self._named(practice, name, value)))

    def add(self, practice: str, name: str, value: str) -> bool:
        def add() -> bool:
            request = self._named(practice, name, value)
            if is_new := request["name"] not in self.values:
                self.put(**request)
            return is_new

        return self._world.call("parameters.add", add)

    def has_default(self, practice: str, name: str) -> bool:
        value = self._world.call("parameters.one", lambda: self.values.get(f"/vitosms/{self._stage}/{practice}/{name}"))
        return name in SETTINGS and value == SETTINGS[name].default

    def count_standard(self) -> int:
        return self._world.call("parameters.count", lambda: len(self.values))

    def _named(self, practice: str, name: str, value: str) -> dict[str, str]:
        pattern = SETTINGS[name].pattern if name in SETTINGS else None
        about = {"AllowedPattern": pattern} if pattern else {}
        return {"name": f"/vitosms/{self._stage}/{practice}/{name}", "value": value, **about}

    def forget(self, practice: str, name: str) -> bool:
        path = f"/vitosms/{self._stage}/{practice}/{name}"
        return self._world.call("parameters.forget", lambda: self.delete(path))

    def path_of(self, practice: str, folder: str) -> str:
        return f"/vitosms/{self._stage}/{practice}/{folder}/"

    def tariff(self) -> Tariff:
        path = f"/vitosms-tarif/{self._stage}/"
        found = self._read(path)
        prices = []
        for name in ("CreditsProSMS", "CreditsProEMail"):
            text = found.get(path + name, "1").strip()
            if not (text.isascii() and text.isdigit() and len(text) < 7):
                raise ParameterError(Text("parameter.no_price", path=path + name, value=text[:60]))
            prices.append(int(text))
        return Tariff(*prices)

    def database_url(self, practice: str) -> str:
        name = f"/vitosms-secrets/{self._stage}/{practice}/Datenbank"
        url = self._world.call("parameters.database_url", lambda: self.values.get(name))
        if url is None:
            raise ParameterError(Text("parameter.no_database_url", path=name))
        return url

    def save_database_url(self, practice: str, url: str) -> None:
        name = f"/vitosms-secrets/{self._stage}/{practice}/Datenbank"
        try:
            self._world.call("parameters.save_database_url", lambda: self.put(name, url))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise ParameterError(Text("parameter.refused", path=name, error=code)) from None

    opt_outs = ParameterStore.opt_outs  # by opt_out_key

    def opt_out_key(self, practice: str, make: bool = False) -> bytes:
        name = f"/vitosms-secrets/{self._stage}/{practice}/Abmeldungen"

        def read() -> str | None:
            return self._world.call("parameters.secret", lambda: self.values.get(name))

        text = read()
        if text is None and make:
            key = hashlib.sha256(name.encode()).hexdigest()  # the same in every run
            self._world.call("parameters.make_secret", lambda: self.put(name, self.values.get(name, key)))
            text = read()
        if text is None:
            raise ParameterError(Text("parameter.no_opt_out_key", path=name))
        if len(text) != 64 or set(text) - set("0123456789abcdef"):
            raise ParameterError(Text("parameter.no_key", path=name))
        return bytes.fromhex(text)

    def _read(self, path: str) -> dict[str, str]:
        """All parameters below a path, in pages of ten."""
        found: dict[str, str] = {}
        start = 0
        while True:
            page, more = self._world.call("parameters.page", partial(self._page, path, start))
            found |= page
            if not more:
                return found
            start += PAGE

    def _page(self, path: str, start: int) -> tuple[dict[str, str], bool]:
        first = bisect_left(self._sorted, path)
        names = list(takewhile(lambda name: name.startswith(path), self._sorted[first:]))
        return {name: self.values[name] for name in names[start : start + PAGE]}, len(names) > start + PAGE
