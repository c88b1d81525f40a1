"""`vitosms restored`: after the table was set back, what may have left since is kept from leaving again.

Exit codes: 0 done; 1 an entry has changed meanwhile, and it has to be run again; 2 not everything is paused, or an
argument is wrong, and nothing was changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.schedule.job import Job
from chalicelib.schedule.time_zone import DEFAULT, instant_text, zone_named
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.documents import text_document, text_documents
from infra.cli.core.options import StageOptions
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.tables import MOST_ROWS, new_table, with_rest
from infra.cli.core.times import instant
from infra.cli.operate.restored_logs import Logs, logs_since, to_whom
from infra.language import counted, moment, number, state_words

if TYPE_CHECKING:
    from chalicelib.aws.entry_store import EntryStore

AGAIN = 1
_ARRIVED = (State.SENT, State.DELIVERED)
_GONE = "not in the table any more: add it again (vitosms practice add), then run this again"


@dataclass
class Kept:
    """Changes to a practice. `unpaid` counts, by Mandant, sent messages that are no longer in the ledger."""

    practice: str
    entries: list[Entry] = field(default_factory=list)  # as they are since
    guarded: list[tuple[str, State]] = field(default_factory=list)  # missing from the table; their last logged state
    unpaid: Counter[str] = field(default_factory=Counter)
    credits_since: int = 0  # that its send runs took since, as the Auftragsverlauf tells
    frozen: list[Entry] = field(default_factory=list)  # as they were: with their numbers
    left_out: int = 0  # entries that somebody else has changed meanwhile


def restored_(
    options: StageOptions,
    since: Annotated[
        str, typer.Option(metavar="TIME", help="The moment of the table: 2026-11-23T10:03 in Zurich, or …Z.")
    ],
) -> int:
    """After the table was restored, while all is paused: what may have left since does not leave again by itself."""
    zone = zone_named(DEFAULT)
    with connected(options.stage) as deployment:
        moment_of = instant("--since", since, deployment.now, zone)
        if moment_of >= deployment.now:
            raise ArgumentError(f"--since {since!r}: it lies ahead; it is the moment to which the table was restored")
        if deployment.stop is None:
            raise ArgumentError(
                "not everything is paused, nothing was changed: vitosms pause --all --reason TEXT first"
            )
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
    parts.history.write_activity(practice, [_activity(one, told, now) for one in made], [], now, language)
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
    again = [f"{one.practice}: {one.left_out} have changed meanwhile, run this again" for one in kept if one.left_out]
    gone = sorted(logs.activities.keys() - {one.practice for one in kept})
    document |= {"practices": [_document(one) for one in kept], "sms": sms, "unregistered": gone}
    document["warnings"] = text_documents(again)
    shown: list[RenderableType | str] = [text for one in kept for text in _sentences(one)]
    shown += [_sms_table(sms, zone)] if sms else []
    warned = [*again, *(f"practice {one} has sent since, and is {_GONE}" for one in gone)]
    shown += [] if warned else [f"{stage}: nothing that may have left since {moment(since, zone)} leaves by itself"]
    answer(as_json, document, *shown, *hints(warned, "red"))


def _sentences(done: Kept) -> list[str]:
    states = Counter("zurückgehalten" if one.held else state_words(one.state) for one in done.entries)
    told = [f"{word} {number(count)}" for word, count in states.items()]
    told += [f"nicht mehr in der Tabelle {number(len(done.guarded))}"] if done.guarded else []
    lines = [f"{done.practice}: {', '.join(told) or 'nichts zu ändern'}"]
    unknown = [one.identity or one.key for one in done.entries if one.state is State.UNKNOWN]
    lines += [f"  ask or decide (vitosms queue resolve): {', '.join(unknown)}"] if unknown else []
    lost = [f"{name} ({state_words(state)})" for name, state in done.guarded if state not in _ARRIVED]
    lines += [f"  not in the table any more, perhaps not arrived: {', '.join(lost)}"] if lost else []
    for mandant, count in done.unpaid.items():
        lines.append(f"  Mandant {mandant}: {counted(count, 'message', 'messages')} left, and are not charged any more")
    if done.credits_since:
        credits = counted(done.credits_since, "credit", "credits")
        lines.append(f"  its send runs since took {credits}; what was topped up since has to be topped up again")
    return lines


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
    """Show the SMS that SNS has taken since, and that no entry of the restored table knows."""
    table = new_table("!Zeit", "!Nummer", "!SMS", "Eintrag mit dieser Nummer")
    for one in sms[:MOST_ROWS]:
        at = moment(datetime.fromisoformat(one["at"]), zone)
        ended = "zugestellt" if one["delivered"] else "nicht zugestellt"
        table.add_row(at, one["number"], ended, ", ".join(one["entries"]) or "–")
    return with_rest(table, len(sms), "weitere SMS")
