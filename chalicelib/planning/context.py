"""The data of a run of one job of one practice, read once at its start. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from chalicelib.entries.stops import Stops
from chalicelib.planning.run_report import Tally
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice.switches import Switches
from chalicelib.rules.rule_input import RuleContext, Stage
from chalicelib.schedule.job import RunMessage
from chalicelib.schedule.schedule import slot_day


@dataclass(frozen=True)
class RunContext:
    """`now` is when the run began (aware UTC); the tally grows while the run works."""

    run: RunMessage
    now: datetime
    practice: Practice
    tally: Tally = field(default_factory=Tally)
    opt_outs: OptOuts = field(default_factory=OptOuts)  # of the practice, once a job that evaluates rules has their key
    stops: Stops = field(default_factory=Stops)  # of a send run

    @property
    def record(self) -> PracticeRecord:
        return self.practice.record

    @property
    def switches(self) -> Switches:
        return self.practice.validated.switches

    def rules(self, stage: Stage, days: frozenset[date] = frozenset()) -> RuleContext:
        """The rules in this run; today is the slot's local date in prepare, the local date now in send."""
        today = slot_day(self.run.slot if stage is Stage.PREPARE else self.now, self.switches["Zeitzone"])
        return RuleContext(self.practice, stage, self.now, today, self.opt_outs, days)
