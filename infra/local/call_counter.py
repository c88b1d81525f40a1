"""Count the calls to AWS that the app's handlers make."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class CallCounter:
    """Counts requests, repeated attempts included, while a handler runs, in any of its threads.

    `total` and `by_handler` count by names like "sns.Publish"; `invocations` counts how often each
    handler was called; `handler` is the one that runs, None if none does.
    """

    def __init__(self) -> None:
        self.total: Counter[str] = Counter()
        self.by_handler: dict[str, Counter[str]] = {}
        self.invocations: Counter[str] = Counter()
        self.handler: str | None = None

    @contextmanager
    def during(self, handler: str) -> Iterator[None]:
        """Count for `handler` until the block ends."""
        self.handler = handler
        self.invocations[handler] += 1
        try:
            yield
        finally:
            self.handler = None

    def count(self, operation: str) -> None:
        """Count one request, if a handler runs."""
        if self.handler is not None:
            self.total[operation] += 1
            self.by_handler.setdefault(self.handler, Counter())[operation] += 1
