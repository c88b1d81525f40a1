"""How the commands reach a running stage, on AWS or on a local cloud.

The usual environment of AWS says where it is; botocore itself honours AWS_ENDPOINT_URL. The parameters and outputs of
its CloudFormation stack say what it is made of. Every failure on the way is an ArgumentError of one line.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chalicelib.aws.deployment import Deployment, RemovedPracticeError, UnknownPracticeError
from chalicelib.settings import Settings
from infra.cli.core.arguments import ArgumentError, refused
from infra.cli.core.suggestions import meant
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.reports.entry_lookup import UnknownEntryError

_STAGE = re.compile(r"(?!.*-sms$)[a-z][a-z0-9-]{1,15}")  # as infra/resources.yaml allows; -sms: infra/sms_template.py
_UNKNOWN_CALLER = {"InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure", "OptInRequired"}
_STATE_TAKES = 10  # seconds: a busy machine is slow, a cloud that plays answers for minutes


@contextmanager
def connected(stage: str) -> Iterator[Deployment]:
    """The stage. What cannot be found or read there, now or later in the block, is raised as an ArgumentError."""
    from chalicelib.aws.parameter_store import ParameterError
    from chalicelib.aws.user_pool import UserPoolError
    from chalicelib.reports.entry_lookup import UnknownEntryError
    from chalicelib.wiring import Wiring
    from infra.language import said

    check_stage(stage)
    with aws_in_one_line():
        try:
            settings, state = _settings(stage), _local_state()
            with _practice_databases(state.get("database", "up")):
                yield Deployment(stage, Wiring(settings), state.get("now") or datetime.now(UTC))
        except (ParameterError, UserPoolError) as error:
            raise ArgumentError(said(error.text)) from None
        except UnknownPracticeError as error:
            raise ArgumentError(_unknown_practice(error, stage)) from None
        except UnknownEntryError as error:
            raise ArgumentError(_unknown_entry(error)) from None
        except RemovedPracticeError as error:
            raise ArgumentError(_removed(error)) from None


def _unknown_practice(error: UnknownPracticeError, stage: str) -> str:
    known = error.known
    names = ", ".join(known)
    listed = tr("registered: {names}", names=names) if known else tr("none is registered yet (vitosms practice add)")
    if error.wanted is None:
        return tr("--practice is missing; {listed}", listed=listed)
    near = meant(error.wanted, known)
    return tr(
        "no practice {practice!r} in stage {stage}; {meant}{listed}",
        practice=error.wanted, stage=stage, meant=near, listed=listed,
    )  # fmt: skip


def _removed(error: RemovedPracticeError) -> str:
    from infra.language import day_words

    return tr(
        "practice {practice!r} was removed on {day}; to take that back: vitosms practice reinstate {practice}",
        practice=error.practice, day=day_words(error.day),
    )  # fmt: skip


def _unknown_entry(error: UnknownEntryError) -> str:
    entry, near = error.text[:80], ", ".join(error.near)
    if near:
        return tr(
            "no entry {entry!r} at {practice}; did you mean {near}?", entry=entry, practice=error.practice, near=near
        )
    return tr(
        "no entry {entry!r} at {practice}; vitosms queue list shows the open ones",
        entry=entry, practice=error.practice,
    )  # fmt: skip


def check_stage(stage: str) -> None:
    """Raises ArgumentError for an invalid name of a stage."""
    if not _STAGE.fullmatch(stage):
        raise refused(
            "--stage",
            stage,
            tr("must be 2 to 16 characters from a-z, 0-9 and -, starting with a letter, not ending in -sms"),
        )


def now() -> datetime:
    """The time (UTC) of the cloud: a local one keeps its own, any other that of this machine.

    Raises ArgumentError where a local one is busy: the time of this machine would be the wrong one.
    """
    told: datetime = _local_state().get("now") or datetime.now(UTC)
    return told


def _local_state() -> dict[str, Any]:
    """The state of the local cloud, with `now` as a time; empty if there is none."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    if is_loopback(endpoint):
        import urllib.request

        try:
            with urllib.request.urlopen(f"{endpoint.rstrip('/')}/_vitosms/state", timeout=_STATE_TAKES) as answer:  # noqa: S310
                state: dict[str, Any] = json.load(answer)
                return state | {"now": datetime.fromisoformat(state["now"]).astimezone(UTC)}
        except TimeoutError:
            busy = tr("the local cloud at {url} is busy, perhaps playing; try again", url=endpoint)
            raise ArgumentError(busy) from None
        except (OSError, ValueError, KeyError, TypeError):
            pass  # moto alone, or no server: the next call to AWS will show it
    return {}


