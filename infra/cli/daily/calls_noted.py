"""`vitosms calls reached`, `not-reached`, `claim` and `undo`: what people note about calls."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from chalicelib.entries.entry import Entry, entry_key, short_id
from chalicelib.entries.phone_call import LONGEST_NOTE, CallOutcome, PhoneCall, note_is_allowed, tries
from chalicelib.practice.names import nearest
from chalicelib.practice.practice import Practice
from chalicelib.reports.appointments import context_of
from chalicelib.schedule.time_zone import minute_in
from chalicelib.text import Text
from infra.cli.core.arguments import ArgumentError, refused
from infra.cli.core.caller import who
from infra.cli.core.documents import call_document, text_document
from infra.cli.core.options import PracticeOptions
from infra.cli.core.output import Document, answer, hints
from infra.cli.core.stage import connected
from infra.language import moment, number, said
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.admin.phone_calls import Conflict, NotedCalls

BAD_NEWS = 1
_SHORTEST = 4  # characters of an entry's key that name it
Entries = Annotated[
    list[str], typer.Argument(metavar="ENTRY", help="The short ID in the list, reminder:… or a key; several at once.")
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="For colleagues: nothing medical.")]


def reached(
    options: PracticeOptions,
    entries: Entries,
    coming: Annotated[bool, typer.Option("--coming/--not-coming", help="Whether the patient comes.")] = True,
    note: Note = "",
) -> None:
    """Take reached patients off the call list; an appointment that moves afterwards is on it again."""
    _note(options, entries, CallOutcome.COMING if coming else CallOutcome.NOT_COMING, note)


def not_reached(options: PracticeOptions, entries: Entries, note: Note = "") -> None:
    """Count a try: the patients stay on the call list."""
    _note(options, entries, CallOutcome.NOT_REACHED, note)


def claim(options: PracticeOptions, entries: Entries) -> None:
    """Tell colleagues that you are phoning now; it ends after five minutes, or with an outcome."""
    _note(options, entries, CallOutcome.CALLING, "")


def undo(options: PracticeOptions, entries: Entries) -> None:
    """Take back the latest outcome of calls."""
    from chalicelib.admin.phone_calls import undo_calls

    with connected(options.stage) as deployment:
        found, parts = deployment.practice_to_change(options.practice), deployment.clients
        known = {one.key: one.identity for one in parts.store.entries_in(found.id) if one.phone_calls}
        keys = [_chosen(text, known, found.id, _not_noted) for text in entries]
        noted = undo_calls(dict.fromkeys(keys), who(), context_of(found, deployment), parts)
    _tell(noted, found, options.as_json, _undone)


def _note(options: PracticeOptions, entries: list[str], outcome: CallOutcome, note: str) -> None:
    from chalicelib.admin.phone_calls import NewCall, note_calls
    from chalicelib.reports.current_call_list import current_call_list

    if not note_is_allowed(words := note.strip()):
        allowed = tr("must be at most {most} characters, on one line", most=LONGEST_NOTE)
        raise refused("--note", words[:40], allowed)
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        listed = current_call_list(found, deployment)
        known = {one.key: one.identity for one in listed.entries if one.phone_calls}  # perhaps off the list since
        known |= {call.key: call.entry for call in listed.calls}
        keys = [_chosen(text, known, found.id, _not_listed) for text in entries]
        new, context = NewCall(outcome, who(), words), context_of(found, deployment)
        noted = note_calls(dict.fromkeys(keys), new, listed, context, deployment.clients)
    _tell(noted, found, options.as_json, _done)


def _chosen(text: str, known: Mapping[str, str], practice: str, unknown: Callable[[str, str], str]) -> str:
    """The key of the entry that is meant, of those `known`: names by key. Raises ArgumentError."""
    given = text.strip()
    wanted = entry_key(practice, given) if ":" in given else given.casefold()
    found = [key for key in known if key == wanted or (len(wanted) >= _SHORTEST and key.startswith(wanted))]
    if len(found) == 1:
        return found[0]
    if found:
        raise ArgumentError(
            tr(
                "entry {given!r}: {count} entries begin like this; give more of the short ID, or the whole entry",
                given=text,
                count=number(len(found)),
            )
        )
    near = nearest(given, [*known.values(), *(short_id(key) for key in known)])
    hint = tr("did you mean {name}?", name=near[0]) if near else tr("vitosms calls shows the list")
    raise ArgumentError(unknown(text, hint))


def _not_listed(given: str, hint: str) -> str:
    return tr("entry {given!r} is not on the call list, nothing was changed; {hint}", given=given, hint=hint)


def _not_noted(given: str, hint: str) -> str:
    return tr("entry {given!r} has no call to undo, nothing was changed; {hint}", given=given, hint=hint)


def _tell(noted: "NotedCalls", practice: Practice, as_json: bool, line: Callable[[Entry, PhoneCall], str]) -> None:
    document: Document = {
        "practice": practice.id,
        "done": [
            {"entry": one.identity, "key": one.key, "call": call_document(call, practice.zone),
             "tries": len(tries(one.phone_calls, call.start))}
            for one, call in noted.done
        ],
        "conflicts": [
            {"entry": _name(one) or None, "key": one.key, "reason": text_document(one.why)} for one in noted.conflicts
        ],
    }  # fmt: skip
    lines = [
        tr(
            "{practice}: {entry} ({time}): {told}", practice=practice.id, entry=one.identity, told=line(one, call),
            time=moment(minute_in(call.start, practice.zone), practice.zone),
        )
        for one, call in noted.done
    ]  # fmt: skip
    told = [f"{_name(one) or short_id(one.key)}: {said(one.why)}" for one in noted.conflicts]
    answer(as_json, document, *lines, *hints(told))
    if noted.conflicts:
        raise typer.Exit(BAD_NEWS)


def _name(conflict: "Conflict") -> str:
    return conflict.entry.identity if conflict.entry else ""


def _done(entry: Entry, call: PhoneCall) -> str:
    outcome = said(call.label)
    if call.outcome is CallOutcome.CALLING:
        return tr("{outcome}; marked for five minutes", outcome=outcome)
    if call.outcome is CallOutcome.NOT_REACHED:
        count = number(len(tries(entry.phone_calls, call.start)))
        return tr("{outcome}, try {count}; stays on the call list", outcome=outcome, count=count)
    return tr("{outcome}; off the call list", outcome=outcome)


def _undone(_: Entry, call: PhoneCall) -> str:
    return said(Text("phoned.undone", call.label))
