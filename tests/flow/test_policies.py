"""Each Lambda has exactly the permissions that it needs: the policies of `.chalice/` against the calls of a full day.

The day is the small one (small_day.py) with everything else that may happen: dead letters, changed parameters, a
carrier that throttles, one that does not answer and one that refuses us, entries whose workers died. Calls are recorded
at the botocore boundary (permissions.Watch); every other test of the flow refuses calls that a policy does not allow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from chalice.app import SQSEventConfig

import app
from chalicelib.aws.entry_writes import ledger_item
from chalicelib.aws.items import entry_item
from chalicelib.aws.queues import OutboxMessage, outbox_body, run_body
from chalicelib.entries.credits import Charge
from chalicelib.entries.receipt import EmailEvent
from chalicelib.entries.states import State
from chalicelib.practice.opt_out import Source
from chalicelib.schedule.job import Job, RunMessage
from chalicelib.schedule.job_state import new_jobs
from chalicelib.wiring import wiring
from infra.local.clients import client
from infra.local.cloud import ALERT_SENDER
from infra.local.networks.networks import Aftermath, AnswerLost
from infra.local.networks.sent_message import SMS
from infra.local.rehearsal import Rehearsal
from tests.builders.entries import EMAIL, SENDER, entry
from tests.contract.sides import print_by_stage
from tests.flow.build import PRACTICE, Database
from tests.flow.credits.low_balances import low_balances
from tests.flow.fake_build import at
from tests.flow.iam.needs import STAGE, Need, needs_of, own_log, polling
from tests.flow.permissions import DESK, POLICIES, Permission, Watch, filled, permissions_of
from tests.flow.small_day import START, on_local_cloud
from tests.flow.trouble.nights import two_nights

ALL = sorted(path.stem.removeprefix("policy-") for path in POLICIES.glob("policy-*.json"))
LAMBDAS = [name for name in ALL if name != DESK]  # which tests/flow/desk plays
OTHER, DEAD, STUCK, LATE = "andere-praxis", "dritte-praxis", "vierte-praxis", "fremde-praxis"
END, OLD, SMS_REGION = "2026-11-23 12:00", timedelta(days=8), "eu-west-1"  # SMS from another region than the stage's

Needs = Mapping[str, set[Need]]


@pytest.fixture(scope="module")
def needed(tmp_path_factory: pytest.TempPathFactory, watch: Watch) -> Needs:
    """Permissions that each Lambda needs: for its calls of the day, and for AWS's own in its name."""
    with on_local_cloud(Database(tmp_path_factory.mktemp("policies") / "praxis.db"), SMS_REGION) as (day, _):
        _trouble(day)
        day.cloud.play(at(END))
        assert [error.text for error in day.cloud.lambda_errors if "NotSentError" not in error.text] == []
    found = {name: watch.needed[name] | set(own_log(name)) for name in LAMBDAS}
    for source in app.app.event_sources:
        if isinstance(source, SQSEventConfig) and source.queue:
            found[source.name] |= set(polling(source.queue.replace(f"-{app.STAGE}-", f"-{STAGE}-")))
    return found


def _trouble(day: Rehearsal) -> None:
    cloud, parts, now = day.cloud, wiring(), at(START)
    parts.practices.add(OTHER, [], new_jobs(OTHER, {}, "Europe/Zurich", now))
    for name in (DEAD, LATE):
        parts.practices.add(name, [], [])
    for name, value in {
        f"/vitosms/{STAGE}/{DEAD}/Schalter/MeldungAn": "empfang@dritte.example",
        f"/vitosms/{STAGE}/{OTHER}/Schalter/MeldungAn": "empfang@andere.example",
        f"/vitosms/{STAGE}/{OTHER}/Schalter/Sprache": "rätoromanisch",
        f"/vitosms/{STAGE}/{OTHER}/Auftraege/send/Zeitplan": "täglich 16:05",
        f"/vitosms-tarif/{STAGE}/CreditsProSMS": "viel",
    }.items():
        cloud.put_parameter(name, value)
    ssm = client("ssm")
    cloud.at(at("2026-11-23 09:57"), lambda: ssm.delete_parameters(Names=[
        f"/vitosms/{STAGE}/{OTHER}/Schalter/MeldungAn",
        f"/vitosms/{STAGE}/{OTHER}/Schalter/Sprache",
        f"/vitosms-tarif/{STAGE}/CreditsProSMS",
    ]))  # fmt: skip
    print_by_stage("andere", "x", now)
    print_by_stage("dort", "y", now, SMS_REGION)
    _dead_letters(day)
    _left_behind(day)
    low_balances(day)
    for fault in ("Throttling", AnswerLost(ConnectionResetError()), "AuthorizationError"):
        cloud.networks.fail_next(fault)
    cloud.networks.fail_next(Aftermath.ACCOUNT_LIMIT, channels=[SMS])
    cloud.at(at("2026-11-23 11:35"), lambda: two_nights(day, SMS_REGION))


