"""Which resources of a plain template (without SAM) CloudFormation makes after which, and circles among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any


def cycle(resources: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Resources each of which comes before the next one, with the first again at the end; empty if there are none."""
    before = {name: set(_named(resource)) & resources.keys() for name, resource in resources.items()}
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def _named(value: Any) -> Iterator[str]:
    """The names after which a resource, or a part of it, comes."""
    if isinstance(value, list):
        for member in value:
            yield from _named(member)
    if not isinstance(value, dict):
        return
    for key, member in value.items():
        match key, member:
            case "Ref", str(name):
                yield name
            case "Fn::GetAtt", [str(name), *_]:
                yield name
            case "Fn::GetAtt", str(text):
                yield text.partition(".")[0]
            case "Fn::Sub", str(text):
                yield from _in_text(text)
            case "Fn::Sub", [str(text), dict(own)]:
                yield from set(_in_text(text)) - own.keys()
                yield from _named(own)
            case "DependsOn", str(name):
                yield name
            case "DependsOn", list(names):
                yield from names
            case _:
                yield from _named(member)


def _in_text(text: str) -> list[str]:
    return re.findall(r"\$\{(\w+)[.}]", text)
