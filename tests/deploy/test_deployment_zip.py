"""The check of the Lambdas' zip, on small zips; `make package` runs it on the real one."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.deploy import lambda_zip as deployment_zip
from infra.deploy.lambda_zip import pinned, problems, table_of_sizes, write_again
from infra.deploy.package import own_files, pins
from infra.translation import speak
from tests.unit.words.codes import languages

PINS = {"markupsafe": "3.0", "pymssql": "2.3", "six": "1.17", "typing-extensions": "4.16"}
OWN = {
    "app.py": b"app",
    "chalicelib/jobs/send.py": b"send",
    "chalicelib/practice_db/sql/due.sql": b"SELECT",
    "chalicelib/words/de.mo": b"words",
}
TAG = "cpython-311-aarch64-linux-gnu"
Files = dict[str, bytes]


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


def elf(machine: int, bits: int = 2) -> bytes:
    return b"\x7fELF" + bytes([bits]) + bytes(13) + machine.to_bytes(2, "little") + b"code"


ARM, INTEL = elf(183), elf(62)


def wheel(name: str, version: str, **files: bytes) -> Files:
    """The files of an unpacked wheel."""
    folder = f"{name}-{version}.dist-info"
    record = "".join(f"{file},sha256=x,{len(content)}\n" for file, content in files.items())
    return {**files, f"{folder}/RECORD": f"{record}{folder}/RECORD,,\n".encode()}


def good() -> Files:
    return {
        **OWN,
        "chalice/app.py": b"chalice",
        **wheel("markupsafe", "3.0", **{"markupsafe/__init__.py": b"m", f"markupsafe/_speedups.{TAG}.so": ARM}),
        **wheel(
            "pymssql",
            "2.3",
            **{
                "pymssql/__init__.py": b"p",
                f"pymssql/_mssql.{TAG}.so": ARM,
                f"pymssql/_pymssql.{TAG}.so": ARM,
                "pymssql.libs/libssl-d1.so.1.0.2k": ARM,
                "pymssql.libs/libcom.so.2.1": ARM,
            },
        ),
        **wheel("six", "1.17", **{"six.py": b"six"}),
        **wheel("typing_extensions", "4.16", **{"typing_extensions.py": b"t"}),
    }


def zipped(files: Mapping[str, bytes]) -> ZipFile:
    archive = ZipFile(io.BytesIO(), "w")
    for name, content in files.items():
        archive.writestr(name, content)
    return archive


def wrong_with(files: Files, arch: str = "arm64", python: str = "3.11") -> list[str]:
    sizes = {name: len(content) for name, content in OWN.items()}
    return problems(zipped(files), PINS, sizes, arch, python)


def test_nothing_is_wrong_with_a_zip_that_has_all() -> None:
    assert wrong_with(good()) == []
    assert wrong_with({**good(), "six/_x.abi3.so": ARM}) == []  # for any Python


def without(*names: str) -> Callable[[Files], Files]:
    return lambda files: {name: content for name, content in files.items() if not name.startswith(names)}


def having(name: str, content: bytes) -> Callable[[Files], Files]:
    return lambda files: {**files, name: content}


def having_wheel(name: str, version: str, **files: bytes) -> Callable[[Files], Files]:
    return lambda others: {**others, **wheel(name, version, **files)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without("six"), "six==1.17 is missing"),
        (without("six-1.17.dist-info"), "six==1.17 is missing"),
        (without("six.py"), "six: 1 of 1 files is missing or has another size: six.py"),
        (having("six.py", b""), "six: 1 of 1 files is missing or has another size: six.py"),
        (
            lambda files: having_wheel("six", "1.16", **{"six.py": b"six"})(without("six")(files)),
            "six is 1.16, but 1.17 is pinned",
        ),
        (lambda files: having_wheel("six", "1.17")(without("six")(files)), "six has nothing to import"),
        (having_wheel("left_pad", "1.0", **{"left_pad.py": b"l"}), "left-pad is not pinned"),
        (without("pymssql/_mssql"), f"pymssql/_mssql.{TAG}.so is missing"),
        (without("pymssql.libs/libssl"), "pymssql: 1 of 5 files"),
        (having(f"pymssql/_mssql.{TAG}.so", INTEL), f"pymssql/_mssql.{TAG}.so is not a 64-bit library for arm64"),
        (having(f"pymssql/_mssql.{TAG}.so", elf(183, bits=1)), "is not a 64-bit library for arm64"),
        (having(f"pymssql/_mssql.{TAG}.so", b"MZ" + bytes(22)), "is not a 64-bit library for arm64"),
        (having("pymssql.libs/libssl-d1.so.1.0.2k", INTEL), "libssl-d1.so.1.0.2k is not a 64-bit library for arm64"),
        (having("pymssql.libs/libcom.so.2.1", b""), "libcom.so.2.1 is not a 64-bit library for arm64"),
        (
            having("six/_x.cpython-312-aarch64-linux-gnu.so", ARM),
            f"six/_x.cpython-312-aarch64-linux-gnu.so is for cpython-312-aarch64-linux-gnu, not for {TAG}",
        ),
        (without("app.py"), "vitosms: 1 of 4 files is missing or has another size: app.py"),
        (without("chalicelib/practice_db/sql"), "vitosms: 1 of 4 files"),
        (without("chalicelib/words/de.mo"), "vitosms: 1 of 4 files"),
        (having("chalicelib/__pycache__/send.cpython-311.pyc", b"x"), "send.cpython-311.pyc is bytecode"),
    ],
)
def test_what_is_not_as_it_should_be_is_told(change: Callable[[Files], Files], said: str) -> None:
    wrong = wrong_with(change(good()))
    assert [sentence for sentence in wrong if said in sentence] != []


def test_the_catalogues_ship() -> None:
    assert {f"chalicelib/words/{language}.mo" for language in languages()} <= own_files().keys()


def test_the_zip_of_another_architecture_or_runtime_is_refused() -> None:
    assert len([s for s in wrong_with(good(), arch="x86_64") if "not a 64-bit library for x86_64" in s]) == 5
    assert "pymssql/_mssql.cpython-313-aarch64-linux-gnu.so is missing" in wrong_with(good(), python="3.13")


def test_more_than_lambda_unpacks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = sum(map(len, good().values()))
    monkeypatch.setattr(deployment_zip, "MOST_BYTES", unpacked)
    assert wrong_with(good()) == []
    monkeypatch.setattr(deployment_zip, "MOST_BYTES", unpacked - 1)
    assert wrong_with(good()) == [f"unpacked: {unpacked} bytes; Lambda allows {unpacked - 1}"]


def test_the_same_files_make_the_same_bytes_whatever_their_order_and_times(tmp_path: Path) -> None:
    made = []
    for number, order in enumerate((list(good()), sorted(good(), reverse=True))):
        source, target = tmp_path / f"{number}.zip", tmp_path / f"again-{number}.zip"
        with ZipFile(source, "w") as archive:
            for name in order:
                (tmp_path / "file").write_bytes(good()[name])
                archive.write(tmp_path / "file", name)
        write_again(source, target)
        made.append(target.read_bytes())
    assert made[0] == made[1]
    with ZipFile(tmp_path / "again-0.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == good()
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100644}  # Lambda may read all


def test_sizes_are_told_of_the_zip_of_all_and_of_the_ten_largest() -> None:
    files = {**good(), **wheel("big", "1", **{"big.py": bytes(3 * 1024 * 1024)})}
    lines = table_of_sizes(zipped(files), 1024 * 1024)
    assert lines[:2] == ["zip                          1.0 MB", "unpacked                     3.0 MB"]
    assert lines[3] == "big                          3.0 MB"


def test_pins_are_read_by_their_normal_names_and_a_loose_one_is_an_error() -> None:
    text = "# What ships.\nPyMSSQL==2.3.9  # why\n\ntyping_extensions==4.16.0\n"
    assert pinned(text, "3.13") == {"pymssql": "2.3.9", "typing-extensions": "4.16.0"}
    with pytest.raises(ValueError, match="boto3>=1"):
        pinned("boto3>=1", "3.13")


@pytest.mark.parametrize(("python", "version"), [("3.11", "2.3.9"), ("3.12", "2.4.6"), ("3.14", "2.4.6")])
def test_a_pin_may_be_for_some_pythons_only(python: str, version: str) -> None:
    assert pins(python)["pymssql"] == version
    assert pins(python).keys() == pins().keys()
