"""Write a file for a person."""

import os
import sys

from infra.cli.core.arguments import refused
from infra.cli.core.os_errors import why_no_file
from infra.translation import tr


def write(file: str, content: bytes) -> None:
    """To stdout (`-`), or a file that only its owner reads. Raises ArgumentError where it cannot be written."""
    if file == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
            written.write(content)
    except OSError as error:
        raise refused("--csv", file, tr("it cannot be written; {why}", why=why_no_file(error))) from None
