"""`vitosms restored`: after a restore of the table, messages that may have been sent since are not sent again.

Exit codes: 0 done; 1 an entry has changed meanwhile, and the command has to be run again; 2 not everything is paused,
or an argument is wrong, and nothing was changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import RenderableType

from chalicelib.aws.deployment import Deployment
from chalicelib.entries.entry import Entry
from chalicelib.entries.groups import ACTIVE_GROUPS
from chalicelib.entries.restore import LoggedState, last_logged_states, placeholder_entry, restore_transition
from chalicelib.entries.states import UNDERWAY, State
from chalicelib.entries.transition import Transition
from chalicelib.planning.run_report import Activity, activity_of
from chalicelib.practice.reader import Reader
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.job import Job
from chalicelib.schedule.time_zone import DEFAULT, instant_text, zone_named
from chalicelib.text import Text
from infra.cli.core.arguments import ArgumentError, refused
from infra.cli.core.documents import text_document, text_documents
from infra.cli.core.options import StageOptions
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.tables import MOST_ROWS, new_table, with_rest
from infra.cli.core.times import instant
from infra.cli.operate.restored_logs import Logs, logs_since, to_whom
from infra.language import moment, number, said, state_words
from infra.translation import tr, trn

if TYPE_CHECKING:
    from chalicelib.aws.entry_store import EntryStore

AGAIN = 1
_ARRIVED = (State.SENT, State.DELIVERED)


@dataclass
class Kept:
    """Changes to a practice. `unpaid` counts, by Mandant, sent messages that are no longer in the ledger."""

    practice: str
    entries: list[Entry] = field(default_factory=list)  # in their new state
    guarded: list[tuple[str, State]] = field(default_factory=list)  # missing from the table; their last logged state
    unpaid: Counter[str] = field(default_factory=Counter)
    credits_since: int = 0  # that its send runs took since, by the job history
    frozen: list[Entry] = field(default_factory=list)  # in their state before, with their numbers
    left_out: int = 0  # entries that somebody else has changed meanwhile


def restored_(
    options: StageOptions,
    since: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="The moment to which it was restored: 2026-11-23T10:03, in Zurich, or 2026-11-23T09:03Z.",
        ),
    ],
) -> int:
    """After a restore of the table, with all practices paused: keep messages sent since then from being sent again."""
    zone = zone_named(DEFAULT)
    with connected(options.stage) as deployment:
        moment_of = instant("--since", since, deployment.now, zone)
        if moment_of >= deployment.now:
            why = tr("this is in the future; give the moment to which the table was restored")
            raise refused("--since", since, why)
        if deployment.stop is None:
            raise ArgumentError(tr("nothing was changed; first pause all practices: vitosms pause --all --reason TEXT"))
        practices = deployment.clients.practices.ids()
        logs = logs_since(moment_of, practices, deployment)
        kept = [_keep(one, logs, moment_of, deployment) for one in practices]
    _tell(kept, logs, moment_of, zone, options.stage, options.as_json)
    return AGAIN if any(one.left_out for one in kept) else 0


def _keep(practice: str, logs: Logs, since: datetime, deployment: Deployment) -> Kept:
    parts, now, told = deployment.clients, deployment.now, last_logged_states(logs.activities.get(practice, []))
    entries = _entries(practice, told, parts.store)
    numbers = {receipt.destination for receipt in logs.sms}
    told |= {
        key: LoggedState(State.UNKNOWN, one.identity)
        for key, one in entries.items()
        if one.state is State.RESERVED and one.recipient in numbers and key not in told
    }
    done = Kept(practice, frozen=[one for one in entries.values() if one.recipient])
    found = [restore_transition(entry, told.get(key), now) for key, entry in entries.items()]
    found += [placeholder_entry(practice, key, one, now) for key, one in told.items() if key not in entries]
    transitions = [one for one in found if one is not None]
    made = parts.store.commit(transitions)
    language = ValidatedParameters(parts.parameters.saved(practice)).switches.language
    parts.history.write_activity(practice, [_activity(one, told, now) for one in made], [], now, Reader(language))
    done.left_out = len(transitions) - len(made)
    for one in made:
        _count(one, told, done)
    runs = parts.history.runs(practice, since)
    done.credits_since = sum(run["counts"].get("credits", 0) for run in runs if run["job"] == Job.SEND)
    return done


def _entries(practice: str, told: Mapping[str, LoggedState], store: EntryStore) -> dict[str, Entry]:
    """Return the open entries, and those in the logs, by key."""
    found = {entry.key: entry for entry in store.entries_in(practice, ACTIVE_GROUPS)}
    return found | store.entries(practice, [key for key in told if key not in found])


def _activity(made: Transition, told: Mapping[str, LoggedState], now: datetime) -> Activity:
    after = made.after
    identity = after.identity or (told[after.key].identity if after.key in told else "")
    return replace(activity_of(made, now), identity=identity)


def _count(made: Transition, told: Mapping[str, LoggedState], done: Kept) -> None:
    after = made.after
    if made.before is None:
        lost = told[after.key]
        done.guarded.append((lost.identity or after.key, lost.state))
        return
    done.entries.append(after)
    if made.before.state not in UNDERWAY and after.state not in (State.PREPARED, State.REFUSED):
        done.unpaid[after.mandant or "–"] += 1


def _tell(kept: Sequence[Kept], logs: Logs, since: datetime, zone: ZoneInfo, stage: str, as_json: bool) -> None:
    entries = [entry for one in kept for entry in one.frozen]
    sms = [
        {
            "at": instant_text(one.at),
            "number": one.destination,
            "delivered": one.delivered,
            "entries": to_whom(one, entries),
        }
        for one in logs.sms
    ]
    document: Document = {"stage": stage, "since": since.astimezone(zone).isoformat()}
    again = [_again(one) for one in kept if one.left_out]
    gone = sorted(logs.activities.keys() - {one.practice for one in kept})
    document |= {"practices": [_document(one) for one in kept], "sms": sms, "unregistered": gone}
    document["warnings"] = text_documents(again)
    shown: list[RenderableType | str] = [text for one in kept for text in _sentences(one)]
    shown += [_sms_table(sms, zone)] if sms else []
    warned = [*again, *map(_unregistered, gone)]
    if not warned:
        since_then = moment(since, zone)
        shown.append(
            tr("{stage}: no message that may have been sent since {moment} is sent again automatically",
               stage=stage, moment=since_then)
        )  # fmt: skip
    answer(as_json, document, *shown, *hints(warned, "red"))


def _again(done: Kept) -> str:
    return trn(
        "{practice}: {count} entry has changed meanwhile; run this again",
        "{practice}: {count} entries have changed meanwhile; run this again",
        done.left_out, practice=done.practice, count=number(done.left_out),
    )  # fmt: skip


def _unregistered(practice: str) -> str:
    return tr(
        "Practice {practice} has sent messages since, and is no longer in the table: add it again (vitosms practice "
        "add), then run this again",
        practice=practice,
    )


def _sentences(done: Kept) -> list[str]:
    states = Counter(None if one.held else one.state for one in done.entries)
    words = [(state_words(state, count) if state else tr("on hold"), count) for state, count in states.items()]
    if done.guarded:
        words.append((tr("no longer in the table"), len(done.guarded)))
    told = ", ".join(f"{word} {number(count)}" for word, count in words)
    first = tr("{label}: {text}", label=done.practice, text=told or tr("nothing to change"))
    return [first, *(f"  {line}" for line in _by_hand(done))]


def _by_hand(done: Kept) -> Iterator[str]:
    """Return the instructions and notes for a person."""
    if unknown := [one.identity or one.key for one in done.entries if one.state is State.UNKNOWN]:
        yield tr("ask the patients or decide (vitosms queue resolve): {entries}", entries=", ".join(unknown))
    if lost := [f"{name} ({state_words(state)})" for name, state in done.guarded if state not in _ARRIVED]:
        yield tr("no longer in the table, perhaps not delivered: {entries}", entries=", ".join(lost))
    for mandant, count in done.unpaid.items():
        yield trn(
            "Billing practitioner {mandant}: {count} message was sent and is no longer charged",
            "Billing practitioner {mandant}: {count} messages were sent and are no longer charged",
            count, mandant=mandant, count=number(count),
        )  # fmt: skip
    if done.credits_since:
        credits = said(Text("credits", count=done.credits_since))
        yield tr("its send runs have used {credits} since; repeat the top-ups made since", credits=credits)


def _document(done: Kept) -> Document:
    entries = [
        {"entry": one.identity, "key": one.key, "state": one.state, "held": one.held}
        | {"reason": text_document(one.reason)}
        for one in done.entries
    ]
    return {
        "practice": done.practice,
        "entries": entries,
        "missing": [{"entry": name, "state": state} for name, state in done.guarded],
        "unpaid": dict(done.unpaid),
        "credits_since": done.credits_since,
    }


def _sms_table(sms: Sequence[Document], zone: ZoneInfo) -> RenderableType:
    """Show the SMS that SNS has accepted since, and that no entry of the restored table knows."""
    table = new_table("!" + tr("Time"), "!" + tr("Number"), "!SMS", tr("Entry with this number"))
    for one in sms[:MOST_ROWS]:
        at = moment(datetime.fromisoformat(one["at"]), zone)
        ended = state_words(State.DELIVERED if one["delivered"] else State.FAILED)
        table.add_row(at, one["number"], ended, ", ".join(one["entries"]) or "–")
    return with_rest(table, len(sms), _more_sms)


def _more_sms(count: int) -> str:
    return trn(
        "… and {count} more SMS message; --json shows all.",
        "… and {count} more SMS messages; --json shows all.",
        count, count=number(count),
    )  # fmt: skip
