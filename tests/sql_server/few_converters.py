"""Read names where the C library converts few code pages only, as on Amazon Linux 2023, in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Any

from chalicelib.practice_db.database import open_practice_database
from chalicelib.practice_db.sql_server import login
from chalicelib.practice_db.url import SqlServer, address_of

ROOT = Path(__file__).parents[2]
FOLDERS = ("/usr/lib/*/gconv", "/usr/lib64/gconv", "/usr/lib/gconv")  # of glibc
KEPT = ("ANSI_X3.110", "CP1252", "ISO8859-1", "ISO8859-15", "UNICODE", "UTF-16", "UTF-32", "UTF-7")  # without «extra»


@dataclass(frozen=True)
class Names:
    """The names of the Mandanten: as the service reads them, and as it would if the server did not cast them."""

    read: list[str]
    uncast: list[str]


def why_not() -> str:
    """Why the C library of this machine cannot be cut down for one process; empty if it can."""
    if not any(glob(folder) for folder in FOLDERS):
        return "no glibc with gconv modules"
    if shutil.which("unshare") is None or _alone("true", check=False).returncode:
        return "no mount namespace of its own for a process"
    return ""


def names_with_few_converters(url: str, scratch: Path) -> Names:
    [folder] = [Path(found) for pattern in FOLDERS for found in glob(pattern)][:1]
    for name in (*(f"{name}.so" for name in KEPT), "gconv-modules"):
        shutil.copy(folder / name, scratch / name)
    path = os.pathsep.join([str(ROOT), *sys.path])
    hidden = f'mount --bind "{scratch}" "{folder}" && exec "{sys.executable}" -m {__name__}'
    environment = {**os.environ, "PYTHONPATH": path}
    done = _alone("sh", "-c", hidden, input=url, text=True, env=environment, timeout=300)
    return Names(**json.loads(done.stdout))


def _alone(*command: str, check: bool = True, **how: Any) -> subprocess.CompletedProcess[Any]:
    """Run a command that mounts for itself only."""
    own = ["unshare", "--map-root-user", "--mount", *command]
    return subprocess.run(own, check=check, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **how)  # noqa: S603


def _main() -> None:
    url = sys.stdin.read()
    with open_practice_database(url) as database:
        read = [row["Name"] for row in database.mandanten()]
    address = address_of(url)
    assert isinstance(address, SqlServer)
    with closing(login(address, address.database)) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("SELECT Name FROM vitosms.Mandant ORDER BY MandantId")
        print(json.dumps({"read": read, "uncast": [name for (name,) in cursor.fetchall()]}))


if __name__ == "__main__":
    _main()
