"""Import jobs: what was previewed, what was committed, and every row that had something to say."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from gql_api.domain import statuses
from gql_api.tables import columns


class ImportJob(SQLModel, table=True):
    """One file on its way in. A commit applies exactly what its preview showed, told by `content_hash`."""

    __tablename__: ClassVar[Any] = "import_jobs"
    __table_args__ = (
        columns.one_of("state", statuses.ImportState),
        sa.CheckConstraint("octet_length(content_hash) = 32", name="content_hash_is_sha256"),
        *columns.not_negative(
            ["rows_new", "rows_updated", "rows_unchanged", "rows_removed", "rows_invalid", "rows_skipped"]
        ),
        sa.Index("ix_import_jobs_created_at_id", "created_at", "id"),
        sa.Index("ix_import_jobs_content_hash", "content_hash"),
    )

    id: int | None = columns.identity()
    kind: str = Field(max_length=40)
    """courses, equivalencies, requirements …"""
    state: statuses.ImportState = Field(sa_type=columns.enumeration(statuses.ImportState))
    file_name: str = Field(max_length=300)
    content_hash: bytes = Field(sa_type=sa.LargeBinary)
    options: dict[str, Any] = Field(
        default_factory=dict, sa_type=columns.JSONB, sa_column_kwargs={"server_default": columns.EMPTY_OBJECT}
    )
    rows_new: int = 0
    rows_updated: int = 0
    rows_unchanged: int = 0
    rows_removed: int = 0
    rows_invalid: int = 0
    rows_skipped: int = 0
    created_by: str = Field(max_length=200)
    created_at: datetime | None = columns.moment()
    expires_at: datetime | None = columns.moment(optional=True)
    finished_at: datetime | None = columns.moment(optional=True)
    failure: str | None = Field(default=None, max_length=2_000)


class ImportFinding(SQLModel, table=True):
    """What a preview said of one row: an error, a warning, or a row that was skipped on purpose."""

    __tablename__: ClassVar[Any] = "import_findings"
    __table_args__ = (
        sa.CheckConstraint("severity IN ('ERROR', 'WARNING', 'SKIPPED')", name="severity_known"),
        sa.Index("ix_import_findings_job_id_id", "job_id", "id"),
    )

    id: int | None = columns.identity()
    job_id: int = columns.reference("import_jobs.id", on_delete="CASCADE")
    row_number: int | None = None
    column_name: str | None = None
    severity: str
    message: str
