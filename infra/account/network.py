"""The way from the stage to the practice databases, as a firewall sees it, and its price. I/O: EC2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from infra.account.step import Outcome, Step
from infra.translation import tr

NAT_GATEWAY, SUBNET, ADDRESS = "AWS::EC2::NatGateway", "AWS::EC2::Subnet", "AWS::EC2::EIP"
PRICE_PAGE = "https://aws.amazon.com/vpc/pricing/"
HOURS = 730  # of a month
ADDRESS_USD = 0.005  # an hour, for a public IPv4 address in any region
# USD for an hour of a NAT gateway, and for a GB through it. Public copies of AWS's price list, read on 2026-11-30;
# AWS's own page could not be read.
NAT_USD = {"eu-central-1": 0.052, "eu-central-2": 0.059, "eu-west-1": 0.048}


class WayOut(NamedTuple):
    """`told` is a sentence for a practice's DBA; `open_to` the one address that the stack has, if it has one."""

    told: str
    open_to: str | None
    known: bool = True  # to the operator at least, so that a firewall can be closed to all others


def way_out(parameters: Mapping[str, str], outputs: Mapping[str, str], region: str, ec2: Callable[[], Any]) -> WayOut:
    """From the parameters and outputs of the stack; `ec2` makes a client, which only a given address needs."""
    if allocation := outputs.get("PublicAddressId"):
        address = outputs.get("PublicAddress") or _address(ec2(), allocation)
        return WayOut(tr("{address}: the one address that a practice's firewall lets in", address=address), address)
    if parameters.get("SubnetIds", "").strip("[]'"):  # moto returns lists in Python's notation
        told = tr("own subnets: a practice's firewall lets in the address of their NAT gateway, or of the tunnel")
        return WayOut(told, None)
    told = tr(
        "no fixed address: AWS changes it at any time, so a firewall can only be open to all of AWS in {region}; "
        "vitosms deploy --parameter FixedAddress=true makes one",
        region=region,
    )
    return WayOut(told, None, known=False)


def network_step(
    parameters: Mapping[str, str], outputs: Mapping[str, str], region: str, ec2: Callable[[], Any]
) -> Step:
    return Step("network", Outcome.UNCHANGED, way_out(parameters, outputs, region, ec2).told)


def both_ways(parameters: Mapping[str, str]) -> str | None:
    """The sentence that refuses own subnets beside a fixed address; None if there is at most one of them."""
    if parameters.get("FixedAddress") != "true" or not parameters.get("SubnetIds"):
        return None
    return tr(
        "FixedAddress=true makes a network of its own, and SubnetIds names another one: choose one, "
        "--parameter FixedAddress=false or --parameter SubnetIds= --parameter SecurityGroupIds="
    )


def notes(added: Iterable[str], removed: Iterable[str], region: str) -> Iterator[str]:
    """Sentences on the price and the duration of a change, by the kinds of resources that come and go."""
    if NAT_GATEWAY in added:
        yield price(region)
    if SUBNET in removed:
        yield tr(
            "the network goes only when Lambda has given up its interfaces in it, which takes 20 to 40 minutes; "
            "CloudFormation waits for that"
        )
    if ADDRESS in removed:
        yield kept_address()


def kept_address() -> str:
    return tr(
        "the address stays in the account, because practices have opened it, and costs {usd} USD a month until "
        "aws ec2 release-address; to use it again: vitosms deploy --parameter FixedAddress=true "
        "--parameter FixedAddressId=eipalloc-…",
        usd=f"{HOURS * ADDRESS_USD:.2f}",
    )


def price(region: str) -> str:
    """The sentence that says what FixedAddress costs in a month."""
    address = f"{HOURS * ADDRESS_USD:.2f}"
    if region not in NAT_USD:
        return tr(
            "FixedAddress costs a NAT gateway in {region}, by the hour and the GB, and {address} USD a month for the "
            "address: {page}",
            region=region, address=address, page=PRICE_PAGE,
        )  # fmt: skip
    hour = NAT_USD[region]
    return tr(
        "FixedAddress costs about {usd} USD a month in {region}: {hours} hours of a NAT gateway at {hour}, {address} "
        "for the address; each GB through it {hour} more ({page}, prices of November 2026)",
        usd=f"{HOURS * (hour + ADDRESS_USD):.0f}", region=region, hours=HOURS, hour=hour, address=address,
        page=PRICE_PAGE,
    )  # fmt: skip


def _address(ec2: Any, allocation: str) -> str:
    (found,) = ec2.describe_addresses(AllocationIds=[allocation])["Addresses"]
    return str(found["PublicIp"])
