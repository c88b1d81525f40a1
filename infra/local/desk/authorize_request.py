"""The checks of Cognito's endpoint `/oauth2/authorize`, of a request that comes from the desk. Pure."""

from collections.abc import Collection, Mapping


def fault_of(query: Mapping[str, str], allowed: Collection[str]) -> tuple[str, str] | None:
    """The error, and its description; None for a request that is right. PKCE, state and nonce are to be there."""
    kind = query.get("response_type")
    if kind != "code":
        return ("unauthorized_client" if kind == "token" else "invalid_request"), "response_type"
    scopes = set(query.get("scope", "").split())
    if "openid" not in scopes or not scopes <= set(allowed):
        return "invalid_scope", "scope"
    if query.get("code_challenge_method") != "S256" or len(query.get("code_challenge", "")) != 43:
        return "invalid_request", "code_challenge"
    missing = next((name for name in ("state", "nonce") if not query.get(name)), None)
    return ("invalid_request", missing) if missing else None
