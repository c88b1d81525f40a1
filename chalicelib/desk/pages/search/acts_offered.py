"""The acts that a person may do on a message or a patient now, as forms that say what will happen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chalicelib.desk.pages.search.models import Act
from chalicelib.desk.visit import Visit
from chalicelib.entries.credits import Tariff
from chalicelib.entries.entry import Entry
from chalicelib.entries.manual_decision import may_be_released
from chalicelib.entries.states import State
from chalicelib.explain.message import ExplainedMessage
from chalicelib.messages.recipient import Address, Channel
from chalicelib.people.person import Permission
from chalicelib.planning.outlook import next_send
from chalicelib.practice.opt_out import OptOut
from chalicelib.practice.practice import Practice


@dataclass(frozen=True)
class Returned:
    """A form that comes back: the end of its URL, what was typed, and what is wrong."""

    url: str = ""
    note: str = ""
    error: str = ""


NOTHING = Returned()


def may_decide(visit: Visit) -> bool:
    return visit.person.may(Permission.DECIDE) and visit.sees_patients


def entry_acts(message: ExplainedMessage, visit: Visit, returned: Returned, tariff: Tariff | None) -> Sequence[Act]:
    """The acts on the entry of a message; each form has the version that the person sees."""
    entry = message.entry
    if entry is None or entry.anonymised or not may_decide(visit):
        return []
    acts = _about(entry, message, tariff, visit)
    seen = {"version": str(entry.version)}
    return [with_return(replace(one, fields={**seen, **one.fields}), returned) for one in acts]


def patient_acts(patient: str, base: str, stop: OptOut | None, visit: Visit, returned: Returned) -> Sequence[Act]:
    """Stop all messages to the patient, or release them; `base` is the URL of the page."""
    if not patient or not may_decide(visit):
        return []
    tr = visit.tr
    if stop is None:
        will = [
            tr("Nothing more is sent to this patient, whatever your own system says. What waits is cancelled and "
               "refunded; what has left cannot be called back."),
            tr("Nobody is asked to phone. A manager can take it back at any time."),
        ]  # fmt: skip
        reasons = {
            "deceased": tr("Deceased"), "moved": tr("Changed practice"), "wish": tr("Wants no messages"),
            "other": tr("Other reason, see the note"),
        }  # fmt: skip
        act = Act(f"{base}/stop", tr("Deceased: send nothing more"), will, "optional", True, choices=reasons)
    elif visit.person.may(Permission.MANAGE):
        will = [tr("The patient gets messages again. What the stop has cancelled waits again, if it is not too late.")]
        act = Act(f"{base}/release-patient", tr("Let messages be sent again"), will, "required")
    else:
        return []
    return [with_return(act, returned)]


def with_return(act: Act, returned: Returned) -> Act:
    return replace(act, typed=returned.note, error=returned.error) if returned.url == act.url else act


def _about(entry: Entry, message: ExplainedMessage, tariff: Tariff | None, visit: Visit) -> Iterator[Act]:
    tr, base, over = visit.tr, f"entry/{entry.key}", entry.expires_at <= visit.now
    again = leaves(entry, message.practice, visit)
    if entry.state in (State.PREPARED, State.RESERVED):
        will = [tr("The message does not leave, and no run makes it again.")]
        if entry.credits:
            will.append(visit.trn("{count} credit is refunded.", "{count} credits are refunded.", entry.credits))
        yield Act(f"{base}/cancel", tr("Do not send"), will, "required", True)
    if may_be_released(entry) and not over:
        yield Act(f"{base}/release", tr("Release"), [tr("The message waits again."), again], "optional")
    if entry.state is State.UNKNOWN:
        kept = [tr("The message counts as delivered, and stays charged.")]
        yield Act(f"{base}/resolve", tr("It has arrived"), kept, "optional")
        if not over:
            risk = [tr("It may be that the patient gets it twice: nobody knows whether the first one arrived."), again]
            yield Act(f"{base}/resolve-again", tr("It has not arrived: send it again"), risk, "optional", True)
    if message.may_be_sent_again:
        will = [tr("The patient gets the message once more, as it reads then."), *_cost(entry, tariff, visit), again]
        yield Act(f"{base}/send-again", tr("Send again"), will, "optional")
    if (address := address_of(entry)) and message.snapshot.opt_outs.of(address) is None:
        sms = address.channel is Channel.SMS
        label = tr("Nothing more to this number") if sms else tr("Nothing more to this e-mail address")
        will = [tr("{address} gets no message any more, also not for other patients. Only the operator lifts it.",
                   address=address.value)]  # fmt: skip
        yield Act(f"{base}/opt-out", label, will, "", True)


def address_of(entry: Entry) -> Address | None:
    """Where the message of an entry went, or goes; None as long as nothing has chosen it."""
    return Address(Channel(entry.channel), entry.recipient) if entry.channel and entry.recipient else None


def leaves(entry: Entry, practice: Practice, visit: Visit) -> str:
    """When it leaves at the earliest, and that the rules are asked again."""
    at = next_send(practice, visit.now)
    if at is None or at >= entry.expires_at:
        return visit.tr("No run sends before the appointment: phone instead.")
    time = visit.words.moment(at.astimezone(visit.zone))
    return visit.tr("The run of {time} asks the rules again, and sends it if none refuses.", time=time)


def _cost(entry: Entry, tariff: Tariff | None, visit: Visit) -> list[str]:
    """The likely price: by the first message."""
    if tariff is None:
        return []
    price = tariff.price(Channel(entry.channel or Channel.SMS), entry.parts or 1)
    return [visit.trn("That costs {count} credit.", "That costs {count} credits.", price)]
