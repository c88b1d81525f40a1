"""Compile the catalogues: `python -m infra.catalogues` sorts each `.po` and writes the `.mo` beside it.

chalicelib/words has the words of codes, infra/words those of the command's own sentences, chalicelib/desk/words those
of the desk's; the ids of sentences are English. Both files are in the repository: what is installed or zipped compiles
nothing. Comments, places and fuzzy messages do not go
into a `.mo`, so the same messages make the same bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # in the header instead of today, which would change the bytes
_ROOT = Path(__file__).resolve().parent.parent
CODES, SENTENCES = _ROOT / "chalicelib" / "words", _ROOT / "infra" / "words"
DESK_SENTENCES = _ROOT / "chalicelib" / "desk" / "words"


def catalogues() -> list[Path]:
    """The `.po` of every language, of codes and of sentences."""
    return sorted(path for folder in (CODES, SENTENCES, DESK_SENTENCES) for path in folder.glob("*.po"))


def read(path: Path) -> Catalog:
    """All messages of a `.po`."""
    catalogue = Catalog(locale=path.stem, project="vitosms", creation_date=_EPOCH, revision_date=_EPOCH)
    with path.open("rb") as file:
        for message in read_po(file, locale=path.stem, abort_invalid=True):
            if message.id:
                catalogue[message.id] = message
    return catalogue


def compiled(path: Path) -> bytes:
    out = BytesIO()
    write_mo(out, read(path))
    return out.getvalue()


def tidied(path: Path) -> str:
    """The text of a `.po`: its own header, and its messages by id."""
    header = path.read_text(encoding="utf-8").partition("\n\n")[0]
    out = BytesIO()
    write_po(out, read(path), width=0, omit_header=True, sort_output=True)
    return f"{header}\n\n{out.getvalue().decode().strip()}\n"


if __name__ == "__main__":
    for one in catalogues():
        one.write_text(tidied(one), encoding="utf-8")
        one.with_suffix(".mo").write_bytes(compiled(one))
