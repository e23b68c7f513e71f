"""The numbers in prerequisites: by a course's number the texts that may name it are found.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME = "ix_courses_prerequisite_numbers"
NUMBERS = "to_tsvector('simple'::regconfig, regexp_replace(prerequisite_text, '[^0-9]+', ' ', 'g'))"


def upgrade() -> None:
    """Build the index while others read and write."""
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
        op.execute(
            f"CREATE INDEX CONCURRENTLY {NAME} ON courses USING gin ({NUMBERS}) WHERE prerequisite_text IS NOT NULL"
        )


def downgrade() -> None:
    """Drop it."""
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
