"""The desk of a stage on AWS: its address, its firewall's price, and what a person has to do for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from infra.account.step import Outcome, Record, Step
from infra.translation import tr

URL, DOMAIN, CERTIFICATE = "DeskUrl", "DeskDomain", "DeskCertificateArn"  # parameters; URL is an output too
FIREWALL, POOL = "AWS::WAFv2::WebACL", "AWS::Cognito::UserPool"
PRICE_PAGE = "https://aws.amazon.com/waf/pricing/"
# USD a month for a web ACL and for a rule, and for a million requests; the same in all regions. Public copies of AWS's
# prices, read on 2026-11-30; AWS's own page could not be read.
ACL_USD, RULE_USD, MILLION_USD = 5, 1, 0.60
RULES = 2  # of DeskFirewall in infra/desk.yaml


def refusal(parameters: Mapping[str, str]) -> str | None:
    """The sentence that refuses a domain without a certificate, or the other way round."""
    if bool(parameters.get(DOMAIN)) is bool(parameters.get(CERTIFICATE)):
        return None
    return tr(
        "a domain of the desk needs its certificate (ACM, in the region of the stage), and a certificate its domain: "
        "--parameter DeskDomain=desk.firma.example --parameter DeskCertificateArn=arn:aws:acm:…"
    )


def unknown_address(parameters: Mapping[str, str], outputs: Mapping[str, str]) -> str | None:
    """The address of the desk that its sign-in does not know yet; None if it knows it, or has a domain."""
    url = outputs.get(URL)
    return url if URL in parameters and not parameters.get(DOMAIN) and url != parameters[URL] else None


def notes(added: Iterable[str], removed: Iterable[str]) -> Iterator[str]:
    """Sentences on what a change costs or leaves, by the kinds of resources that come and go."""
    if FIREWALL in added:
        yield tr(
            "DeskWaf costs about {usd} USD a month: {acl} for the firewall, {rule} for each of its {rules} rules; and "
            "{million} for a million requests ({page}, prices of November 2026)",
            usd=ACL_USD + RULES * RULE_USD, acl=ACL_USD, rule=RULE_USD, rules=RULES, million=f"{MILLION_USD:.2f}",
            page=PRICE_PAGE,
        )  # fmt: skip
    if POOL in removed:
        yield tr(
            "the user pool stays, with passwords and passkeys of people, and no other stack takes it over: with a new "
            "one they get new one-time codes (vitosms people). To delete it: aws cognito-idp update-user-pool "
            "--deletion-protection INACTIVE --user-pool-id ID; aws cognito-idp delete-user-pool --user-pool-id ID"
        )


def not_ready(parameters: Mapping[str, str], outputs: Mapping[str, str]) -> str | None:
    """The sentence on a sign-in that leads nowhere; None if it leads to the desk."""
    if URL in outputs and not unknown_address(parameters, outputs):
        return None
    return tr("sign-in does not know the address of the desk yet")


def address(parameters: Mapping[str, str], outputs: Mapping[str, str]) -> str:
    """The address of the desk, with what own subnets need for it."""
    url = outputs[URL]
    if not parameters.get("SubnetIds", "").strip("[]'"):  # moto returns lists in Python's notation
        return url
    nat = tr("own subnets need a NAT gateway for the desk: no VPC endpoint leads to the sign-in of Cognito")
    return f"{url}; {nat}"


def desk_step(parameters: Mapping[str, str], outputs: Mapping[str, str], stage: str, has_operator: bool) -> Step:
    """Say what is left to do until the first person can sign in; `has_operator`: somebody of the operator may."""
    if told := not_ready(parameters, outputs):
        return Step("desk", Outcome.PERSON, f"{told}: vitosms deploy --stage {stage}")
    target, told = outputs.get("DeskDomainTarget"), address(parameters, outputs)
    records = (Record(parameters[DOMAIN], "CNAME", target),) if target else ()
    if has_operator:
        return Step("desk", Outcome.UNCHANGED, told, records=records)
    first = tr("nobody of the operator can sign in yet: vitosms people add --operator")
    return Step("desk", Outcome.PERSON, f"{told}; {first}", records=records)
