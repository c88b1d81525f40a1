"""Run the tests beside six busy processes: none may depend on a quick machine. Arguments go to pytest."""

from __future__ import annotations

import subprocess
import sys

BUSY = 6


def main(arguments: list[str]) -> int:
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY)]
    try:
        return subprocess.run([sys.executable, "-m", "pytest", *arguments]).returncode  # noqa: S603
    finally:
        for process in busy:
            process.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
