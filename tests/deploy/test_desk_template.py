"""The desk on AWS as its template has it: the pages, the sign-in, and what is there only if it is wanted."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from chalicelib.desk.headers import _ALWAYS, _TLS_ONLY
from chalicelib.people.one_time_code import VALID_FOR, one_time_code
from infra.account.desk import RULES
from infra.deploy.emulator import expanded
from infra.deploy.package import ROOT
from infra.deploy.stack_template import ready
from tests.deploy.cycles import cycle
from tests.deploy.emulated import REGION, packaged_template
from tests.deploy.template import ALARMS, RESOURCES

STAGE = "pult"
Template = dict[str, Any]


@pytest.fixture(scope="module")
def template() -> Template:
    return packaged_template(STAGE)


@pytest.fixture(scope="module")
def resources(template: Template) -> Template:
    found: Template = template["Resources"]
    return found


def of_kind(resources: Template, kind: str) -> dict[str, Template]:
    return {name: one for name, one in resources.items() if one["Type"] == f"AWS::{kind}"}


def plain(template: Template) -> dict[str, Template]:
    """The resources after SAM's transformation, as CloudFormation sees them."""
    session = boto3.Session(region_name=REGION)
    found: dict[str, Template] = expanded(ready(template, STAGE, "bucket", "key"), {"Stage": STAGE}, session)[
        "Resources"
    ]
    return found


# ---- Circles


def test_no_resource_waits_for_itself(template: Template) -> None:
    """cfn-lint does not see a circle through the body of an API."""
    assert cycle(plain(template)) == []


def test_the_circle_that_the_parameter_cuts_would_be_found(template: Template) -> None:
    uncut = copy.deepcopy(template)
    uncut["Resources"]["DeskClient"]["Properties"]["CallbackURLs"] = [uncut["Outputs"]["DeskUrl"]["Value"]]
    assert set(cycle(plain(uncut))) == {"RestAPI", "APIHandler", "DeskClient"}
    uncut = copy.deepcopy(template)
    uncut["Resources"]["APIHandler"]["Properties"]["Environment"]["Variables"]["X"] = {"Ref": "RestAPI"}
    assert set(cycle(plain(uncut))) == {"RestAPI", "APIHandler"}


# ---- Sign-in


def test_the_pool_takes_no_address_and_nobody_signs_up(resources: Template) -> None:
    pool = resources["UserPool"]["Properties"]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["AccountRecoverySetting"]["RecoveryMechanisms"] == [{"Name": "admin_only", "Priority": 1}]
    assert not {"AliasAttributes", "UsernameAttributes", "AutoVerifiedAttributes", "Schema"} & pool.keys()
    assert pool["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"] == ["PASSWORD", "WEB_AUTHN"]
    assert pool["UserPoolTier"] == "ESSENTIALS"


def test_a_printed_code_is_a_password_that_the_pool_takes_as_long_as_it_says(resources: Template) -> None:
    policy = resources["UserPool"]["Properties"]["Policies"]["PasswordPolicy"]
    assert len(one_time_code(lambda signs: signs[0])) >= policy["MinimumLength"]
    assert policy["TemporaryPasswordValidityDays"] == VALID_FOR.days


