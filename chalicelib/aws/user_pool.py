"""The users of the desk in the user pool of Cognito, who get printed codes instead of e-mails. I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.people.one_time_code import one_time_code
from chalicelib.text import Text, TextError

_NOT_ALLOWED = {"AccessDeniedException", "NotAuthorizedException"}
_BUSY = {"TooManyRequestsException", "LimitExceededException", "InternalErrorException"}


class UserPoolError(TextError):
    """Cognito does not do it; the text says why, and what to do."""


@dataclass(frozen=True)
class NewUser:
    subject: str
    code: str


class UserPool:
    """Each method may be repeated: the second time it finds done what the first has done."""

    def __init__(self, client: Any, pool: str, choice: Callable[[str], str]) -> None:
        """`pool` is its id, empty if the stage has no desk: then each method raises UserPoolError.

        `choice` takes one letter of a text by chance; it must be fit for secrets.
        """
        self._client, self._pool, self._choice = client, pool, choice

    def check(self) -> None:
        """Raises UserPoolError if the stage has no desk. No call."""
        if not self._pool:
            raise UserPoolError(Text("users.no_pool"))

    def create(self, username: str, name: str) -> NewUser:
        """A new user with a one-time code; one of that name, with its passkeys, is replaced."""
        self.delete(username)
        code = one_time_code(self._choice)
        attributes = [{"Name": "name", "Value": name}]
        options = {"TemporaryPassword": code, "MessageAction": "SUPPRESS", "UserAttributes": attributes}
        user = self._call("admin_create_user", username, **options)["User"]
        return NewUser(next(one["Value"] for one in user["Attributes"] if one["Name"] == "sub"), code)

    def give_code(self, username: str) -> str | None:
        """A new one-time code in place of the password; passkeys stay. None if there is no such user."""
        code = one_time_code(self._choice)
        given = self._found("admin_set_user_password", username, Password=code, Permanent=False)
        return code if given else None

    def rename(self, username: str, name: str) -> None:
        """Change the name that the sign-in shows, if the user is there."""
        self._found("admin_update_user_attributes", username, UserAttributes=[{"Name": "name", "Value": name}])

    def sign_out(self, username: str) -> None:
        """End the sign-ins at Cognito on all devices, if the user is there."""
        self._found("admin_user_global_sign_out", username)

    def delete(self, username: str) -> None:
        self._found("admin_delete_user", username)

    def _found(self, operation: str, username: str, **options: Any) -> bool:
        """Whether the user is there, and the call was made."""
        try:
            self._call(operation, username, **options)
        except _NoUserError:
            return False
        return True

    def _call(self, operation: str, username: str, **options: Any) -> Any:
        self.check()
        try:
            return getattr(self._client, operation)(UserPoolId=self._pool, Username=username, **options)
        except ClientError as error:
            raise _reason(error.response["Error"]["Code"]) from None


class _NoUserError(Exception):
    pass


def _reason(code: str) -> Exception:
    if code == "UserNotFoundException":
        return _NoUserError()
    if code == "ResourceNotFoundException":
        return UserPoolError(Text("users.no_pool"))
    if code in _NOT_ALLOWED:
        return UserPoolError(Text("users.not_allowed"))
    return UserPoolError(Text("users.busy") if code in _BUSY else Text("users.refused", error=code))
