"""The desk's Lambda may read and note what its pages show, and neither send anything nor read what it has logged.

Each test of this folder refuses calls that the policy does not allow (permissions.Watch).
"""

from __future__ import annotations

import pytest

from tests.flow.iam.needs import Need, own_log
from tests.flow.permissions import DESK, Watch, permissions_of

ACTIONS = {permission.action for permission in permissions_of(DESK)}


def test_the_desk_sends_nothing_and_queues_nothing() -> None:
    assert {action.partition(":")[0] for action in ACTIONS} == {"cognito-idp", "dynamodb", "kms", "logs", "ssm"}


def test_the_desk_cannot_read_or_delete_what_it_has_logged() -> None:
    actions = {"logs:CreateLogStream", "logs:PutLogEvents", "logs:FilterLogEvents"}
    assert {action for action in ACTIONS if action.startswith("logs:")} == actions
    read = {one.resource for one in permissions_of(DESK) if one.action == "logs:FilterLogEvents"}
    assert {name.partition("log-group:")[2] for name in read} == {
        "/vitosms/${Stage}/Auftragsverlauf:*", "/vitosms/${Stage}/Aktivitaeten:*",
        "/aws/lambda/vitosms-${Stage}-deliver:*",
    }  # fmt: skip


def test_no_secret_can_be_changed_but_the_key_of_the_opt_outs() -> None:
    """The first opt-out of a practice makes it."""
    assert {action for action in ACTIONS if action.startswith(("ssm:", "kms:"))} == {
        "kms:Decrypt", "kms:Encrypt", "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath",
        "ssm:PutParameter",
    }  # fmt: skip
    writes = [one for one in permissions_of(DESK) if one.action in ("ssm:PutParameter", "kms:Encrypt")]
    names = {one.conditions.get("kms:EncryptionContext:PARAMETER_ARN", one.resource) for one in writes}
    assert {name.rpartition(":")[2] for name in names} == {"parameter/vitosms-secrets/${Stage}/*/Abmeldungen"}


def test_people_are_those_of_one_pool() -> None:
    of_pool = [permission for permission in permissions_of(DESK) if permission.action.startswith("cognito-idp:")]
    assert {permission.resource.rpartition(":")[2] for permission in of_pool} == {"userpool/${UserPool}"}


def test_the_watch_refuses_a_page_that_goes_further() -> None:
    stranger = Need("logs:FilterLogEvents", own_log(DESK)[0].resource)  # its own output
    with pytest.raises(PermissionError, match=f"policy-{DESK}.json does not allow"):
        Watch()._look(DESK, [stranger])
