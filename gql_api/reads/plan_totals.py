"""What a plan adds up to without any judgement: the cheap aggregate beside the exact audit of `reads.audits`."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from gql_api.domain.entries import View
from gql_api.domain.statuses import PlannedStatus
from gql_api.reads import rows, statements
from gql_api.tables.courses import Course
from gql_api.tables.plans import Plan, PlannedCourse
from gql_api.tables.requirements import Requirement, RequirementOption


class PlanTotals(NamedTuple):
    """Sums over the entries of one view. `requirements_*` count the target's requirements that list courses by name."""

    view: View
    credits: Decimal
    courses: int
    requirements_touched: int
    requirements_listing: int


_STATUSES = {PlannedStatus.COMPLETED: View.COMPLETED, PlannedStatus.IN_PROGRESS: View.IN_PROGRESS}
_RANK = sa.case(
    {status.name: view.rank for status, view in _STATUSES.items()},
    value=sa.cast(rows.element(col(PlannedCourse.status)), sa.Text),
    else_=View.PLANNED.rank,
).label("rank")
_OF_PLAN = (
    col(PlannedCourse.plan_id) == col(Plan.id),
    rows.element(col(PlannedCourse.status)) != PlannedStatus.WITHDRAWN,
)
_ZERO = sa.literal(Decimal(0), sa.Numeric)


def _by_view(total: Any, rank: sa.ColumnElement[int], prefix: str) -> list[sa.ColumnElement[Any]]:  # noqa: ANN401 - an aggregate
    return [total.filter(rank <= view.rank).label(f"{prefix}_{view.rank}") for view in View]


def _entries() -> sa.Lateral:
    """Credits and numbers of a plan's entries, by view."""
    given = sa.func.coalesce(
        col(PlannedCourse.credits), col(Course.credits_min), col(PlannedCourse.unlisted_credits), _ZERO
    ).label("given")
    entry = (
        sa.select(given, _RANK)
        .select_from(PlannedCourse)
        .outerjoin(Course, col(Course.id) == col(PlannedCourse.course_id))
        .where(*_OF_PLAN)
        .correlate(Plan)
        .subquery("entry")
    )
    totals = [
        *_by_view(sa.func.sum(entry.c.given), entry.c.rank, "credits"),
        *_by_view(sa.func.count(), entry.c.rank, "courses"),
    ]
    return sa.select(*totals).select_from(entry).lateral("entries")


def _touched() -> sa.Lateral:
    """How many of the target's requirements name a course of the plan, by view."""
    first = (
        sa.select(col(RequirementOption.requirement_id), sa.func.min(_RANK.element).label("rank"))
        .select_from(PlannedCourse)
        .join(RequirementOption, col(RequirementOption.course_id) == col(PlannedCourse.course_id))
        .join(Requirement, col(Requirement.id) == col(RequirementOption.requirement_id))
        .where(
            *_OF_PLAN,
            col(Requirement.version_id) == col(Plan.target_version_id),
            ~col(RequirementOption.is_excluded),
        )
        .group_by(col(RequirementOption.requirement_id))
        .correlate(Plan)
        .subquery("first")
    )
    return sa.select(*_by_view(sa.func.count(), first.c.rank, "touched")).select_from(first).lateral("touched")


def _listing() -> sa.ColumnElement[int]:
    """How many of the target's requirements list courses by name."""
    named = sa.exists().where(
        col(RequirementOption.requirement_id) == col(Requirement.id),
        col(RequirementOption.course_id).is_not(None),
        ~col(RequirementOption.is_excluded),
    )
    counted = sa.select(sa.func.count()).where(col(Requirement.version_id) == col(Plan.target_version_id), named)
    return counted.select_from(Requirement).correlate(Plan).scalar_subquery()


def _statement() -> rows.Select:
    entries, touched = _entries(), _touched()
    return (
        sa.select(col(Plan.id), _listing(), *entries.c, *touched.c)
        .select_from(Plan)
        .join(entries, sa.true())
        .join(touched, sa.true())
        .where(statements.among(col(Plan.id), "ids"))
    )


_BY_PLAN = statements.Prepared(_statement())


async def by_plan(connection: rows.Connection, plan_ids: Sequence[int]) -> list[list[PlanTotals]]:
    """The totals of each plan in every view, the narrowest first. One statement for any number of plans."""
    found = {row[0]: _views(*row[1:]) for row in await _BY_PLAN.every(connection, ids=list(plan_ids))}
    return [found.get(plan_id, []) for plan_id in plan_ids]


def _views(listing: int, *numbers: Any) -> list[PlanTotals]:  # noqa: ANN401 - three of each kind
    width = len(View)
    columns = [numbers[start : start + width] for start in range(0, len(numbers), width)]
    return [
        PlanTotals(view, credits or Decimal(0), courses, touched, listing)
        for view, credits, courses, touched in zip(View, *columns, strict=True)
    ]
