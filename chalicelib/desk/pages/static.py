"""Style, script and pictures, under a URL that has their hash."""

from __future__ import annotations

from chalicelib.desk.answers import File, NotFoundError
from chalicelib.desk.rendering import STATIC, static_version
from chalicelib.desk.visit import Visit

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_AFRESH = {"Cache-Control": "no-cache"}  # of a page that was loaded before a deployment


def static(visit: Visit) -> File:
    names = {path.name: path for path in STATIC.iterdir()}
    path = names.get(visit.parameters["name"])
    if path is None or path.suffix not in _TYPES:
        raise NotFoundError
    current = visit.parameters["version"] == static_version()
    return File(path.read_text(encoding="utf-8"), _TYPES[path.suffix], headers=_FOR_EVER if current else _AFRESH)
