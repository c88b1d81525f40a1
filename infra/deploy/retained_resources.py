"""Find the tables and log groups that a removed stack has retained. I/O."""

from collections.abc import Sequence

import boto3
from botocore.exceptions import ClientError


def left_over(named: Sequence[tuple[str, str]]) -> list[str]:
    """The existing ones of these kinds (`AWS::DynamoDB::Table`, `AWS::Logs::LogGroup`) and names."""
    return [name for kind, name in named if (_table_is_there if kind.endswith("Table") else _group_is_there)(name)]


def _table_is_there(name: str) -> bool:
    try:
        boto3.client("dynamodb").describe_table(TableName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    return True


def _group_is_there(name: str) -> bool:
    groups = boto3.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return any(group["logGroupName"] == name for group in groups)
