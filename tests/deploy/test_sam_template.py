"""The packaged template: Chalice's for the app, merged with ours; without dependencies, so without pip."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from chalicelib.settings import DELIVER_CONCURRENCY, LEAST_PER_SECOND, RUN_CONCURRENCY, settings_of
from chalicelib.text import LANGUAGES
from infra.deploy import package as packaging
from infra.deploy import sam_template
from infra.deploy.package import PackagingError, package
from infra.deploy.sam_template import filled_in
from infra.translation import speak
from tests.deploy.template import DESK, SOURCES

STAGE, ARCH = "test", "arm64"
REGIONS = ["eu-central-1", "eu-central-2"]
OWN_LOGS = "/aws/lambda/vitosms-${Stage}-"
Resource = Mapping[str, Any]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    project = tmp_path_factory.mktemp("project")
    packaging.copy_project(project, ARCH)
    (project / "requirements.txt").write_text("", encoding="utf-8")
    packaging.run_chalice(project, STAGE, ARCH)
    made = json.loads((project / "out" / "sam.json").read_text(encoding="utf-8"))
    return sam_template.finished(made, STAGE)


@pytest.fixture(scope="module")
def functions(template: dict[str, Any]) -> dict[str, Resource]:
    """By the name of the handler; Chalice calls that of all pages `app`."""
    kind = "AWS::Serverless::Function"
    found = [resource for resource in template["Resources"].values() if resource["Type"] == kind]
    names = {resource["Properties"]["Handler"].removeprefix("app."): resource for resource in found}
    return {DESK if name == "app" else name: resource for name, resource in names.items()}


def maps(value: Any) -> Iterator[dict[str, Any]]:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for member in members:
        yield from maps(member)
    if isinstance(value, dict):
        yield value


def texts(value: Any) -> Iterator[str]:
    """Every text in it that is not inside a `Fn::Sub`."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from texts(member) if name != "Fn::Sub" else ()
    elif isinstance(value, list):
        for member in value:
            yield from texts(member)
    elif isinstance(value, str):
        yield value


