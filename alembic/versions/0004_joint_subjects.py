"""The subjects of cross-listed courses by themselves: a subject's list finds the others by institution and subject.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NAME = "ix_courses_joint_subjects"


def upgrade() -> None:
    """Build the index while others read and write."""
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
        op.execute(f"CREATE INDEX CONCURRENTLY {NAME} ON courses USING gin (subjects) WHERE cardinality(subjects) > 1")


def downgrade() -> None:
    """Drop it."""
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
