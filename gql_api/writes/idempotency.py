"""Idempotency keys of creating mutations: the same key with the same input gives the first result again, for a day.

Key and input are stored as hashes. The input's hash contains the key, so that whoever reads the table cannot confirm
a guessed input. Requests with one key wait for each other; the second sees what the first has committed.
"""

import dataclasses
import hashlib
import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import col

from gql_api import access, database, errors
from gql_api.reads import rows
from gql_api.tables.idempotency import IdempotencyKey

KEPT = timedelta(hours=24)
_SHAPE = re.compile(r"[!-~]{8,200}")
_SWEPT_AT_ONCE = 100


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A creating mutation with a key."""

    key_hash: bytes
    input_hash: bytes


def request(mutation: str, viewer: access.Viewer, key: str | None, values: object) -> Request | None:
    """The request with this key; none without one. `values` is the input as dataclasses and plain values.

    Raises:
        InvalidInput: the key is too short, too long, or has odd characters.
    """
    if key is None:
        return None
    if not _SHAPE.fullmatch(key):
        text = "An idempotency key has 8 to 200 visible ASCII characters, such as a random UUID."
        raise errors.InvalidInput(text, path=("idempotency_key",))
    scope = f"{viewer.role.value}:{viewer.plan_id or ''}"
    canonical = json.dumps(values, default=_plain, sort_keys=True)
    return Request(
        key_hash=_digest(mutation, scope, key),
        input_hash=_digest(mutation, scope, key, canonical),
    )


async def first_result(connection: rows.Connection, asked: Request, now: datetime) -> int | None:
    """The id of what the first request with this key created, none for the first one itself.

    Raises:
        Conflict: the key was used with another input.
    """
    await database.lock(connection, f"idempotency:{asked.key_hash.hex()}")
    statement = sa.select(col(IdempotencyKey.input_hash), col(IdempotencyKey.entity_id)).where(
        col(IdempotencyKey.key_hash) == asked.key_hash, col(IdempotencyKey.created_at) > now - KEPT
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        return None
    if row.input_hash != asked.input_hash:
        text = "This idempotency key was used with another input. Use a new key for a new request."
        raise errors.Conflict(text, path=("idempotency_key",))
    return int(row.entity_id)


async def remember(connection: rows.Connection, asked: Request, entity_id: int, now: datetime) -> None:
    """Keep what the request created. Some keys older than a day are swept on the occasion."""
    old = (
        sa.select(col(IdempotencyKey.id))
        .where(col(IdempotencyKey.created_at) <= now - KEPT, col(IdempotencyKey.key_hash) != asked.key_hash)
        .limit(_SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    swept = sa.delete(IdempotencyKey).where(col(IdempotencyKey.id).in_(old)).cte("swept")
    values = {"input_hash": asked.input_hash, "entity_id": entity_id, "created_at": sa.func.now()}
    statement = (
        postgresql.insert(IdempotencyKey)
        .values(key_hash=asked.key_hash, **values)
        .on_conflict_do_update(index_elements=["key_hash"], set_=values)
        .add_cte(swept)
    )
    await connection.execute(statement)


def _digest(*parts: str) -> bytes:
    return hashlib.sha256(json.dumps(parts).encode()).digest()


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return format(value.normalize(), "f")
        case date():
            return value.isoformat()
        case Enum():
            return value.name
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        case _:
            text = f"{type(value).__name__} has no place in an input"
            raise TypeError(text)
