"""The steps of `vitosms setup` about the AWS account: SMS, e-mail, alerts, the network, prices."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.aws.deployment import Deployment
from infra.account.step import Outcome, Step
from infra.translation import tr

if TYPE_CHECKING:
    from infra.account.sms import Month
    from infra.deploy.stack import Found


def account_steps(deployment: Deployment, monthly_usd: int | None, prices: dict[str, int | None]) -> Iterator[Step]:
    from infra.account.desk import desk_step
    from infra.account.email import account_step
    from infra.account.network import network_step
    from infra.account.operator_alerts import operator_step
    from infra.account.prices import tariff_steps
    from infra.account.sms import month_of
    from infra.account.step import asked
    from infra.deploy.emulator import is_emulator

    sns, sesv2, stage, found = _client("sns"), _client("sesv2"), deployment.stage, _stack(deployment.stage)
    region, emulated = sns.meta.region_name, is_emulator(sns)
    spending, now = deployment.clients.sms_spending, deployment.now
    month = asked(lambda: month_of(spending.of_month(now), now.date()), emulated)
    yield from _sms_steps(found, stage, region, monthly_usd, emulated, month)
    yield account_step(sesv2, found.parameters, emulated)
    yield operator_step(sns, found.outputs["OperatorTopicArn"], stage, emulated)
    yield network_step(found.parameters, found.outputs, region, lambda: _client("ec2"))
    yield desk_step(found.parameters, found.outputs, stage, _has_operator(deployment))
    yield from tariff_steps(_client("ssm"), stage, prices)


def _sms_steps(
    found: Found, stage: str, region: str, monthly_usd: int | None, emulated: bool, month: Month | None
) -> Iterator[Step]:
    """In the region from which SMS are sent, with what the stack there has."""
    from infra.account.operator_alerts import operator_step
    from infra.account.regions import sms_notes
    from infra.account.sms import sms_steps
    from infra.cli.operate.deploy_sms import SMS_REGION, sms_stack

    there, of_sms = found.parameters.get(SMS_REGION, region), found
    if there != region:
        sms = sms_stack(stage, there).found()
        yield Step(SMS_REGION, Outcome.UNCHANGED, " ".join(sms_notes(region, there)))
        if sms is None:
            told = tr(
                "there is no stack for SMS in {region}: vitosms deploy --stage {stage}", region=there, stage=stage
            )
            yield Step(SMS_REGION, Outcome.PERSON, told)
            return
        of_sms = sms
        yield operator_step(_client("sns", there), sms.outputs["OperatorTopicArn"], stage, emulated, there)
    yield from sms_steps(
        _client("sns", there), of_sms.outputs.get("SmsLogRoleArn"), monthly_usd, found.parameters, emulated, month
    )


def identity_steps(deployment: Deployment, wanted: Sequence[str]) -> Iterator[Step]:
    """Return the wanted identities, then the domain of each sender that no identity of the account covers."""
    from infra.account.email import Identities
    from infra.deploy.emulator import is_emulator

    client = _client("sesv2")
    identities = Identities(client, is_emulator(client))
    done = dict.fromkeys(one.strip().lower() for one in wanted)
    yield from map(identities.ensured, done)
    for sender in _senders(deployment):
        identity = identities.covering(sender) or sender.rpartition("@")[2]
        if identity not in done:
            done[identity] = None
            yield identities.ensured(identity)


def _senders(deployment: Deployment) -> list[str]:
    """From where e-mails are to come: the deployment's own address, and those listed for its practices."""
    practices = deployment.clients.practices
    records = [record for one in practices.ids() if (record := practices.record(one)) and not record.removed]
    own = _stack(deployment.stage).parameters.get("AlertSender", "").lower()
    return sorted({mail for record in records for mail in record.email_senders} | ({own} if own else set()))


def _stack(stage: str) -> Found:
    """The stack, which exists: its outputs have led to the stage."""
    from infra.deploy.stack import Stack

    return Stack(_client("cloudformation"), f"vitosms-{stage}").existing()


def _client(service: str, region: str | None = None) -> Any:
    """Asks an emulator once: for an unknown request, it answers as if it were broken."""
    import boto3
    from botocore.config import Config

    attempts = 1 if os.environ.get("AWS_ENDPOINT_URL") else 4
    return boto3.client(
        service, region_name=region, config=Config(retries={"mode": "standard", "total_max_attempts": attempts})
    )


def _has_operator(deployment: Deployment) -> bool:
    """Whether somebody of the operator may sign in at the desk."""
    return any(not person.ended_at for person in deployment.clients.people.people(""))
