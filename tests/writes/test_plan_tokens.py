"""Plan tokens: good for one plan and twelve hours, under a valid secret, and for nothing else."""

import warnings
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from gql_api.writes import plan_tokens

KEY, OLD, FOREIGN = "the-present-secret", "the-previous-secret", "somebody-elses-secret"
NOW = datetime(2026, 9, 1, 12, 30, 15, 123456, tzinfo=UTC)


def signed(claims: dict, *, key: bytes | None = plan_tokens._signing_key(KEY), algorithm: str = "HS256") -> str:
    plain = {"plan": 7, "scope": "plan", "iat": NOW, "exp": NOW + timedelta(hours=1)}
    values = {name: value for name, value in (plain | claims).items() if value is not ...}
    with warnings.catch_warnings(action="ignore", category=jwt.InsecureKeyLengthWarning):
        return jwt.encode(values, key, algorithm=algorithm)


def test_a_token_opens_the_plan_it_was_issued_for():
    assert plan_tokens.read(plan_tokens.issue(7, KEY, NOW), [KEY], NOW) == 7


@pytest.mark.parametrize(
    ("after", "opens"),
    [
        (timedelta(0), True),
        (timedelta(hours=11, minutes=59), True),
        (timedelta(hours=12), False),
        (timedelta(days=400), False),
        (timedelta(seconds=-30), True),  # another server's clock
        (timedelta(minutes=-5), False),
    ],
)
def test_a_token_is_good_for_twelve_hours(after, opens):
    token = plan_tokens.issue(7, KEY, NOW)
    assert plan_tokens.read(token, [KEY], NOW + after) == (7 if opens else None)


def test_a_token_of_the_previous_secret_is_good_while_that_secret_is_named():
    token = plan_tokens.issue(7, OLD, NOW)
    assert plan_tokens.read(token, [KEY, OLD], NOW) == 7
    assert plan_tokens.read(token, [KEY], NOW) is None


def test_a_token_says_nothing_but_the_plan_and_its_times():
    claims = jwt.decode(plan_tokens.issue(7, KEY, NOW), options={"verify_signature": False})
    assert sorted(claims) == ["exp", "iat", "plan", "scope"]


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        "a.b.c",
        "é.ü.ß",
        "x" * 2_000,
        signed({"scope": "admin"}),
        signed({"scope": ...}),
        signed({"exp": ...}),
        signed({"iat": ...}),
        signed({"plan": ...}),
        signed({"plan": "7"}),
        signed({"plan": True}),
        signed({"plan": None}),
        signed({}, algorithm="HS512"),
        signed({}, key=None, algorithm="none"),
        signed({}, key=FOREIGN.encode() * 2),
        signed({}, key=KEY.encode() * 2),
    ],
    ids=[
        "empty",
        "no token",
        "three parts",
        "not ASCII",
        "too long",
        "another scope",
        "no scope",
        "no end",
        "no beginning",
        "no plan",
        "plan as text",
        "plan as truth",
        "plan as nothing",
        "another algorithm",
        "unsigned",
        "another key",
        "the secret itself as key",
    ],
)
def test_what_is_not_such_a_token_opens_nothing(token):
    assert plan_tokens.read(token, [KEY], NOW) is None


def test_a_changed_token_opens_nothing():
    head, claims, signature = plan_tokens.issue(7, KEY, NOW).split(".")
    other = plan_tokens.issue(8, KEY, NOW).split(".")[1]
    assert plan_tokens.read(f"{head}.{other}.{signature}", [KEY], NOW) is None
    assert plan_tokens.read(f"{head}.{claims}.", [KEY], NOW) is None
