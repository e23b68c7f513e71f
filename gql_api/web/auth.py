"""Credentials of a request → the viewer. Nothing here decides what a viewer may do; `access` does.

===============  ======================================================================
X-Admin-Token    the administrator's token of the settings
X-Plan-Token     from `openPlan` or `createPlan`; signed, expires
X-Plan-Code      the plan's code, for scripts
Authorization    Bearer tokens of advisors; there are none yet, so each is refused
===============  ======================================================================
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from gql_api import access, errors
from gql_api.web import refusals
from gql_api.web.codes import Code
from gql_api.web.throttle import Throttle

ADMIN_TOKEN = "x-admin-token"  # noqa: S105 -- the header's name
PLAN_TOKEN = "x-plan-token"  # noqa: S105 -- the header's name
PLAN_CODE = "x-plan-code"
AUTHORIZATION = "authorization"
NAMES = (ADMIN_TOKEN, PLAN_TOKEN, PLAN_CODE, AUTHORIZATION)
_NAMES = {name.encode(): name for name in NAMES}
MAXIMUM_LENGTH = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """How credentials are checked: the administrator's token, and who knows plan tokens and plan codes."""

    admin_token: str
    plan_of_token: Callable[[str], int | None]
    plan_of_code: Callable[[str], Awaitable[int | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Failures per client, counted apart for each kind of credential: guessing at one closes no other."""

    tokens: Throttle = field(default_factory=lambda: Throttle(limit=10))
    codes: Throttle = field(default_factory=lambda: Throttle(limit=30))


@dataclass(slots=True, kw_only=True)
class CodeGuesses:
    """One client's wrong plan codes, however they were given: as a header, as an argument, or to openPlan."""

    attempts: Attempts
    client: str

    def wait(self) -> int | None:
        """Whole seconds until the client may try another code; None while it may."""
        return self.attempts.codes.wait((PLAN_CODE, self.client))

    def count(self) -> None:
        """Note a wrong code."""
        self.attempts.codes.count((PLAN_CODE, self.client))


def present(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The credentials of a request by header. A header sent twice is refused; an empty one counts as not sent."""
    found: dict[str, str] = {}
    sent = [(_NAMES[name], value) for name, value in headers if name in _NAMES]
    for name, raw in sent:
        if len(sent) > 1 and (times := [one for one, _ in sent].count(name)) > 1:
            raise refusals.bad_request(f"The header {name} is sent {times} times; send it once.")
        value = raw.decode("latin-1").strip()
        if len(value) > MAXIMUM_LENGTH:
            raise refusals.bad_request(f"The header {name} is too long.")
        if value:
            found[name] = value
    return found


async def viewer(credentials: dict[str, str], client: str, doors: Doors, attempts: Attempts) -> access.Viewer:
    """Who sends the request. Raises Refusal: 401 for a wrong credential, 429 after too many, 400 for two plans."""
    if AUTHORIZATION in credentials:
        raise refusals.unauthenticated("Bearer tokens are not issued yet; use X-Admin-Token or X-Plan-Token.")
    is_administrator = ADMIN_TOKEN in credentials and _proves_administrator(credentials, client, doors, attempts)
    if is_administrator and len(credentials) == 1:
        return access.ADMINISTRATOR
    plans = {
        plan
        for plan in (
            _plan_of_token(credentials, client, doors, attempts),
            await _plan_of_code(credentials, client, doors, attempts),
        )
        if plan is not None
    }
    if len(plans) > 1:
        raise refusals.bad_request("X-Plan-Token and X-Plan-Code name two different plans.", Code.INVALID_INPUT)
    if is_administrator:
        return access.ADMINISTRATOR
    return access.plan_holder(plans.pop()) if plans else access.ANONYMOUS


def _proves_administrator(credentials: dict[str, str], client: str, doors: Doors, attempts: Attempts) -> bool:
    key = (ADMIN_TOKEN, client)
    _refuse_while_throttled(attempts.tokens, key)
    if not _is_same(credentials[ADMIN_TOKEN], doors.admin_token):
        attempts.tokens.count(key)
        raise refusals.unauthenticated("X-Admin-Token is wrong.")
    return True


def _plan_of_token(credentials: dict[str, str], client: str, doors: Doors, attempts: Attempts) -> int | None:
    """A signature cannot be guessed: a good token is always let in, and only wrong ones are slowed down."""
    if PLAN_TOKEN not in credentials:
        return None
    plan = doors.plan_of_token(credentials[PLAN_TOKEN])
    if plan is None:
        key = (PLAN_TOKEN, client)
        _refuse_while_throttled(attempts.tokens, key)
        attempts.tokens.count(key)
        raise refusals.unauthenticated("X-Plan-Token is wrong or expired; get a new one with openPlan.")
    return plan


async def _plan_of_code(credentials: dict[str, str], client: str, doors: Doors, attempts: Attempts) -> int | None:
    if PLAN_CODE not in credentials:
        return None
    key = (PLAN_CODE, client)
    _refuse_while_throttled(attempts.codes, key)
    try:
        plan = await doors.plan_of_code(credentials[PLAN_CODE])
    except errors.ExpectedError:  # not the form of a code
        plan = None
    if plan is None:
        attempts.codes.count(key)
        raise refusals.unauthenticated("X-Plan-Code opens no plan.")
    return plan


def _refuse_while_throttled(throttle: Throttle, key: tuple[str, str]) -> None:
    wait = throttle.wait(key)
    if wait is not None:
        raise refusals.rate_limited(f"Too many wrong values of the header {key[0]}; try again in {wait} s.", wait)


def _is_same(given: str, wanted: str) -> bool:
    """Compare in constant time. Headers arrive as latin-1 text; hashing hides the lengths."""
    return hmac.compare_digest(hashlib.sha256(given.encode("latin-1", "replace")).digest(), _digest(wanted))


@lru_cache(maxsize=8)
def _digest(own: str) -> bytes:
    return hashlib.sha256(own.encode()).digest()
