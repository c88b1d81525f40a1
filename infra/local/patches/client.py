"""Leave out work of botocore that only AWS needs, while the local cloud is open.

- Signing: nothing here checks a signature. The header still names the caller and the region.
- The long User-Agent header, which nothing here reads.
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
