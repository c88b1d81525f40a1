"""Refuse the parameters that AWS refuses, and moto accepts.

The rules are those of the API reference of PutParameter and of the user guide, "Requirements and constraints for
parameter names" and "Using parameter allowed patterns".
"""

import re
from collections.abc import Mapping
from typing import Any

from infra.local.networks.sent_message import ErrorAnswer

MAX_NAME = 1011
MAX_LEVELS = 15
MAX_STANDARD_VALUE = 4096
MAX_TEXT = 1024  # characters of a description and of a pattern
_NAME = re.compile(r"[a-zA-Z0-9_.\-/]+")


def refusal(request: Mapping[str, Any], pattern: str | None = None) -> ErrorAnswer | None:
    """The error of AWS for a PutParameter; None if it accepts it. `pattern` is that of the saved parameter."""
    reason = _wrong_name(request["Name"]) or _wrong_value(request["Value"], request.get("Tier", "Standard"))
    if reason := reason or _too_long(request):
        return ErrorAnswer("ValidationException", reason)
    return _wrong_for_pattern(request["Value"], request.get("AllowedPattern", pattern))


def _too_long(request: Mapping[str, Any]) -> str | None:
    for name in ("Description", "AllowedPattern"):
        if len(request.get(name, "")) > MAX_TEXT:
            return (
                f"1 validation error detected: Value at '{name[:1].lower()}{name[1:]}' failed to satisfy constraint:"
                f" Member must have length less than or equal to {MAX_TEXT}."
            )
    return None


def _wrong_for_pattern(value: str, pattern: str | None) -> ErrorAnswer | None:
    try:
        if not pattern or re.search(pattern, value):
            return None
    except re.error:
        return ErrorAnswer(
            "InvalidAllowedPatternException", "The request does not meet the regular expression requirement."
        )
    told = f"Parameter value, cannot be validated against allowedPattern: {pattern}"
    return ErrorAnswer("ParameterPatternMismatchException", told)


def _wrong_name(name: str) -> str | None:
    if not _NAME.fullmatch(name):
        return (
            'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can'
            " consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters,"
            " numbers and the following 3 symbols .-_"
        )
    if "/" in name and not name.startswith("/"):
        return "Parameter name must be a fully qualified name."
    if name.strip("/").lower().startswith(("aws", "ssm")):
        return 'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).'
    if len(name) > MAX_NAME:
        return f"Parameter name must not be longer than {MAX_NAME} characters."
    if len(name.strip("/").split("/")) > MAX_LEVELS:
        return f"Parameter name hierarchy has too many levels. The maximum number of levels is {MAX_LEVELS}."
    return None


def _wrong_value(value: str, tier: str) -> str | None:
    if not value:
        return (
            "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have"
            " length greater than or equal to 1."
        )
    if "{{" in value:
        return 'Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.'
    if tier == "Standard" and len(value.encode()) > MAX_STANDARD_VALUE:
        return (
            f"Standard tier parameters support a maximum parameter value of {MAX_STANDARD_VALUE} characters."
            " To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier."
        )
    return None
