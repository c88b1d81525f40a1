"""The bucket from which CloudFormation takes templates and the code of the Lambdas: one for an account and region. I/O.

Objects are named by the hash of their contents: an existing one is not uploaded again, and those of an earlier
deployment are never overwritten.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

_MISSING = {"404", "NoSuchBucket", "NoSuchKey", "NotFound"}


class Artifacts:
    """`client` is one of S3; its region is that of the bucket."""

    def __init__(self, client: Any, account: str) -> None:
        self._client, self._owner = client, {"ExpectedBucketOwner": account}
        self._region = client.meta.region_name
        self.bucket = f"vitosms-artifacts-{account}-{self._region}"

    def make_bucket(self) -> bool:
        """Create the bucket if it is missing, private and encrypted; True if it was missing."""
        missing = self._is_missing(self._client.head_bucket)
        if missing:
            where = {} if self._region == "us-east-1" else {"LocationConstraint": self._region}
            self._client.create_bucket(Bucket=self.bucket, **({"CreateBucketConfiguration": where} if where else {}))
        self._protect()  # an existing one too: an earlier run may have died before this
        return missing

    def put(self, file: Path, folder: str) -> tuple[str, bool]:
        """Upload a file unless it exists; its key, and whether it was uploaded."""
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        key = f"{folder}/{digest}{file.suffix}"
        if not self._is_missing(self._client.head_object, Key=key):
            return key, False
        self._client.upload_file(str(file), self.bucket, key, ExtraArgs=self._owner)
        return key, True

    def put_template(self, template: dict[str, Any], folder: str) -> str:
        """Upload a template; its URL for CloudFormation."""
        body = json.dumps(template, separators=(",", ":")).encode()
        key = f"{folder}/{hashlib.sha256(body).hexdigest()}.json"
        self._client.put_object(Bucket=self.bucket, Key=key, Body=body, **self._owner)
        return f"https://{self.bucket}.s3.{self._region}.amazonaws.com/{key}"

    def _protect(self) -> None:
        closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        self._client.put_public_access_block(
            Bucket=self.bucket, PublicAccessBlockConfiguration=dict.fromkeys(closed, True), **self._owner
        )
        encrypted = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
        self._client.put_bucket_encryption(
            Bucket=self.bucket, ServerSideEncryptionConfiguration=encrypted, **self._owner
        )

    def _is_missing(self, head: Callable[..., Any], **named: str) -> bool:
        try:
            head(Bucket=self.bucket, **named, **self._owner)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _MISSING:
                raise
            return True
        return False
