"""Package one stage for CloudFormation: the zip of the Lambdas, checked, and the template that names it.

`chalice package` does the work, in a new folder, so that it cannot reuse the zip of an earlier run. A distribution
that it could not package is only a warning there; here it is an error. pip takes only wheels whose hashes are
known.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from infra.deploy import hashes, sam_template
from infra.deploy import lambda_zip as deployment_zip
from infra.deploy.sbom import sbom
from infra.translation import preferred_language, speak, tr

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURES = ("arm64", "x86_64")
RUNTIMES = ("3.11", "3.12", "3.13", "3.14")  # of Lambda; their last days are in docs/operations.md
RUNTIME = "3.13"
SBOM = "sbom.cdx.json"  # the bill of materials
_SHIPS = ("app.py", "chalicelib", "vendor")  # read by Chalice, beside requirements.txt
_STAGE = re.compile(r"(?!.*-sms$)[a-z][a-z0-9-]{1,15}")  # the pattern in resources.yaml; -sms: sms_template.py
_WITHOUT_BYTECODE = shutil.ignore_patterns("__pycache__")


class PackagingError(Exception):
    """Packaging failed; in words, for the operator."""


@dataclass(frozen=True)
class Package:
    """`template` (JSON) names `zip` as ./deployment.zip; both lie in `build/<stage>/`, and SBOM beside them."""

    template: Path
    zip: Path


def package(stage: str, arch: str, runtime: str = RUNTIME) -> Package:
    """Make the package of a stage for "arm64" or "x86_64" and a Python such as "3.13", always anew.

    The Python that runs this may be another one. Raises PackagingError if the stage or the architecture is invalid, or
    if the zip is incomplete.
    """
    if not _STAGE.fullmatch(stage):
        raise PackagingError(
            tr(
                "{stage!r} is not a stage: it must be 2 to 16 characters from a-z, 0-9 and -, starting with a letter, "
                "not ending in -sms",
                stage=stage,
            )
        )
    if arch not in ARCHITECTURES:
        raise PackagingError(
            tr("{given!r} is not a Lambda architecture: it must be one of {allowed}", given=arch,
               allowed=", ".join(ARCHITECTURES))
        )  # fmt: skip
    folder = ROOT / "build" / stage
    made = Package(folder / "sam.json", folder / "deployment.zip")
    shutil.rmtree(made.zip.parent, ignore_errors=True)
    made.zip.parent.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as temporary:
        project = Path(temporary)
        copy_project(project, arch, runtime)
        said = run_chalice(project, stage, arch, runtime)
        deployment_zip.write_again(project / "out" / "deployment.zip", made.zip)
        template = json.loads((project / "out" / "sam.json").read_text(encoding="utf-8"))
    _check(made.zip, arch, runtime, said)
    with ZipFile(made.zip) as archive:
        (folder / SBOM).write_text(sbom(archive, pins(runtime), known_hashes(), stage), encoding="utf-8")
    made.template.write_text(json.dumps(sam_template.finished(template, stage), indent=2) + "\n", encoding="utf-8")
    return made


def copy_project(project: Path, arch: str, runtime: str = RUNTIME) -> None:
    """Copy the project for Chalice, for one architecture and runtime, without the files of an earlier run."""
    for source in (ROOT / name for name in _SHIPS):
        if source.is_dir():
            shutil.copytree(source, project / source.name, ignore=_WITHOUT_BYTECODE)
        elif source.exists():
            shutil.copy(source, project)
    shutil.copytree(ROOT / ".chalice", project / ".chalice", ignore=shutil.ignore_patterns("deploy*"))
    config = project / ".chalice" / "config.json"
    settings = json.loads(config.read_text(encoding="utf-8"))
    config.write_text(json.dumps({**settings, "lambda_architecture": arch}), encoding="utf-8")
    (project / "requirements.txt").write_text(_requirements(runtime), encoding="utf-8")
    (project / "merge.json").write_text(json.dumps(sam_template.ours()), encoding="utf-8")


def _requirements(runtime: str) -> str:
    try:
        return hashes.hashed(pins(runtime), known_hashes())
    except KeyError as missing:
        raise PackagingError(
            tr("no hash of {pin} is known: python -m infra.deploy.hashes reads them anew", pin=missing.args[0])
        ) from None


def run_chalice(project: Path, stage: str, arch: str, runtime: str = RUNTIME) -> str:
    """Let Chalice package that copy into its folder `out`; return its output. Raises PackagingError.

    It imports app.py, which reads the stage; the region has no effect, but must be valid. Chalice takes the runtime
    from the Python that runs it, and so does pip; both are told the other one. pip is told the platform as well, so
    that it downloads each wheel by a line with hashes, and Chalice none by its name alone.
    """
    told = f"from chalice.config import Config; Config.lambda_python_version = 'python{runtime}'"
    command = [sys.executable, "-c", f"{told}; from chalice.cli import main; raise SystemExit(main())"]
    done = subprocess.run(
        [*command, "package", "--stage", stage, "--merge-template", "merge.json", "out"],
        cwd=project,
        env={
            **os.environ,
            "VITOSMS_STAGE": stage,
            "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "eu-central-1"),
            "PYTHONDONTWRITEBYTECODE": "1",  # Chalice would zip it
            "PIP_PYTHON_VERSION": runtime,
            "PIP_ONLY_BINARY": ":all:",  # pip builds nothing for another Python
            "PIP_PLATFORM": " ".join(hashes.platforms(arch, runtime)),
            "PIP_REQUIRE_HASHES": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PackagingError(f"{tr('chalice package failed:')}\n{done.stdout}")
    return done.stdout


def _check(path: Path, arch: str, runtime: str, said: str) -> None:
    with ZipFile(path) as archive:
        wrong = deployment_zip.problems(archive, pins(runtime), own_files(), arch, runtime)
    if wrong:
        path.unlink()  # it must not be deployed
        intro = tr("the zip is incomplete or wrong; {path} is removed:", path=path)
        raise PackagingError("\n".join([intro, *wrong, tr("Chalice said:"), said]))


def pins(runtime: str = RUNTIME) -> dict[str, str]:
    """The versions of the shipped distributions, by name. Raises PackagingError for a line without an exact one."""
    try:
        return deployment_zip.pinned((ROOT / "requirements.txt").read_text(encoding="utf-8"), runtime)
    except ValueError as error:
        raise PackagingError(str(error)) from None


def known_hashes() -> hashes.Hashes:
    """SHA-256 of the wheels that may ship, by name==version."""
    return hashes.known(hashes.FILE.read_text(encoding="utf-8"))


def own_files() -> dict[str, int]:
    """app.py and chalicelib: names in the zip and sizes in bytes."""
    files = [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*")]
    own = (file for file in files if file.is_file() and "__pycache__" not in file.parts)
    return {file.relative_to(ROOT).as_posix(): file.stat().st_size for file in own}


def main() -> int:
    """`make package`; returns 1 if it failed."""
    speak(preferred_language(os.environ))
    parser = argparse.ArgumentParser(prog="infra.deploy.package")
    parser.add_argument("--stage", default="dev")
    parser.add_argument("--arch", default="arm64", help=" or ".join(ARCHITECTURES))
    parser.add_argument("--runtime", default=RUNTIME, choices=RUNTIMES)
    arguments = parser.parse_args()
    try:
        made = package(arguments.stage, arguments.arch, arguments.runtime)
    except PackagingError as error:
        print(error, file=sys.stderr)
        return 1
    with ZipFile(made.zip) as archive:
        print("\n".join(deployment_zip.table_of_sizes(archive, made.zip.stat().st_size)))
    print(f"{made.zip.relative_to(ROOT)}, {made.template.name}, {SBOM}: python{arguments.runtime}, {arguments.arch}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
