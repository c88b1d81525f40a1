"""The effects of a change set, the state of a stack, and the preparation of a template, without AWS."""

from typing import Any

import pytest

from infra.deploy.change_set import Change, changes_of, says_nothing_changes
from infra.deploy.stack_status import Stand, is_final, is_good, stand_of, why_not
from infra.deploy.stack_template import ParameterMissingError, parameters_of, ready, retained_names

TABLE, QUEUE, ALARM = "AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::CloudWatch::Alarm"


def told(action: str, kind: str, name: str = "One", **more: Any) -> dict[str, Any]:
    change = {"Action": action, "LogicalResourceId": name, "ResourceType": kind, **more}
    return {"Type": "Resource", "ResourceChange": change}


def test_what_goes_comes_first_and_what_comes_last() -> None:
    described = [
        told("Add", ALARM, "d"),
        told("Modify", ALARM, "c"),
        told("Remove", ALARM, "a"),
        told("Modify", QUEUE, "b"),
    ]
    assert [one.name for one in changes_of([*described, {"Type": "Hook"}])] == ["a", "b", "c", "d"]


def test_a_change_names_the_properties_that_change() -> None:
    details = [{"Target": {"Attribute": "Properties", "Name": "Timeout"}}, {"Target": {"Attribute": "Tags"}}, {}]
    (one,) = changes_of([told("Modify", "AWS::Lambda::Function", Replacement="False", Details=details)])
    assert (one.properties, one.replaces, one.loss) == (("Tags", "Timeout"), False, None)


@pytest.mark.parametrize(
    ("action", "kind", "replacement", "policy", "loss"),
    [
        ("Remove", QUEUE, None, "Delete", "removed"),
        ("Remove", TABLE, None, "Retain", "removed"),
        ("Modify", QUEUE, "True", "ReplaceAndDelete", "replaced"),
        ("Modify", QUEUE, "Conditional", None, "perhaps_replaced"),
        ("Modify", TABLE, "True", "ReplaceAndRetain", "replaced"),
        ("Modify", QUEUE, "False", None, None),
        ("Add", TABLE, None, None, None),
        ("Remove", ALARM, None, "Delete", None),
        ("Modify", ALARM, "True", None, None),
    ],
)
def test_a_loss_of_data_or_messages_is_told(
    action: str, kind: str, replacement: str | None, policy: str | None, loss: str | None
) -> None:
    more = {"Replacement": replacement, "PolicyAction": policy}
    (one,) = changes_of([told(action, kind, **{name: text for name, text in more.items() if text})])
    assert one.loss == loss
    assert one.stays is str(policy).endswith("Retain")


@pytest.mark.parametrize(
    ("reason", "nothing"),
    [
        (
            "The submitted information didn't contain changes. Submit different information to create a change set.",
            True,
        ),
        ("No updates are to be performed.", True),
        ("Template error: instance of Fn::GetAtt references undefined resource Nothing", False),
    ],
)
def test_nothing_to_change_is_told_from_a_failure(reason: str, nothing: bool) -> None:
    assert says_nothing_changes(reason) is nothing


@pytest.mark.parametrize(
    ("status", "stand"),
    [
        (None, Stand.ABSENT), ("DELETE_COMPLETE", Stand.ABSENT), ("REVIEW_IN_PROGRESS", Stand.EMPTY),
        ("CREATE_COMPLETE", Stand.READY), ("UPDATE_COMPLETE", Stand.READY), ("UPDATE_ROLLBACK_COMPLETE", Stand.READY),
        ("IMPORT_COMPLETE", Stand.READY), ("CREATE_IN_PROGRESS", Stand.BUSY), ("DELETE_IN_PROGRESS", Stand.BUSY),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", Stand.BUSY), ("ROLLBACK_COMPLETE", Stand.STUCK),
        ("ROLLBACK_FAILED", Stand.STUCK), ("UPDATE_ROLLBACK_FAILED", Stand.STUCK), ("DELETE_FAILED", Stand.STUCK),
    ],
)  # fmt: skip
def test_how_a_stack_stands(status: str | None, stand: Stand) -> None:
    assert stand_of(status) is stand
    if stand in (Stand.BUSY, Stand.STUCK):
        assert f"({status})" in why_not(status or "", "prod")


def test_a_change_ends_well_badly_or_not_yet() -> None:
    assert [is_final(one) for one in ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE")] == [
        False,
        True,
    ]
    assert [is_good(one) for one in ("UPDATE_COMPLETE", "DELETE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")] == [
        True,
        True,
        False,
    ]


TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "Stage": {"Type": "String"},
        "Rate": {"Type": "Number", "Default": 20},
        "Colour": {"Type": "String", "Default": "x"},
    },
    "Resources": {
        "Run": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "./deployment.zip"}},
        "Table": {"Type": TABLE, "DeletionPolicy": "Retain",
                  "Properties": {"TableName": {"Fn::Sub": "vitosms-${Stage}"}}},
        "Log": {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "RetainExceptOnCreate",
                "Properties": {"LogGroupName": {"Fn::Sub": "sns/${AWS::Region}"}}},
        "Other": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": {"Fn::Sub": "x-${Stage}"}}},
    },
}  # fmt: skip


def test_a_ready_template_has_its_code_in_s3_and_what_is_retained_under_plain_names() -> None:
    made = ready(TEMPLATE, "prod", "bucket", "key.zip")
    assert made["Resources"]["Run"]["Properties"]["CodeUri"] == {"Bucket": "bucket", "Key": "key.zip"}
    assert made["Resources"]["Table"]["Properties"]["TableName"] == "vitosms-prod"
    assert made["Resources"]["Log"] == TEMPLATE["Resources"]["Log"], "its name depends on more than the stage"
    assert made["Resources"]["Other"] == TEMPLATE["Resources"]["Other"], "it goes with the stack"
    assert retained_names(made) == [(TABLE, "vitosms-prod")]
    assert TEMPLATE["Resources"]["Run"]["Properties"]["CodeUri"] == "./deployment.zip"


@pytest.mark.parametrize(
    ("given", "before", "values"),
    [
        ({"Stage": "dev"}, {}, {"Stage": "dev", "Rate": "20", "Colour": "x"}),
        ({"Stage": "dev"}, {"Rate": "5", "Gone": "1"}, {"Stage": "dev", "Rate": "5", "Colour": "x"}),
        ({"Stage": "dev", "Rate": "7"}, {"Rate": "5", "Colour": "y"}, {"Stage": "dev", "Rate": "7", "Colour": "y"}),
        ({"Stage": "dev"}, {"Rate": ""}, {"Stage": "dev", "Rate": "", "Colour": "x"}),
    ],
)
def test_a_parameter_is_what_is_given_else_what_it_was_else_its_default(
    given: dict[str, str], before: dict[str, str], values: dict[str, str]
) -> None:
    assert parameters_of(TEMPLATE, given, before) == values


def test_a_parameter_without_a_value_and_one_that_is_none_are_told() -> None:
    with pytest.raises(ParameterMissingError, match="Stage"):
        parameters_of(TEMPLATE, {}, {})
    with pytest.raises(KeyError, match="Farbe"):
        parameters_of(TEMPLATE, {"Stage": "dev", "Farbe": "rot"}, {})


def test_a_change_is_plain_data() -> None:
    assert Change("Add", "One", ALARM) == Change("Add", "One", ALARM, None, (), False)
