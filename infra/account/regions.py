"""The services of AWS in the regions for a practice in Switzerland, as far as its documents say. Pure.

Read on 2026-11-30; nothing has run on AWS yet. docs/reference/stage.md has the same table, with the sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from infra.translation import tr

FRANKFURT, ZURICH = "eu-central-1", "eu-central-2"


class Known(StrEnum):
    DOCUMENTED = "documented"
    UNPROVED = "unproved"  # one document says so, another one does not list it


SMS, ARM = "SNS: SMS to phone numbers", "Lambda: arm64"
_ENDPOINTS = (  # their endpoints are in AWS's own list (botocore 1.44)
    "API Gateway", "CloudFormation", "CloudWatch", "CloudWatch Logs", "Cognito: user pools", "DynamoDB", "EventBridge",
    "KMS", "Lambda", "S3", "SES", "SNS: topics", "SQS", "Systems Manager: Parameter Store", "VPC: NAT gateway", "WAF",
)  # fmt: skip
_BOTH = {FRANKFURT: Known.DOCUMENTED, ZURICH: Known.DOCUMENTED}
_ZURICH_UNPROVED = {FRANKFURT: Known.DOCUMENTED, ZURICH: Known.UNPROVED}
SERVICES: Mapping[str, Mapping[str, Known]] = {
    **dict.fromkeys(_ENDPOINTS, _BOTH),
    "Cognito: managed login, passkeys": _BOTH,  # CloudFormation has the kinds in both
    SMS: _ZURICH_UNPROVED,
    ARM: _ZURICH_UNPROVED,
}


def default_sms_region(region: str) -> str:
    """The region from which a stage in `region` sends SMS, unless a person chooses another one."""
    return FRANKFURT if SERVICES[SMS].get(region) is Known.UNPROVED else region


def sms_notes(region: str, sms_region: str) -> Iterator[str]:
    """Sentences on where the SMS of a stage go out, if that is not its own region or not proved."""
    if region == ZURICH != sms_region:
        yield tr(
            "SMS are sent from {sms_region}: phone numbers and texts leave Switzerland, and SNS logs the numbers there "
            "for 14 days. E-mails and the table stay. To send from {region}, which is not proved: "
            "vitosms deploy --parameter SmsRegion={region}",
            sms_region=sms_region, region=region,
        )  # fmt: skip
    elif region != sms_region:
        yield tr(
            "SMS are sent from {sms_region}: phone numbers and texts leave {region}, and SNS logs the numbers there "
            "for 14 days. E-mails and the table stay.",
            sms_region=sms_region, region=region,
        )  # fmt: skip
    if SERVICES[SMS].get(sms_region) is not Known.DOCUMENTED:
        yield tr("whether SNS sends SMS from {region} is not proved: make accept tries it", region=sms_region)


def arch_notes(region: str, arch: str) -> Iterator[str]:
    """A sentence if it is not proved that Lambda has this architecture in the region."""
    if arch == "arm64" and SERVICES[ARM].get(region) is not Known.DOCUMENTED:
        yield tr(
            "whether Lambda has arm64 in {region} is not proved: if CloudFormation refuses it, --arch x86_64",
            region=region,
        )
