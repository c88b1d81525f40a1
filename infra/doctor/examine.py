"""Check one practice, in the order in which a message is made; checks that need a failed one are left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.aws.parameter_store import ParameterError
from chalicelib.aws.practice_database import store_columns
from chalicelib.messages.birthday import birthday_month_days
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.switches import SWITCH_OF_JOB
from chalicelib.practice_db.errors import PracticeDatabaseError
from chalicelib.practice_db.raw_columns import find_columns
from chalicelib.practice_db.statements import TERMIN_MANDANT
from chalicelib.practice_db.url import Address, Canary, SqliteFile, SqlServer, address_of
from chalicelib.reports.call_list import failed_prepare_jobs
from chalicelib.reports.open_points import switched_on, tells_nobody
from chalicelib.rules.rule_input import RuleContext, Stage
from chalicelib.schedule.job import Job
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Text
from infra.account.quotas import MOST_PARAMETERS
from infra.doctor import database as db
from infra.doctor import mandanten, shared
from infra.doctor import week as seven_days
from infra.doctor.closed import closed_days
from infra.doctor.finding import Finding, bad, doubtful, good
from infra.doctor.spending import spend_limit
from infra.language import job_words, number, said
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.aws.deployment import Deployment
    from chalicelib.practice.practice import Practice
    from infra.account.network import WayOut


_FEW = 500  # parameters left in the region: those of some sixteen practices


def examine(
    practice: Practice, deployment: Deployment, local: bool, way_out: WayOut | None = None
) -> Iterator[Finding]:
    """Check a practice, and store its optional columns; `local`: the stage runs here, and can read its files.

    `way_out`, if known, is where the stage comes from, as the practice's firewall sees it.
    """
    yield from _parameters(practice)
    yield _parameter_store(deployment)
    yield from _stops(practice, deployment)
    yield from _alerts(practice, deployment.watches(practice.id))
    yield from _last_runs(practice)
    try:
        opt_outs = deployment.clients.parameters.opt_outs(practice.record)
    except ParameterError as error:
        yield bad(Text("check.opt_outs"), error.text, tr("restore the key; see docs/decisions/0020"))
        opt_outs = OptOuts()
    try:
        url = deployment.clients.parameters.database_url(practice.id)
    except ParameterError as error:
        yield bad(Text("check.database_address"), error.text, f"vitosms practice database {practice.id} -")
        return
    address = address_of(url)
    if address is None:
        yield bad(Text("check.database_address"), tr("invalid"), f"vitosms practice database {practice.id} -")
        return
    yield _address(address, local)
    yield db.encryption(address, deployment.now)
    if way_out and isinstance(address, SqlServer):
        yield _firewall(way_out)
    check = Text("check.connection")
    try:
        with db.open_inspected(url) as database:
            yield good(check, tr("logged in"))
            check = Text("check.reading")
            yield from _contents(practice, deployment, database, address, opt_outs)
    except PracticeDatabaseError as error:
        yield bad(check, f"{said(error.text)} [{error.detail}]", db.fix_of(error))


def _last_runs(practice: Practice) -> Iterator[Finding]:
    for job in failed_prepare_jobs(practice.record.alerts):
        found = tr("“{job}” failed.", job=job_words(job))
        yield bad(Text("check.last_run"), found, tr("once fixed: vitosms jobs run {job}", job=job))


def _address(address: Address, local: bool) -> Finding:
    check = Text("check.database_address")
    if isinstance(address, SqliteFile) and not local:
        found = tr("{address}: no Lambda can read it", address=_shown(address))
        return bad(check, found, tr("use an mssql://… address"))
    return good(check, _shown(address))


def _firewall(way_out: WayOut) -> Finding:
    """This machine may be let in where the stage is not, or the other way round: so it is told, not tried."""
    if way_out.known:
        return good(Text("check.firewall"), way_out.told)
    return doubtful(Text("check.firewall"), way_out.told, db.see_handbook())


def _parameters(practice: Practice) -> Iterator[Finding]:
    checked, saved = practice.validated, practice.saved
    for name, problem in checked.problems.items():
        yield bad(Text("check.parameters"), problem, tr("fix {name}: vitosms switches check", name=name))
    for remark in checked.unknown.values():
        yield doubtful(Text("check.parameters"), remark, tr("delete it, or correct its name"))
    for remark in checked.template_remarks:
        yield doubtful(Text("check.templates"), remark, "vitosms templates lint")
    if not checked.problems and not checked.unknown:
        own = len(saved.switches) + len(saved.jobs) + len(saved.templates)
        found = tr("{count} saved, all valid; defaults apply to the rest", count=number(own))
        yield good(Text("check.parameters"), found)


def _parameter_store(deployment: Deployment) -> Finding:
    used = deployment.clients.parameters.count_standard()
    found = tr("{used} of {most} standard parameters of the region are used",
               used=number(used), most=number(MOST_PARAMETERS))  # fmt: skip
    if used <= MOST_PARAMETERS - _FEW:
        return good(Text("check.parameter_store"), found)
    fix = tr("add practices without their settings, or delete parameters that nothing needs")
    return doubtful(Text("check.parameter_store"), found, fix)


def _stops(practice: Practice, deployment: Deployment) -> Iterator[Finding]:
    if practice.record.removed:
        fix = tr("to take that back: vitosms practice reinstate {practice}", practice=practice.id)
        yield bad(Text("check.sending"), tr("The practice is removed."), fix)
    elif stop := practice.record.stopped or deployment.stop:
        yield bad(
            Text("check.sending"), tr("paused: {reason}", reason=said(stop)), f"vitosms practice resume {practice.id}"
        )
    elif deployment.stops.sms:
        yield bad(Text("check.sending"), deployment.stops.sms, "vitosms resume --all")
    elif stop := practice.record.emails_stopped:
        yield bad(Text("check.sending"), stop, f"vitosms practice resume {practice.id}")
    elif on := switched_on(practice):
        yield good(Text("check.sending"), tr("switched on: {settings}", settings=", ".join(on)))
    else:
        yield doubtful(Text("check.sending"), tr("neither reminders nor birthday greetings are switched on"),
                       f"vitosms switches set {SWITCH_OF_JOB[Job.PREPARE_REMINDERS]} Ja")  # fmt: skip


def _alerts(practice: Practice, is_canary: bool) -> Iterator[Finding]:
    if people := practice.validated.switches.values.get("MeldungAn"):
        yield good(Text("check.alerts"), tr("to {addresses}", addresses=", ".join(people)))
    elif tells_nobody(practice) and not is_canary:  # the canary's go to the operator
        found = tr("nobody at the practice gets alerts or the daily summary")
        yield doubtful(Text("check.alerts"), found, tr("vitosms switches set MeldungAn ADDRESS"))


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
    store_columns(practice.record, find_columns(database, deployment.now.date()), deployment.clients)
    yield from db.raw_columns(database)
    yield from db.birthdays(database)
    yield from shared.shared_numbers(database)
    if practice.validated.problems:
        yield doubtful(Text("check.next_days"), tr("not checked"), tr("fix the parameters first"))
        return
    before = database.waited_ms
    week = _week(practice, deployment, database, opt_outs)
    if isinstance(address, SqlServer):
        yield db.speed(database.waited_ms - before, database.optional_columns)
    yield from seven_days.appointments(week)
    yield from closed_days(week)
    yield seven_days.addresses(week)
    yield from seven_days.unreadable_addresses(week)
    yield from mandanten.signers(week, TERMIN_MANDANT in database.optional_columns)
    yield from mandanten.licences(week)
    yield from mandanten.nameless(week)
    yield from seven_days.templates(week)
    yield from seven_days.minors(week)
    yield from shared.several_a_day(week)
    yield from spend_limit(week, deployment)
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
        return tr("test practice, one message a day to {address}", address=address.to)
    if isinstance(address, SqliteFile):
        return f"SQLite {address.path}"
    return tr(
        "SQL Server {server}:{port}, database {database}",
        server=address.server, port=address.port, database=address.database,
    )  # fmt: skip