def test_each_handler_is_a_function_with_a_name_a_log_an_architecture_and_this_runtime(
    template: dict[str, Any], functions: dict[str, Resource]
) -> None:
    assert functions.keys() == {*SOURCES, DESK}
    for name, function in functions.items():
        own = function["Properties"]
        assert own["FunctionName"] == {"Fn::Sub": f"vitosms-${{Stage}}-{name}"}
        assert own["Architectures"] == [ARCH]
        assert own["Runtime"] == "python3.13"
        assert own["Tracing"] == "Disabled"
        assert own["CodeUri"] == "./deployment.zip"
        log = template["Resources"][own["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
        assert log["LogGroupName"] == {"Fn::Sub": f"{OWN_LOGS}{name}"}


def test_the_lambdas_get_every_setting_and_no_other(template: dict[str, Any]) -> None:
    class Asked(dict[str, str]):
        def __missing__(self, name: str) -> str:
            self[name] = "a:b:c:d:e"
            return self[name]

        def get(self, name: str, default: Any = None) -> Any:
            self[name] = default
            return default

    asked = Asked()
    settings_of(asked)
    given = dict(template["Globals"]["Function"]["Environment"]["Variables"])
    of_desk = template["Resources"]["APIHandler"]["Properties"]["Environment"]["Variables"]
    assert of_desk.keys() == {"VITOSMS_DESK_URL", "VITOSMS_USER_POOL", "VITOSMS_DESK_CLIENT", "VITOSMS_LOGIN_URL"}
    assert {asked.pop(name) for name in of_desk} == {""}, "no other Lambda knows of the desk"
    assert given.keys() == asked.keys() - {"AWS_REGION"}  # which Lambda sets itself
    names = {"Stage"} | template["Parameters"].keys() | template["Resources"].keys()
    canary = given.pop("VITOSMS_CANARY_PRACTICE")  # without one there is no such variable
    assert canary == {"Fn::If": ["HasCanary", {"Ref": "CanaryPractice"}, {"Ref": "AWS::NoValue"}]}
    assert all(value["Ref"] in names for value in given.values())
    for name, rate in (("SmsPerSecond", "VITOSMS_SMS_PER_SECOND"), ("MailPerSecond", "VITOSMS_MAIL_PER_SECOND")):
        assert float(template["Parameters"][name]["Default"]) == float(asked[rate])
        assert template["Parameters"][name]["MinValue"] == LEAST_PER_SECOND
    language = template["Parameters"]["OperatorLanguage"]
    assert (language["Default"], language["AllowedValues"]) == (asked["VITOSMS_OPERATOR_LANGUAGE"], list(LANGUAGES))
    assert template["Parameters"]["SmsMaxPrice"]["Default"] == float(asked["VITOSMS_SMS_MAX_PRICE"])


def test_memory_and_times_are_those_of_the_configuration(functions: dict[str, Resource]) -> None:
    config = json.loads((packaging.ROOT / ".chalice" / "config.json").read_text(encoding="utf-8"))
    for name, own in config["lambda_functions"].items():
        given = functions[name]["Properties"]
        assert (given["Timeout"], given["MemorySize"]) == (own["lambda_timeout"], own["lambda_memory_size"])


@pytest.mark.parametrize(
    ("name", "queue", "most"),
    [
        ("run", "RunsQueue", RUN_CONCURRENCY),
        ("deliver", "OutboxQueue", DELIVER_CONCURRENCY),
        ("dead_runs", "RunsDeadLetters", 2),
        ("dead_outbox", "OutboxDeadLetters", 2),
    ],
)
def test_a_function_of_a_queue_is_made_after_it_and_bounded(
    name: str, queue: str, most: int, template: dict[str, Any], functions: dict[str, Resource]
) -> None:
    ((_, source),) = functions[name]["Properties"]["Events"].items()
    assert source["Properties"]["ScalingConfig"] == {"MaximumConcurrency": most}
    queue_name = template["Resources"][queue]["Properties"]["QueueName"]["Fn::Sub"].replace("${Stage}", STAGE)
    assert source["Properties"]["Queue"]["Fn::Sub"].endswith(f":{queue_name}")
    in_environment = {"Ref": queue} in template["Globals"]["Function"]["Environment"]["Variables"].values()
    assert in_environment or queue in functions[name]["DependsOn"]


def test_a_tick_that_fails_is_tried_again_until_the_next_one(functions: dict[str, Resource]) -> None:
    retried = {name: own["Properties"].get("EventInvokeConfig") for name, own in functions.items()}
    tick = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 900}
    late = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 21600}
    expected = {"prepare": tick, "send": tick, "status": tick, "switches": late, "nightly_check": late}
    assert {name: config for name, config in retried.items() if config} == expected


def test_each_function_has_a_role_of_its_own_with_its_policy_filled_in(
    template: dict[str, Any], functions: dict[str, Resource]
) -> None:
    for name, function in functions.items():
        role = template["Resources"][function["Properties"]["Role"]["Fn::GetAtt"][0]]["Properties"]
        (policy,) = role["Policies"]
        file = packaging.ROOT / ".chalice" / f"policy-{name}.json"
        assert policy["PolicyDocument"] == filled_in(json.loads(file.read_text(encoding="utf-8")))
        assert [text for text in texts(policy) if "${" in text] == []
    assert len({own["Properties"]["Role"]["Fn::GetAtt"][0] for own in functions.values()}) == len(functions)


def test_only_what_reads_databases_is_put_into_a_vpc_and_only_where_one_is_wanted(
    template: dict[str, Any], functions: dict[str, Resource]
) -> None:
    own = {name: function["Properties"] for name, function in functions.items()}
    places = {name: properties["VpcConfig"] for name, properties in own.items() if "VpcConfig" in properties}
    given = {"SubnetIds": {"Ref": "SubnetIds"}, "SecurityGroupIds": {"Ref": "SecurityGroupIds"}}
    made = {
        "SubnetIds": [{"Ref": "PrivateSubnetOne"}, {"Ref": "PrivateSubnetTwo"}],
        "SecurityGroupIds": [{"Fn::GetAtt": ["RunSecurityGroup", "GroupId"]}],
    }
    elsewhere = {"Fn::If": ["RunsInVpc", given, {"Ref": "AWS::NoValue"}]}
    assert places.keys() == {"run", DESK}
    assert all(place == {"Fn::If": ["HasFixedAddress", made, elsewhere]} for place in places.values())


