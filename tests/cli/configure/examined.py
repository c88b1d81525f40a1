"""Findings of `vitosms doctor`."""

import json
from typing import Any

from tests.cli.running import Vitosms, words
from tests.sql_server.endpoint import PASSWORD, USER


def findings(vitosms: Vitosms, exit_code: int = 0) -> dict[str, dict[str, Any]]:
    """By the words of the check."""
    code, out, err = vitosms.run("doctor", "--stage", "local", "--json")
    assert (code, err) == (exit_code, "")
    assert USER not in out
    assert PASSWORD not in out
    return {
        words(one["check"]): {**one, "found": words(one["found"]), "fix": words(one["fix"]) or ""}
        for one in json.loads(out)["findings"]
    }
