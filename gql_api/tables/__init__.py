"""SQLModel tables: columns, named constraints, indexes, foreign keys with chosen delete rules. No behaviour.

Importing this package defines every table in `SQLModel.metadata`. The migrations in `alembic/versions` must build
exactly the same; a test compares schema dumps.
"""

from gql_api.tables import (
    audit_log,
    courses,
    decisions,
    equivalencies,
    idempotency,
    imports,
    institutions,
    plans,
    programs,
    requirements,
    title_words,
)

__all__ = [
    "audit_log",
    "courses",
    "decisions",
    "equivalencies",
    "idempotency",
    "imports",
    "institutions",
    "plans",
    "programs",
    "requirements",
    "title_words",
]
