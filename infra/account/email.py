"""Set SES up for sending e-mails, and check it: access, sender domains and addresses. I/O."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.account.step import Outcome, Record, Step, asked, not_known
from infra.translation import tr

_DKIM_ZONE = "dkim.amazonses.com"
_BOUNCES = "bounce"  # the subdomain that receives bounces


def account_step(client: Any, parameters: Mapping[str, str], emulated: bool) -> Step:
    """Whether SES sends to any address, and at what rate. `parameters` are those of the stack."""
    code, region = "email_access", client.meta.region_name
    account = asked(client.get_account, emulated)
    if account is None:
        return not_known(code)
    page = (f"https://{region}.console.aws.amazon.com/ses/home?region={region}#/get-set-up",)
    if not account.get("ProductionAccessEnabled"):
        text = tr(
            "in the SES sandbox, which reaches verified addresses only: ask AWS for production access; it takes a day "
            "or more"
        )
        return Step(code, Outcome.PERSON, text, page)
    if not account.get("SendingEnabled", True):
        text = tr("AWS has paused the e-mails of the account: read why, and reply")
        return Step(code, Outcome.PERSON, text, page)
    granted, used = account.get("SendQuota", {}).get("MaxSendRate"), parameters.get("MailPerSecond")
    if granted and used and float(used) > granted:
        text = tr(
            "SES allows {granted} e-mails per second, not {used}: vitosms deploy --parameter MailPerSecond={granted}",
            granted=f"{granted:g}", used=used,
        )  # fmt: skip
        return Step(code, Outcome.PERSON, text)
    if granted:
        text = tr("e-mails reach any address, {granted} per second", granted=f"{granted:g}")
        return Step(code, Outcome.UNCHANGED, text)
    return Step(code, Outcome.UNCHANGED, tr("e-mails reach any address"))


class Identities:
    """The identities of the account in its region."""

    def __init__(self, client: Any, emulated: bool) -> None:
        self._client, self._emulated = client, emulated

    def covering(self, address: str) -> str | None:
        """The identity that allows an address to send: its own, its domain's or a parent domain's; else None."""
        labels = address.rpartition("@")[2].split(".")
        domains = [".".join(labels[first:]) for first in range(len(labels) - 1)]
        return next((one for one in (address, *domains) if self._found(one) is not None), None)

    def ensured(self, identity: str) -> Step:
        """Register a domain or an address with SES, and list the records that its owner has to set."""
        found = self._found(identity)
        made = found is None
        if found is None:
            self._client.create_email_identity(EmailIdentity=identity)
            found = self._found(identity) or {}
        if found.get("FeedbackForwardingStatus", True):  # bounces come as events; the e-mails would reach the practice
            asked(lambda: self._client.put_email_identity_feedback_attributes(
                EmailIdentity=identity, EmailForwardingEnabled=False
            ), self._emulated)  # fmt: skip
        if "@" in identity:
            return self._address(identity, found, made)
        bounces = found.get("MailFromAttributes", {}).get("MailFromDomain")
        if not bounces:
            bounces = f"{_BOUNCES}.{identity}"
            asked(lambda: self._client.put_email_identity_mail_from_attributes(
                EmailIdentity=identity, MailFromDomain=bounces, BehaviorOnMxFailure="USE_DEFAULT_VALUE"
            ), self._emulated)  # fmt: skip
        return self._domain(identity, found, bounces, made)

    def _address(self, address: str, found: Mapping[str, Any], made: bool) -> Step:
        if found.get("VerifiedForSendingStatus"):
            text = tr("verified; a domain would be better: its owner can sign (DKIM)")
            return Step("sender_address", Outcome.UNCHANGED, text, subject=address)
        text = tr(
            "AWS has sent it an e-mail: open the link in it within 24 hours"
            if made
            else "AWS sent it an e-mail earlier: open the link in it within 24 hours"
        )
        return Step("sender_address", Outcome.PERSON, text, subject=address)

    def _domain(self, domain: str, found: Mapping[str, Any], bounces: str, made: bool) -> Step:
        mail_from = found.get("MailFromAttributes", {})
        if found.get("VerifiedForSendingStatus") and mail_from.get("MailFromDomainStatus") == "SUCCESS":
            text = tr("verified, signed (DKIM), bounces come back (MAIL FROM)")
            return Step("sender_domain", Outcome.UNCHANGED, text, subject=domain)
        text = tr(
            "created; its owner sets these records, and SES sees them within 72 hours"
            if made
            else "SES does not see all of its records yet"
        )
        records = tuple(self._records(domain, found, bounces))
        return Step("sender_domain", Outcome.PERSON, text, records=records, subject=domain)

    def _records(self, domain: str, found: Mapping[str, Any], bounces: str) -> Iterator[Record]:
        dkim, region = found.get("DkimAttributes", {}), self._client.meta.region_name
        zone = dkim.get("SigningHostedZone") or _DKIM_ZONE
        for token in dkim.get("Tokens", []):
            yield Record(f"{token}._domainkey.{domain}", "CNAME", f"{token}.{zone}")
        yield Record(bounces, "MX", f"10 feedback-smtp.{region}.amazonses.com")
        yield Record(bounces, "TXT", '"v=spf1 include:amazonses.com ~all"')
        yield Record(f"_dmarc.{domain}", "TXT", '"v=DMARC1; p=none;"')

    def _found(self, identity: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._client.get_email_identity(EmailIdentity=identity)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NotFoundException":
                raise
            return None
        return found
