"""Build the template of a stage: our part for Chalice to merge, and the completion of Chalice's result."""

from pathlib import Path
from typing import Any

from chalice.package import TemplateDeepMerger, YAMLTemplateSerializer

_INFRA = Path(__file__).parent.parent
_SOURCES = ("resources.yaml", "network.yaml", "desk.yaml", "functions.yaml")

Template = dict[str, Any]


def ours() -> Template:
    """The four files in one, merged as Chalice does: a later one over those before it."""
    merged: Template = {}
    for name in _SOURCES:
        text = (_INFRA / name).read_text(encoding="utf-8")
        merged = TemplateDeepMerger().merge(YAMLTemplateSerializer().load_template(text, name), merged)
    return merged


def finished(template: Template, stage: str) -> Template:
    """The packaged template for its one stage, with the names in the policies of the roles filled in by CloudFormation.

    Chalice has written the stage into queues and event patterns, so the parameter allows no other.
    """
    resources = {name: _with_names(resource) for name, resource in template["Resources"].items()}
    parameters = template["Parameters"]
    one = {**parameters["Stage"], "Default": stage, "AllowedValues": [stage]}
    return {**template, "Parameters": {**parameters, "Stage": one}, "Resources": resources}


def _with_names(resource: Template) -> Template:
    """Add `Fn::Sub` to the inline policies of a role: they come from JSON files (.chalice) without it."""
    if resource["Type"] != "AWS::IAM::Role":
        return resource
    properties = resource["Properties"]
    return {**resource, "Properties": {**properties, "Policies": filled_in(properties["Policies"])}}


def filled_in(value: Any) -> Any:
    """The value with `Fn::Sub` around each text that names a parameter or pseudo parameter, unless it has one."""
    if isinstance(value, dict):
        if any(name.startswith("Fn::") for name in value):
            return value
        return {name: filled_in(member) for name, member in value.items()}
    if isinstance(value, list):
        return [filled_in(member) for member in value]
    return {"Fn::Sub": value} if isinstance(value, str) and "${" in value else value
