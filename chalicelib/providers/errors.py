"""Translate botocore's exceptions into outcomes.

The tables of error codes are in the providers' own files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from botocore import exceptions as aws

from chalicelib.providers.outcome import Misconfigured, NotSent, Outcome, Unknown

NOTHING_LEFT = (aws.ConnectTimeoutError, aws.EndpointConnectionError, aws.ProxyConnectionError)
NEVER_TRIED = (
    aws.ParamValidationError,
    aws.NoCredentialsError,
    aws.PartialCredentialsError,
    aws.CredentialRetrievalError,
    aws.NoRegionError,
    aws.UnknownEndpointError,
)
TOO_BUSY = frozenset({429, 503})
INTERNAL = frozenset({"InternalError", "InternalFailure", "InternalErrorException", "InternalServiceErrorException"})

OutcomeOf = Callable[[str], Outcome | None]  # an error's message → its outcome, None if the message does not decide


def outcome_of_error(error: Exception, refusals: Mapping[str, OutcomeOf], throttles: frozenset[str]) -> Outcome:
    """Return the outcome of a failed request.

    `refusals` maps error codes that may concern the recipient to a reader of the message; `throttles` are the codes
    that ask for a later retry. After a 5xx other than 503, or without an answer, the message may have left; any other
    error needs a person to fix it.
    """
    if isinstance(error, NOTHING_LEFT):
        return NotSent(type(error).__name__)
    if isinstance(error, NEVER_TRIED):
        return Misconfigured(type(error).__name__)
    if not isinstance(error, aws.ClientError):  # read timeouts, resets, broken TLS, unreadable answers
        return Unknown(type(error).__name__)
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in throttles or status in TOO_BUSY:
        return NotSent(code)
    outcome_of = refusals.get(code)
    if status < 500 and outcome_of and (outcome := outcome_of(error.response.get("Error", {}).get("Message", ""))):
        return outcome
    return Unknown(code) if status >= 500 or code in INTERNAL else Misconfigured(code)
