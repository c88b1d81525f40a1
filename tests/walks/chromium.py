"""Chromium, as the machine has it; Playwright's own is not downloaded. It reaches this machine only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

VARIABLE = "VITOSMS_CHROMIUM"  # the path of a browser that has another name
MISSING = f"the walks in a browser are left out: no Chromium; apt-get install chromium, or set {VARIABLE}"
PATIENCE = 120_000  # milliseconds, for machines that are busy
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip


def chromium() -> str | None:
    """The path of the browser; None if there is no such program."""
    return os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """A browser without a window, and without the sandbox that root has not."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=_ARGUMENTS, timeout=PATIENCE)
        yield browser
        browser.close()
