"""The bill of materials of a package, as CycloneDX: what ships, in which version, under which licence. Pure.

A small writer of its own: the library would bring a dozen more distributions for one document of a dozen keys.
"""

import json
from collections.abc import Mapping
from email.parser import HeaderParser
from typing import Any
from zipfile import ZipFile

from infra.deploy.hashes import Hashes
from infra.deploy.lambda_zip import normal

_VERSION = "1.6"  # of the specification


def sbom(archive: ZipFile, pins: Mapping[str, str], hashes: Hashes, stage: str) -> str:
    """The document (JSON). The same zip makes the same one: it names no time and no serial number.

    A distribution with wheels of several platforms has no hash: the zip does not tell which one it was.
    """
    licences = _licences(archive)
    components = [_component(name, version, hashes, licences.get(name)) for name, version in sorted(pins.items())]
    made = {"type": "application", "name": "vitosms", "version": stage}
    document = {"bomFormat": "CycloneDX", "specVersion": _VERSION, "version": 1, "metadata": {"component": made}}
    return json.dumps({**document, "components": components}, indent=2) + "\n"


def _component(name: str, version: str, hashes: Hashes, licence: str | None) -> dict[str, Any]:
    purl = f"pkg:pypi/{name}@{version}"
    own: dict[str, Any] = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    digests = [*hashes[f"{name}=={version}"]]
    own |= {"hashes": [{"alg": "SHA-256", "content": digests[0]}]} if len(digests) == 1 else {}
    return own | ({"licenses": [{"expression": licence}]} if licence else {})


def _licences(archive: ZipFile) -> dict[str, str]:
    """SPDX expressions by normal name, of the distributions whose metadata has one."""
    found = {}
    for path in archive.namelist():
        if path.endswith(".dist-info/METADATA"):
            metadata = HeaderParser().parsestr(archive.read(path).decode())
            if expression := metadata["License-Expression"]:
                found[normal(metadata["Name"])] = str(expression)
    return found
