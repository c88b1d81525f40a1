"""How many bytes an item counts at DynamoDB. Pure.

By AWS's developer guide, «DynamoDB item sizes and formats» (CapacityUnitCalculations): an attribute is its name and its
value in UTF-8; a number one byte for two significant digits and one more, zeros at both ends trimmed, about; null
and boolean one byte; a list or map three bytes, and one for each element. Read there on 2026-11-26.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

Attributes = Mapping[str, Mapping[str, Any]]  # an item as DynamoDB writes it: {"pk": {"S": "praxis"}}


def size_of(item: Attributes) -> int:
    """Bytes of all names and values. Raises ValueError for a type that DynamoDB does not have."""
    return sum(len(name.encode()) + _value(value) for name, value in item.items())


def _value(attribute: Mapping[str, Any]) -> int:
    ((kind, value),) = attribute.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return _number(value)
        case "B":
            return len(base64.b64decode(value))
        case "BOOL" | "NULL":
            return 1
        case "SS" | "NS" | "BS":
            return sum(_value({kind[0]: member}) for member in value)
        case "L":
            return 3 + sum(1 + _value(member) for member in value)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value(member) for name, member in value.items())
    raise ValueError(f"DynamoDB has no type {kind!r}")


def _number(text: str) -> int:
    digits = text.lstrip("-").lower().split("e")[0]
    whole, _, fraction = digits.partition(".")
    significant = (whole + fraction.rstrip("0")).lstrip("0")
    if not fraction.rstrip("0"):
        significant = significant.rstrip("0")
    return (len(significant) + 1) // 2 + 1
