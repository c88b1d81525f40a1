"""The outcome of a step of setting an account up, also on an emulator that does not know a request."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from infra.translation import tr

_NOT_KNOWN = {"404", "500", "501", "NotImplemented", "NotImplementedError", "InternalFailure", "UnknownOperation"}


class Outcome(StrEnum):
    """As the JSON document of `vitosms setup` has it."""

    DONE = "done"
    UNCHANGED = "unchanged"
    PERSON = "person"  # a person must do it
    NOT_KNOWN = "not_known"  # an emulator has no answer


@dataclass(frozen=True)
class Record:
    """A DNS record that somebody has to set."""

    name: str
    kind: str
    value: str


@dataclass(frozen=True)
class Step:
    """`code` says what it is: one of `step_words`, or the name of a setting of SNS or of a parameter.

    `told` is one sentence, `links` are pages of AWS on which a person continues; `subject` is what it is about, such as
    a Mandant.
    """

    code: str
    outcome: Outcome
    told: str
    links: tuple[str, ...] = ()
    records: tuple[Record, ...] = ()
    subject: str = ""


def step_words(step: Step) -> str:
    """Return the name of the step, for a person."""
    known = {
        "sms_access": tr("SMS production access"),
        "sender_names": tr("sender names (AbsenderSMS)"),
        "email_access": tr("SES production access"),
        "sender_address": tr("sender {address}", address=step.subject),
        "sender_domain": tr("sender domain {domain}", domain=step.subject),
        "operator_alerts": tr("alerts to the operator") + (f" ({step.subject})" if step.subject else ""),
        "SmsRegion": tr("region of SMS"),
        "network": tr("way to the practice databases"),
        "desk": tr("desk"),
        "practices": tr("practices"),
        "practice": tr("practice {practice}", practice=step.subject),
        "licence": tr("licence {number}", number=step.subject),
        "credits": tr("credits of billing practitioner {mandant}", mandant=step.subject),
    }
    return known.get(step.code, step.code)


def outcome_words(outcome: Outcome) -> str:
    return {
        Outcome.DONE: tr("done"),
        Outcome.UNCHANGED: tr("unchanged"),
        Outcome.PERSON: tr("manual"),
        Outcome.NOT_KNOWN: tr("not known here"),
    }[outcome]


def asked(call: Callable[[], Any], emulated: bool) -> Any | None:
    """The answer; None if an emulator does not know the request. Other errors are raised as botocore does."""
    try:
        return call()
    except ResponseParserError:  # moto answers with a page of HTML
        if not emulated:
            raise
    except ClientError as error:
        if not (emulated and error.response["Error"]["Code"] in _NOT_KNOWN):
            raise
    return None


def not_known(code: str) -> Step:
    return Step(code, Outcome.NOT_KNOWN, tr("the emulator does not answer this; on AWS it is checked here"))
