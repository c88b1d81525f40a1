"""Save the deployment-wide prices in credits as parameters. I/O."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.account.step import Outcome, Step
from infra.translation import tr

PRICES = (SMS, EMAIL) = ("CreditsProSMS", "CreditsProEMail")
_DEFAULT = 1


def tariff_steps(client: Any, stage: str, wanted: Mapping[str, int | None]) -> Iterator[Step]:
    """Save each price that is wanted or missing; `wanted` is by name, None to keep the current one."""
    for name in PRICES:
        path = f"/vitosms-tarif/{stage}/{name}"
        found = client.get_parameters(Names=[path])["Parameters"]
        before = found[0]["Value"] if found else None
        price = wanted.get(name)
        value = before if price is None else str(price)
        if value is not None and value == before:
            yield Step(name, Outcome.UNCHANGED, _words(name, value))
            continue
        value = value or str(_DEFAULT)
        client.put_parameter(Name=path, Value=value, Type="String", Overwrite=True)
        now = _words(name, value)
        yield Step(
            name, Outcome.DONE, now if before is None else tr("{now} (before: {before})", now=now, before=before)
        )


def _words(name: str, value: str) -> str:
    return tr("{value} per SMS part" if name == SMS else "{value} per e-mail", value=value)
