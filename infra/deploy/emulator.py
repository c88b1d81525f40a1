"""Do what an emulator of AWS leaves to its caller: expand SAM, and list the resources that it did not create. I/O.

On AWS, CloudFormation does both.
"""

from ast import literal_eval
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from infra.deploy.stack import Stack
from infra.deploy.stack_template import Template


def is_emulator(client: Any) -> bool:
    """Whether the requests of a boto3 client go to another host than AWS."""
    host = urlsplit(client.meta.endpoint_url).hostname or ""
    return not host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws"))


def expanded(template: Template, parameters: Mapping[str, str], session: Any) -> Template:
    """The template in plain CloudFormation, with the queues first: moto maps a queue to a function only if it is there.

    Raises InvalidDocumentException of samtranslator if the template is not SAM.
    """
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    plain: Template = Translator({}, Parser(), [], session).translate(template, dict(parameters))
    resources = sorted(plain["Resources"].items(), key=lambda one: one[1]["Type"] != "AWS::SQS::Queue")
    return {**plain, "Resources": dict(resources)}


def plain_lists(parameters: Mapping[str, str]) -> dict[str, str]:
    """Parameters as they were given: moto returns lists in Python's notation."""
    return {name: ",".join(literal_eval(text)) if text.startswith("['") else text for name, text in parameters.items()}


def not_made(template: Template, stack: Stack) -> dict[str, list[str]]:
    """The resources that the emulator silently left out: names in the template, by kind.

    Resources with a condition are not checked.
    """
    made = {name for name, _, _ in stack.resources()}
    left_out: dict[str, list[str]] = {}
    for name, resource in sorted(template["Resources"].items()):
        if name not in made and "Condition" not in resource:
            left_out.setdefault(resource["Type"], []).append(name)
    return dict(sorted(left_out.items()))


def complete_outputs(stack: Stack, source: Mapping[str, str]) -> None:
    """Let moto compute the outputs of a stack: it omits them if a change set created it."""
    stack.client.update_stack(StackName=stack.name, **source)
