"""The first practice of a stage, as a part of `vitosms setup`: what is not given is asked for, where somebody is."""

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
from infra.cli.operate.practice import check_given, set_up
from infra.cli.operate.practice_database import url_given


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
    practice = ask.text("Id of the first practice, a-z 0-9 - (nothing: none now)")
    if not practice:
        return wanted
    asked = Wanted(
        practice,
        ask.secret("URL of its database, mssql://user:pass@host:1433/db (nothing: later)") or None,
        _listed("Addresses from which its e-mails come, by comma (nothing: only SMS)"),
        _listed("Addresses of its people who get alerts, by comma (nothing: nobody)"),
        _listed("Its Lizenznummern, by comma (nothing: later)"),
    )
    mandant = ask.text("MandantId that has paid credits (nothing: later)")
    if not mandant:
        return asked
    credits = topups([f"{mandant}={ask.text('How many credits')}"])
    return replace(asked, credits=credits, reference=ask.text("Reference, such as the number of the invoice"))


def practice_steps(wanted: Wanted, deployment: Deployment) -> Iterator[Step]:
    """Register it with its licences and credits, each once. Nothing is sent before its switches say so."""
    there = deployment.clients.practices.ids()
    if not wanted.practice:
        told = f"there is {', '.join(there)}" if there else "there is none yet: vitosms practice add"
        yield Step("practices", Outcome.SO if there else Outcome.PERSON, told)
        return
    people = check_given(wanted.practice, wanted.senders, wanted.meldung_an)
    if wanted.practice in there:
        deployment.practice_to_change(wanted.practice)
        yield Step(f"practice {wanted.practice}", Outcome.SO, f"registered{_not_stored(wanted)}")
    else:
        url = url_given("--database", wanted.database) if wanted.database else None
        warnings = set_up(wanted.practice, url, wanted.senders, people, deployment)
        yield Step(
            f"practice {wanted.practice}", Outcome.DONE, "; ".join(["registered, and sends nothing yet", *warnings])
        )
    found = deployment.practice(wanted.practice)
    yield from (_licence(number, found, deployment) for number in wanted.licences)
    yield from _credits(wanted, found, deployment)


def _not_stored(wanted: Wanted) -> str:
    given = wanted.database or wanted.senders or wanted.meldung_an
    return "; its database, senders and people stay as they were" if given else ""


def _licence(text: str, found: Practice, deployment: Deployment) -> Step:
    number = number_given(text)
    before = found.record.licences.get(number)
    if before and before.revoked:
        told = f"revoked; to make it valid again: vitosms licences add {number} --practice {found.id}"
        return Step(f"licence {number}", Outcome.PERSON, told)
    if before:
        return Step(f"licence {number}", Outcome.SO, "registered")
    deployment.clients.practices.add_licence(found.id, Licence(number, None, None))
    return Step(f"licence {number}", Outcome.DONE, "registered")


def _credits(wanted: Wanted, found: Practice, deployment: Deployment) -> Iterator[Step]:
    for mandant, credits in (wanted.credits or {}).items():
        what = f"credits of Mandant {mandant}"
        try:
            document, text = top_up(mandant, credits, wanted.reference, found, deployment)
            yield Step(what, Outcome.DONE if document["added"] else Outcome.SO, text)
        except ArgumentError as error:  # the practice is registered: the rest goes on
            yield Step(what, Outcome.PERSON, str(error))


def _listed(question: str) -> list[str]:
    return [one.strip() for one in ask.text(question).split(",") if one.strip()]
