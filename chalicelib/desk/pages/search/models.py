"""The page of a patient's messages, as data: words of the person's language, and only what they may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.desk.pages.calls.call_rows import PhoneLine


@dataclass(frozen=True)
class Head:
    """The patient; empty where it is not known, or not to be seen. `stopped` says since when, by whom and why."""

    patient: str
    name: str = ""
    initials: str = ""
    born: str = ""
    phones: Sequence[PhoneLine] = ()
    next: str = ""
    stopped: Sequence[str] = ()


@dataclass(frozen=True)
class Bubble:
    """The text as on a phone, or as an e-mail; `planned` if it has not left."""

    email: bool
    facts: str
    subject: str
    text: str
    planned: bool


@dataclass(frozen=True)
class Step:
    time: str
    what: str
    why: str


@dataclass(frozen=True)
class RuleLine:
    """`word` is yes, no or a dash; `seen` the data that was checked, and why it refuses."""

    word: str
    tone: str
    rule: str
    seen: str


@dataclass(frozen=True)
class Rules:
    title: str
    lines: Sequence[RuleLine]


@dataclass(frozen=True)
class Act:
    """A form: `will` says what happens. `note` is `required`, `optional` or empty, `url` below that of its page.

    `typed` and `error` are those of a form that comes back.
    """

    url: str
    label: str
    will: Sequence[str]
    note: str = ""
    danger: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    typed: str = ""
    error: str = ""


@dataclass(frozen=True)
class Shown:
    """One message; `tone` is a class of desk.css, `state` the word beside it."""

    id: str
    key: str
    title: str
    when: str
    state: str
    tone: str
    answer: str
    why: str
    notes: Sequence[str]
    advice: Sequence[str]
    acts: Sequence[Act]
    bubble: Bubble | None
    steps: Sequence[Step]
    rules: Sequence[Rules]


@dataclass(frozen=True)
class Result:
    """`first` are the messages that are coming, or the latest; `earlier` are folded.

    `look` names the patient in this session, for the way back and to see all their messages.
    """

    head: Head
    first: Sequence[Shown]
    earlier: Sequence[Shown]
    remarks: Sequence[str]
    hidden: bool
    acts: Sequence[Act] = ()
    all_of: str = ""  # the patient whose other messages are not shown
    look: str = ""
    notice: str = ""
    error: str = ""
