"""How many courses are cross-listed: without knowing it the planner reads an institution's courses for one subject.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Have the number of a course's subjects counted, and count."""
    op.execute("CREATE STATISTICS st_courses_number_of_subjects ON cardinality(subjects) FROM courses")
    op.execute("ANALYZE courses")


def downgrade() -> None:
    """Count no more."""
    op.execute("DROP STATISTICS IF EXISTS st_courses_number_of_subjects")
