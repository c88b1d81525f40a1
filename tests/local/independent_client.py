"""A program that knows AWS and nothing of vitosms: it saves a parameter in the account of the environment."""

import sys

import boto3

_, name, value = sys.argv
answer = boto3.client("ssm").put_parameter(Name=name, Value=value, Type="String", Overwrite=True)
print(answer["Version"])
