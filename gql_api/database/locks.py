"""Advisory locks by name, held until the transaction ends."""

import hashlib

from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api.database.sessions import Session


def lock_key(name: str) -> int:
    """Return the signed 64-bit key of the name: the same on every machine and in every version."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


async def lock(connection: AsyncConnection | Session, name: str) -> None:
    """Wait until this transaction alone holds the name; Unavailable, from the transaction, after the lock limit."""
    await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s::bigint)", (lock_key(name),))
