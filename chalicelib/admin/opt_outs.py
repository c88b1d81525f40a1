"""Record opt-outs: noted by a person, reported by a provider or a mailbox, or part of an erasure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.messages.recipient import Address
from chalicelib.practice.opt_out import OptOut, Source, opt_out_hash, patient_hash, stop_hash
from chalicelib.practice.record import PracticeRecord

if TYPE_CHECKING:
    from chalicelib.aws.parameter_store import ParameterStore
    from chalicelib.aws.practice_store import PracticeStore


def opt_out(
    record: PracticeRecord,
    parameters: ParameterStore,
    practices: PracticeStore,
    now: datetime,
    address: Address,
    source: Source,
) -> bool:
    """Record the opt-out of an address (`now` in UTC); False if it was recorded before.

    The practice's first one creates the key. Raises ParameterError if there are others but their key is missing: a new
    key would match none of them.
    """
    return _record(
        record, parameters, practices, lambda key: OptOut(opt_out_hash(key, address), address.channel, source, now)
    )


def opt_out_patient(
    record: PracticeRecord, parameters: ParameterStore, practices: PracticeStore, now: datetime, patient: str
) -> bool:
    """Record the opt-out of a patient whose data is erased, at any address; False if it was recorded before.

    Raises ParameterError as `opt_out` does.
    """
    return _record(
        record, parameters, practices, lambda key: OptOut(patient_hash(key, patient), None, Source.ERASURE, now)
    )


def opt_out_stopped_patient(
    record: PracticeRecord, parameters: ParameterStore, practices: PracticeStore, patient: str, stop: OptOut
) -> bool:
    """Record that a person stopped a patient: `stop`, with the patient's hash; False if it was recorded before.

    Raises ParameterError as `opt_out` does.
    """
    return _record(record, parameters, practices, lambda key: replace(stop, hash=stop_hash(key, patient)))


def _record(
    record: PracticeRecord, parameters: ParameterStore, practices: PracticeStore, new: Callable[[bytes], OptOut]
) -> bool:
    key = parameters.opt_out_key(record.practice, make=not record.opt_outs)
    return practices.add_opt_out(record.practice, new(key))
