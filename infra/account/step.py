"""The outcome of a step of setting an account up, also on an emulator that does not know a request."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

_NOT_KNOWN = {"404", "500", "501", "NotImplemented", "NotImplementedError", "InternalFailure", "UnknownOperation"}


class Outcome(StrEnum):
    DONE = "done"
    SO = "already so"
    PERSON = "to be done by a person"
    NOT_KNOWN = "not known here"  # an emulator has no answer


@dataclass(frozen=True)
class Record:
    """A DNS record that somebody has to set."""

    name: str
    kind: str
    value: str


@dataclass(frozen=True)
class Step:
    """`told` is one English sentence, `links` are pages of AWS on which a person continues."""

    what: str
    outcome: Outcome
    told: str
    links: tuple[str, ...] = ()
    records: tuple[Record, ...] = ()


def asked(call: Callable[[], Any], emulated: bool) -> Any | None:
    """The answer; None if an emulator does not know the request. Other errors are raised as botocore does."""
    try:
        return call()
    except ResponseParserError:  # moto answers with a page of HTML
        if not emulated:
            raise
    except ClientError as error:
        if not (emulated and error.response["Error"]["Code"] in _NOT_KNOWN):
            raise
    return None


def not_known(what: str) -> Step:
    return Step(what, Outcome.NOT_KNOWN, "the emulator does not answer this; on AWS it is looked at here")
