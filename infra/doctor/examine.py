"""Check one practice, in the order in which a message is made; checks that need a failed one are left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.aws.parameter_store import ParameterError
from chalicelib.messages.birthday import birthday_month_days
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.switches import SWITCH_OF_JOB
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.practice_db.url import Address, Canary, SqliteFile, address_of
from chalicelib.reports.call_list import failed_prepare_jobs
from chalicelib.rules.rule_input import RuleContext, Stage
from chalicelib.schedule.job import Job
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Text
from infra.doctor import database as db
from infra.doctor import week as seven_days
from infra.doctor.finding import Finding, bad, doubtful, good
from infra.language import job_words, said

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Deployment
    from chalicelib.practice.practice import Practice


def examine(practice: Practice, deployment: Deployment, local: bool) -> Iterator[Finding]:
    """Check a practice; reads only. `local`: the stage runs on this machine, and can read its files."""
    yield from _parameters(practice)
    yield from _stops(practice, deployment)
    for job in failed_prepare_jobs(practice.record.alerts):
        yield bad(
            Text("check.last_run"),
            f"«{job_words(job)}» ist fehlgeschlagen.",
            f"wenn berichtigt: vitosms jobs run {job}",
        )
    try:
        opt_outs = deployment.clients.parameters.opt_outs(practice.record)
    except ParameterError as error:
        yield bad(Text("check.opt_outs"), error.text, "den Schlüssel wiederherstellen; siehe docs/decisions/0020")
        opt_outs = OptOuts()
    try:
        url = deployment.clients.parameters.database_url(practice.id)
    except ParameterError as error:
        yield bad(Text("check.database_address"), error.text, f"vitosms practice database {practice.id} URL")
        return
    address = address_of(url)
    if address is None:
        yield bad(Text("check.database_address"), "ungültig", f"vitosms practice database {practice.id} URL")
        return
    if isinstance(address, SqliteFile) and not local:
        yield bad(
            Text("check.database_address"), f"{_shown(address)}: keine Lambda kann sie lesen", "mssql://… angeben"
        )
    else:
        yield good(Text("check.database_address"), _shown(address))
    yield db.encryption(address, deployment.now)
    check = Text("check.connection")
    try:
        with db.open_inspected(url) as database:
            yield good(check, "angemeldet")
            check = Text("check.reading")
            yield from _contents(practice, deployment, database, address, opt_outs)
    except PracticeDatabaseError as error:
        yield bad(check, f"{said(error.text)} [{error.detail}]", db.SEE_HANDBOOK)


def _parameters(practice: Practice) -> Iterator[Finding]:
    checked, saved = practice.validated, practice.saved
    for name, problem in checked.problems.items():
        yield bad(Text("check.parameters"), problem, f"{name} berichtigen: vitosms switches check")
    for remark in checked.remarks:
        yield doubtful(Text("check.parameters"), remark, "löschen oder richtig benennen")
    for remark in checked.template_remarks:
        yield doubtful(Text("check.templates"), remark, "vitosms templates lint")
    if not checked.problems and not checked.remarks:
        own = len(saved.switches) + len(saved.jobs) + len(saved.templates)
        yield good(Text("check.parameters"), f"{own} eigene, alle gültig; für die übrigen gelten die Vorgaben")


def _stops(practice: Practice, deployment: Deployment) -> Iterator[Finding]:
    if practice.record.removed:
        yield bad(Text("check.sending"), "Die Praxis ist entfernt.", "vitosms practice add, nach Ablauf der acht Tage")
    elif stop := practice.record.stopped or deployment.stop:
        yield bad(Text("check.sending"), f"angehalten: {said(stop)}", f"vitosms practice resume {practice.id}")
    elif on := [name for name in SWITCH_OF_JOB.values() if practice.validated.switches.values.get(name)]:
        yield good(Text("check.sending"), f"eingeschaltet: {', '.join(on)}")
    else:
        yield doubtful(Text("check.sending"), "weder Erinnerungen noch Glückwünsche sind eingeschaltet",
                       f"vitosms switches set {SWITCH_OF_JOB[Job.PREPARE_REMINDERS]} Ja")  # fmt: skip


def _contents(
    practice: Practice,
    deployment: Deployment,
    database: db.InspectedDatabase,
    address: Address,
    opt_outs: OptOuts,
) -> Iterator[Finding]:
    yield db.rights(database, address)
    yield from db.views(database, address)
    yield db.rows(database)
    if practice.validated.problems:
        yield doubtful(Text("check.next_days"), "nicht geprüft", "zuerst die Parameter berichtigen")
        return
    week = _week(practice, deployment, database, opt_outs)
    yield from seven_days.appointments(week)
    yield seven_days.addresses(week)
    yield from seven_days.licences(week)
    yield from seven_days.templates(week)
    payers = sorted({one.candidate.payer.mandant for one in week.inputs if one.candidate.payer.mandant})
    balances = deployment.clients.store.balances(practice.id, payers)
    yield from seven_days.credits(week, balances, deployment.clients.parameters.tariff())


def _week(
    practice: Practice, deployment: Deployment, database: db.InspectedDatabase, opt_outs: OptOuts
) -> seven_days.Week:
    """The next days without today, with the queries of the prepare jobs."""
    today = slot_day(deployment.now, practice.zone)
    days = [today + timedelta(days=n) for n in range(1, seven_days.DAYS + 1)]
    context = RuleContext(practice, Stage.PREPARE, deployment.now, today, opt_outs, frozenset(days))
    payer = context.switches["DefaultSMSMandant"]
    birthdays = sorted({name for day in days for name in birthday_month_days(day)})
    rows = [
        *database.reminders(days[0], days[-1] + timedelta(days=1), payer),
        *database.birthdays(birthdays, payer),
    ]
    return seven_days.week_of(context, rows, list(database.mandanten()))


def _shown(address: Address) -> str:
    """The address without the login."""
    if isinstance(address, Canary):
        return f"Testpraxis, jeden Tag eine Mitteilung an {address.to}"
    if isinstance(address, SqliteFile):
        return f"SQLite {address.path}"
    return f"SQL Server {address.server}:{address.port}, Datenbank {address.database}"
