"""What creating mutations did, by the client's idempotency key, so that a repeated request creates nothing twice."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from gql_api.tables import columns


class IdempotencyKey(SQLModel, table=True):
    """A used key. The key and the input are kept as hashes only; entries older than a day are swept."""

    __tablename__: ClassVar[Any] = "idempotency_keys"
    __table_args__ = (
        sa.UniqueConstraint("key_hash"),
        sa.CheckConstraint("octet_length(key_hash) = 32", name="key_hash_is_sha256"),
        sa.CheckConstraint("octet_length(input_hash) = 32", name="input_hash_is_sha256"),
        sa.Index("ix_idempotency_keys_created_at", "created_at"),
    )

    id: int | None = columns.identity()
    key_hash: bytes = Field(sa_type=sa.LargeBinary)
    """SHA-256 of the mutation's name, the viewer's scope and the key."""
    input_hash: bytes = Field(sa_type=sa.LargeBinary)
    entity_id: int = Field(sa_type=sa.BigInteger)
    """What was created: the id of the course, plan …"""
    created_at: datetime | None = columns.moment()
