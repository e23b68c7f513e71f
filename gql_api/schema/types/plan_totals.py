"""Sums over a plan's entries, for lists and overviews."""

from decimal import Decimal

import strawberry

from gql_api.reads import plan_totals
from gql_api.schema import refs
from gql_api.schema.types.assignments import View


@strawberry.type(
    description=(
        "Plain sums over a plan's entries in one view, for lists and overviews. No rule is applied: grades, repeats, "
        "transfer rules and minimum credits are not looked at. `progress` judges; this only adds up."
    )
)
class PlanTotals:
    """Shows `reads.plan_totals.PlanTotals`."""

    view: View = strawberry.field(description="What of the plan is looked at; entries withdrawn from are in none.")
    credits: Decimal = strawberry.field(
        description="Credits of the entries: those given, else the least that the catalog says, else 0."
    )
    courses: int = strawberry.field(description="How many entries.")
    requirements_touched: int = strawberry.field(
        description="How many requirements of the target program name one of these courses; 0 without a target."
    )
    requirements_listing: int = strawberry.field(
        description="How many requirements of the target program name courses at all; 0 without a target."
    )

    is_type_of = refs.shows(plan_totals.PlanTotals)
