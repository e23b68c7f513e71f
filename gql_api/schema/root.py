"""The schema, assembled from the features' modules."""

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from gql_api.schema import execution, mutation, query, scalars, user_errors
from gql_api.schema.types import prerequisites
from gql_api.schema.types.courses import Course
from gql_api.schema.types.equivalencies import Equivalency
from gql_api.schema.types.institutions import Institution
from gql_api.schema.types.plans import Plan, PlannedCourse
from gql_api.schema.types.programs import Program, ProgramVersion
from gql_api.schema.types.requirements import Requirement


class Schema(strawberry.Schema):
    """Strawberry's, but it logs nothing: the web layer does, and knows a user's mistake from a defect."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Leave the errors to who answers the request."""


schema = Schema(
    query=query.Query,
    mutation=mutation.Mutation,
    types=[
        Institution,
        Course,
        Equivalency,
        Program,
        ProgramVersion,
        Requirement,
        Plan,
        PlannedCourse,
        *prerequisites.TYPES,
        *user_errors.TYPES,
    ],
    config=StrawberryConfig(scalar_map=scalars.SCALARS),
    execution_context_class=execution.BreadthFirst,
)
