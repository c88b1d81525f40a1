"""Practice databases that are away, each in one of the ways of a SQL Server, whatever their engine."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from chalicelib.practice_db import errors, sql_server, sqlite_file
from infra.local.weather import DatabaseState

_CAUSES = {
    DatabaseState.DOWN: errors.UNREACHABLE,
    DatabaseState.RECOVERING: errors.NOT_READY,
    DatabaseState.MAINTENANCE: errors.MAINTENANCE,
    DatabaseState.OFFLINE: errors.OFFLINE,
    DatabaseState.FULL: errors.FULL,
    DatabaseState.STANDBY: errors.STANDBY,
    DatabaseState.MIRROR: errors.MIRROR,
    DatabaseState.DAMAGED: errors.DAMAGED,
    DatabaseState.REFUSED: errors.REFUSED,
    DatabaseState.DEPLOYMENT: errors.DEPLOYMENT,
}


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
