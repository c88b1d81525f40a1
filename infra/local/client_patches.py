"""What botocore does in each request for AWS alone, left out while the local cloud is open.

- It signs: nobody here checks a signature. Who asks, and for which region, is still named in the header.
- It tells libraries and features at length in the header User-Agent, which nobody reads.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from botocore.auth import SigV4Auth
from botocore.useragent import UserAgentString


@contextmanager
def applied() -> Iterator[None]:
    """Apply both until the block ends."""
    with ExitStack() as stack:
        for target, name, answer in (
            (SigV4Auth, "canonical_request", ""),
            (SigV4Auth, "signature", "unsigned"),
            (UserAgentString, "to_string", "local"),
        ):
            stack.enter_context(patch.object(target, name, lambda *_, answer=answer: answer))
        yield
