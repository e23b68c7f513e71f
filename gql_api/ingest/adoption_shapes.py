"""The tables of the old application, in all the shapes that its database had over the years.

A column that a file lacks is read as blank. Columns that are not named here carried nothing that is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gql_api import errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the old database. `needed` columns stood there from the beginning, the others came later."""

    name: str
    needed: tuple[str, ...]
    later: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    """Columns that carry nothing that is kept: another tool may copy them into the staging tables all the same."""

    @property
    def columns(self) -> tuple[str, ...]:
        """All that are read, besides `id`."""
        return (*self.needed, *self.later)

    @property
    def compared(self) -> tuple[str, ...]:
        """Those that are compared with others, so that the planner should know them; prose costs it much to look at."""
        return tuple(column for column in self.columns if column not in _PROSE)


_PROSE = frozenset({"title", "description", "prerequisites", "notes", "params", "scope_filter", "plan_code"})
_TIMES = ("created_at", "updated_at")
TABLES = (
    Table(
        name="courses",
        needed=("code", "title", "credits", "institution"),
        later=("description", "department", "prerequisites", "has_lab", "course_type", *_TIMES),
        unread=("subject_code", "course_number", "course_number_numeric", "course_level"),
    ),
    Table(
        name="equivalencies",
        needed=("from_course_id", "to_course_id", "equivalency_type"),
        later=("notes", "approved_by", "approved_date"),
        unread=("created_at",),
    ),
    Table(
        name="programs",
        needed=("name", "degree_type", "institution"),
        later=("total_credits_required", "description", *_TIMES),
    ),
    Table(
        name="program_requirements",
        needed=("program_id", "category", "credits_required"),
        later=(
            "description",
            "requirement_type",
            "is_flexible",
            "priority_order",
            "semester",
            "year",
            "is_current",
        ),
    ),
    Table(
        name="requirement_groups",
        needed=("requirement_id", "group_name"),
        later=(
            "courses_required",
            "credits_required",
            "min_credits_per_course",
            "max_credits_per_course",
            "description",
            "is_required",
        ),
    ),
    Table(
        name="group_course_options",
        needed=("group_id", "course_code"),
        later=("institution", "is_preferred", "notes"),
    ),
    Table(
        name="requirement_constraints",
        needed=("requirement_id", "constraint_type", "params"),
        later=("scope_filter", "description", "priority"),
    ),
    Table(
        name="plans",
        needed=("student_name", "program_id", "plan_name"),
        later=(
            "student_email",
            "advisor_email",
            "current_program_id",
            "plan_code",
            "status",
            "created_at",
            "updated_at",
        ),
    ),
    Table(
        name="plan_courses",
        needed=("plan_id", "course_id", "status"),
        later=(
            "semester",
            "year",
            "grade",
            "credits",
            "requirement_category",
            "requirement_group_id",
            "notes",
        ),
        unread=("constraint_violation", "constraint_violation_reason"),
    ),
)
"""Those that are carried, each after what it refers to."""
BY_NAME = {table.name: table for table in TABLES}
_MARKS = ("courses", "equivalencies")
"""Tables that every file of the old application has."""

NOT_CARRIED = {
    "advisor_auth": "The old log-ins of advisors open nothing here. An advisor gets a new one.",
    "equivalencies.created_at": "A rule here has the day of its approval, and the moment from which we know it.",
    "courses.subject_code": "Subject, number and level are read from the code.",
    "plan_courses.constraint_violation": "Audits say today what violates a requirement.",
    "program_requirements.is_flexible": "It had no effect on any result of the old application.",
    "requirement_constraints.priority": "Constraints hold together, in no order.",
}
"""Tables and columns that end here, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What one file has: its tables, each with its columns as they are spelled there."""

    tables: Mapping[str, tuple[str, ...]]

    def columns(self, table: Table) -> tuple[str, ...]:
        """The columns of the table that are to be read."""
        present = set(self.tables.get(table.name, ()))
        return tuple(column for column in table.columns if column in present)

    def has(self, table: str, column: str) -> bool:
        """Whether the file has the column."""
        return column in self.tables.get(table, ())

    @property
    def not_carried(self) -> tuple[str, ...]:
        """A sentence for everything in the file that is left behind as a whole."""
        return tuple(
            f"{name}: {reason}"
            for name, reason in NOT_CARRIED.items()
            if (name in self.tables if "." not in name else self.has(*name.split(".", 1)))
        )


def shape(tables: Mapping[str, Iterable[str]], name: str) -> Shape:
    """The shape of a file with these tables and columns.

    Raises:
        InvalidInput: it is no database of the old application, or one of its tables lacks a column without which
            its rows say nothing.
    """
    found = {table.lower(): tuple(column.lower() for column in columns) for table, columns in tables.items()}
    if not any(mark in found for mark in _MARKS):
        listed = ", ".join(sorted(found)[:12]) or "no tables"
        raise errors.InvalidInput(
            f"{name} is a SQLite database, but not one of the old application: it has {listed}, and neither courses "
            "nor equivalencies. Name the file course_transfer.db of the old installation."
        )
    for table in TABLES:
        if table.name not in found:
            continue
        missing = [column for column in table.needed if column not in found[table.name]]
        if missing:
            raise errors.InvalidInput(
                f"{name}: the table {table.name} lacks {', '.join(missing)}, without which its rows say nothing. "
                "Start the old application once, so that it brings its tables up to date, or name another copy."
            )
    return Shape(tables=found)
