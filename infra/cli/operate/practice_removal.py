"""`vitosms practice remove` and `practice reinstate`: stop a practice for good, and take that back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.groups import ACTIVE_GROUPS
from chalicelib.entries.states import State
from chalicelib.practice.practice import Practice
from chalicelib.schedule.job import Job
from chalicelib.text import Text as Message
from infra.account.dashboards import delete_dashboard
from infra.cli.core.arguments import ArgumentError, refused
from infra.cli.core.caller import who
from infra.cli.core.confirmation import confirmed, confirmed_by_typing
from infra.cli.core.documents import Said, local, text_documents
from infra.cli.core.options import StageOptions, Yes
from infra.cli.core.output import answer, hints
from infra.cli.core.stage import connected
from infra.cli.operate.practice_state import next_of, practice_document
from infra.language import job_words, moment, moment_with_year, number, said
from infra.translation import tr, trn

if TYPE_CHECKING:
    from chalicelib.admin.cancelled import WaitingAgain

Id = Annotated[str, typer.Argument(metavar="ID", help="The ID of the practice.")]
YesOfId = Annotated[
    str | None,
    typer.Option("--yes", metavar="ID", help="The ID of the practice again, to remove it without asking."),
]


_SHOWN = (Job.PREPARE_REMINDERS, Job.SEND)  # of the next runs


def remove(options: StageOptions, practice: Id, yes: YesOfId = None) -> None:
    """Stop preparing and sending for a practice; cancel waiting entries and refund reserved ones.

    Eight days later it is deleted; until then you can take it back.
    """
    from chalicelib.admin.people import sign_out_all
    from chalicelib.admin.removal import COLLECTED_FOR, remove_practice

    if yes is not None and yes != practice:
        raise refused("--yes", yes, tr("give the ID of the practice to remove ({practice})", practice=practice))
    with connected(options.stage) as deployment:
        found, parts = deployment.practice(practice), deployment.clients
        until = moment_with_year((found.record.removed or deployment.now) + COLLECTED_FOR, found.zone)
        confirmed_by_typing(_question(found, until, deployment), found.id, yes is not None, f"--yes {found.id}")
        if found.record.charted:
            delete_dashboard(options.stage, found.id)
            parts.practices.set_charted(found.id, charted=False)
        counts = remove_practice(found.id, deployment.now, parts.practices, parts.store)
        signed_out = sign_out_all(found.id, parts, deployment.now)
        after = deployment.practice(practice)
    cancelled, refunded = counts.total(), counts[State.RESERVED]
    end = (after.record.removed or deployment.now) + COLLECTED_FOR
    text = tr(
        "{practice}: removed; entries cancelled: {cancelled}, refunded: {refunded}; receipts are collected "
        "until {moment}",
        practice=practice, cancelled=number(cancelled), refunded=number(refunded), moment=until,
    )  # fmt: skip
    back = tr("to take it back until then: vitosms practice reinstate {practice}", practice=practice)
    left = tr("to delete manually: the parameters under {path} and the secrets of the practice",
              path=after.saved.path)  # fmt: skip
    document = {"cancelled": cancelled, "refunded": refunded, "receipts_until": local(end, after.zone)}
    document |= {"signed_out": signed_out}
    answer(options.as_json, {**practice_document(after, deployment), **document}, text, back, left)


def reinstate(options: StageOptions, practice: Id, yes: Yes = False) -> None:
    """Take back that a practice was removed, until it is deleted: its jobs run again, what was cancelled waits again.

    Searches that it missed are made up for, and nothing is sent twice.
    """
    with connected(options.stage) as deployment:
        before = deployment.practice(practice)
        if since := before.record.removed:
            question = tr("Reinstate {practice} (removed {moment})? It prepares and sends again.",
                          practice=before.id, moment=moment_with_year(since, before.zone))  # fmt: skip
            confirmed(question, yes)
        done = _reinstated(before, deployment)
        after, told = deployment.practice(practice), list[Said](deployment.stopped())
        runs = next_of(after, deployment)
        people = [one for one in deployment.clients.people.people(after.id) if not (one.subject or one.ended_at)]
    held, waiting = sum(one.held for one in done.waiting), len(done.waiting)
    told += [tr("Paused: {why}", why=said(after.record.stopped))] if after.record.stopped else []
    told += [tr("{count} of them on hold: vitosms queue list --group held", count=number(held))] if held else []
    text = tr("{practice}: reinstated; entries that wait again: {waiting}, too late: {over}"
              if since or waiting else "{practice}: was not removed",
              practice=practice, waiting=number(waiting), over=number(done.over))  # fmt: skip
    if since:
        shown = ", ".join(f"{job_words(job)} {moment(runs[job][0], after.zone)}" for job in _SHOWN if runs.get(job))
        told += [tr("next runs: {runs}", runs=shown)]
    if people:
        who_waits = ", ".join(one.kuerzel for one in people)
        told += [tr("these people need a new one-time code: {names} (vitosms people code)", names=who_waits)]
    document = {**practice_document(after, deployment), "reinstated": bool(since)}
    document |= {"waiting": waiting, "held": held, "too_late": done.over, "warnings": text_documents(told)}
    answer(options.as_json, document, text, *hints(told))


def _reinstated(practice: Practice, deployment: Deployment) -> WaitingAgain:
    """Raises ArgumentError if the eight days have ended meanwhile."""
    from chalicelib.admin.removal import reinstate_practice

    by = who()
    if done := reinstate_practice(practice, by, deployment.now, deployment.clients):
        return done
    if deployment.clients.practices.record(practice.id):  # another person was faster
        return _reinstated(deployment.practice(practice.id), deployment)
    raise ArgumentError(
        tr(
            "{practice}: its eight days are over, and it has just been deleted; register it again: "
            "vitosms practice add {practice}",
            practice=practice.id,
        )
    )


def _question(practice: Practice, until: str, deployment: Deployment) -> str:
    """Say what a removal does and when, a line each, and ask for the ID."""
    effects = [*_on_entries(practice, deployment), tr("its jobs stop: nothing more is prepared or sent")]
    effects += [tr("its people are signed out and can no longer sign in")] if practice.record.desk_keys else []
    effects += [
        tr("until {moment} only receipts are collected; you can take it back until then: "
           "vitosms practice reinstate {practice}", moment=until, practice=practice.id),
        tr("then its licences, opt-outs and alerts are deleted; entries, balances and ledger stay"),
    ]  # fmt: skip
    lines = "".join(f"\n• {one}" for one in effects)
    question = tr("To remove the practice, type its ID ({practice}):", practice=practice.id)
    return f"{tr('Remove {practice}:', practice=practice.id)}{lines}\n{question}"


def _on_entries(practice: Practice, deployment: Deployment) -> list[str]:
    entries = deployment.clients.store.entries_in(practice.id, ACTIVE_GROUPS)
    waiting = sum(entry.state is State.PREPARED for entry in entries)
    reserved = [entry for entry in entries if entry.state is State.RESERVED]
    left = len(entries) - waiting - len(reserved)
    effects = []
    if waiting:
        effects.append(
            trn("{count} waiting entry is cancelled", "{count} waiting entries are cancelled",
                waiting, count=number(waiting))
        )  # fmt: skip
    if reserved:
        credits = said(Message("credits", count=sum(entry.credits for entry in reserved)))
        effects.append(
            trn("{count} reserved entry is cancelled and refunded ({credits})",
                "{count} reserved entries are cancelled and refunded ({credits})",
                len(reserved), count=number(len(reserved)), credits=credits)
        )  # fmt: skip
    if left:
        effects.append(
            trn("{count} message has left already and stays as it is",
                "{count} messages have left already and stay as they are", left, count=number(left))
        )  # fmt: skip
    return effects
