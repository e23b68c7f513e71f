"""Plan codes of the old application: only their digests are ever written, so that a stolen copy opens no plan.

A code in the shape of the old ones keeps working. A plan without one, or whose code another plan has already, gets a
new one: made from the secret and from what tells the plan, so that a second run makes the same.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg

from gql_api import errors
from gql_api.domain import plan_codes

CREATE = """
CREATE UNLOGGED TABLE adoption.plan_codes (
    old_id bigint PRIMARY KEY, digests bytea[] NOT NULL, is_new boolean NOT NULL
)
"""
_LABEL = b"gql_api adopted plan"
PREFIX = "sealed:"
"""What a sealed code begins with."""
_UNUSABLE = f"{PREFIX}-"
_BATCH = 5_000
_PLANS = "SELECT id, plan_code, created_at, student_name, plan_name FROM adoption.plans ORDER BY id"
_TAKEN = """
INSERT INTO adoption.findings (table_name, old_id, column_name, outcome, reason, remedy)
SELECT 'plans', old.id, 'plan_code', 'CHANGED', CASE
        WHEN old.plan_code IS NULL THEN 'The plan had no code.'
        WHEN old.plan_code = 'sealed:-' THEN 'The code does not have eight letters and digits.'
        ELSE 'Another plan has the same code, which opens that one.' END,
    'Give the student the new code: --codes writes them.'
FROM adoption.plans AS old JOIN adoption.plan_codes AS made ON made.old_id = old.id AND made.is_new
"""


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets that are valid, the present one first."""

    secrets: tuple[str, ...]

    @property
    def id(self) -> str:
        """The name of the present one."""
        return plan_codes.key_id(self.secrets[0])

    def digests(self, code: str) -> tuple[bytes, ...]:
        """The code's digest under each secret."""
        return tuple(plan_codes.digest(code, secret.encode()) for secret in self.secrets)

    def seal(self, code: str) -> str:
        """What the staging tables have in place of a code."""
        if code.startswith(PREFIX):
            return code
        try:
            if len(plan_codes.normalise(code)) != plan_codes.OLD_LENGTH:
                return _UNUSABLE
            return PREFIX + ",".join(one.hex() for one in self.digests(code))
        except errors.InvalidInput:
            return _UNUSABLE

    def new_code(self, told: Sequence[str | None]) -> str:
        """The new code of a plan, from what tells it from others."""
        text = "\x1f".join("" if part is None else part for part in told)
        random = hmac.digest(self.secrets[0].encode(), _LABEL + text.encode(), hashlib.sha256)
        return plan_codes.generate(random)

    def all_new(self, told: Sequence[str | None]) -> tuple[bytes, ...]:
        """The digests of the new code as each secret makes it."""
        return tuple(plan_codes.digest(Keys((secret,)).new_code(told), secret.encode()) for secret in self.secrets)


def read(connection: psycopg.Connection, keys: Keys) -> None:
    """Fill `adoption.plan_codes`: the first plan with a code keeps it."""
    seen: set[str] = set()
    with connection.cursor("plans") as cursor, connection.cursor() as target:
        cursor.execute(_PLANS)
        while batch := cursor.fetchmany(_BATCH):
            with target.copy("COPY adoption.plan_codes (old_id, digests, is_new) FROM STDIN") as copy:
                for id, code, *told in batch:
                    sealed = _UNUSABLE if code is None else str(code)
                    is_new = sealed == _UNUSABLE or sealed in seen
                    seen.add(sealed)
                    own = [bytes.fromhex(one) for one in sealed.removeprefix(PREFIX).split(",") if not is_new]
                    copy.write_row((id, list(keys.all_new((str(id), *told))) if is_new else own, is_new))
    connection.execute(_TAKEN)


def count_new(connection: psycopg.Connection) -> int:
    """How many plans have a new code."""
    row = connection.execute("SELECT count(*) FROM adoption.plan_codes WHERE is_new").fetchone()
    return 0 if row is None else int(row[0])


def new_codes(connection: psycopg.Connection, keys: Keys) -> Iterator[tuple[int, str | None, str]]:
    """Old id, name and new code of every plan that has one, in order."""
    rows = connection.execute(
        "SELECT old.id, old.created_at, old.student_name, old.plan_name FROM adoption.plans AS old "
        "JOIN adoption.plan_codes AS made ON made.old_id = old.id AND made.is_new ORDER BY old.id"
    ).fetchall()
    for id, created_at, student_name, plan_name in rows:
        code = keys.new_code((str(id), created_at, student_name, plan_name))
        yield int(id), plan_name or student_name, plan_codes.displayed(code)
