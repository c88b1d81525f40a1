"""Arguments as typed, turned into values. Pure.

An argument that cannot be read raises ArgumentError: one English sentence with the argument and what is allowed.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NoReturn, TypeVar
from zoneinfo import ZoneInfo

from chalicelib.messages.template_set import KIND_NAMES, LANGUAGES, PARTS
from chalicelib.practice.names import folded, nearest
from chalicelib.practice.switches import SWITCHES, canonical_name
from chalicelib.schedule.job import SCHEDULED

LICENCE_STATES = ("valid", "revoked", "expired")
MOST_CREDITS = 1_000_000_000
LONGEST_REASON = 300  # characters
YEARS = range(2000, 2100)  # all zones have rules for these, and time stamps fit everywhere
_LOCAL_TIME = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?", re.ASCII)
_PRACTICE = re.compile(r"[a-z0-9-]{2,32}")
_OF_JOBS = [f"Auftraege/{job}/{name}" for job in SCHEDULED for name in ("Aktiviert", "Zeitplan")]
_OF_TEMPLATES = [
    f"Vorlagen/{kind}/{part}/{language}" for kind in KIND_NAMES for part in PARTS for language in LANGUAGES
]
_Value = TypeVar("_Value")


class ArgumentError(Exception):
    """An argument that cannot be used; English, one line."""


def span(first: str, last: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """`--from` and `--to` as aware times in the practice's zone."""
    start, end = local_time("--from", first, zone), local_time("--to", last, zone)
    if end < start:
        _refuse("--to", last, f"it lies before --from {first}")
    return start, end


def local_time(option: str, text: str, zone: ZoneInfo) -> datetime:
    """A local time, aware; a date alone is its 00:00. Of a time that occurs twice it is the first."""
    allowed = "a local time such as 2026-11-23T09:45, '2026-11-23 09:45' or 2026-11-23, without an offset"
    if not _LOCAL_TIME.fullmatch(text.strip()):
        _refuse(option, text, f"allowed is {allowed}")
    try:
        naive = datetime.fromisoformat(text.strip())
    except ValueError as error:
        _refuse(option, text, f"{error}; allowed is {allowed}")
    if naive.year not in YEARS:
        _refuse(option, text, f"allowed are the years {YEARS[0]} to {YEARS[-1]}")
    local = naive.replace(tzinfo=zone)
    if not _exists(local):
        _refuse(option, text, f"the clocks of {zone.key} skip this time")
    return local


def _exists(local: datetime) -> bool:
    """Whether the clocks of its zone ever show it."""
    there_and_back = datetime.fromtimestamp(local.timestamp(), local.tzinfo)
    return there_and_back.replace(tzinfo=None) == local.replace(tzinfo=None)


def switches(given: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE`, by canonical name. What a value means is not judged here: it is what the practice saved."""
    return _once("--switch", [(_parameter(name), value) for name, value in _pairs("--switch", "NAME=VALUE", given)])


def _parameter(given: str) -> str:
    """A switch, or with slashes a job's or a template's parameter; umlauts and capitals aside."""
    name = unicodedata.normalize("NFC", given)
    folder, slash, rest = name.partition("/")
    if slash and folded(folder) != "schalter":
        return _parameter_in_a_folder(name)
    return switch_named("--switch", rest if slash else name, given)


def switch_named(option: str, name: str, given: str | None = None) -> str:
    """The switch of this name, umlauts and capitals aside. Raises ArgumentError, which shows `given` or the name."""
    known = canonical_name(name)
    if known is None:
        near = nearest(name, SWITCHES, fold=folded)
        meant = f"did you mean {near[0]}?" if near else f"allowed are {', '.join(SWITCHES)}"
        _refuse(option, given or name, f"there is no such switch; {meant}")
    return known


def _parameter_in_a_folder(name: str) -> str:
    known = {folded(path): path for path in (*_OF_JOBS, *_OF_TEMPLATES)}
    if folded(name) not in known:
        near = nearest(name, known.values(), fold=folded)
        allowed = f"allowed are {_OF_JOBS[0]}, {_OF_TEMPLATES[0]} and their like"
        _refuse("--switch", name, f"there is no such parameter; {f'did you mean {near[0]}?' if near else allowed}")
    return known[folded(name)]


def topups(given: Sequence[str]) -> dict[str, int]:
    """`MANDANT=N`: credits by MandantId."""
    pairs = _pairs("--topup", "MANDANT=N", given, last=True)
    return _once("--topup", [(mandant, _credits(mandant, text.strip())) for mandant, text in pairs])


def parameters(given: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE`: parameters of the template of a stage."""
    pairs = _pairs("--parameter", "NAME=VALUE", given)
    return _once("--parameter", [(name.strip(), value.strip()) for name, value in pairs])


def _credits(mandant: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10) or int(text) > MOST_CREDITS:
        _refuse("--topup", f"{mandant}={text}", f"allowed is a whole number from 0 to {MOST_CREDITS}")
    return int(text)


def licences(given: Sequence[str]) -> dict[str, str]:
    """`NUMBER=valid|revoked|expired`, by Lizenznummer."""
    pairs = _pairs("--licence", "NUMBER=valid|revoked|expired", given, last=True)
    return _once("--licence", [(number.strip(), _licence_state(number, state)) for number, state in pairs])


def _licence_state(number: str, text: str) -> str:
    state = text.strip().casefold()
    if state not in LICENCE_STATES:
        _refuse("--licence", f"{number}={text}", f"allowed are {', '.join(LICENCE_STATES)}")
    return state


def practice_id(text: str, option: str = "--practice") -> str:
    """Return the practice's id unchanged. Raises ArgumentError."""
    if not _PRACTICE.fullmatch(text):
        _refuse(option, text, "allowed are 2 to 32 of the characters a-z 0-9 -")
    return text


def short_text(option: str, text: str, most: int = LONGEST_REASON) -> str:
    """A reason, a note or a reference, stripped."""
    if not 0 < len(text.strip()) <= most:
        _refuse(option, text[:40], f"allowed are 1 to {most} characters")
    return text.strip()


def check_note(text: str) -> None:
    """Refuse a note that is too long; it may be empty."""
    if len(text) > LONGEST_REASON:
        _refuse("--note", text[:40], f"allowed are up to {LONGEST_REASON} characters")


def first_reason_stays(resume: str) -> str:
    """The hint that the reason of an earlier pause was kept."""
    return f"the first reason stays, this one was not stored; to change it: vitosms {resume}, then pause again"


def failure_rate(text: str) -> float:
    """Return the share of messages that are not delivered, from 0 to 1."""
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0.0 <= rate <= 1.0:  # NaN too
        _refuse("--carrier-failures", text, "allowed is a number from 0 to 1, such as 0.04")
    return rate


def _pairs(option: str, form: str, given: Sequence[str], last: bool = False) -> list[tuple[str, str]]:
    """Cut at the first `=`, or at the last where the name may hold one."""
    pairs = []
    for text in given:
        name, equals, value = text.rpartition("=") if last else text.partition("=")
        if not (equals and name.strip()):
            _refuse(option, text, f"allowed is {form}")
        pairs.append((name, value))
    return pairs


def _once(option: str, pairs: Iterable[tuple[str, _Value]]) -> dict[str, _Value]:
    values: dict[str, _Value] = {}
    for name, value in pairs:
        if name in values:
            _refuse(option, name, "it is given twice")
        values[name] = value
    return values


def _refuse(option: str, given: str, why: str) -> NoReturn:
    raise ArgumentError(f"{option} {given!r}: {why}")
