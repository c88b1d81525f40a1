"""The verdict on a message that has an entry: the meaning of its state, what follows, what to change. Pure; German."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.entries.deadlines import RECEIPTS_TAKE, UNCONFIRMED_AFTER
from chalicelib.entries.entry import Entry
from chalicelib.entries.reason_text import sentence_of
from chalicelib.entries.states import REVIVABLE, STATES, State
from chalicelib.explain.message import Answers, ExplainedMessage
from chalicelib.explain.verdict import Basis, Verdict, reason_of, suggestions_for
from chalicelib.german import counted
from chalicelib.messages.kind import Kind
from chalicelib.planning.outlook import first_open_send, next_send
from chalicelib.rules.rescheduled import ANNOUNCED
from chalicelib.rules.sending_rules import ADDRESS, TEMPLATE
from chalicelib.schedule.job import Job
from chalicelib.words.words import german

_RECEIPTS_END = {State.SENT: UNCONFIRMED_AFTER, State.UNKNOWN: RECEIPTS_TAKE}
_NO_MORE = "Es geschieht nichts mehr."
_UNDERWAY = "Wird eben versendet.", "{end} ist sie weg, oder sie kommt in die Versand-Queue zurück."
_CONFIRMATION = "Die Bestätigung kommt meist in Minuten; ohne sie gilt sie ab {end} als unbestätigt."
_HEADLINES = {  # and what follows; `at` is when the entry got its state
    State.RESERVED: _UNDERWAY,
    State.SENDING: _UNDERWAY,
    State.SENT: ("Am {at} versendet; die Zustellbestätigung steht aus.", _CONFIRMATION),
    State.DELIVERED: ("Zugestellt, bestätigt am {at}.", _NO_MORE),
    State.FAILED: ("Nicht angekommen, gemeldet am {at}.", _NO_MORE),
    State.REFUSED: ("Vom Anbieter am {at} abgelehnt; nichts wurde belastet.", _NO_MORE),
    State.UNCONFIRMED: ("Versendet, aber ohne Zustellbestätigung geblieben.", _NO_MORE),
    State.UNKNOWN: ("Ungewiss, ob sie versendet wurde.", "Bis {end} kann noch eine Bestätigung kommen."),
}
_SEND_REFUSES = {  # by the first rule that does; for the others it cancels the entry
    TEMPLATE: "Aufbereitet, wartet aber auf eine Textvorlage; nächster Versand am {when}.",
    ADDRESS: "Aufbereitet; der Versand am {when} findet keine Adresse: Die Praxis muss anrufen.",
}
_CHECK_ADDRESS = "Den Patienten anrufen, und seine Nummer oder E-Mail-Adresse in der Praxissoftware prüfen."
_SUGGESTIONS = {  # until the entry expires
    State.UNKNOWN: "Den Patienten fragen; danach: vitosms queue resolve {name} delivered (oder resend) --note …",
    State.FAILED: _CHECK_ADDRESS,
    State.REFUSED: _CHECK_ADDRESS,
}


def verdict_for_entry(message: ExplainedMessage, entry: Entry, answers: Answers) -> Verdict:
    """Judge a message that has an entry."""
    if entry.state is State.PREPARED:
        return _waiting(message, entry, answers)
    headline, then = _headline(message, entry)
    suggestions: list[str] = []
    if entry.state in REVIVABLE:
        revived, suggestions = _revived(message, answers)
        then = revived or _NO_MORE
    if entry.expires_at > message.snapshot.now:
        if entry.state in _SUGGESTIONS:
            suggestions.append(_SUGGESTIONS[entry.state].format(name=entry.identity or entry.key))
        reason = german(entry.reason) if entry.reason else ""
        if entry.state is State.NOT_SENDABLE and "SMS" in reason and "Teile" in reason:
            suggestions.append("Die Vorlage kürzen, oder mehr Teile erlauben: vitosms switches set MaxSMSTeile …")
    announced, to_announce = _rescheduled(message, entry)
    suggestions = list(dict.fromkeys([*suggestions, *to_announce]))
    return Verdict(headline, sentence_of(entry.reason), [then, *announced], suggestions, Basis.ENTRY, entry.state)


def _waiting(message: ExplainedMessage, entry: Entry, answers: Answers) -> Verdict:
    reasons, suggestions = message.snapshot.blocked(Job.SEND)
    refused, now, end = answers.refused_by_send, message.snapshot.now, message.moment(entry.expires_at)
    tick = None if message.invalid else next_send(message.practice, now)
    if tick and not message.snapshot.switch("Versandfenster").is_open(tick, message.practice.zone):
        tick = first_open_send(message.practice, now, tick)
    price, balance = message.snapshot.cost(answers.text, entry.mandant) or (0, 0)
    when = message.moment(tick) if tick and tick < entry.expires_at else None
    if entry.phoned_at and not refused:
        headline = f"Keine Mitteilung mehr: Die Praxis hat am {message.moment(entry.phoned_at)} angerufen."
    elif entry.held:
        headline = "Zurückgehalten: Niemand sendet sie von selbst."
    elif when is None:
        headline = f"Aufbereitet, verfällt aber am {end}: Bis dann kommt kein Versand mehr."
    elif price > balance:
        headline = f"Aufbereitet, wartet auf Guthaben; nächster Versand am {when}."
    elif not refused:
        headline = f"Aufbereitet; wird frühestens am {when} versendet."
    else:
        cancelled = "Aufbereitet, wird aber beim Versand am {when} storniert."
        headline = _SEND_REFUSES.get(refused[0].rule, cancelled).format(when=when)
    if not entry.held and when is None and entry.kind is not Kind.BIRTHDAY:
        suggestions.append("Den Patienten anrufen.")
    suggestions += suggestions_for(message, refused)
    if entry.held:
        suggestions.append(f"Soll die Mitteilung noch hinaus: vitosms queue release {entry.identity or entry.key}")
    elif price > balance:
        lacks = f"für diese Mitteilung fehlt {counted(price - balance, 'Credit', 'Credits')}"
        suggestions.append(f"Guthaben aufladen ({lacks}): vitosms credits topup {entry.mandant} ANZAHL --reference …")
    reason = german(entry.reason) if entry.reason else (reason_of(refused[0]) if refused else None)
    then = [*reasons, f"Ohne Versand verfällt sie am {end}."]
    return Verdict(headline, reason, then, suggestions, Basis.ENTRY, entry.state)


def _headline(message: ExplainedMessage, entry: Entry) -> tuple[str, str]:
    """The meaning of its state, and what follows."""
    at = message.moment(entry.changed_at)
    if entry.state is State.COVERED:
        return _covered(message), _NO_MORE
    if entry.state not in _HEADLINES:
        phone = entry.state is State.NOT_SENDABLE and entry.expires_at > message.snapshot.now
        listed = "; die Praxis muss anrufen (Anrufliste)" if phone else ""
        return f"Keine Mitteilung: am {at} {STATES[entry.state]}{listed}.", _NO_MORE
    end = message.moment(entry.changed_at + _RECEIPTS_END.get(entry.state, timedelta()))
    if entry.state in (State.RESERVED, State.SENDING):
        end = f"Bis {message.moment(entry.send_before)}" if entry.send_before else "In einigen Minuten"
    headline, then = _HEADLINES[entry.state]
    return headline.format(at=at), then.format(end=end)


def _covered(message: ExplainedMessage) -> str:
    first = message.covering
    if first is None or first.starts_at is None:
        return "Steht in der Erinnerung an einen früheren Termin dieses Tages."
    which = f"Termin {first.appointment}" if first.appointment else "Termin"
    return f"Steht in der Erinnerung an den {which} vom {message.moment(first.starts_at)} («{STATES[first.state]}»)."


def _revived(message: ExplainedMessage, answers: Answers) -> tuple[str, list[str]]:
    """Whether a prepare run will make it again, and what to change if not."""
    run, refused, suggestions = answers.run, answers.refused, suggestions_for(message, answers.refused)
    if run is None or not run.ahead:
        return "", suggestions
    when, (reasons, fixes) = message.moment(run.rules.now), message.snapshot.blocked(message.job)
    if reasons:
        return f"Der Lauf vom {when} tut nichts: {reasons[0]}", [*fixes, *suggestions]
    if refused:
        return f"Der Lauf vom {when} fragt nochmals; nach den heutigen Angaben: {reason_of(refused[0])}", suggestions
    return f"Der Lauf vom {when} bereitet sie wieder auf.", []


def _rescheduled(message: ExplainedMessage, entry: Entry) -> tuple[list[str], list[str]]:
    """That the patient knows another start than the current one, and what to change."""
    known_start, starts_at = entry.announced_start, message.starts_at
    if entry.state not in ANNOUNCED or not known_start or not starts_at or known_start == starts_at or message.over:
        return [], []
    known, now = message.moment(known_start), message.moment(starts_at)
    announced = [f"Dem Patienten ist {known} mitgeteilt; jetzt ist der Termin am {now}."]
    if message.snapshot.switch("ErinnerungBeiVerschiebung"):
        return announced, []
    switch = "Künftige Verschiebungen mitteilen lassen: vitosms switches set ErinnerungBeiVerschiebung Ja"
    return announced, ["Den Patienten anrufen: Er kennt die neue Zeit nicht.", switch]
