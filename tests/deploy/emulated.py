"""A stage on moto's server on the loopback, with the template as it is packaged, and the commands about it."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.cloudformation.models import cloudformation_backends
from moto.server import ThreadedMotoServer

from tests.cli.running import Vitosms
from tests.deploy.packaged import template_of, written

ACCOUNT, REGION = "123456789012", "eu-central-1"
SENDER = ("--parameter", "AlertSender=alarm@vitosms.example")


@contextmanager
def emulated() -> Iterator[None]:
    """An empty account that the clients of this process use until the block ends."""
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    urllib.request.urlopen(urllib.request.Request(f"{url}/moto-api/reset", method="POST"))  # noqa: S310
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "VITOSMS_STAGE"):
            patch.delenv(name, raising=False)
        for name, value in {
            "AWS_ENDPOINT_URL": url, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "COLUMNS": "120",
            "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_EC2_METADATA_DISABLED": "true",
        }.items():  # fmt: skip
            patch.setenv(name, value)
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        yield
    server.stop()


@cache
def _template() -> str:
    return json.dumps(template_of("einestufe"))


def packaged_template(stage: str) -> dict[str, Any]:
    """Return a stage's template: packaged once with a unique name, which is then replaced."""
    made: dict[str, Any] = json.loads(_template().replace("einestufe", stage))
    return made


class Stage:
    """A stage with its package in a folder, and the commands about it."""

    def __init__(self, name: str, template: dict[str, Any], folder: Path, vitosms: Vitosms) -> None:
        self.name, self.template, self.vitosms = name, template, vitosms
        self._folder = folder / name
        self.package()

    def package(self, code: str = "x = 1") -> None:
        written(self._folder, self.template, code)

    def run(self, command: str, *args: str) -> tuple[int, str, str]:
        """In English."""
        return self.vitosms.run(command, "--stage", self.name, *args, lang="en")

    def deploy(self, *args: str) -> tuple[int, str, str]:
        return self.run("deploy", "--package", str(self._folder), *args)

    def status(self) -> str | None:
        stacks = boto3.client("cloudformation").describe_stacks()["Stacks"]
        return next((one["StackStatus"] for one in stacks if one["StackName"] == f"vitosms-{self.name}"), None)

    def is_there(self) -> bool:
        return self.status() is not None

    def have_status(self, status: str, name: str = "", region: str = REGION) -> None:
        """Put the stack, or one of this name, into a state, as somebody else could have left it."""
        cloudformation_backends[ACCOUNT][region].get_stack(name or f"vitosms-{self.name}").status = status