def test_neither_a_mistake_nor_the_end_of_the_stack_deletes_the_pool(resources: Template) -> None:
    pool = resources["UserPool"]
    assert pool["Properties"]["DeletionProtection"] == "ACTIVE"
    assert (pool["DeletionPolicy"], pool["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_client_is_public_takes_codes_only_and_tells_nobody_who_exists(resources: Template) -> None:
    client = resources["DeskClient"]["Properties"]
    assert (client["GenerateSecret"], client["AllowedOAuthFlows"]) == (False, ["code"])
    assert client["AllowedOAuthScopes"] == ["openid", "profile"], "not the one with which people change themselves"
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["ExplicitAuthFlows"] == ["ALLOW_USER_AUTH"]
    assert set(client["TokenValidityUnits"].values()) == {"minutes"}
    assert (client["IdTokenValidity"], client["AccessTokenValidity"], client["RefreshTokenValidity"]) == (5, 5, 60)


def test_sign_in_returns_to_the_desk_only(template: Template, resources: Template) -> None:
    client, given = resources["DeskClient"]["Properties"], template["Conditions"]
    assert given["KnowsDeskUrl"]["Fn::Or"] == [
        {"Condition": "HasDeskDomain"}, {"Fn::Not": [{"Fn::Equals": [{"Ref": "DeskUrl"}, ""]}]},
    ]  # fmt: skip
    unknown = {"Fn::If": ["KnowsDeskUrl", {"Ref": "DeskUrl"}, "https://desk.invalid"]}
    desk = {"Fn::If": ["HasDeskDomain", {"Fn::Sub": "https://${DeskDomain}"}, unknown]}
    for name, path in (("CallbackURLs", "/signed-in"), ("LogoutURLs", "/signed-out")):
        assert client[name] == [{"Fn::Sub": [f"${{desk}}{path}", {"desk": desk}]}]


def test_the_pages_of_the_sign_in_are_managed_login_with_a_style(resources: Template) -> None:
    assert resources["LoginDomain"]["Properties"]["ManagedLoginVersion"] == 2
    style = resources["LoginPages"]["Properties"]
    assert (style["ClientId"], style["UseCognitoProvidedValues"]) == ({"Ref": "DeskClient"}, True)


def test_the_prefix_is_one_that_cognito_takes(resources: Template) -> None:
    """Not aws, amazon or cognito, which a stage may be called: eight hexadecimal digits contain none of these."""
    text, names = resources["LoginDomain"]["Properties"]["Domain"]["Fn::Sub"]
    assert (text, "Stage" in json.dumps(names)) == ("vitosms-${id}", False)


# ---- Pages


def test_the_api_is_regional_and_refuses_old_tls(resources: Template) -> None:
    api = resources["RestAPI"]["Properties"]
    assert (api["EndpointConfiguration"], api["SecurityPolicy"][:26]) == ("REGIONAL", "SecurityPolicy_TLS13_1_2_2")
    assert 0 < api["MinimumCompressionSize"] <= 2000
    assert len(of_kind(plain(packaged_template(STAGE)), "ApiGateway::Stage")) == 1, "SAM likes to make a second one"


def test_nothing_of_a_request_is_logged_or_traced_outside_the_lambda(resources: Template) -> None:
    api = resources["RestAPI"]["Properties"]
    (settings,) = api["MethodSettings"]
    assert (settings["LoggingLevel"], settings["DataTraceEnabled"], api["TracingEnabled"]) == ("OFF", False, False)
    assert "AccessLogSetting" not in api
    sampled = re.findall(r'"SampledRequestsEnabled": (\w+)', json.dumps(resources["DeskFirewall"]))
    assert sampled == ["false"] * 3


def test_the_url_of_the_output_has_the_stage_of_the_api(template: Template) -> None:
    made = template["Resources"]["RestAPI"]["Properties"]["StageName"]
    _, _, url = template["Outputs"]["DeskUrl"]["Value"]["Fn::If"]
    assert url["Fn::Sub"].endswith(f".${{AWS::URLSuffix}}/{made}")


def test_the_alarm_watches_this_api(resources: Template) -> None:
    api = resources["RestAPI"]["Properties"]
    assert api["Name"] == api["DefinitionBody"]["info"]["title"] == {"Fn::Sub": "vitosms-${Stage}-desk"}
    (dimension,) = ALARMS["DeskErrors"]["Dimensions"]
    assert re.fullmatch(r"vitosms-.+-desk", dimension["Value"])


def answers(resources: Template) -> Iterator[tuple[str, Template]]:
    yield from resources["RestAPI"]["Properties"]["GatewayResponses"].items()


def test_what_api_gateway_answers_itself_is_a_page_in_four_languages(resources: Template) -> None:
    found = dict(answers(resources))
    assert found.keys() == {"MISSING_AUTHENTICATION_TOKEN", "DEFAULT_4XX", "DEFAULT_5XX"}
    assert {name: one.get("StatusCode") for name, one in found.items() if "DEFAULT" not in name} == {
        "MISSING_AUTHENTICATION_TOKEN": "404"
    }
    for one in found.values():
        (page,) = set(one["ResponseTemplates"].values())
        assert page.startswith("<!doctype html>")
        assert re.findall(r'lang="(\w\w)"', page) == ["de", "fr", "it", "en"]
        assert "$" not in page, "nothing of the request comes back"


def test_these_pages_have_the_headers_of_the_others(resources: Template) -> None:
    policy = "default-src; base-uri; form-action; frame-ancestors"  # the strictest, without an apostrophe
    own = {"Cache-Control": "no-store", "Content-Security-Policy": policy, "Content-Type": "text/html; charset=utf-8"}
    for _, one in answers(resources):
        headers = one["ResponseParameters"]["Headers"]
        assert {name: text[1:-1] for name, text in headers.items()} == {**own, **_ALWAYS, **_TLS_ONLY}
        assert all(text[0] == text[-1] == "'" and "'" not in text[1:-1] for text in headers.values())


def test_the_statement_for_the_data_protection_contact_opens_one_stream() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"^```\n(\{\n.*?\n\})\n```$", text, re.DOTALL | re.MULTILINE)
    statement = json.loads(found)
    group = RESOURCES["AuditLog"]["Properties"]["LogGroupName"]["Fn::Sub"].replace("${Stage}", "STAGE")
    assert statement["Action"] == ["logs:GetLogEvents"]
    assert statement["Resource"] == [f"arn:aws:logs:REGION:ACCOUNT:log-group:{group}:log-stream:PRACTICE"]


def test_the_lambda_ends_before_api_gateway_gives_up() -> None:
    config = json.loads((ROOT / ".chalice/config.json").read_text(encoding="utf-8"))
    assert config["lambda_functions"]["api_handler"]["lambda_timeout"] == 29


# ---- If wanted


@pytest.mark.parametrize(
    ("condition", "kinds"),
    [
        ("HasDeskDomain", {"AWS::ApiGateway::DomainName", "AWS::ApiGateway::BasePathMapping"}),
        ("HasDeskWaf", {"AWS::WAFv2::WebACL", "AWS::WAFv2::WebACLAssociation"}),
    ],
)
def test_a_domain_and_a_firewall_are_there_only_if_wanted(resources: Template, condition: str, kinds: set[str]) -> None:
    assert {one["Type"] for one in resources.values() if one.get("Condition") == condition} == kinds
    assert {one.get("Condition") for one in resources.values() if one["Type"] in kinds} == {condition}


def test_the_firewall_stands_before_the_pages_and_the_sign_in(resources: Template) -> None:
    protected = [one["Properties"]["ResourceArn"] for one in of_kind(resources, "WAFv2::WebACLAssociation").values()]
    assert {"Fn::GetAtt": ["UserPool", "Arn"]} in protected
    assert any("/restapis/${RestAPI}/stages/" in one.get("Fn::Sub", "") for one in protected)
    rules = resources["DeskFirewall"]["Properties"]["Rules"]
    assert [rule["Name"] for rule in rules] == ["rate", "common"]
    managed = rules[1]["Statement"]["ManagedRuleGroupStatement"]
    assert [one["Name"] for one in managed["RuleActionOverrides"]] == ["SizeRestrictions_BODY"], "a sheet of calls"
    assert len(rules) == RULES, "as the price says"
    assert resources["DeskFirewall"]["Properties"]["DefaultAction"] == {"Allow": {}}
