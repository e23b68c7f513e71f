"""The courses of a subject in the order of their codes: a page of them is read from the index, and nothing sorted.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NEW, OLD = "ix_courses_institution_id_subject_code_key_id", "ix_courses_institution_id_subjects"


def upgrade() -> None:
    """Build the index while others read and write, then drop the one that it replaces."""
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NEW}")
        op.execute(f"CREATE INDEX CONCURRENTLY {NEW} ON courses (institution_id, subject, code_key, id)")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {OLD}")


def downgrade() -> None:
    """The other way round."""
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {OLD}")
        op.execute(f"CREATE INDEX CONCURRENTLY {OLD} ON courses (institution_id, subject)")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NEW}")
