"""Read a practice for a page about one patient: in one round, and only the settings that decide about messages. I/O."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, cast

from chalicelib.aws.batches import batches
from chalicelib.aws.deployment import Clients, Deployment, UnknownPracticeError
from chalicelib.aws.parameter_store import PRICES, SECRETS, KnownParameters, ParameterStore
from chalicelib.entries.entry import Entry
from chalicelib.entries.stops import Stops
from chalicelib.practice.job_settings import JOB_PARAMETERS
from chalicelib.practice.practice import Practice
from chalicelib.practice.switches import SWITCHES
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.practice_db.errors import TIMEOUT
from chalicelib.schedule.job import Job

_NAMES = 10  # parameters a call
_OF_MAIL = {"MeldungAn", "NamenInMeldungen"}  # to the practice
_NEEDED = (
    *(f"Schalter/{name}" for name in SWITCHES if name not in _OF_MAIL),
    *(f"Auftraege/{name}" for name in JOB_PARAMETERS if not name.startswith((Job.STATUS, Job.SUMMARY))),
    *SECRETS,
    *PRICES,
)


class _Read:
    """Clients whose parameters are known already."""

    def __init__(self, clients: Clients, parameters: ParameterStore) -> None:
        self._clients, self.parameters = clients, parameters

    def __getattr__(self, name: str) -> Any:
        return getattr(self._clients, name)


class _WithoutDatabase(_Read):
    def open_database(self, url: str) -> AbstractContextManager[Any]:
        raise TIMEOUT.error("deadline")


@dataclass(frozen=True)
class KnownPractice:
    """`deployment` answers from what was read; `stops` are the deployment's, if they are known."""

    practice: Practice
    deployment: Deployment
    stops: Stops | None
    entries: Sequence[Entry]

    @property
    def without_database(self) -> Deployment:
        """The same deployment, whose practice database takes too long."""
        clients = self.deployment.clients
        return replace(self.deployment, clients=cast(Clients, _WithoutDatabase(clients, clients.parameters)))


def read_practice(wanted: str, deployment: Deployment, keys: Sequence[str] = ()) -> KnownPractice:
    """Read it with the entries of up to 98 keys: six calls at once. Raises UnknownPracticeError."""
    clients = deployment.clients
    parameters, practices, stops = clients.parameters, clients.practices, clients.stops  # built in this thread
    with ThreadPoolExecutor(len(_NEEDED) // _NAMES + 3) as threads:
        record = threads.submit(practices.record, wanted)
        values = threads.map(lambda names: parameters.some(wanted, names), batches(_NEEDED, _NAMES))
        templates = threads.submit(parameters.templates, wanted)
        entries, stop, _ = stops.entries_and_stop(wanted, keys)
        known = {name: value for some in [*values, templates.result()] for name, value in some.items()}
        found = record.result()
    if found is None:
        raise UnknownPracticeError(wanted, ())
    read = KnownParameters(deployment.stage, known)
    own = replace(deployment, clients=cast(Clients, _Read(clients, read)))
    shared = None if found.stopped or found.removed else replace(stop, emails=None)  # else it has that reason
    if shared is not None:
        vars(own)["stops"] = shared
    return KnownPractice(Practice(found, ValidatedParameters(read.saved(wanted))), own, shared, entries)
