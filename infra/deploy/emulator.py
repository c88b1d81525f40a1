"""Do what an emulator of AWS leaves to its caller: expand SAM, and list the resources that it did not create. I/O.

On AWS, CloudFormation does both.
"""

import json
from ast import literal_eval
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from infra.deploy.stack import Stack
from infra.deploy.stack_template import Template

# On these moto's CloudFormation fails: it reads no methods from the body of an API, which a deployment has to have, and
# the attribute of a domain that an output names.
_FAILING = {"AWS::ApiGateway::Deployment", "AWS::ApiGateway::DomainName"}


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


def makeable(template: Template) -> Template:
    """Without the resources on which moto would fail, and the outputs about them; `not_made` lists them."""
    kept = {name: one for name, one in template["Resources"].items() if one["Type"] not in _FAILING}
    failing = template["Resources"].keys() - kept.keys()
    outputs = {
        name: one
        for name, one in template.get("Outputs", {}).items()
        if not any(f'"{left_out}"' in json.dumps(one) for left_out in failing)
    }
    return {**template, "Resources": kept, "Outputs": outputs}


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


def complete_outputs(stack: Stack, template: Template) -> None:
    """Let moto compute the outputs of a stack and store its parameters: a change set alone does neither.

    The text of the template has to be another one, or moto refuses it as no change.
    """
    values = plain_lists(stack.existing().parameters)
    parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]
    body = json.dumps(makeable(template), indent=1)
    stack.client.update_stack(StackName=stack.name, TemplateBody=body, Parameters=parameters)
