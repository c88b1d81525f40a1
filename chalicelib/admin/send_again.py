"""Send a message again to a patient who asks for it: a new entry beside the first one, which keeps its state.

The first entry counts these messages. The count is written before the new entry, on condition of the version that the
person has seen: so a form that is sent twice, or by two people at once, makes one message. A count without its entry is
used again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.aws.deployment import Clients
from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import ManualNote, UnresolvableError, may_be_sent_again, sent_again
from chalicelib.entries.transition import Transition
from chalicelib.messages.recipient import Channel
from chalicelib.planning.run_report import activity_of
from chalicelib.practice.reader import Reader
from chalicelib.reports.messages_about import messages_about
from chalicelib.rules.rescheduled import names_known_start
from chalicelib.schedule.job import Job, Tick, next_tick
from chalicelib.text import Text

_TRIES = 3  # a receipt may change the first entry at the same time


def send_again(
    practice: str, key: str, seen: int | None, note: ManualNote, language: str, now: datetime, clients: Clients
) -> Entry:
    """Let the message of an entry be sent again, and return the new entry, which waits. `now` is UTC.

    The next send tick takes it if the send slot can still continue today, otherwise the next send run; it asks the
    rules, writes the text by the current data, and charges it. `seen` is the version of the first entry that the person
    has seen, None for the current one. Raises UnresolvableError.
    """
    for _ in range(_TRIES):
        first, about = _read(practice, key, clients)
        if seen not in (None, first.version):
            raise UnresolvableError(Text("manual.again.changed"))
        number = _number(first, about, now)
        made = sent_again(first, number, now, note.text)
        clients.jobs.reopen_slot(practice, Job.SEND, next_tick(Tick.SEND, now))  # before: a crash loses nothing
        counted = _count(first, number, clients)
        for done in clients.store.commit([made]) if counted else ():
            activity = activity_of(done, now, by=note.by)
            clients.history.write_activity(practice, [activity], [], now, Reader(language))
            return done.after
        if counted and seen is not None:
            seen = counted.version
    raise UnresolvableError(Text("queue.busy"))


def price_of(first: Entry, clients: Clients) -> tuple[int, int]:
    """Return the likely price, by channel and parts of the first message, and the balance of its Mandant; credits."""
    price = clients.parameters.tariff().price(Channel(first.channel or Channel.SMS), first.parts or 1)
    return price, clients.store.balances(first.practice, [first.mandant or ""])[first.mandant or ""]


def _read(practice: str, key: str, clients: Clients) -> tuple[Entry, dict[str, Entry]]:
    """The current entry, and the messages about its appointment, with itself."""
    first = clients.store.entries(practice, [key]).get(key)
    if first is None:
        raise UnresolvableError(Text("queue.no_such_entry"))
    about = messages_about(clients.store.entries, practice, {first.appointment} if first.appointment else set())
    first = about.get(key, first)
    return first, {**about, key: first}


def _number(first: Entry, about: Mapping[str, Entry], now: datetime) -> int:
    """The number of the next message. Raises UnresolvableError if there may be none now."""
    before = [about[key] for key in first.again_keys if key in about]
    if refusal := may_be_sent_again(first, now, before):
        raise UnresolvableError(refusal)
    if not names_known_start(first, first.announced_start, about):
        raise UnresolvableError(Text("manual.again.other_start"))
    lost = first.again > 0 and first.again_keys[0] not in about
    return first.again if lost else first.again + 1


def _count(first: Entry, number: int, clients: Clients) -> Entry | None:
    """The first entry with the number of the new one; None if it has changed meanwhile."""
    if first.again == number:
        return first
    counted = replace(first, again=number, version=first.version + 1)
    return next((done.after for done in clients.store.commit([Transition(first, counted)])), None)
