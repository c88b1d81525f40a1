"""Troubles with a login and with an answer, as SQL Server writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pysqlbridge.tds.result import QueryError
from pysqlbridge.tds.token import DoneStatus, done, error

Break = Literal["close", "reset", "hang"]
FATAL = 20  # the severity from which on the server ends the connection
REFUSED_DATABASE = (4060, 18456)  # SQL Server says both, and not why
_TEXTS = {4060: (11, "Cannot open database requested by the login. The login failed.")}  # severity and text
_LOGIN_FAILED = (14, "Login failed for user 'geheim'.")


@dataclass(frozen=True)
class Trouble:
    """An answer breaks after this number of rows; 0: nothing of it is sent, not even its columns.

    An error of a severity from FATAL on ends the connection.
    """

    after_rows: int
    then: Break | QueryError


def login_refusal(numbers: Sequence[int], apart: bool) -> bytes:
    """The errors of a refused login; `apart`: each followed by its own end of an answer."""
    end = done(status=DoneStatus.ERROR)
    errors = []
    for number in numbers:
        severity, text = _TEXTS.get(number, _LOGIN_FAILED)
        errors.append(error(number, text, severity=severity))
    return bytes(b"".join(one + end for one in errors) if apart else b"".join(errors) + end)
