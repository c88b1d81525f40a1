"""The user pool, its client, and the pages that API Gateway answers itself, as `infra/desk.yaml` says."""

from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

from infra.local.desk.http import HttpAnswer
from infra.local.stack import read_template

TEMPLATE = Path(__file__).parents[2] / "desk.yaml"


def properties(kind: str, given: Mapping[str, str]) -> dict[str, Any]:
    """The properties of the one resource of this kind, with these values where it says `${name}` or `!Ref name`."""
    (found,) = (one for one in _resources().values() if one.get("Type") == kind)
    resolved: dict[str, Any] = _resolved(found["Properties"], given)
    return resolved


def gateway_page(name: str, status: int) -> HttpAnswer:
    """The page of a gateway response, with `status` unless it has its own."""
    found = _resources()["RestAPI"]["Properties"]["GatewayResponses"][name]
    headers = found["ResponseParameters"]["Headers"]
    page = found["ResponseTemplates"]["text/html"]
    named = tuple((name, value.strip("'")) for name, value in headers.items())
    return HttpAnswer(int(found.get("StatusCode", status)), named, page.encode())


def _resources() -> dict[str, Any]:
    resources: dict[str, Any] = read_template(TEMPLATE)["Resources"]
    return resources


def _resolved(value: Any, given: Mapping[str, str]) -> Any:
    match value:
        case {"Ref": name}:
            return given[name]
        case {"Fn::Sub": [str(text), _] | str(text)}:
            return Template(text).substitute(given)
        case dict():
            return {name: _resolved(one, given) for name, one in value.items()}
        case list():
            return [_resolved(one, given) for one in value]
    return value
