"""`vitosms setup`: the steps that CloudFormation cannot do for a stage. It may be repeated at any time.

Exit codes: 0 everything possible is done, even if steps are left to a person; 2 an argument or AWS does not allow it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from infra.account.prices import PRICES
from infra.account.step import Outcome, Record, Step, outcome_words, step_words
from infra.cli.configure.licences import number_given
from infra.cli.core import prompts as ask
from infra.cli.core.arguments import ArgumentError, allowed_number, practice_id, refused, topups
from infra.cli.core.options import DEV, AsJson, Stage
from infra.cli.core.output import answer
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.cli.operate.practice_database import Insecure, url_given
from infra.cli.operate.practice_registration import check_given
from infra.cli.operate.setup_account import account_steps, identity_steps
from infra.cli.operate.setup_practice import Wanted, completed, practice_steps
from infra.language import number
from infra.translation import tr, trn

_IDENTITY = re.compile(r"([^@\s]+@)?([a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE | re.ASCII)
_COLOURS = {Outcome.DONE: "green", Outcome.UNCHANGED: "dim", Outcome.PERSON: "yellow", Outcome.NOT_KNOWN: "magenta"}


@dataclass(frozen=True)
class SetupOptions:
    """Of `vitosms setup`, as typed."""

    stage: Stage = DEV
    identity: Annotated[
        list[str] | None,
        typer.Option(metavar="DOMAIN|MAIL", help="A sender of e-mails to register with SES; may be repeated."),
    ] = None
    monthly_usd: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Monthly limit on SMS costs, up to what AWS has granted.")
    ] = None
    credits_per_sms: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=999999, help="Credits per SMS part.")
    ] = None
    credits_per_email: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=999999, help="Credits per e-mail.")
    ] = None
    practice: Annotated[str | None, typer.Option(metavar="ID", help="A practice to register.")] = None
    database: Annotated[
        str | None, typer.Option(metavar="-|URL", help="The URL of its database; - reads it from stdin.")
    ] = None
    insecure_argument: Insecure = False
    sender: Annotated[
        list[str] | None,
        typer.Option(metavar="MAIL", help="A sender address of its e-mails; may be repeated."),
    ] = None
    meldung_an: Annotated[
        list[str] | None, typer.Option(metavar="MAIL", help="An address that gets its alerts; may be repeated.")
    ] = None
    licence: Annotated[
        list[str] | None, typer.Option(metavar="NUMBER", help="A licence number of the practice; may be repeated.")
    ] = None
    topup: Annotated[
        list[str] | None,
        typer.Option(metavar="MANDANT=N", help="Credits to add to a billing practitioner; may be repeated."),
    ] = None
    reference: Annotated[
        str, typer.Option(metavar="TEXT", help="Such as the invoice number; each reference adds credits only once.")
    ] = ""
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for what is missing.")] = False
    as_json: AsJson = False

    def wanted(self) -> Wanted:
        """The part about the practice. Raises ArgumentError for credits that cannot be read."""
        credits = topups(self.topup or [])
        mails = (self.sender or [], self.meldung_an or [])
        return Wanted(self.practice, self.database, *mails, self.licence or [], credits, self.reference)


def setup(options: SetupOptions) -> None:
    """Set up what CloudFormation cannot: SMS and e-mail of the account, prices, the first practice."""
    given, stage, identities = options.wanted(), options.stage, options.identity or []
    _check(given, identities, options.insecure_argument)
    prices = dict(zip(PRICES, (options.credits_per_sms, options.credits_per_email), strict=True))
    with connected(stage) as deployment:
        may_ask = ask.somebody_is_there() and not (options.as_json or options.yes)
        wanted = completed(given, deployment, may_ask=may_ask)
        _check(wanted, identities, insecure=True)
        account = account_steps(deployment, options.monthly_usd, prices)
        known_to_ses = identity_steps(deployment, identities)
        steps = _done(chain(account, practice_steps(wanted, deployment), known_to_ses), options.as_json)
    left = sum(step.outcome is Outcome.PERSON for step in steps)
    document = {"stage": stage, "steps": [_document(step) for step in steps]}
    answer(options.as_json, document, *_shown(steps), _verdict(left), _next(stage, wanted.practice))


def _check(given: Wanted, identities: Sequence[str], insecure: bool) -> None:
    """Refuse invalid arguments before anything is changed."""
    if given.credits and not given.reference.strip():
        raise ArgumentError(
            tr("--topup needs a --reference, such as the invoice number: credits are added once for each reference")
        )
    if nothing := [mandant for mandant, credits in (given.credits or {}).items() if credits == 0]:
        raise refused("--topup", f"{nothing[0]}=0", allowed_number(1))
    of_practice = {"--database": given.database, "--sender": given.senders, "--meldung-an": given.meldung_an,
                   "--licence": given.licences, "--topup": given.credits}  # fmt: skip
    if not given.practice and (alone := [option for option, value in of_practice.items() if value]):
        raise ArgumentError(tr("{option} is about a practice: give --practice as well", option=alone[0]))
    if given.practice:
        practice_id(given.practice)
        check_given(given.senders, given.meldung_an)
    if given.database and given.database != "-":
        url_given("--database", given.database, insecure)
    for licence in given.licences:
        number_given(licence)
    for identity in identities:
        if not _IDENTITY.fullmatch(identity.strip()):
            raise refused("--identity", identity, tr("must be a domain or an e-mail address"))


def _done(coming: Iterator[Step], as_json: bool) -> list[Step]:
    """All of them; if one fails, those before it are shown, because they are done."""
    steps: list[Step] = []
    try:
        for step in coming:
            steps.append(step)
    except Exception:
        if steps and not as_json:
            answer(False, {}, *_shown(steps))
        raise
    return steps


def _shown(steps: Sequence[Step]) -> Iterator[RenderableType]:
    table = new_table(tr("Step"), tr("Outcome"), tr("Details"))
    for step in steps:
        table.add_row(step_words(step), Text(outcome_words(step.outcome), _COLOURS[step.outcome]), step.told)
    yield table
    for step in steps:
        if step.links or step.records:
            yield ""
            yield Text(step_words(step), "bold")
            yield from step.links
            yield from _lines(step.records)


def _lines(records: Sequence[Record]) -> Iterator[str]:
    """A table that is never folded: its values are copied."""
    if records:
        heading = (tr("Name"), tr("Type"), tr("Value"))
        rows = [heading, *((one.name, one.kind, one.value) for one in records)]
        name, kind = (max(len(row[column]) for row in rows) for column in (0, 1))
        yield from (f"  {row[0]:{name}}  {row[1]:{kind}}  {row[2]}" for row in rows)


def _verdict(left: int) -> Text:
    if not left:
        return Text(tr("No manual steps are left."), "green")
    told = trn(
        "{count} manual step is left; run this again afterwards.",
        "{count} manual steps are left; run this again afterwards.",
        left, count=number(left),
    )  # fmt: skip
    return Text(told, "yellow")


def _next(stage: str, practice: str | None) -> str:
    of_stage = f" --stage {stage}" if stage != DEV else ""
    return tr("next: {command}", command=f"vitosms doctor --practice {practice or 'ID'}{of_stage}")


def _document(step: Step) -> dict[str, Any]:
    records = [asdict(record) for record in step.records]
    told = {"step": step.code, "subject": step.subject or None, "outcome": step.outcome, "text": step.told}
    return {**told, "links": list(step.links), "records": records}