def test_only_lambda_itself_may_use_the_interfaces_of_these(template: dict[str, Any]) -> None:
    """The policy stays without a VPC: Lambda deletes with it what it made."""
    policy = template["Resources"]["RunInVpc"]
    allowed, denied = policy["Properties"]["PolicyDocument"]["Statement"]
    assert "Condition" not in policy
    assert (allowed["Effect"], denied["Effect"], denied["Action"]) == ("Allow", "Deny", allowed["Action"])
    of_code = denied["Condition"]["ArnEquals"]["lambda:SourceFunctionArn"]
    assert [one["Fn::Sub"].rpartition("-")[2] for one in of_code] == ["run", DESK]
    roles = {name: one["Properties"] for name, one in template["Resources"].items() if one["Type"] == "AWS::IAM::Role"}
    with_it = {name for name, role in roles.items() if {"Ref": "RunInVpc"} in role.get("ManagedPolicyArns", [])}
    assert with_it == {"RunRole", "ApiHandlerRole"}


def test_what_is_ours_was_merged_beside_no_function_of_chalice(template: dict[str, Any]) -> None:
    mixed = [one for one in maps(template) if any(name.startswith("Fn::") for name in one) and len(one) > 1]
    assert mixed == []


def test_the_template_is_for_its_stage_only(template: dict[str, Any]) -> None:
    assert template["Parameters"]["Stage"]["AllowedValues"] == [STAGE]
    assert template["Parameters"]["Stage"]["Default"] == STAGE
    written = {text for text in texts(template) if text.startswith("/vitosms")}
    assert written == {f"/vitosms/{STAGE}/", f"/vitosms-tarif/{STAGE}/"}


def test_cfn_lint_finds_nothing(template: dict[str, Any]) -> None:
    """The specification of every property of every kind of resource, in both regions, with each choice and without."""
    from cfnlint.api import ManualArgs, lint  # imported here: it takes half a second

    certificate = "arn:aws:acm:eu-central-1:123456789012:certificate/x"
    domain = {"DeskDomain": "desk.firma.example", "DeskCertificateArn": certificate}
    choices: list[dict[str, Any]] = [{"FixedAddress": "true"}, domain, {"DeskWaf": "true"}]
    everything = {name: value for choice in choices for name, value in choice.items()}
    variants = [{}, {"DeskUrl": "https://x.example/desk"}, *choices, everything]
    found = lint(json.dumps(template), config=ManualArgs(regions=REGIONS, parameters=variants))
    assert [(match.rule.id, match.message) for match in found] == []


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("arn:x", "arn:x"),
        ("arn:${AWS::Region}", {"Fn::Sub": "arn:${AWS::Region}"}),
        (["a", {"b": "${Stage}"}], ["a", {"b": {"Fn::Sub": "${Stage}"}}]),
        ({"Fn::Sub": "${Stage}"}, {"Fn::Sub": "${Stage}"}),
        ({"a": {"Fn::Sub": ["${x}", {"x": "${y}"}]}}, {"a": {"Fn::Sub": ["${x}", {"x": "${y}"}]}}),
        (1, 1),
    ],
)
def test_names_in_policies_are_filled_in_by_cloudformation(value: Any, filled: Any) -> None:
    assert filled_in(value) == filled


@pytest.mark.parametrize(
    ("stage", "arch", "said"),
    [
        ("Dev", "arm64", "'Dev' is not a stage: it must be 2 to 16 characters from a-z"),
        ("", "arm64", "'' is not a stage"),
        ("../prod", "arm64", "'../prod' is not a stage"),
        ("dev", "aarch64", "'aarch64' is not a Lambda architecture: it must be one of arm64, x86_64"),
    ],
)
def test_a_wrong_stage_or_architecture_is_told_before_anything_is_removed(stage: str, arch: str, said: str) -> None:
    speak("en")
    with pytest.raises(PackagingError, match=said):
        package(stage, arch)
