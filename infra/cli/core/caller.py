"""The caller of a command, for the activity log."""

from __future__ import annotations

import getpass


def who() -> str:
    """The caller as AWS knows it, such as `user/anna`; where AWS does not say, the user of this machine."""
    import boto3
    from botocore.exceptions import ClientError

    try:
        arn = boto3.client("sts").get_caller_identity()["Arn"]
    except ClientError:
        return getpass.getuser()
    return str(arn.split(":")[-1])[:64]
