"""A provider's error as an outcome. I/O side: knows botocore's exceptions.

Which error codes mean what is a table in the provider's own file (sms.py, mail.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from botocore import exceptions as aws

from chalicelib.providers.outcome import Misconfigured, NotSent, Outcome, Refused, Unknown

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

ReasonOf = Callable[[str], str]  # an error's message → why it is refused for good (German), "" where it is not


def outcome_of_error(error: Exception, refusals: Mapping[str, ReasonOf], throttles: frozenset[str]) -> Outcome:
    """The outcome of a failed request.

    `refusals` maps error codes that may concern the recipient to a reader of the message; `throttles` are the codes
    of «not now». A 5xx other than 503 and an error without an answer may have left; any other answer is for a
    person to mend.
    """
    if isinstance(error, NOTHING_LEFT):
        return NotSent(type(error).__name__)
    if isinstance(error, NEVER_TRIED):
        return Misconfigured(type(error).__name__)
    if not isinstance(error, aws.ClientError):  # read timeouts, resets, broken TLS, an answer nobody can read
        return Unknown(type(error).__name__)
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in throttles or status in TOO_BUSY:
        return NotSent(code)
    reason = refusals.get(code, _never)(error.response.get("Error", {}).get("Message", ""))
    if reason:
        return Refused(reason)
    return Unknown(code) if status >= 500 or code in INTERNAL else Misconfigured(code)


INTERNAL = frozenset({"InternalError", "InternalFailure", "InternalErrorException", "InternalServiceErrorException"})


def _never(message: str) -> str:
    return ""
