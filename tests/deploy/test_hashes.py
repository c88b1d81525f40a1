"""The hashes of what ships, and the bill of materials that lists it."""

from __future__ import annotations

import io
import json
import re
from zipfile import ZipFile

import pytest

from infra.deploy import hashes
from infra.deploy.package import ARCHITECTURES, RUNTIMES, PackagingError, copy_project, known_hashes, pins
from infra.deploy.sbom import sbom

DIGEST = "a" * 64


def test_every_pin_of_every_runtime_has_hashes_and_nothing_else_has() -> None:
    needed = {f"{name}=={version}" for runtime in RUNTIMES for name, version in pins(runtime).items()}
    assert known_hashes().keys() == needed, "after a change of requirements.txt: python -m infra.deploy.hashes"
    for pin, digests in known_hashes().items():
        assert [one for one in digests if not re.fullmatch("[0-9a-f]{64}", one)] == [], pin


def test_a_binary_wheel_has_a_hash_for_each_runtime_and_architecture() -> None:
    (markupsafe,) = (digests for pin, digests in known_hashes().items() if pin.startswith("markupsafe=="))
    assert len({*markupsafe}) == len(RUNTIMES) * len(ARCHITECTURES)


def test_the_file_names_no_place_from_which_a_wheel_comes() -> None:
    lines = [line for line in hashes.FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert [line for line in lines if "/" in line or ":" in line] == []


def test_pip_gets_each_pin_with_its_hashes() -> None:
    known = hashes.known(f"# a comment\nsix==1.17.0 {DIGEST} {'b' * 64}\n")
    assert hashes.hashed({"six": "1.17.0"}, known) == f"six==1.17.0 --hash=sha256:{DIGEST} --hash=sha256:{'b' * 64}\n"


def test_a_pin_without_a_hash_is_not_packaged(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("hashes")
    lines = hashes.FILE.read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "hashes.txt").write_text("".join(line for line in lines if not line.startswith("six==")))
    monkeypatch.setattr(hashes, "FILE", folder / "hashes.txt")
    (folder / "project").mkdir()
    with pytest.raises(PackagingError, match=r"six==[\d.]+.*python -m infra\.deploy\.hashes"):
        copy_project(folder / "project", "arm64")


@pytest.mark.parametrize(
    ("runtime", "newest"), [("3.11", "manylinux_2_26_aarch64"), ("3.13", "manylinux_2_34_aarch64")]
)
def test_pip_is_asked_for_wheels_of_the_runtimes_c_library(runtime: str, newest: str) -> None:
    tags = hashes.platforms("arm64", runtime)
    assert (tags[0], tags[-1]) == (newest, "manylinux2014_aarch64")


def test_the_bill_of_materials_lists_name_version_hash_and_licence() -> None:
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        metadata = "Metadata-Version: 2.4\nName: Typing_Extensions\nVersion: 4.16\nLicense-Expression: PSF-2.0\n\nText"
        archive.writestr("typing_extensions-4.16.dist-info/METADATA", metadata)
    versions = {"typing-extensions": "4.16", "pymssql": "2.4"}
    known = {"typing-extensions==4.16": [DIGEST], "pymssql==2.4": [DIGEST, "b" * 64]}
    with ZipFile(packed) as archive:
        document = json.loads(sbom(archive, versions, known, "prod"))
    assert (document["bomFormat"], document["specVersion"], document["version"]) == ("CycloneDX", "1.6", 1)
    pymssql, extensions = document["components"]
    assert pymssql == {
        "type": "library", "bom-ref": "pkg:pypi/pymssql@2.4", "name": "pymssql", "version": "2.4",
        "purl": "pkg:pypi/pymssql@2.4",
    }  # fmt: skip
    assert extensions["hashes"] == [{"alg": "SHA-256", "content": DIGEST}]
    assert extensions["licenses"] == [{"expression": "PSF-2.0"}]
