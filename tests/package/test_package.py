"""The real package that `make package` has just built (VITOSMS_PACKAGE): removing any part of it is noticed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.deploy import lambda_zip as deployment_zip
from infra.deploy import package as packaging
from infra.deploy.package import ARCHITECTURES, own_files, pins
from infra.translation import speak

LIBRARIES = ("markupsafe/_speedups", "pymssql/_mssql", "pymssql/_pymssql")


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


@pytest.fixture(scope="module")
def archive() -> Iterator[ZipFile]:
    with ZipFile(Path(os.environ["VITOSMS_PACKAGE"]) / "deployment.zip") as opened:
        yield opened


@pytest.fixture(scope="module")
def arch(archive: ZipFile) -> str:
    """Return the architecture of the package; there are problems for the other one."""
    (found,) = (arch for arch in ARCHITECTURES if problems(archive, arch) == [])
    return found


def runtime() -> str:
    template = json.loads((Path(os.environ["VITOSMS_PACKAGE"]) / "sam.json").read_text(encoding="utf-8"))
    kind = "AWS::Serverless::Function"
    own = [one["Properties"] for one in template["Resources"].values() if one["Type"] == kind]
    (found,) = {function["Runtime"].removeprefix("python") for function in own}
    return str(found)


def problems(archive: ZipFile, arch: str, python: str = "") -> list[str]:
    return deployment_zip.problems(archive, pins(runtime()), own_files(), arch, python or runtime())


@contextmanager
def without(archive: ZipFile, names: list[str]) -> Iterator[None]:
    """The same zip without these files in its directory; writing another one would take a second each time."""
    assert names
    whole, by_name = archive.filelist, archive.NameToInfo
    archive.filelist = [entry for entry in whole if entry.filename not in names]
    archive.NameToInfo = {name: entry for name, entry in by_name.items() if name not in names}
    yield
    archive.filelist, archive.NameToInfo = whole, by_name


@pytest.mark.parametrize("name", pins())
def test_a_dependency_that_is_taken_out_is_missed(name: str, archive: ZipFile, arch: str) -> None:
    _, record = deployment_zip.distributions(archive)[name]
    folder = next(file.partition("/")[0] for file in record if ".dist-info/" in file)
    whole = [entry for entry in archive.namelist() if entry in record or entry.startswith(f"{folder}/")]
    with without(archive, whole):
        assert f"{name}=={pins(runtime())[name]} is missing" in problems(archive, arch)
    with without(archive, [file for file in record if ".dist-info/" not in file]):
        assert any(problem.startswith(f"{name}: ") for problem in problems(archive, arch))


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_that_is_taken_out_is_missed(library: str, archive: ZipFile, arch: str) -> None:
    with without(archive, [name for name in archive.namelist() if name.startswith(f"{library}.cpython-")]):
        assert any(problem.startswith(f"{library}.cpython-") for problem in problems(archive, arch))


@pytest.mark.parametrize("name", {Path(name).suffix: name for name in own_files()}.values())  # one of each kind
def test_a_file_of_our_own_that_is_taken_out_is_missed(name: str, archive: ZipFile, arch: str) -> None:
    with without(archive, [name]):
        assert any(problem.startswith("vitosms: 1 of ") for problem in problems(archive, arch))


def test_it_is_for_no_other_runtime(archive: ZipFile, arch: str) -> None:
    wrong = problems(archive, arch, "3.10")
    assert len([problem for problem in wrong if "cpython-310" in problem]) >= len(LIBRARIES)


def test_what_chalice_cannot_do_is_told_in_its_words(tmp_path: Path, arch: str) -> None:
    packaging.copy_project(tmp_path, arch)
    (tmp_path / "app.py").write_text("raise ImportError('no such app')", encoding="utf-8")
    with pytest.raises(packaging.PackagingError, match="no such app"):
        packaging.run_chalice(tmp_path, "dev", arch)


def test_the_bill_of_materials_lists_what_is_in_the_zip(archive: ZipFile) -> None:
    document = json.loads((Path(os.environ["VITOSMS_PACKAGE"]) / packaging.SBOM).read_text(encoding="utf-8"))
    listed = {one["name"]: one["version"] for one in document["components"]}
    assert listed == {name: version for name, (version, _) in deployment_zip.distributions(archive).items()}
    assert sum("licenses" in one for one in document["components"]) > len(listed) / 3


@pytest.mark.parametrize("digest", [None, "0" * 64])
def test_a_wheel_with_another_hash_does_not_ship(
    tmp_path: Path, arch: str, monkeypatch: pytest.MonkeyPatch, digest: str | None
) -> None:
    wheel = tmp_path / "wheels" / "tiny-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with ZipFile(wheel, "w") as made:
        made.writestr("tiny.py", "")
        made.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        made.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr("tiny-1.0.dist-info/RECORD", "tiny.py,,0\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    project = tmp_path / "project"
    project.mkdir()
    packaging.copy_project(project, arch)
    right = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (project / "requirements.txt").write_text(f"tiny==1.0 --hash=sha256:{digest or right}\n", encoding="utf-8")
    if digest:
        with pytest.raises(packaging.PackagingError, match="DO NOT MATCH THE HASHES"):
            packaging.run_chalice(project, "dev", arch)
    else:
        packaging.run_chalice(project, "dev", arch)
        with ZipFile(project / "out" / "deployment.zip") as zipped:
            assert "tiny.py" in zipped.namelist()
