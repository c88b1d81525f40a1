"""What an emulator of AWS leaves to its caller: expanding SAM, and saying what it did not make. I/O.

On AWS, CloudFormation does both itself.
"""

from ast import literal_eval
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from infra.deploy.stack import Stack
from infra.deploy.stack_template import Template


def is_emulator(client: Any) -> bool:
    """Whether the requests of a client of boto3 go elsewhere than to AWS."""
    host = urlsplit(client.meta.endpoint_url).hostname or ""
    return not host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws"))


def expanded(template: Template, parameters: Mapping[str, str], session: Any) -> Template:
    """The template in plain CloudFormation, with the queues first: moto maps a queue to a function only if it is there.

    Raises InvalidDocumentException of samtranslator where the template is no SAM.
    """
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    plain: Template = Translator({}, Parser(), [], session).translate(template, dict(parameters))
    resources = sorted(plain["Resources"].items(), key=lambda one: one[1]["Type"] != "AWS::SQS::Queue")
    return {**plain, "Resources": dict(resources)}


def plain_lists(parameters: Mapping[str, str]) -> dict[str, str]:
    """Parameters as they were given: moto shows those that are lists as Python writes them."""
    return {name: ",".join(literal_eval(text)) if text.startswith("['") else text for name, text in parameters.items()}


def not_made(template: Template, stack: Stack) -> dict[str, list[str]]:
    """What the emulator has left out, though it says nothing: names in the template by kind.

    What depends on a condition of the template is not judged.
    """
    made = {name for name, _, _ in stack.resources()}
    left_out: dict[str, list[str]] = {}
    for name, resource in sorted(template["Resources"].items()):
        if name not in made and "Condition" not in resource:
            left_out.setdefault(resource["Type"], []).append(name)
    return dict(sorted(left_out.items()))


def complete_outputs(stack: Stack, template_url: str) -> None:
    """Have the outputs of a stack computed: moto leaves them out where a change set has made it."""
    stack.client.update_stack(StackName=stack.name, TemplateURL=template_url)
