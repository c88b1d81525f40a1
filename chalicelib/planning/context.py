"""What a run of one job of one practice works with, read once at its start. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from chalicelib.messages.template_set import TemplateSet
from chalicelib.planning.report import Tally
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.record import PracticeRecord
from chalicelib.practice.switches import Switches
from chalicelib.rules.rule_input import RuleContext, Stage
from chalicelib.schedule.job import Job
from chalicelib.schedule.run import RunMessage
from chalicelib.schedule.schedule import slot_day


@dataclass(frozen=True)
class RunContext:
    """`now` is when the run began (aware UTC); the tally grows while the run works."""

    run: RunMessage
    now: datetime
    record: PracticeRecord
    switches: Switches
    templates: TemplateSet
    tally: Tally = field(default_factory=Tally)
    opt_outs: OptOuts = field(default_factory=OptOuts)  # of `record`, once a job that asks the rules has their key
    inactive: frozenset[Job] = frozenset()  # the jobs that the practice has switched off

    def practice_rules(self, step: Stage, days: frozenset[date] = frozenset()) -> RuleContext:
        """What the table of rules needs; today is the slot's local date in prepare, the local date now in send."""
        zone = self.switches["Zeitzone"]
        return RuleContext(
            stage=step,
            now=self.now,
            today=slot_day(self.run.slot if step is Stage.PREPARE else self.now, zone),
            days=days,
            switches=self.switches,
            licences=self.record.licences,
            templates=self.templates,
            email_senders=self.record.email_senders,
            opt_outs=self.opt_outs,
        )
