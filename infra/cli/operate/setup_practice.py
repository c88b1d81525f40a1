"""The first practice of a stage, as a part of `vitosms setup`: a person is asked for what is not given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.aws.deployment import Deployment
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import Licence
from infra.account.step import Outcome, Step
from infra.cli.configure.licences import number_given
from infra.cli.core import prompts as ask
from infra.cli.core.arguments import ArgumentError, topups
from infra.cli.credits.credit_moves import top_up
from infra.cli.operate.practice_database import unread, url_given
from infra.cli.operate.practice_registration import check_given, register
from infra.translation import tr


@dataclass(frozen=True)
class Wanted:
    """Arguments for the practice; credits are by MandantId."""

    practice: str | None
    database: str | None = None
    senders: Sequence[str] = ()
    meldung_an: Sequence[str] = ()
    licences: Sequence[str] = ()
    credits: Mapping[str, int] | None = None
    reference: str = ""


def completed(wanted: Wanted, deployment: Deployment, may_ask: bool) -> Wanted:
    """Ask for the first practice of the stage, if none is given or registered and a person can be asked."""
    if wanted.practice or not may_ask or deployment.clients.practices.ids():
        return wanted
    practice = ask.text(tr("ID of the first practice: a-z, 0-9 and - (empty: none now)"))
    if not practice:
        return wanted
    asked = Wanted(
        practice,
        ask.secret(tr("URL of its database, mssql://user:pass@host:1433/db (empty: later)")) or None,
        _listed(tr("Sender addresses of its e-mails, separated by commas (empty: only SMS)")),
        _listed(tr("Addresses that get its alerts, separated by commas (empty: none)")),
        _listed(tr("Its licence numbers, separated by commas (empty: later)")),
    )
    mandant = ask.text(tr("MandantId that has paid for credits (empty: later)"))
    if not mandant:
        return asked
    credits = topups([f"{mandant}={ask.text(tr('How many credits'))}"])
    return replace(asked, credits=credits, reference=ask.text(tr("Reference, such as the invoice number")))


def practice_steps(wanted: Wanted, deployment: Deployment) -> Iterator[Step]:
    """Register it with its licences and credits, each once. Nothing is sent until its settings allow it."""
    there = deployment.clients.practices.ids()
    if not wanted.practice:
        told = ", ".join(there) or tr("none yet: vitosms practice add")
        yield Step("practices", Outcome.UNCHANGED if there else Outcome.PERSON, told)
        return
    people = check_given(wanted.senders, wanted.meldung_an)
    if wanted.practice in there:
        deployment.practice_to_change(wanted.practice)
        yield Step("practice", Outcome.UNCHANGED, _registered(wanted), subject=wanted.practice)
    else:
        url = url_given("--database", wanted.database, insecure=True) if wanted.database else None  # checked, or typed
        _, warnings = register(wanted.practice, url, wanted.senders, people, deployment)
        why = unread(deployment, wanted.practice)
        told = ". ".join([tr("registered, and sends nothing yet"), *warnings, *why])
        yield Step("practice", Outcome.PERSON if url and why else Outcome.DONE, told, subject=wanted.practice)
    found = deployment.practice(wanted.practice)
    yield from (_licence(number, found, deployment) for number in wanted.licences)
    yield from _credits(wanted, found, deployment)


def _registered(wanted: Wanted) -> str:
    if wanted.database or wanted.senders or wanted.meldung_an:
        return tr("registered; its database, senders and alert addresses stay as they were")
    return tr("registered")


def _licence(text: str, found: Practice, deployment: Deployment) -> Step:
    number = number_given(text)
    before = found.record.licences.get(number)
    if before and before.revoked:
        told = tr(
            "revoked; to make it valid again: vitosms licences add {number} --practice {practice}",
            number=number, practice=found.id,
        )  # fmt: skip
        return Step("licence", Outcome.PERSON, told, subject=number)
    if before is None:
        deployment.clients.practices.add_licence(found.id, Licence(number, None, None))
    return Step("licence", Outcome.UNCHANGED if before else Outcome.DONE, tr("registered"), subject=number)


def _credits(wanted: Wanted, found: Practice, deployment: Deployment) -> Iterator[Step]:
    for mandant, credits in (wanted.credits or {}).items():
        try:
            document, text = top_up(mandant, credits, wanted.reference, found, deployment)
            yield Step("credits", Outcome.DONE if document["added"] else Outcome.UNCHANGED, text, subject=mandant)
        except ArgumentError as error:  # the practice is registered: continue with the rest
            yield Step("credits", Outcome.PERSON, str(error), subject=mandant)


def _listed(question: str) -> list[str]:
    return [one.strip() for one in ask.text(question).split(",") if one.strip()]
