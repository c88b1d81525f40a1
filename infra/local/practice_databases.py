"""Practice databases that cannot be reached, or are recovering, whatever their engine."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from chalicelib.practice_db import sql_server, sqlite_file
from chalicelib.practice_db.errors import NOT_READY, UNREACHABLE
from infra.local.weather import DatabaseState

_CAUSES = {DatabaseState.DOWN: UNREACHABLE, DatabaseState.RECOVERING: NOT_READY}


@contextmanager
def troubled(state: Callable[[], DatabaseState]) -> Iterator[None]:
    """Refuse connections of this process to practice databases while `state` says so, until the block ends."""

    def refusing(connect: Callable[..., Any]) -> Callable[..., Any]:
        def connected(*given: Any) -> Any:
            if cause := _CAUSES.get(state()):
                raise cause.error("local cloud")
            return connect(*given)

        return connected

    with ExitStack() as patches:
        for engine in (sqlite_file, sql_server):
            patches.enter_context(patch.object(engine, "connect", refusing(engine.connect)))
        yield
