"""Plan tokens: what `openPlan` and `createPlan` give for a code, signed and good for twelve hours.

A token says which plan it opens and nothing of the student. Each is signed with a key derived from the secret, so
that no other use of the secret can be mistaken for a token's signature.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

LIFE = timedelta(hours=12)
_ALGORITHM = "HS256"
_SCOPE = "plan"
_LABEL = b"gql_api plan token"
_CLOCKS_APART = timedelta(minutes=1)
_LONGEST = 1_000
_JWT: Any = jwt.PyJWT()  # its types name those of cryptography, which HMAC does not need
_OPTIONS: Any = {
    # The library would look at the machine's clock; `read` compares with the `now` it is given.
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "require": ["plan", "scope", "iat", "exp"],
}


def issue(plan_id: int, key: str, now: datetime) -> str:
    """A token that opens the plan from now on for twelve hours, under the secret `key`."""
    claims = {"plan": plan_id, "scope": _SCOPE, "iat": now, "exp": now + LIFE}
    return _JWT.encode(claims, _signing_key(key), algorithm=_ALGORITHM)


def read(token: str, keys: Sequence[str], now: datetime) -> int | None:
    """The plan that the token opens; none where it is expired, forged, or meant for something else.

    `keys` are the secrets that are valid, the present one first.
    """
    if len(token) > _LONGEST:
        return None
    for key in keys:
        try:
            claims: dict[str, Any] = _JWT.decode(token, _signing_key(key), algorithms=[_ALGORITHM], options=_OPTIONS)
        except (jwt.InvalidTokenError, UnicodeError):
            continue
        return _plan(claims, now)
    return None


def _plan(claims: dict[str, Any], now: datetime) -> int | None:
    plan, issued, expires = claims["plan"], claims["iat"], claims["exp"]
    if claims["scope"] != _SCOPE or not all(type(one) is int for one in (plan, issued, expires)):
        return None
    began, ends = (datetime.fromtimestamp(one, UTC) for one in (issued, expires))
    return plan if began <= now + _CLOCKS_APART and now < ends else None


def _signing_key(key: str) -> bytes:
    return hmac.digest(key.encode(), _LABEL, hashlib.sha256)
