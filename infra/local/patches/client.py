"""Leave out work of botocore that only AWS needs, while the local cloud is open.

- Signing: nothing here checks a signature. The header still names the caller and the region.
- The long User-Agent header, and a random id for each request: nothing here reads them.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from botocore.auth import SigV4Auth
from botocore.endpoint import Endpoint
from botocore.useragent import UserAgentString


@contextmanager
def applied() -> Iterator[None]:
    """Apply all of them until the block ends."""
    with ExitStack() as stack:
        for target, name, answer in (
            (SigV4Auth, "canonical_request", ""),
            (SigV4Auth, "signature", "unsigned"),
            (UserAgentString, "to_string", "local"),
        ):
            stack.enter_context(patch.object(target, name, lambda *_, answer=answer: answer))
        update = "_update_retries_context"
        stack.enter_context(patch.object(Endpoint, update, _without_id(getattr(Endpoint, update))))
        yield


def _without_id(botocore_update: Callable[..., None]) -> Callable[..., None]:
    def update(endpoint: Endpoint, context: dict[str, Any], *arguments: Any, **options: Any) -> None:
        context.setdefault("retries", {"invocation-id": "local"})
        botocore_update(endpoint, context, *arguments, **options)

    return update
