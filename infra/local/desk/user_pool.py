"""The user pool of the desk, in moto, whose CloudFormation has no such kind. Made only when something needs it."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from unittest.mock import patch

from moto.cloudformation.models import cloudformation_backends

from infra.local.clients import ACCOUNT, REGION, client
from infra.local.desk.template import properties


@dataclass(frozen=True)
class PoolUser:
    """`subject` is its `sub`; `practice` is empty of an operator; `confirmed` is True after the first sign-in."""

    username: str
    name: str
    subject: str
    confirmed: bool
    enabled: bool

    @property
    def practice(self) -> str:
        return self.username.partition(".")[2]


class UserPool:
    """The pool of a stage with the desk's client, and its outputs in the stage's stack."""

    def __init__(self, stage: str, desk_url: str) -> None:
        own = {"Stage": stage, "desk": desk_url}
        pool = properties("AWS::Cognito::UserPool", own)
        with _one_key():
            self.id: str = _made("create_user_pool", {"PoolName": pool["UserPoolName"], **pool})["UserPool"]["Id"]
        desk = properties("AWS::Cognito::UserPoolClient", {**own, "UserPool": self.id})
        (self.callback,), (self.signed_out,) = desk["CallbackURLs"], desk["LogoutURLs"]
        self.scopes, self.token_holds = set(desk["AllowedOAuthScopes"]), timedelta(minutes=desk["IdTokenValidity"])
        self.client_id: str = _made("create_user_pool_client", desk)["UserPoolClient"]["ClientId"]
        self.outputs: Mapping[str, str] = {
            "UserPoolId": self.id,
            "DeskClientId": self.client_id,
            "LoginUrl": f"{desk_url}/_login",
            "DeskUrl": desk_url,
        }
        stack: Any = cloudformation_backends[ACCOUNT][REGION].get_stack(f"vitosms-{stage}")
        stack.template_dict["Outputs"] |= {name: {"Value": value} for name, value in self.outputs.items()}

    def users(self) -> list[PoolUser]:
        """All users, by practice and name; the operators last."""
        pages = client("cognito-idp").get_paginator("list_users").paginate(UserPoolId=self.id)
        users = [_user(user) for page in pages for user in page["Users"]]
        return sorted(users, key=lambda user: (not user.practice, user.practice, user.name))

    def confirm(self, username: str, code: str) -> PoolUser | None:
        """The user whose one-time code this is, who has a password from now on: no code is taken twice.

        None for any other.
        """
        cognito = client("cognito-idp")
        try:
            answer = cognito.admin_initiate_auth(
                UserPoolId=self.id,
                ClientId=self.client_id,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": username, "PASSWORD": code},
            )
        except (cognito.exceptions.NotAuthorizedException, cognito.exceptions.UserNotFoundException):
            return None
        if answer.get("ChallengeName") != "NEW_PASSWORD_REQUIRED":
            return None
        password = secrets.token_urlsafe(32)
        cognito.admin_set_user_password(UserPoolId=self.id, Username=username, Password=password, Permanent=True)
        return next(user for user in self.users() if user.username == username)

    def token(self, user: PoolUser, use: str, **claims: Any) -> str:
        """A JWT of this user, signed with RS256, as Cognito shapes it. `claims` come beside or in place of moto's."""
        seconds = int(self.token_holds.total_seconds())
        from moto.cognitoidp.models import cognitoidp_backends

        pool: Any = cognitoidp_backends[ACCOUNT][REGION].user_pools[self.id]
        return str(pool.create_jwt(self.client_id, user.username, use, seconds, claims)[0])


def _made(operation: str, wanted: Mapping[str, Any]) -> Any:
    """The answer to a request with what it takes of the properties in a template, which has some more."""
    cognito = client("cognito-idp")
    model = cognito.meta.service_model.operation_model(cognito.meta.method_to_api_mapping[operation])
    taken = model.input_shape.members
    return getattr(cognito, operation)(**{name: value for name, value in wanted.items() if name in taken})


def _user(user: Mapping[str, Any]) -> PoolUser:
    attributes = {one["Name"]: one["Value"] for one in user["Attributes"]}
    return PoolUser(
        username=user["Username"],
        name=attributes.get("name", user["Username"]),
        subject=attributes["sub"],
        confirmed=user["UserStatus"] == "CONFIRMED",
        enabled=user["Enabled"],
    )


def _one_key() -> Any:
    """Read moto's key once in a process; each pool reads it anew, which takes longer than all the rest of a cloud."""
    from joserfc.jwk import RSAKey

    read = RSAKey.import_key
    return patch.object(RSAKey, "import_key", lambda jwk: _key(json.dumps(jwk), read))


@cache
def _key(jwk: str, read: Callable[[Any], Any]) -> Any:
    return read(json.loads(jwk))
