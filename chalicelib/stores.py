"""The stores of the table, each built at its first use, and imported there: a Lambda loads only its own."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.aws.desk.correction_store import CorrectionStore
    from chalicelib.aws.desk.sheet_store import SheetStore
    from chalicelib.aws.entry_store import EntryStore
    from chalicelib.aws.job_store import JobStore
    from chalicelib.aws.people_store import PeopleStore
    from chalicelib.aws.practice_store import PracticeStore, RaisedAlerts
    from chalicelib.aws.receipt_store import ReceiptStore
    from chalicelib.aws.run_store import RunStore
    from chalicelib.aws.session_store import SessionStore
    from chalicelib.aws.stop_marks import StopMarks
    from chalicelib.aws.table import Table


class Stores:
    """The stores of the wiring, over its table."""

    if TYPE_CHECKING:

        @cached_property
        def table(self) -> Table: ...

    @cached_property
    def store(self) -> EntryStore:
        from chalicelib.aws.entry_store import EntryStore

        return EntryStore(self.table, lambda: secrets.token_urlsafe(9))

    @cached_property
    def practices(self) -> PracticeStore:
        from chalicelib.aws.practice_store import PracticeStore

        return PracticeStore(self.table)

    @cached_property
    def jobs(self) -> JobStore:
        from chalicelib.aws.job_store import JobStore

        return JobStore(self.table)

    @cached_property
    def runs(self) -> RunStore:
        from chalicelib.aws.run_store import RunStore

        return RunStore(self.table)

    @cached_property
    def raised_alerts(self) -> RaisedAlerts:
        from chalicelib.aws.practice_store import RaisedAlerts

        return RaisedAlerts(self.table, lambda: secrets.token_urlsafe(9))

    @cached_property
    def stops(self) -> StopMarks:
        from chalicelib.aws.stop_marks import StopMarks

        return StopMarks(self.table)

    @cached_property
    def people(self) -> PeopleStore:
        from chalicelib.aws.people_store import PeopleStore

        return PeopleStore(self.table)

    @cached_property
    def sessions(self) -> SessionStore:
        from chalicelib.aws.session_store import SessionStore

        return SessionStore(self.table)

    @cached_property
    def sheets(self) -> SheetStore:
        from chalicelib.aws.desk.sheet_store import SheetStore

        return SheetStore(self.table)

    @cached_property
    def corrections(self) -> CorrectionStore:
        from chalicelib.aws.desk.correction_store import CorrectionStore

        return CorrectionStore(self.table)

    @cached_property
    def receipts(self) -> ReceiptStore:
        from chalicelib.aws.receipt_store import ReceiptStore

        return ReceiptStore(self.table)
