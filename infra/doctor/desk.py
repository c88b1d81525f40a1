"""Whether the people of a practice can sign in to the desk. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.text import Text
from infra.account.desk import URL, address, not_ready
from infra.doctor.finding import Finding, doubtful, good
from infra.language import number
from infra.translation import trn


def desk(parameters: Mapping[str, str], outputs: Mapping[str, str], practice: str, people: int) -> Iterator[Finding]:
    """Nothing for a stage without a desk, by its parameters and outputs; `people` of the practice may sign in."""
    check = Text("check.desk")
    if URL not in outputs:
        return
    if found := not_ready(parameters, outputs):
        yield doubtful(check, found, "vitosms deploy")
        return
    told = trn(
        "{count} person may sign in: {url}", "{count} people may sign in: {url}",
        people, count=number(people), url=address(parameters, outputs),
    )  # fmt: skip
    if people:
        yield good(check, told)
    else:
        yield doubtful(check, told, f"vitosms people add --role manager --practice {practice}")
