"""Compile the catalogues: `python -m infra.catalogues` writes the `.mo` beside each `.po` of chalicelib/words.

Both are in the repository: what is installed or zipped compiles nothing. Comments, places and fuzzy messages do not go
into a `.mo`, so the same messages make the same bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # in the header instead of today, which would change the bytes
CATALOGUES = Path(__file__).resolve().parent.parent / "chalicelib" / "words"


def read(language: str) -> Catalog:
    """All messages of a language."""
    catalogue = Catalog(locale=language, project="vitosms", creation_date=_EPOCH, revision_date=_EPOCH)
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        for message in read_po(file, locale=language, abort_invalid=True):
            if message.id:
                catalogue[message.id] = message
    return catalogue


def compiled(language: str) -> bytes:
    out = BytesIO()
    write_mo(out, read(language))
    return out.getvalue()


if __name__ == "__main__":
    for path in sorted(CATALOGUES.glob("*.po")):
        path.with_suffix(".mo").write_bytes(compiled(path.stem))
