"""Courses that a client posts without a plan: checked as a plan's entries are, and never written."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api.domain import entries
from gql_api.reads import audit_plans, course_values
from gql_api.writes import planned_entries


async def entries_of(
    connection: AsyncConnection, drafts: Sequence[planned_entries.Draft], *, first_id: int = 1
) -> tuple[entries.PlannedEntry, ...]:
    """The drafts as the rules see them, with ids from `first_id` on in the order given; three statements at most.

    A transcript may hold a course several times, so that each draft counts as a repeat.

    Raises:
        ExpectedError, or an ExceptionGroup of them: what is wrong, with paths beneath `courses`.
    """
    ready = await planned_entries.ready(connection, [replace(draft, is_repeat=True) for draft in drafts], (), ())
    known = await course_values.by_id(connection, sorted(ready.known))
    names = audit_plans.EntryRow._fields
    return tuple(
        audit_plans.entry_value(
            audit_plans.EntryRow(
                **{name: value for name, value in row.items() if name in names}, plan_id=0, id=first_id + place
            ),
            known,
        )
        for place, row in enumerate(ready.rows)
    )