def _practice_databases(state: str) -> AbstractContextManager[None]:
    """A command meets the practice databases of a local cloud as its Lambdas do."""
    if state == "up":
        return nullcontext()
    from infra.local.practice_databases import troubled
    from infra.local.weather import DatabaseState

    return troubled(lambda: DatabaseState(state))


def is_loopback(url: str) -> bool:
    parts = urlsplit(url)
    try:
        return parts.scheme in ("http", "https") and (
            parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
        )
    except ValueError:
        return False


def _settings(stage: str) -> Settings:
    outputs, region = _outputs(stage)
    try:
        return Settings(
            stage=stage,
            table=outputs["TableName"],
            runs_queue=outputs["RunsQueueUrl"],
            outbox_queue=outputs["OutboxQueueUrl"],
            receipts_queue=outputs["ReceiptsQueueUrl"],
            operator_topic=outputs["OperatorTopicArn"],
            alert_sender=outputs.get("AlertSender", ""),
            mail_configuration_set=outputs["MailConfigurationSet"],
            region=region,
            sms_region=outputs.get("SmsRegion") or region,  # a stage of an earlier version has none
            account=outputs["OperatorTopicArn"].split(":")[4],
            sms_per_second=0.0,  # no command sends a message
            mail_per_second=0.0,
            sms_max_price="0",
            operator_language=outputs.get("OperatorLanguage", "en"),  # a stage of an earlier version has none
            operator_email=outputs.get("OperatorEmail", ""),
            desk_url=outputs.get("DeskUrl", ""),  # a stage without a desk has none of these
            login_url=outputs.get("LoginUrl", ""),
            user_pool=outputs.get("UserPoolId", ""),
            desk_client=outputs.get("DeskClientId", ""),
            canary_practice=outputs.get("CanaryPractice") or None,
        )
    except KeyError as missing:
        name = f"vitosms-{stage}"
        said = tr("the CloudFormation stack {stack} has no output {output}", stack=name, output=missing.args[0])
        raise ArgumentError(said) from None


def _outputs(stage: str) -> tuple[dict[str, str], str]:
    """The parameters and outputs of the stage's stack, and the region."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError

    config = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 2})
    client = boto3.client("cloudformation", config=config)
    region = client.meta.region_name
    try:
        (stack,) = client.describe_stacks(StackName=f"vitosms-{stage}")["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        where = os.environ.get("AWS_ENDPOINT_URL") or tr("region {name}", name=region)
        missing = tr("there is no CloudFormation stack {stack} in {where}", stack=f"vitosms-{stage}", where=where)
        raise refused("--stage", stage, missing) from None
    given = {one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", [])}
    return given | {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}, region


@contextmanager
def aws_in_one_line() -> Iterator[None]:
    """Raise errors of AWS in the block as ArgumentError."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    if "AWS_REGION" in os.environ:  # as Lambda and the AWS command call it; boto3 reads the other name only
        os.environ.setdefault("AWS_DEFAULT_REGION", os.environ["AWS_REGION"])
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise ArgumentError(_sentence(error)) from None
    except ResponseParserError:
        asked = os.environ.get("AWS_ENDPOINT_URL") or "AWS"
        said = tr("{url} does not answer as AWS does; if it is an emulator, look at its log", url=asked)
        raise ArgumentError(said) from None


def _sentence(error: Any) -> str:
    from botocore import exceptions as aws

    match error:
        case aws.NoCredentialsError():
            return tr("no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        case aws.NoRegionError():
            return tr("no AWS region: set AWS_REGION, such as eu-central-2")
        case aws.EndpointConnectionError() | aws.ConnectionError() | aws.HTTPClientError():
            url = error.kwargs.get("endpoint_url") or os.environ.get("AWS_ENDPOINT_URL") or "AWS"
            return tr("cannot connect to {url}; is it running, and is AWS_ENDPOINT_URL right?", url=url)
        case aws.ClientError():
            return _refusal(error.operation_name, **error.response["Error"])
    return tr("the request to AWS failed: {error}", error=error)


def _refusal(operation: str, Code: str = "", Message: str = "", **_: Any) -> str:  # noqa: N803 - they are AWS's
    if Message.lstrip().startswith("<"):  # the error page of an emulator that lacks the operation
        return tr(
            "AWS refuses {operation}: {code}, with a web page; does it support this request?",
            operation=operation, code=Code,
        )  # fmt: skip
    told = tr("AWS refuses {operation}: {code}: {message}", operation=operation, code=Code, message=Message)
    if Code in _UNKNOWN_CALLER:
        hint = tr(
            "the credentials are wrong, or the account has not enabled the region, as Zurich needs "
            "(docs/reference/stage.md)"
        )
        return f"{told}; {hint}"
    return told