def _dead_letters(day: Rehearsal) -> None:
    """Log the first lines of their practices, so that the streams are created too."""
    slot = at("2026-11-23 09:00")
    queues, sqs = day.cloud.platform.queues, client("sqs")
    sqs.send_message(QueueUrl=queues["dead_runs"].url, MessageBody=run_body(RunMessage(DEAD, Job.SEND, slot, slot)))
    sqs.send_message(QueueUrl=queues["dead_outbox"].url, MessageBody=outbox_body(OutboxMessage(LATE, ("0" * 32,))))


def _left_behind(day: Rehearsal) -> None:
    """Entries whose workers have died, and one whose receipt was not read."""
    parts, now = wiring(), at(START)
    mail = {"practice": STUCK, "channel": "E-Mail", "recipient": EMAIL, "sender": SENDER, "subject": "Termin"}
    silent = entry(State.SENT, identity="reminder:silent", **{**mail, "changed_at": now - OLD, "claimed_at": now - OLD})
    died = now - timedelta(minutes=25)
    claimed = entry(
        State.SENDING, identity="reminder:claimed", **mail, reserved_at=died, claimed_at=died, changed_at=died
    )
    lost = entry(
        State.RESERVED, identity="reminder:lost", practice=STUCK, reserved_at=died, changed_at=died, send_before=at(END)
    )
    annoyed = entry(State.DELIVERED, identity="reminder:annoyed", **{**mail, "practice": PRACTICE})
    stuck = (silent, claimed, lost)
    charge = Charge("M1", {waiting.key: 1 for waiting in stuck}, {waiting.key: 1 for waiting in stuck}, now - OLD)
    parts.table.write({"Put": {"Item": ledger_item(STUCK, charge)}})
    for waiting in (*stuck, annoyed):
        parts.table.write({"Put": {"Item": entry_item(replace(waiting, charge=charge.key))}})
    heard = EmailEvent(STUCK, silent.key, silent.attempt, now - OLD, True, "")
    complaint = EmailEvent(PRACTICE, annoyed.key, annoyed.attempt, now, True, "", Source.COMPLAINT)
    parts.receipts.park_email([heard, complaint])


def test_each_lambda_may_do_all_that_it_does_and_nothing_else(needed: Needs) -> None:
    granted = {name: permissions_of(name) for name in LAMBDAS}
    missing = {
        name: [need for need in needed[name] if not any(permission.allows(need) for permission in granted[name])]
        for name in LAMBDAS
    }
    unused = {
        name: [permission for permission in granted[name] if not any(map(permission.allows, needed[name]))]
        for name in LAMBDAS
    }
    assert (with_any(missing), with_any(unused)) == ({}, {})


def with_any(found: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: members for name, members in found.items() if members}


def test_every_handler_of_the_app_has_its_own_policy_file() -> None:
    config = json.loads((POLICIES / "config.json").read_text(encoding="utf-8"))
    assert config["autogen_policy"] is False
    assert sorted(source.name for source in app.app.event_sources) == LAMBDAS
    files = {name: own["iam_policy_file"] for name, own in config["lambda_functions"].items()}
    assert files == {name: f"policy-{name}.json" for name in ALL}


# Reasons why a resource is not an exact name. AWS names the rest of log groups and prefixes.
WIDE = {
    "logs:log-group:<group>:*": "the streams of one group: one for each practice, or as Lambda calls them",
    "logs:log-group:*": "names of log groups, of which AWS lists all or none",
    "logs:log-group:/aws/lambda/vitosms-*-deliver:*": "the other stages of the account, whose SMS SNS logs with ours",
    "ssm:parameter/vitosms/${Stage}/*": "practices come without a deployment",
    "ssm:parameter/vitosms-secrets/${Stage}/*/Datenbank": "for the same reason",
    "ssm:parameter/vitosms-secrets/${Stage}/*/Abmeldungen": "for the same reason",
    "*:": "the SMS of the account and its metrics, which have no ARN; in the region of SMS only (condition)",
    "kms:key/*": "of the secrets above only (conditions); AWS chooses the key behind alias/aws/ssm, or the operator",
    "ses:identity/*": "practices come with their addresses or domains; AlertSender or MailSenders is the condition",
    "sns:*:*:*": "NotResource: no topic and no endpoint, so phone numbers only, which have no ARN",
}


