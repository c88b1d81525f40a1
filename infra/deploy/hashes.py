"""The hashes of what ships: every wheel of requirements.txt, for each runtime and architecture of Lambda.

`python -m infra.deploy.hashes` writes them anew, after a change of requirements.txt. `package` lets pip take no other
file (`--require-hashes`).
"""

import hashlib
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from infra.deploy.lambda_zip import MACHINE, pinned

ROOT = Path(__file__).resolve().parents[2]
FILE = Path(__file__).with_name("hashes.txt")
_OLD_GLIBC, _GLIBC = range(26, 16, -1), range(34, 16, -1)  # Amazon Linux 2, of Python 3.11, and 2023
_HEAD = "# Made by `python -m infra.deploy.hashes`: the wheels of requirements.txt that may ship.\n"

Hashes = Mapping[str, Iterable[str]]  # SHA-256 by name==version


def platforms(arch: str, runtime: str) -> list[str]:
    """The tags of the wheels that a Lambda can load, the newest C library first."""
    versions = _OLD_GLIBC if runtime == "3.11" else _GLIBC
    return [*(f"manylinux_2_{minor}_{MACHINE[arch]}" for minor in versions), f"manylinux2014_{MACHINE[arch]}"]


def known(text: str) -> Hashes:
    """The hashes in the file."""
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {name: hashes for name, *hashes in lines}


def hashed(pins: Mapping[str, str], hashes: Hashes) -> str:
    """A requirements.txt for pip with the hashes of all pins. Raises KeyError for a pin without any."""
    lines = []
    for name, version in pins.items():
        own = " ".join(f"--hash=sha256:{one}" for one in hashes[f"{name}=={version}"])
        lines.append(f"{name}=={version} {own}\n")
    return "".join(lines)


def main() -> None:
    from infra.deploy.package import ARCHITECTURES, RUNTIMES

    found = defaultdict[str, set[str]](set)
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    for runtime in RUNTIMES:
        pins = pinned(requirements, runtime)
        for arch in ARCHITECTURES:
            for pin, digest in _downloaded(pins, arch, runtime):
                found[pin].add(digest)
    lines = (f"{pin} {' '.join(sorted(digests))}\n" for pin, digests in sorted(found.items()))
    FILE.write_text(_HEAD + "".join(lines), encoding="utf-8")


def _downloaded(pins: Mapping[str, str], arch: str, runtime: str) -> Iterable[tuple[str, str]]:
    """Download the wheels of a Lambda; pin and SHA-256 of each."""
    target = [option for tag in platforms(arch, runtime) for option in ("--platform", tag)]
    with tempfile.TemporaryDirectory() as folder:
        for name, version in pins.items():
            place = Path(folder) / name
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:", "--no-deps"]
            command += ["--python-version", runtime, *target, "--dest", str(place), f"{name}=={version}"]
            subprocess.run(command, check=True)  # noqa: S603 - our own interpreter and pins
            (wheel,) = place.iterdir()
            yield f"{name}=={version}", hashlib.sha256(wheel.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
