"""Save the deployment-wide prices in credits as parameters. I/O."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.account.step import Outcome, Step

PRICES = {"CreditsProSMS": "per SMS part", "CreditsProEMail": "per e-mail"}
_DEFAULT = 1


def tariff_steps(client: Any, stage: str, wanted: Mapping[str, int | None]) -> Iterator[Step]:
    """Save each price that is wanted or missing; `wanted` is by name, None to keep the current one."""
    for name, unit in PRICES.items():
        path = f"/vitosms-tarif/{stage}/{name}"
        found = client.get_parameters(Names=[path])["Parameters"]
        before = found[0]["Value"] if found else None
        price = wanted.get(name)
        value = before if price is None else str(price)
        if value is not None and value == before:
            yield Step(name, Outcome.SO, f"{value} {unit}")
            continue
        client.put_parameter(Name=path, Value=value or str(_DEFAULT), Type="String", Overwrite=True)
        was = f", was {before}" if before is not None else ""
        yield Step(name, Outcome.DONE, f"{value or _DEFAULT} {unit}{was}")
