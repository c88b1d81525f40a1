"""The packaged template of a stage, made ready for CloudFormation: where the code is, names, parameters. Pure."""

import copy
from collections.abc import Mapping
from typing import Any

Template = dict[str, Any]
_FUNCTION = "AWS::Serverless::Function"
_NAMES = {"AWS::DynamoDB::Table": "TableName", "AWS::Logs::LogGroup": "LogGroupName"}


class ParameterMissingError(Exception):
    """A parameter of the template has no value; its name and description."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name)
        self.name, self.description = name, description


def ready(template: Mapping[str, Any], stage: str, bucket: str, key: str) -> Template:
    """A copy with the code at its place in S3, and with what outlives the stack under a name that is no formula.

    Only a resource whose name is plain text can be taken over into a new stack.
    """
    made: Template = copy.deepcopy(dict(template))
    for resource in made["Resources"].values():
        if resource["Type"] == _FUNCTION:
            resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": key}
    for resource in retained(made).values():
        name = _NAMES[resource["Type"]]
        formula = resource["Properties"].get(name)
        if isinstance(formula, dict) and isinstance(formula.get("Fn::Sub"), str):
            plain = formula["Fn::Sub"].replace("${Stage}", stage)
            resource["Properties"][name] = formula if "${" in plain else plain
    return made


def retained(template: Mapping[str, Any]) -> dict[str, Any]:
    """The tables and log groups that stay when the stack goes, by their name in the template."""
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] in _NAMES and str(resource.get("DeletionPolicy", "")).startswith("Retain")
    }


def retained_names(template: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Kind and name in AWS of each of these, of a template that is ready."""
    kept = retained(template).values()
    named = ((one["Type"], one["Properties"].get(_NAMES[one["Type"]])) for one in kept)
    return [(kind, name) for kind, name in named if isinstance(name, str)]


def parameters_of(template: Mapping[str, Any], given: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """A value for each parameter: what is given, or what the stack has, or the default.

    Raises ParameterMissingError where there is none of these, and KeyError for what is given and no parameter.
    """
    there: Mapping[str, Mapping[str, Any]] = template.get("Parameters", {})
    if unknown := given.keys() - there.keys():
        raise KeyError(min(unknown))
    values: dict[str, str] = {}
    for name, declared in there.items():
        value = given.get(name, before.get(name, declared.get("Default")))
        if value is None:
            raise ParameterMissingError(name, str(declared.get("Description", "")))
        values[name] = str(value)
    return values
