"""Opt-outs: addresses to which a practice no longer sends, as keyed hashes with their source. Pure.

An opt-out applies to an address, not to a patient: other patients with the same number or mailbox get nothing there
either, and the patient still gets messages on the other channel (docs/decisions/0020). Only a patient whose data was
erased, or whom a person has stopped, is opted out at every address (docs/decisions/0024, 0031).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.messages.recipient import Address, Channel, NoAddress
from chalicelib.text import Text


class Source(StrEnum):
    """How the practice learnt of the opt-out."""

    PERSON = "person"  # somebody at the practice recorded it
    COMPLAINT = "complaint"  # the patient marked an e-mail as unwanted
    CARRIER = "carrier"  # SNS lists the number as opted out
    ERASURE = "erasure"  # the patient's data was erased
    STOP = "stop"  # a person at the practice stopped all messages to the patient
    BOUNCE = "bounce"  # not a wish: the mailbox does not exist, or never accepts mail


@dataclass(frozen=True)
class OptOut:
    hash: str  # 32 hex digits
    channel: Channel | None  # of the address; None: the patient
    source: Source
    at: datetime  # when it was recorded (UTC)
    by: str = ""  # of a stopped patient: who did it, and why
    reason: str = ""

    @property
    def is_stop(self) -> bool:
        return self.source is Source.STOP


ERASED = Text("rule.wants_messages.erased")
STOPPED = Text("rule.not_stopped.stopped")


@dataclass(frozen=True)
class OptOuts:
    """All opt-outs of a practice by hash, and the secret key of the hashes."""

    key: bytes = field(default=b"", repr=False)
    by_hash: Mapping[str, OptOut] = field(default_factory=dict)

    def of(self, address: Address) -> OptOut | None:
        return self.by_hash.get(opt_out_hash(self.key, address)) if self.by_hash else None

    def of_patient(self, patient: str) -> OptOut | None:
        """Return the opt-out of a patient whose data was erased."""
        return self.by_hash.get(patient_hash(self.key, patient)) if self.by_hash else None

    def stop_of(self, patient: str) -> OptOut | None:
        """Return the stop of a patient to whom a person lets nothing be sent."""
        return self.by_hash.get(stop_hash(self.key, patient)) if self.by_hash else None

    def refusal(self, address: Address) -> NoAddress | None:
        """Return why nothing may be sent to an address, None if it is not opted out."""
        found = self.of(address)
        if found is None:
            return None
        if found.source is Source.BOUNCE:
            return NoAddress(Text("address.email_unreachable"))
        sms = address.channel is Channel.SMS
        return NoAddress(Text("address.mobile_opted_out" if sms else "address.email_opted_out"), opted_out=True)


def opt_out_hash(key: bytes, address: Address) -> str:
    """Hash an address in its normal form: a number in E.164, an e-mail address in lower case."""
    return _hash(key, f"{address.channel}\n{address.value.casefold()}")


def patient_hash(key: bytes, patient: str) -> str:
    """Hash a PatientId of the practice database."""
    return _hash(key, f"patient\n{patient}")


def stop_hash(key: bytes, patient: str) -> str:
    """Hash the PatientId of a stopped patient, whose data may be erased too."""
    return _hash(key, f"stop\n{patient}")


def _hash(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
