"""Prepare the packaged template of a stage for CloudFormation: location of the code, names, parameters. Pure."""

import copy
from collections.abc import Mapping
from typing import Any

Template = dict[str, Any]
_FUNCTION = "AWS::Serverless::Function"
# Kinds that the next stack takes over from the last one, by the property with their name; an address has none.
TAKEN_OVER = {"AWS::DynamoDB::Table": "TableName", "AWS::Logs::LogGroup": "LogGroupName"}


class ParameterMissingError(Exception):
    """A parameter of the template has no value."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name)
        self.name, self.description = name, description


def ready(template: Mapping[str, Any], stage: str, bucket: str, key: str) -> Template:
    """A copy with the code's location in S3, and with plain names for the resources that outlive the stack.

    Only a resource with a plain name can be imported into a new stack.
    """
    made: Template = copy.deepcopy(dict(template))
    for resource in made["Resources"].values():
        if resource["Type"] == _FUNCTION:
            resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": key}
    for resource in retained(made).values():
        name = TAKEN_OVER[resource["Type"]]
        formula = resource["Properties"].get(name)
        if isinstance(formula, dict) and isinstance(formula.get("Fn::Sub"), str):
            plain = formula["Fn::Sub"].replace("${Stage}", stage)
            resource["Properties"][name] = formula if "${" in plain else plain
    return made


def retained(template: Mapping[str, Any]) -> dict[str, Any]:
    """The tables and log groups that outlive the stack, by their name in the template."""
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] in TAKEN_OVER and str(resource.get("DeletionPolicy", "")).startswith("Retain")
    }


def retained_names(template: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Kind and name in AWS of the retained resources of a prepared template."""
    kept = retained(template).values()
    named = ((one["Type"], one["Properties"].get(TAKEN_OVER[one["Type"]])) for one in kept)
    return [(kind, name) for kind, name in named if isinstance(name, str)]


def parameters_of(template: Mapping[str, Any], given: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """A value for each parameter: given, or that of the stack, or the default.

    Raises ParameterMissingError if there is none, and KeyError for a given name that is no parameter.
    """
    declared: Mapping[str, Mapping[str, Any]] = template.get("Parameters", {})
    if unknown := given.keys() - declared.keys():
        raise KeyError(min(unknown))
    values: dict[str, str] = {}
    for name, parameter in declared.items():
        value = given.get(name, before.get(name, parameter.get("Default")))
        if value is None:
            raise ParameterMissingError(name, str(parameter.get("Description", "")))
        values[name] = str(value)
    return values
