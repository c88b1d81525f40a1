"""The second stack of a stage whose SMS are sent from another region, cut out of the stage's own template. Pure.

It has the resources on the condition SmsHere, and what those name: in that region the condition holds, in the stage's
own it does not. So nothing about SMS stands twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Template = dict[str, Any]
HERE = {"SmsHere", "MakesSmsLogGroups"}
SUFFIX = "-sms"  # of the stack's stage, so of its names: another stage of the same name may be in that region
_FOLLOW = {"AWS::SNS::Subscription", "AWS::SNS::TopicPolicy"}  # belong to the topic that they name
_SECTIONS = ("Resources", "Parameters", "Conditions")


def of_sms(template: Mapping[str, Any], stage: str) -> Template:
    """The template of the stack `vitosms-<stage>-sms`."""
    resources: Mapping[str, Any] = template["Resources"]
    taken = _with_named(template, {name for name, one in resources.items() if one.get("Condition") in HERE})
    topics = {name for name in taken if resources.get(name, {}).get("Type") == "AWS::SNS::Topic"}
    follow = {name for name, one in resources.items() if one.get("Type") in _FOLLOW and topics & set(_names(one))}
    taken = _with_named(template, taken | follow)
    made: Template = {
        "AWSTemplateFormatVersion": template["AWSTemplateFormatVersion"],
        "Description": "vitosms: the SMS of one stage, in the region from which they are sent.",
    }
    for section in _SECTIONS:
        made[section] = {name: one for name, one in template[section].items() if name in taken}
    made["Parameters"]["Stage"] = {"Type": "String", "Default": stage + SUFFIX, "AllowedValues": [stage + SUFFIX]}
    made["Outputs"] = {
        name: one for name, one in template["Outputs"].items() if taken & set(resources) & set(_names(one))
    }
    return made


def _with_named(template: Mapping[str, Any], names: set[str]) -> set[str]:
    """These names of the template, and all that they name themselves, directly or not."""
    known = {name: one for section in _SECTIONS for name, one in template[section].items()}
    found, new = set(names), set(names)
    while new:
        new = {name for one in new for name in _names(known[one]) if name in known} - found
        found |= new
    return found


def _names(value: Any) -> Iterator[str]:
    """The names of resources, parameters and conditions that a part of the template refers to."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), _]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from re.findall(r"\$\{(\w+)", text)
        case dict():
            for key, member in value.items():
                yield from [member] if key == "Condition" and isinstance(member, str) else _names(member)
                yield from member[:1] if key == "Fn::If" else []
        case list():
            for member in value:
                yield from _names(member)
