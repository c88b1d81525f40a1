"""The acts that a person may do on a message or a patient now, as forms."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.desk.pages.search.models import Act
from chalicelib.desk.visit import Visit
from chalicelib.explain.message import ExplainedMessage


def entry_acts(message: ExplainedMessage, visit: Visit) -> Sequence[Act]:
    return []
