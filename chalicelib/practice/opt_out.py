"""Opt-outs: the addresses to which a practice sends nothing more, as keyed hashes with their source. Pure.

An opt-out is of an address, not of a patient: whoever shares the number or the mailbox gets nothing there either, and
a patient who has another address, on the other channel, is written to there. docs/decisions/0020 says why. Only whose
data was erased is opted out as a patient, whatever address he has or will have (docs/decisions/0024).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.messages.recipient import Address, Channel, NoAddress


class Source(StrEnum):
    """How the practice came to know."""

    PERSON = "person"  # somebody at the practice noted it
    COMPLAINT = "complaint"  # the patient marked an e-mail as unwanted
    CARRIER = "carrier"  # SNS has the number among those that want no SMS
    ERASURE = "erasure"  # the patient had his data erased
    BOUNCE = "bounce"  # nobody's wish: the mailbox does not exist, or takes nothing for good


@dataclass(frozen=True)
class OptOut:
    hash: str  # 32 hex digits
    channel: Channel | None  # of the address; None: the patient himself
    source: Source
    at: datetime  # when it was noted (UTC)


ERASED = "Die Daten des Patienten wurden auf seinen Wunsch gelöscht; er erhält keine Mitteilungen mehr."
_CLOSED = {Channel.SMS: "Die Mobiltelefonnummer ist abgemeldet", Channel.EMAIL: "Die E-Mail-Adresse ist abgemeldet"}
_UNREACHABLE = NoAddress("Die E-Mail-Adresse ist unzustellbar")


@dataclass(frozen=True)
class OptOuts:
    """All opt-outs of a practice, by hash, and its secret key, without which no hash can be made."""

    key: bytes = field(default=b"", repr=False)
    by_hash: Mapping[str, OptOut] = field(default_factory=dict)

    def of(self, address: Address) -> OptOut | None:
        return self.by_hash.get(opt_out_hash(self.key, address)) if self.by_hash else None

    def of_patient(self, patient: str) -> OptOut | None:
        """The opt-out of a patient whose data was erased."""
        return self.by_hash.get(patient_hash(self.key, patient)) if self.by_hash else None

    def refusal(self, address: Address) -> NoAddress | None:
        """Why nothing may be sent to an address (German); None where it is not opted out."""
        found = self.of(address)
        if found is None:
            return None
        return _UNREACHABLE if found.source is Source.BOUNCE else NoAddress(_CLOSED[address.channel], opted_out=True)


def opt_out_hash(key: bytes, address: Address) -> str:
    """The hash of an address in its normal form: a number in E.164, an e-mail address in small letters."""
    return _hash(key, f"{address.channel}\n{address.value.casefold()}")


def patient_hash(key: bytes, patient: str) -> str:
    """The hash of a PatientId as the practice database has it."""
    return _hash(key, f"patient\n{patient}")


def _hash(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
