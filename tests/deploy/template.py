"""The template of a stage with readable references, and the Lambdas that it is for."""

import json
import re
from pathlib import Path
from typing import Any

from chalice.app import SQSEventConfig

import app
from infra.local import stack

RESOURCES: dict[str, dict[str, Any]] = stack.template()["Resources"]
FUNCTIONS: dict[str, dict[str, int]] = json.loads(
    (Path(app.__file__).parent / ".chalice/config.json").read_text(encoding="utf-8")
)["lambda_functions"]
DESK = "api_handler"  # Chalice's name for the Lambda of all pages, which API Gateway calls
SOURCES = {source.name: source for source in app.app.event_sources}  # what calls each function


def said(value: Any) -> Any:
    """Replace references in a value of the template by the name that they refer to; the stage is app.py's."""
    if isinstance(value, list):
        return [said(member) for member in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"Ref": name}:
            return app.STAGE if name == "Stage" else name
        case {"Fn::GetAtt": [name, _]}:
            return name
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([\w:]+)[^}]*\}", lambda found: said({"Ref": found[1]}), text)
    return {name: said(member) for name, member in value.items()}


def of(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of all resources of a kind, by logical name."""
    return {name: said(r["Properties"]) for name, r in RESOURCES.items() if r["Type"] == f"AWS::{kind}"}


QUEUES, ALARMS = of("SQS::Queue"), of("CloudWatch::Alarm")
SOURCE_QUEUES = {name: queue for name, queue in QUEUES.items() if "RedrivePolicy" in queue}
CONSUMERS = {source.queue: source.name for source in SOURCES.values() if isinstance(source, SQSEventConfig)}
