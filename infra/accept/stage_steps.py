"""Steps about the stage itself: parameters, cold starts, setting the table back, removal and takeover. I/O."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.providers.log_events import log_events
from infra.accept.step import Account, Seen, Step, Undo, Verdict, judged
from infra.deploy.artifact_bucket import Artifacts
from infra.deploy.retained_resources import left_over
from infra.deploy.stack import Stack, StackError
from infra.deploy.stack_status import is_good
from infra.deploy.stack_template import retained_names

_LAMBDAS = ("prepare", "send", "status", "run", "deliver", "switches")
_COLD = re.compile(r"Init Duration: ([\d.]+) ms")
_SLOW_MS = 5000


def pattern(account: Account) -> Seen:
    """A parameter of its own, so that no practice and no Lambda sees it."""
    ssm, name = account.client("ssm"), f"/vitosms-accept/{account.stage}/Muster"
    ssm.put_parameter(Name=name, Value="de", Type="String", AllowedPattern="^(de|fr)$", Overwrite=True)
    undo = Undo(f"aws ssm delete-parameter --name {name}", lambda: ssm.delete_parameter(Name=name))
    ssm.put_parameter(Name=name, Value="fr", Type="String", Overwrite=True)  # as a console that sends no pattern
    try:
        ssm.put_parameter(Name=name, Value="xx", Type="String", Overwrite=True)
    except ClientError as error:
        return Seen(f"the pattern is kept: {error.response['Error']['Code']}", Verdict.NOTED, undo)
    return Seen("the pattern is gone after an overwrite without it", Verdict.NOTED, undo)


def cold_starts(account: Account) -> Seen:
    logs, since = account.client("logs"), account.now() - timedelta(hours=24)
    longest: dict[str, float] = {}
    for name in _LAMBDAS:
        events = log_events(
            logs, logGroupName=f"/aws/lambda/vitosms-{account.stage}-{name}",
            startTime=int(since.timestamp() * 1000), filterPattern='"Init Duration"',
        )  # fmt: skip
        times = [float(found[1]) for event in events if (found := _COLD.search(event["message"]))]
        if times:
            longest[name] = max(times)
    told = ", ".join(f"{name} {ms:.0f} ms" for name, ms in longest.items()) or "no cold start in the last 24 hours"
    return judged(told, bool(longest) and max(longest.values()) < _SLOW_MS)


def set_back(account: Account) -> Seen:
    """Restore the table under another name, as docs/operations.md does first; the table itself is not touched."""
    dynamodb, table = account.client("dynamodb"), account.outputs["TableName"]
    made, since = f"{table}-accept", account.now()
    dynamodb.restore_table_to_point_in_time(SourceTableName=table, TargetTableName=made, UseLatestRestorableTime=True)
    undo = Undo(f"aws dynamodb delete-table --table-name {made}", lambda: dynamodb.delete_table(TableName=made))

    def restored() -> dict[str, Any] | None:
        described: dict[str, Any] = dynamodb.describe_table(TableName=made)["Table"]
        return described if described["TableStatus"] == "ACTIVE" else None

    found = account.until(restored, 45)
    if found is None:
        return judged("not restored within 45 minutes", False, undo)
    before, after = (_items(dynamodb, name) for name in (table, made))
    indexes = sorted(index["IndexName"] for index in found.get("GlobalSecondaryIndexes", ()))
    minutes = (account.now() - since) / timedelta(minutes=1)
    told = f"{after} of {before} items after {minutes:.0f} minutes; indexes: {', '.join(indexes)}"
    return judged(told, after == before and indexes == ["due", "groups"], undo)


def _items(dynamodb: Any, table: str) -> int:
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, Select="COUNT")
    return sum(page["Count"] for page in pages)


def take_over(account: Account) -> Seen:
    """Remove the stack and make it again of its own template; a stage with entries or practices is left alone."""
    dynamodb, table = account.client("dynamodb"), account.outputs["TableName"]
    if items := _items(dynamodb, table):
        return Seen(f"the table has {items} items: only an empty stage is removed", Verdict.SKIPPED)
    if account.outputs.get("DeskDomainTarget"):
        return Seen("the desk has a domain, whose CNAME would lead nowhere", Verdict.SKIPPED)
    if "PublicAddressId" in account.outputs:
        return Seen("the stage has a fixed address, of which a new stack would know nothing", Verdict.SKIPPED)
    stack = Stack(account.client("cloudformation"), f"vitosms-{account.stage}")
    found = stack.existing()
    original = stack.client.get_template(StackName=stack.name, TemplateStage="Original")["TemplateBody"]
    template = json.loads(original) if isinstance(original, str) else original
    url = Artifacts(account.client("s3"), account.account).put_template(template, f"vitosms/{account.stage}")
    told = "the desk has a new address, and a new user pool beside the old one, which aws cognito-idp can delete"
    undo = Undo(f"in any case: vitosms deploy --stage {account.stage}; {told}", lambda: None)
    removed = stack.delete(found.id, lambda event: None)
    kept = left_over(retained_names(template))
    if not is_good(removed) or table not in kept:
        return judged(f"removed: {removed}; kept: {', '.join(kept)}", False, undo)
    try:
        proposal = stack.propose({"TemplateURL": url}, found.parameters, new=True, takes_over=True)
    except StackError as error:
        return judged(f"removed, but not to be made again: {error}", False, undo)
    if proposal is None:
        return judged("removed, and nothing to make", False, undo)
    imported = [change.name for change in proposal.changes if change.action == "Import"]
    made = stack.execute(proposal, lambda event: None)
    return judged(f"removed; {len(kept)} kept; imported: {', '.join(imported)}; {made}", is_good(made) and "Table" in
                  imported, undo)  # fmt: skip


STAGE_STEPS = (
    Step(
        "pattern",
        "saves a parameter with an AllowedPattern, then twice without one, and deletes it",
        "either answer is safe: each save by vitosms sends the pattern again",
        pattern,
    ),
    Step(
        "cold-starts",
        "reads how long the Lambdas took to start in the last 24 hours",
        f"at least one, none over {_SLOW_MS} ms",
        cold_starts,
        "no Lambda starts cold on the local cloud",
    ),
    Step(
        "set-back",
        "restores the table to a second one, counts its items, deletes it; up to 45 minutes, some cents",
        "the same items, and both indexes",
        set_back,
    ),
    Step(
        "take-over",
        "REMOVES THE STACK and makes it again, if its table is empty; up to 30 minutes",
        "table and logs are kept, and imported into the new stack",
        take_over,
        "an emulator imports nothing into a stack",
    ),
)
