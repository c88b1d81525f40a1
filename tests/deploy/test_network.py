"""The fixed address from which a practice's firewall is reached: its resources, its price, and how it goes again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.account.network import ADDRESS, NAT_GATEWAY, SUBNET, notes, price, way_out
from infra.cli.core.output import answer
from infra.cli.operate.deploy_report import changes_shown
from infra.deploy.change_set import changes_of
from infra.deploy.sam_template import ours
from infra.translation import speak
from tests.cli.running import Vitosms
from tests.deploy.emulated import SENDER, Stage, emulated, packaged_template

pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse:UserWarning")  # moto about unsupported resources
RESOURCES: dict[str, dict[str, Any]] = ours()["Resources"]
FIXED = ("--parameter", "FixedAddress=true")


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Stage]:
    with emulated():
        yield Stage("netz", packaged_template("netz"), tmp_path, Vitosms(capsys))


def test_without_it_nothing_of_the_network_is_made() -> None:
    made = {name for name, one in RESOURCES.items() if str(one.get("Type", "")).startswith("AWS::EC2::")}
    assert {RESOURCES[name]["Condition"] for name in made} == {"HasFixedAddress", "MakesAddress"}
    assert ours()["Parameters"]["FixedAddress"]["Default"] == "false"


def test_nothing_comes_in_and_only_run_goes_out_through_one_gateway() -> None:
    group = RESOURCES["RunSecurityGroup"]["Properties"]
    assert "SecurityGroupIngress" not in group
    gateways = [name for name, one in RESOURCES.items() if one.get("Type") == NAT_GATEWAY]
    routes = {name: one["Properties"] for name, one in RESOURCES.items() if one.get("Type") == "AWS::EC2::Route"}
    assert (gateways, routes["PrivateRoute"]["NatGatewayId"]) == (["Nat"], {"Ref": "Nat"})
    assert routes["PublicRoute"]["GatewayId"] == {"Ref": "InternetGateway"}
    zones = [RESOURCES[name]["Properties"]["AvailabilityZone"]["Fn::Select"][0] for name in
             ("PrivateSubnetOne", "PrivateSubnetTwo")]  # fmt: skip
    assert zones == [0, 1]


def test_the_table_is_reached_without_the_gateway_and_no_other_table() -> None:
    endpoint = RESOURCES["TableEndpoint"]["Properties"]
    (allowed,) = endpoint["PolicyDocument"]["Statement"]
    assert endpoint["RouteTableIds"] == [{"Ref": "PrivateRoutes"}]
    assert allowed["Resource"] == [{"Fn::GetAtt": ["Table", "Arn"]}, {"Fn::Sub": "${Table.Arn}/index/*"}]


def test_the_address_outlives_the_stack() -> None:
    policies = (RESOURCES["Address"]["DeletionPolicy"], RESOURCES["Address"]["UpdateReplacePolicy"])
    assert policies == ("RetainExceptOnCreate", "Retain")


def test_it_is_made_for_its_price_told_by_setup_and_kept_when_it_goes(stage: Stage) -> None:
    code, out, err = stage.deploy(*SENDER, *FIXED, "--yes")
    assert (code, "EC2::NatGateway" in out) == (0, True)
    assert f"{price('eu-central-1')}\n" in err
    (address,) = boto3.client("ec2").describe_addresses()["Addresses"]
    assert address["PublicIp"] in out, "an output"
    assert f"{address['PublicIp']}: the one address" in " ".join(stage.run("setup", "--yes")[1].split())
    configuration = boto3.client("lambda").get_function(FunctionName="vitosms-netz-run")["Configuration"]
    assert len(configuration["VpcConfig"]["SubnetIds"]) == 2

    goes, _, stays = (told := stage.run("destroy"))[1].partition("Stays")
    assert "EC2::NatGateway" in goes
    assert f"{address['PublicIp']} " in stays
    assert all(note in told[2] for note in ("20 to 40 minutes", "release-address"))


def test_an_address_that_the_stack_loses_is_shown_as_kept(capsys: pytest.CaptureFixture[str]) -> None:
    change = {"Action": "Remove", "LogicalResourceId": "Address", "ResourceType": ADDRESS, "PolicyAction": "Retain"}
    answer(False, {}, *changes_shown(changes_of([{"ResourceChange": change}]), "vitosms-netz"))
    assert "EIP Address is removed; the old one stays, outside the stack" in capsys.readouterr().out


def test_own_subnets_and_a_fixed_address_refuse_each_other(stage: Stage) -> None:
    subnets = ("--parameter", "SubnetIds=subnet-1,subnet-2", "--parameter", "SecurityGroupIds=sg-1")
    code, out, err = stage.deploy(*SENDER, *FIXED, *subnets, "--yes")
    assert (code, out, stage.is_there()) == (2, "", False)
    assert "FixedAddress=true makes a network of its own, and SubnetIds names another one" in err


class FakeEc2:
    def describe_addresses(self, AllocationIds: list[str]) -> dict[str, Any]:  # noqa: N803
        return {"Addresses": [{"PublicIp": "192.0.2.9", "AllocationId": AllocationIds[0]}]}


@pytest.mark.parametrize(
    ("parameters", "outputs", "address", "known"),
    [
        ({}, {}, None, False),
        ({"SubnetIds": ""}, {}, None, False),
        ({"SubnetIds": "['']"}, {}, None, False),
        ({"SubnetIds": "subnet-1"}, {}, None, True),
        ({}, {"PublicAddressId": "eipalloc-1", "PublicAddress": "192.0.2.7"}, "192.0.2.7", True),
        ({"FixedAddressId": "eipalloc-1"}, {"PublicAddressId": "eipalloc-1"}, "192.0.2.9", True),
    ],
)
def test_a_practice_learns_what_its_firewall_lets_in(
    parameters: dict[str, str], outputs: dict[str, str], address: str | None, known: bool
) -> None:
    told = way_out(parameters, outputs, "eu-central-2", FakeEc2)
    assert (told.open_to, told.known) == (address, known)
    assert (address or "") in told.told


def test_the_price_is_of_the_region_or_its_page_is_named() -> None:
    assert "42 USD a month in eu-central-1: 730 hours of a NAT gateway at 0.052, 3.65 for the address" in price(
        "eu-central-1"
    )
    assert "47 USD a month in eu-central-2" in price("eu-central-2")
    assert "https://aws.amazon.com/vpc/pricing/" in price("eu-north-1")


def test_a_change_without_a_network_has_no_notes() -> None:
    assert list(notes({"AWS::SQS::Queue"}, {"AWS::SQS::Queue"}, "eu-central-1")) == []
    assert len(list(notes(set(), {SUBNET, ADDRESS}, "eu-central-1"))) == 2
