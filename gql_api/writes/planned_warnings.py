"""What is odd about entries of a plan, prerequisites included: told when they are added, changed or previewed."""

from collections.abc import Mapping, Sequence
from datetime import date

from gql_api.domain import plan_warnings, prerequisites_parsing
from gql_api.reads import audit_plans, plans, prerequisites, rows
from gql_api.writes import planned_entries


async def warned(
    connection: rows.Connection,
    plan_id: int,
    everything: Sequence[plans.PlannedCourseRow],
    touched: Sequence[plans.PlannedCourseRow],
    known: Mapping[int, plan_warnings.CatalogCourse],
    today: date,
) -> tuple[plan_warnings.Warning, ...]:
    """What is odd about the touched entries among all entries of their plan, by place; entries need not be stored."""
    touched_ids = {row.course_id for row in touched if row.course_id is not None}
    asking = {id for id in touched_ids if id in known and prerequisites_parsing.parse(known[id].prerequisite_text)}
    entries = [_entry_row(row) for row in everything]
    issues = await prerequisites.issues_of_entries(connection, plan_id, entries, asking, on=today)
    places = {row.id: place for place, row in enumerate(touched)}
    return plan_warnings.ordered(
        [
            *planned_entries.warned(everything, touched, known, today),
            *plan_warnings.of_issues(issues, places),
        ]
    )


def _entry_row(row: plans.PlannedCourseRow) -> audit_plans.EntryRow:
    return audit_plans.EntryRow(**{name: getattr(row, name) for name in audit_plans.EntryRow._fields})
