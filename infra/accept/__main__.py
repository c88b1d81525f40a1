"""`make accept STAGE=…`: accept a stage on a real account, in about an hour. Asks before each step; writes a report."""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.accept.desk_steps import DESK_STEPS
from infra.accept.mail_steps import MAIL_STEPS
from infra.accept.session import Report, go_through
from infra.accept.sms_steps import SMS_STEPS
from infra.accept.stage_steps import STAGE_STEPS
from infra.accept.step import Account, Step
from infra.deploy.emulator import is_emulator
from infra.deploy.stack import Stack

STEPS: tuple[Step, ...] = (*SMS_STEPS, *MAIL_STEPS, *DESK_STEPS, *STAGE_STEPS)


def _answer(prompt: str) -> str:
    """The typed answer; the end of the input stops."""
    print(prompt, end="", flush=True)
    return line.strip() if (line := sys.stdin.readline()) else "stop"


def account_of(stage: str) -> Account:
    """The stage in the account and region of the environment. SystemExit if it cannot be read, or there is none."""
    try:
        cloudformation = boto3.client("cloudformation")
        found = Stack(cloudformation, f"vitosms-{stage}").found()
    except (BotoCoreError, ClientError) as error:
        raise SystemExit(f"\n{error}") from None
    if found is None:
        raise SystemExit(f"\nthere is no stack vitosms-{stage} in {cloudformation.meta.region_name}")
    return Account(
        stage, found.outputs["OperatorTopicArn"].split(":")[4], cloudformation.meta.region_name, found.parameters,
        found.outputs, _answer("the number of your phone, such as +41791234567: "),
        lambda service, region=None: boto3.client(service, region_name=region), partial(datetime.now, UTC), time.sleep,
        _answer, is_emulator(cloudformation),
    )  # fmt: skip


def main() -> int:
    """0 if nothing was otherwise than expected, and all was undone; else 1."""
    parser = argparse.ArgumentParser(prog="make accept", description=__doc__)
    parser.add_argument("--stage", required=True)
    codes = [step.code for step in STEPS]
    parser.add_argument("--from", dest="first", choices=codes, default=codes[0], metavar="STEP", help=", ".join(codes))
    parser.add_argument("--report", type=Path, help="the report to write or continue; accept-STAGE.md")
    given = parser.parse_args()
    if "AWS_REGION" in os.environ:
        os.environ.setdefault("AWS_DEFAULT_REGION", os.environ["AWS_REGION"])
    print("Each step says what it does, and asks. Nothing is asked of AWS before, except which stack this stage is.")
    if _answer(f"Read the stack vitosms-{given.stage}? [y/N] ").casefold() not in ("y", "yes"):
        return 1
    account = account_of(given.stage)
    report = Report(given.report or Path(f"accept-{given.stage}.md"), account)
    good = go_through(STEPS[codes.index(given.first) :], account, report, _answer, print)
    print(f"\nreport: {report.path}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
