"""The audit log: who changed what, when. Rows are only ever inserted; they carry ids, not names."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from gql_api.tables import columns


class AuditEntry(SQLModel, table=True):
    """One change."""

    __tablename__: ClassVar[Any] = "audit_log"
    __table_args__ = (
        sa.Index("ix_audit_log_at_id", "at", "id"),
        sa.Index("ix_audit_log_entity_entity_id", "entity", "entity_id", "id"),
    )

    id: int | None = columns.identity()
    at: datetime | None = columns.moment()
    actor: str = Field(max_length=200)
    """The role or a token's label."""
    action: str = Field(max_length=60)
    """The mutation or command: createCourse, import courses …"""
    entity: str = Field(max_length=60)
    entity_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=columns.JSONB, sa_column_kwargs={"server_default": columns.EMPTY_OBJECT}
    )
    request_id: str | None = Field(default=None, max_length=100)
