"""The root fields that read."""

import strawberry

from gql_api.schema.query.courses import CourseQuery
from gql_api.schema.query.equivalencies import EquivalencyQuery
from gql_api.schema.query.institutions import InstitutionQuery
from gql_api.schema.query.nodes import NodeQuery
from gql_api.schema.query.plans import PlanQuery
from gql_api.schema.query.prerequisites import PrerequisiteQuery
from gql_api.schema.query.programs import ProgramQuery
from gql_api.schema.query.server import ServerQuery
from gql_api.schema.query.transfers import TransferQuery
from gql_api.schema.query.what_if import WhatIfQuery

PLAN_FIELDS = frozenset({"plan", "plans", "node", "nodes"})
"""Root fields that may show a plan; GET does not answer them. Without credentials `viewer` shows none."""
ADMINISTRATOR_FIELDS = frozenset({"plans"})
"""Root fields that need an administrator."""


@strawberry.type(description="What can be read.")
class Query(
    InstitutionQuery,
    CourseQuery,
    EquivalencyQuery,
    TransferQuery,
    ProgramQuery,
    PlanQuery,
    PrerequisiteQuery,
    NodeQuery,
    ServerQuery,
    WhatIfQuery,
):
    """Every field comes from its feature's module."""
