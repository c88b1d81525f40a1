"""Alerts to the operator by an SNS topic. I/O."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .report import Alert


class Alerts:
    def __init__(self, client: Any, topic: str) -> None:
        self._client, self._topic = client, topic

    def tell_operator(self, practice: str, alerts: Sequence[Alert]) -> None:
        """One notification for all alerts of a run."""
        if not alerts:
            return
        told = [{"kind": alert.kind, "text": alert.text} for alert in alerts]
        self._client.publish(
            TopicArn=self._topic,
            Subject=f"vitosms: {practice}"[:100],
            Message=json.dumps({"practice": practice, "alerts": told}, ensure_ascii=False, indent=1),
        )
