"""The root fields that read."""

import strawberry

from gql_api.schema.query.courses import CourseQuery
from gql_api.schema.query.equivalencies import EquivalencyQuery
from gql_api.schema.query.institutions import InstitutionQuery
from gql_api.schema.query.nodes import NodeQuery
from gql_api.schema.query.plans import PlanQuery
from gql_api.schema.query.programs import ProgramQuery
from gql_api.schema.query.server import ServerQuery

PLAN_FIELDS = frozenset({"plan", "plans", "node", "nodes"})
"""Root fields that may show a plan; GET does not answer them. Without credentials `viewer` shows none."""
ADMINISTRATOR_FIELDS = frozenset({"plans"})
"""Root fields that need an administrator."""


@strawberry.type(description="What can be read.")
class Query(InstitutionQuery, CourseQuery, EquivalencyQuery, ProgramQuery, PlanQuery, NodeQuery, ServerQuery):
    """Every field comes from its feature's module."""
