"""Changes of a stack in CloudFormation: change sets that take a while or fail, and events until the end."""

from typing import Any

import pytest

from infra.deploy.stack import Event, Proposal, Stack, StackError
from infra.translation import speak
from tests.fakes.cloudformation import ID, FakeCloudFormation

PENDING = {"Status": "CREATE_PENDING"}
MAKING = {"Status": "CREATE_IN_PROGRESS"}
ADDS = {"Action": "Add", "LogicalResourceId": "Run", "ResourceType": "AWS::Lambda::Function"}
MADE = {"Status": "CREATE_COMPLETE", "Changes": [{"Type": "Resource", "ResourceChange": ADDS}]}
PROPOSAL = Proposal("change-1", ID, False, [])


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


def stack_of(client: FakeCloudFormation) -> Stack:
    return Stack(client, "vitosms-dev", sleep=lambda seconds: None)


def propose(client: FakeCloudFormation, **options: Any) -> Proposal | None:
    return stack_of(client).propose(
        {"TemplateURL": "https://bucket/t.json"}, {"Stage": "dev"}, **{"new": False, **options}
    )


def test_a_change_set_is_waited_for_and_lets_the_transform_make_roles_with_names() -> None:
    client = FakeCloudFormation([PENDING, MAKING, MADE])
    proposal = propose(client)
    assert proposal is not None
    assert [one.name for one in proposal.changes] == ["Run"]
    ((_, asked),) = client.calls
    assert asked["ChangeSetType"] == "UPDATE"
    assert set(asked["Capabilities"]) == {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"}
    assert "ImportExistingResources" not in asked


def test_a_new_stack_takes_over_what_is_there_only_where_it_is_told_to() -> None:
    client = FakeCloudFormation([MADE])
    propose(client, new=True, takes_over=True)
    ((_, asked),) = client.calls
    assert (asked["ChangeSetType"], asked["ImportExistingResources"]) == ("CREATE", True)


def test_a_change_set_that_fails_for_want_of_changes_is_none_and_forgotten() -> None:
    client = FakeCloudFormation(
        [{"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes."}]
    )
    assert propose(client) is None
    assert [name for name, _ in client.calls] == ["create", "forget"]


def test_a_change_set_that_fails_otherwise_is_told_and_leaves_no_new_stack_behind() -> None:
    client = FakeCloudFormation([{"Status": "FAILED", "StatusReason": "Circular dependency between Run and Table"}])
    with pytest.raises(StackError, match="cannot make this change: Circular dependency between Run and Table"):
        propose(client, new=True)
    assert [name for name, _ in client.calls] == ["create", "forget", "delete"]


def test_a_change_is_followed_to_its_end_and_every_event_is_told_once() -> None:
    client = FakeCloudFormation(
        events=[
            ("vitosms-dev", "UPDATE_IN_PROGRESS", "User Initiated"),
            ("Runs", "UPDATE_FAILED", "the name is taken"),
            ("Outbox", "UPDATE_FAILED", "Resource update cancelled"),
            ("vitosms-dev", "UPDATE_ROLLBACK_IN_PROGRESS", ""),
            ("Runs", "UPDATE_COMPLETE", ""),
            ("vitosms-dev", "UPDATE_ROLLBACK_COMPLETE", ""),
        ]
    )
    told: list[Event] = []
    status = Stack(client, "vitosms-dev", sleep=client.poll).execute(PROPOSAL, told.append)
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert [one.name for one in told] == ["vitosms-dev", "Runs", "Outbox", "vitosms-dev", "Runs", "vitosms-dev"]
    assert [(one.name, one.reason) for one in told if one.failed] == [
        ("Runs", "the name is taken"),
        ("Outbox", "Resource update cancelled"),
    ]
    failures = stack_of(client).failures(ID)
    assert [one.name for one in failures] == ["Runs", "Outbox"], "the cause first"


def test_a_removal_is_followed_by_the_id_for_the_name_is_gone_at_the_end() -> None:
    client = FakeCloudFormation(
        events=[
            ("vitosms-dev", "DELETE_IN_PROGRESS", ""),
            ("Table", "DELETE_SKIPPED", ""),
            ("vitosms-dev", "DELETE_COMPLETE", ""),
        ]
    )
    told: list[Event] = []
    assert Stack(client, "vitosms-dev", sleep=client.poll).delete(ID, told.append) == "DELETE_COMPLETE"
    assert client.calls == [("delete", {"StackName": ID})]
    assert [one.status for one in told] == ["DELETE_IN_PROGRESS", "DELETE_SKIPPED", "DELETE_COMPLETE"]
