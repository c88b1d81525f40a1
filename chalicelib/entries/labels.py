"""The German words for the states of an entry."""

from __future__ import annotations

from chalicelib.entries.states import State

STATES = {
    State.PREPARED: "aufbereitet",
    State.RESERVED: "reserviert",
    State.SENDING: "wird gesendet",
    State.SENT: "unterwegs",
    State.DELIVERED: "zugestellt",
    State.FAILED: "nicht zugestellt",
    State.UNCONFIRMED: "unbestätigt",
    State.REFUSED: "abgelehnt",
    State.UNKNOWN: "ungewiss",
    State.CANCELLED: "storniert",
    State.EXPIRED: "verfallen",
    State.NOT_SENDABLE: "nicht sendbar",
    State.COVERED: "zusammengefasst",
}
