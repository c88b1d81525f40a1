"""Log in once in a process of its own: in this one the driver may remember the number of an earlier failure. I/O."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict

from chalicelib.practice_db.errors import LOST, REFUSED, TIMEOUT, number_and_text
from chalicelib.practice_db.url import SqlServer

_SECONDS = 20  # for an interpreter to start, on a small Lambda, and to log in
_PROGRAM = f"""
import json, sys
sys.path, address = json.load(sys.stdin)
from {__name__} import number_in_this_process
print(number_in_this_process(address))
"""


def number_of_login(address: SqlServer) -> int:
    """Return the number of the error; that of LOST if the login succeeds now, of REFUSED if no process can start."""
    given = json.dumps([sys.path, asdict(address)])  # to stdin: other processes could read arguments
    command = [sys.executable, "-c", _PROGRAM]
    try:
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=_SECONDS, check=True)  # noqa: S603
        return int(done.stdout)
    except subprocess.TimeoutExpired:
        return TIMEOUT.numbers[0]
    except (OSError, ValueError, subprocess.CalledProcessError):
        return REFUSED.numbers[0]


def number_in_this_process(address: dict[str, object]) -> int:
    """Log in to the fields of an address."""
    from chalicelib.practice_db.sql_server import login  # which imports this module

    server = SqlServer(**address)  # type: ignore[arg-type]
    try:
        login(server, server.database).close()
    except Exception as error:
        return number_and_text(error)[0]
    return LOST.numbers[0]