def test_no_policy_has_a_wildcard_without_a_reason() -> None:
    permissions = [permission for name in ALL for permission in permissions_of(name)]
    assert [permission for permission in permissions if "*" in permission.action] == []
    assert {_kind(p.resource) for p in permissions if "*" in p.resource} == WIDE.keys()
    assert {_kind(p.resource) for p in permissions if p.allbut} == {"sns:*:*:*"}


def _kind(resource: str) -> str:
    service, _, rest = resource.removeprefix("arn:${AWS::Partition}:").partition(":")
    rest = re.sub(r"^\$\{(AWS::Region|SmsRegion)\}:\$\{AWS::AccountId\}:", "", rest)
    return f"{service}:{re.sub(r'^log-group:[^*]+:[*]$', 'log-group:<group>:*', rest)}"


TABLE = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/vitosms-${Stage}"
READ = Permission("dynamodb:Query", f"{TABLE}/index/groups")
TOPICS = "arn:${AWS::Partition}:sns:*:*:*"
FROM = Permission("ses:SendEmail", "arn:*", conditions={"ses:FromAddress": "${AlertSender}"})


@pytest.mark.parametrize(
    ("permission", "need", "allowed"),
    [
        (READ, Need("dynamodb:Query", filled(f"{TABLE}/index/groups")), True),
        (READ, Need("dynamodb:Query", filled(f"{TABLE}/index/due")), False),
        (READ, Need("dynamodb:Query", filled(TABLE)), False),
        (READ, Need("dynamodb:Scan", filled(f"{TABLE}/index/groups")), False),
        (READ, Need("dynamodb:Query", filled(f"{TABLE}2/index/groups")), False),
        (Permission("sns:Publish", TOPICS, allbut=True), Need("sns:Publish", "+41790000001"), True),
        (Permission("sns:Publish", TOPICS, allbut=True), Need("sns:Publish", "arn:aws:sns:x:1:other"), False),
        (FROM, Need("ses:SendEmail", "arn:x", (("ses:FromAddress", ALERT_SENDER),)), True),
        (FROM, Need("ses:SendEmail", "arn:x", (("ses:FromAddress", "praxis@example.ch"),)), False),
        (FROM, Need("ses:SendEmail", "arn:x"), False),
    ],
)
def test_a_permission_allows_its_action_on_its_resource_under_its_conditions(
    permission: Permission, need: Need, allowed: bool
) -> None:
    assert permission.allows(need) is allowed


@pytest.mark.parametrize(
    ("call", "params", "needs"),
    [
        ("dynamodb.Query", {"TableName": "t", "IndexName": "due"}, ["dynamodb:Query table/t/index/due"]),
        (
            "dynamodb.TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "t"}}, {"Delete": {"TableName": "t"}}]},
            ["dynamodb:PutItem table/t", "dynamodb:DeleteItem table/t"],
        ),
        (
            "ssm.GetParameter",
            {"Name": "/a/b", "WithDecryption": True},
            ["ssm:GetParameter parameter/a/b", "kms:Decrypt key/00000000-0000-0000-0000-000000000000"],
        ),
        (
            "sesv2.SendEmail",
            {"FromEmailAddress": "a@b.ch", "ConfigurationSetName": "c", "Content": {"Simple": {}}},
            ["ses:SendEmail identity/a@b.ch", "ses:SendEmail configuration-set/c"],
        ),
        (
            "sesv2.SendEmail",
            {"FromEmailAddress": "a@b.ch", "Content": {"Raw": {}}},
            ["ses:SendEmail identity/a@b.ch", "ses:SendRawEmail identity/a@b.ch"],
        ),
    ],
)
def test_a_call_needs(call: str, params: dict[str, Any], needs: list[str]) -> None:
    service, operation = call.split(".")
    needed = needs_of(service, operation, params)
    assert [f"{need.action} {need.resource.split(':', 5)[5]}" for need in needed] == needs
