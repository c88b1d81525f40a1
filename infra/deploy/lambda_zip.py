"""Check the zip of the Lambdas: every pinned distribution, for the runtime and the architecture; its size."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from packaging.requirements import Requirement

from chalicelib.words.words import number
from infra.translation import tr, trn

MOST_BYTES = 250 * 1024 * 1024  # «Lambda quotas»: unzipped, with layers
# Extension modules without which a dependency does not work, or falls back to slow Python.
_BINARIES = ("markupsafe/_speedups", "pymssql/_mssql", "pymssql/_pymssql")
MACHINE = {"arm64": "aarch64", "x86_64": "x86_64"}  # as in the names of extension modules
_ELF_MACHINE = {"arm64": 183, "x86_64": 62}  # e_machine: EM_AARCH64, EM_X86_64
_LIBRARY = re.compile(r"\.so(\.|$)")  # libssl.so.1.0.2k is one
_TAG = re.compile(r"\.(cpython-\d+-[\w-]+)\.so$")
_SAME_TIME = (1980, 1, 1, 0, 0, 0)


def pinned(requirements: str, python: str) -> dict[str, str]:
    """Versions by name, of the lines of a requirements.txt that are for a Python such as "3.13".

    Raises ValueError for a line without an exact version.
    """
    lines = (line.partition("#")[0].strip() for line in requirements.splitlines())
    needed = [one for one in map(Requirement, filter(None, lines))
              if one.marker is None or one.marker.evaluate({"python_version": python})]  # fmt: skip
    pins = {one.name: [spec.version for spec in one.specifier if spec.operator == "=="] for one in needed}
    if loose := [f"{one.name}{one.specifier}" for one in needed if not pins[one.name]]:
        raise ValueError(tr("requirements.txt needs exact versions (name==version): {names}", names=", ".join(loose)))
    return {normal(name): version for name, (version, *_) in pins.items()}


def write_again(source: Path, target: Path) -> None:
    """Copy a zip so that the same files give the same bytes: sorted, all with one time."""
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            entry = ZipInfo(name, _SAME_TIME)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = ZIP_DEFLATED
            new.writestr(entry, old.read(name))


def problems(archive: ZipFile, pins: Mapping[str, str], own: Mapping[str, int], arch: str, python: str) -> list[str]:
    """The problems of the zip, as sentences; empty if it may be deployed.

    `pins` are versions by normal name, `own` sizes in bytes by name in the zip; `python` is like "3.13".
    """
    sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    return [
        *_wrong_dependencies(archive, pins, sizes),
        *_wrong_files("vitosms", own, sizes),
        *_wrong_binaries(archive, arch, python, sizes),
        *(tr("{file} is bytecode", file=name) for name in sizes if "__pycache__" in name),
        *_too_large(sizes),
    ]


def distributions(archive: ZipFile) -> dict[str, tuple[str, dict[str, int]]]:
    """Version and files (sizes in bytes) by normal name, as each wheel records itself."""
    found = {}
    for path in archive.namelist():
        folder, _, file = path.partition("/")
        if file == "RECORD" and folder.endswith(".dist-info"):
            name, version = folder.removesuffix(".dist-info").split("-")
            lines = [line.rsplit(",", 2) for line in archive.read(path).decode().splitlines() if line]
            found[normal(name)] = version, {file.strip('"'): int(size) for file, _, size in lines if size}
    return found


def table_of_sizes(archive: ZipFile, zipped: int) -> list[str]:
    """Lines: the size of the zip and of its contents, against Lambda's limit; then the ten largest distributions."""
    by_name = Counter({name: sum(record.values()) for name, (_, record) in distributions(archive).items()})
    unpacked = sum(entry.file_size for entry in archive.infolist())
    total = [("zip", zipped), (tr("unpacked"), unpacked), (f"  {tr('Lambda limit')}", MOST_BYTES)]
    rows = [*total, *by_name.most_common(10)]
    return [f"{name:<24}{size / 1024 / 1024:8.1f} MB" for name, size in rows]


def _wrong_dependencies(archive: ZipFile, pins: Mapping[str, str], sizes: Mapping[str, int]) -> Iterator[str]:
    found = distributions(archive)
    for name, version in pins.items():
        if name not in found:
            yield tr("{name} is missing", name=f"{name}=={version}")
            continue
        there, record = found[name]
        if there != version:
            yield tr("{name} is {found}, but {version} is pinned", name=name, found=there, version=version)
        yield from _wrong_files(name, record, sizes)
        if all(".dist-info/" in file or ".data/" in file for file in record):
            yield tr("{name} has nothing to import", name=name)
    for name in found.keys() - pins.keys():
        yield tr("{name} is not pinned in requirements.txt", name=name)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _wrong_files(of: str, expected: Mapping[str, int], sizes: Mapping[str, int]) -> Iterator[str]:
    wrong = [file for file, size in expected.items() if sizes.get(file) != size]
    if wrong:
        yield trn(
            "{name}: {count} of {total} files is missing or has another size: {file}",
            "{name}: {count} of {total} files are missing or have another size: {file}",
            len(wrong), name=of, count=number(len(wrong)), total=number(len(expected)), file=wrong[0],
        )  # fmt: skip


def _wrong_binaries(archive: ZipFile, arch: str, python: str, sizes: Mapping[str, int]) -> Iterator[str]:
    tag = f"cpython-{python.replace('.', '')}-{MACHINE[arch]}-linux-gnu"
    for module in _BINARIES:
        if f"{module}.{tag}.so" not in sizes:
            yield tr("{name} is missing", name=f"{module}.{tag}.so")
    for name in filter(_LIBRARY.search, sizes):
        with archive.open(name) as file:
            head = file.read(20)
        if head[:5] != b"\x7fELF\x02" or int.from_bytes(head[18:20], "little") != _ELF_MACHINE[arch]:
            yield tr("{file} is not a 64-bit library for {architecture}", file=name, architecture=arch)
        if (found := _TAG.search(name)) and found[1] != tag:
            yield tr("{file} is for {found}, not for {wanted}", file=name, found=found[1], wanted=tag)


def _too_large(sizes: Mapping[str, int]) -> Iterator[str]:
    if (unpacked := sum(sizes.values())) > MOST_BYTES:
        yield tr("unpacked: {bytes} bytes; Lambda allows {most}", bytes=number(unpacked), most=number(MOST_BYTES))
