"""Arguments as typed, turned into values. Pure.

An argument that cannot be read raises ArgumentError: one sentence with the argument and what is allowed.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from chalicelib.practice.job_settings import JOB_PARAMETERS
from chalicelib.practice.names import folded, meant
from chalicelib.practice.parameter_names import PARAMETERS, TEMPLATES, parameters_meant
from chalicelib.practice.switches import SWITCHES, canonical_name
from chalicelib.words.words import number as digits
from infra.translation import tr

LICENCE_STATES = ("valid", "revoked", "expired")
MOST_CREDITS = 1_000_000_000
LONGEST_REASON = 300  # characters
YEARS = range(2000, 2100)  # all zones have rules for these, and time stamps fit everywhere
_LOCAL_TIME = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?", re.ASCII)
_PRACTICE = re.compile(r"[a-z0-9-]{2,32}")
_Value = TypeVar("_Value")


class ArgumentError(Exception):
    """An argument that cannot be used; one line, in the reader's language."""


def refused(option: str, given: str, why: str) -> ArgumentError:
    """The error about an argument, with the reason or with what is allowed."""
    return ArgumentError(tr("{option} {given!r}: {why}", option=option, given=given, why=why))


def span(first: str, last: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """`--from` and `--to` as aware times in the practice's zone."""
    start, end = local_time("--from", first, zone), local_time("--to", last, zone)
    if end < start:
        raise refused("--to", last, tr("it lies before --from {start}", start=first))
    return start, end


def local_time(option: str, text: str, zone: ZoneInfo) -> datetime:
    """A local time, aware; a date alone is its 00:00. Of a time that occurs twice it is the first."""
    allowed = tr("must be a local time such as 2026-11-23T09:45, '2026-11-23 09:45' or 2026-11-23, without an offset")
    if not _LOCAL_TIME.fullmatch(text.strip()):
        raise refused(option, text, allowed)
    try:
        naive = datetime.fromisoformat(text.strip())
    except ValueError:
        raise refused(option, text, tr("there is no such day or time; {allowed}", allowed=allowed)) from None
    if naive.year not in YEARS:
        raise refused(option, text, allowed_years())
    local = naive.replace(tzinfo=zone)
    if not _exists(local):
        raise refused(option, text, tr("the clocks of {zone} skip this time", zone=zone.key))
    return local


def allowed_years() -> str:
    return tr("must be in the years {first} to {last}", first=YEARS[0], last=YEARS[-1])


def _exists(local: datetime) -> bool:
    """Whether the clocks of its zone ever show it."""
    there_and_back = datetime.fromtimestamp(local.timestamp(), local.tzinfo)
    return there_and_back.replace(tzinfo=None) == local.replace(tzinfo=None)


def switches(given: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE`, by canonical name. What a value means is not judged here: it is what the practice saved."""
    return _once("--switch", [(_parameter(name), value) for name, value in _pairs("--switch", tr("NAME=VALUE"), given)])


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
        if near := ", ".join(meant(name, SWITCHES)):
            raise refused(option, given or name, tr("there is no such setting; did you mean {near}?", near=near))
        names = ", ".join(SWITCHES)
        raise refused(option, given or name, tr("there is no such setting; the settings are {names}", names=names))
    return known


def _parameter_in_a_folder(name: str) -> str:
    known = {folded(path): path for path in PARAMETERS}
    if folded(name) not in known:
        if near := ", ".join(parameters_meant(name)):
            raise refused("--switch", name, tr("there is no such parameter; did you mean {near}?", near=near))
        why = tr("there is no such parameter; allowed are {one}, {other} and the like",
                 one=f"Auftraege/{JOB_PARAMETERS[0]}", other=f"Vorlagen/{next(iter(TEMPLATES))}")  # fmt: skip
        raise refused("--switch", name, why)
    return known[folded(name)]


def topups(given: Sequence[str]) -> dict[str, int]:
    """`MANDANT=N`: credits by MandantId."""
    pairs = _pairs("--topup", tr("MANDANT=N"), given, last=True)
    return _once("--topup", [(mandant, _credits(mandant, text.strip())) for mandant, text in pairs])


def parameters(given: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE`: parameters of the template of a stage."""
    pairs = _pairs("--parameter", tr("NAME=VALUE"), given)
    return _once("--parameter", [(name.strip(), value.strip()) for name, value in pairs])


def _credits(mandant: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10) or int(text) > MOST_CREDITS:
        raise refused("--topup", f"{mandant}={text}", allowed_number(0, MOST_CREDITS))
    return int(text)


def allowed_number(least: int | float | None = None, most: int | float | None = None) -> str:
    if least is None:
        return tr("must be a whole number")
    if most is None:
        return tr("must be a whole number, {least} or more", least=digits(int(least)))
    return tr("must be a whole number from {least} to {most}", least=digits(int(least)), most=digits(int(most)))


def allowed_names(names: Iterable[str]) -> str:
    return tr("must be one of {names}", names=", ".join(names))


def licences(given: Sequence[str]) -> dict[str, str]:
    """`NUMBER=valid|revoked|expired`, by Lizenznummer."""
    pairs = _pairs("--licence", f"{tr('NUMBER')}=valid|revoked|expired", given, last=True)
    return _once("--licence", [(number.strip(), _licence_state(number, state)) for number, state in pairs])


def _licence_state(number: str, text: str) -> str:
    state = text.strip().casefold()
    if state not in LICENCE_STATES:
        raise refused("--licence", f"{number}={text}", allowed_names(LICENCE_STATES))
    return state


def practice_id(text: str, option: str = "--practice") -> str:
    """Return the practice's id unchanged. Raises ArgumentError."""
    if not _PRACTICE.fullmatch(text):
        raise refused(option, text, tr("must be 2 to 32 characters from a-z, 0-9 and -"))
    return text


def short_text(option: str, text: str, most: int = LONGEST_REASON) -> str:
    """A reason, a note or a reference, stripped."""
    if not 0 < len(text.strip()) <= most:
        raise refused(option, text[:40], tr("must be 1 to {most} characters", most=most))
    return text.strip()


def check_note(text: str) -> None:
    """Refuse a note that is too long; it may be empty."""
    if len(text) > LONGEST_REASON:
        raise refused("--note", text[:40], tr("must be at most {most} characters", most=LONGEST_REASON))


def first_reason_stays(resume: str) -> str:
    """The hint that the reason of an earlier pause was kept."""
    return tr("The first reason stays, this one was not stored; to change it: {command}, then pause again",
              command=f"vitosms {resume}")  # fmt: skip


def failure_rate(text: str) -> float:
    """Return the share of messages that are not delivered, from 0 to 1."""
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0.0 <= rate <= 1.0:  # NaN too
        raise refused("--carrier-failures", text, tr("must be a number from 0 to 1, such as 0.04"))
    return rate


def _pairs(option: str, form: str, given: Sequence[str], last: bool = False) -> list[tuple[str, str]]:
    """Cut at the first `=`, or at the last where the name may hold one."""
    pairs = []
    for text in given:
        name, equals, value = text.rpartition("=") if last else text.partition("=")
        if not (equals and name.strip()):
            raise refused(option, text, tr("must be {form}", form=form))
        pairs.append((name, value))
    return pairs


def _once(option: str, pairs: Iterable[tuple[str, _Value]]) -> dict[str, _Value]:
    values: dict[str, _Value] = {}
    for name, value in pairs:
        if name in values:
            raise refused(option, name, tr("it is given twice"))
        values[name] = value
    return values
