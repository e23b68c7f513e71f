"""Entries beyond a maximum of the target program, told when a plan has been changed."""

from collections.abc import Sequence

from gql_api.domain import plan_maxima, plan_warnings
from gql_api.reads import plans
from gql_api.reads.audits import Aim
from gql_api.schema.context import Info


async def exceeded(
    info: Info, plan: plans.PlanRow, touched: Sequence[plans.PlannedCourseRow]
) -> tuple[plan_warnings.Warning, ...]:
    """The warnings about the touched entries; the plan is audited only where its target limits anything."""
    if plan.target_version_id is None:
        return ()
    found = await info.context.loaders.held.versions(info.context.session(), [plan.target_version_id])
    rules = found[plan.target_version_id]
    if rules is None or not plan_maxima.has_maxima(rules.tree, rules.constraints):
        return ()
    audit = await info.context.loaders.audit.load((plan.id, Aim.TARGET))
    places = {row.id: place for place, row in enumerate(touched)}
    return () if audit is None else plan_maxima.warnings(audit.unapplied, places)
