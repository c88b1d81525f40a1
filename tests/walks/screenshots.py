"""Write every page of the desk, in two widths and four languages, into build/screenshots: `make screenshots`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from html import escape
from pathlib import Path

from chalicelib.text import LANGUAGES
from tests.walks.chromium import MISSING, chromium
from tests.walks.desk import LAPTOP, PHONE, Desk, opened_desk
from tests.walks.states import walk

FOLDER = Path("build/screenshots")


def write(desk: Desk, folder: Path) -> list[str]:
    """Write the pictures and what is printed; return the names of the files."""
    written: list[str] = []
    for language in LANGUAGES:
        (folder / language).mkdir(parents=True)
        for shown in walk(desk, language):
            name = f"{language}/{''.join(one if one.isalnum() else '-' for one in shown.name).strip('-')}"
            for width in (LAPTOP, PHONE):
                shown.page.set_viewport_size({"width": width, "height": 800})
                shown.page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
                written.append(f"{name}-{width}.png")
            if shown.page.locator("table.sheet").count():
                shown.page.pdf(path=folder / f"{name}.pdf", prefer_css_page_size=True)
                written.append(f"{name}.pdf")
    return written


def index(written: list[str]) -> str:
    """Show all of them on one page."""
    items = "\n".join(
        f'<p><a href="{escape(one)}">{escape(one)}<br><img src="{escape(one)}" alt="" loading="lazy" width="400"></a>'
        for one in written
    )
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Pages of the desk</title>\n{items}\n</html>\n'
    )


def main() -> None:
    if chromium() is None:
        sys.exit(MISSING)
    shutil.rmtree(FOLDER, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder, opened_desk(Path(folder)) as desk:
        written = write(desk, FOLDER)
    (FOLDER / "index.html").write_text(index(written), encoding="utf-8")
    print(f"{len(written)} files, see {FOLDER / 'index.html'}")


if __name__ == "__main__":
    main()
