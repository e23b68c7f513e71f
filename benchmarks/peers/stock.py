"""Stock Strawberry as its documentation shows it: SQLModel entities by the ORM, a DataLoader for every edge, uvicorn.

The tables are ours; the types are those of plain.graphql.
"""

import os
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
import strawberry
import uvicorn
from sqlmodel import col
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL

from benchmarks.peers.stock_loaders import Loaders, sessions
from gql_api.domain import equivalencies as rules
from gql_api.domain import grades, statuses
from gql_api.tables import courses, plans, programs

Info = strawberry.Info[dict[str, Any], None]
Outcome = strawberry.enum(rules.Outcome)
Strength = strawberry.enum(rules.Strength)
AwardKind = strawberry.enum(rules.AwardKind)
PlanStatus = strawberry.enum(statuses.PlanStatus)
PlannedStatus = strawberry.enum(statuses.PlannedStatus)
Grade = strawberry.enum(grades.Grade)
Entity = Any
"""A row as the ORM gives it; the resolvers below say which one their parent is."""


def _loaders(info: Info) -> Loaders:
    return info.context["loaders"]


@strawberry.type
class Course:
    """A course."""

    code: str
    title: str
    description: str | None
    credits_min: Decimal | None
    credits_max: Decimal | None
    level: int | None
    department: str | None
    subject: str

    @strawberry.field(graphql_type=list["Equivalency"])
    async def equivalencies(self, root: strawberry.Parent[Entity], info: Info) -> list[Entity]:
        """The edge to the rules."""
        return await _loaders(info).rules.load(root.id)


@strawberry.type
class Equivalency:
    """A rule."""

    outcome: Outcome
    strength: Strength

    @strawberry.field(graphql_type=list["Award"])
    async def targets(self, root: strawberry.Parent[Entity], info: Info) -> list[Entity]:
        """The edge to the awards."""
        return await _loaders(info).awards.load(root.id)


async def _course(root: strawberry.Parent[Entity], info: Info) -> Entity:
    """The edge from anything with a `course_id`."""
    return None if root.course_id is None else await _loaders(info).course.load(root.course_id)


@strawberry.type
class Award:
    """An award."""

    kind: AwardKind
    credits: Decimal | None
    course: Course | None = strawberry.field(resolver=_course, graphql_type=Course | None)


@strawberry.type
class Option:
    """An option."""

    code: str | None = strawberry.field(resolver=lambda root: root.course_code)
    course: Course | None = strawberry.field(resolver=_course, graphql_type=Course | None)


@strawberry.type
class Requirement:
    """A node of the tree."""

    key: str
    name: str
    min_courses: int | None

    @strawberry.field(graphql_type=list["Requirement"])
    async def children(self, root: strawberry.Parent[Entity], info: Info) -> list[Entity]:
        """The edge to the nodes beneath."""
        return await _loaders(info).children.load(root.id)

    @strawberry.field(graphql_type=list[Option])
    async def options(self, root: strawberry.Parent[Entity], info: Info) -> list[Entity]:
        """The edge to the pool."""
        return await _loaders(info).options.load(root.id)


@strawberry.type
class Version:
    """A version."""

    @strawberry.field(graphql_type=list[Requirement])
    async def requirements(self, root: strawberry.Parent[Entity], info: Info) -> list[Entity]:
        """The edge to the top of the tree."""
        return await _loaders(info).tops.load(root.id)

    @strawberry.field(graphql_type="Program")
    async def program(self, root: strawberry.Parent[Entity], info: Info) -> Entity:
        """The edge to the program."""
        return await _loaders(info).program.load(root.program_id)


@strawberry.type
class Program:
    """A program."""

    name: str
    degree_type: str

    @strawberry.field(graphql_type=Version | None)
    async def current_version(self, root: strawberry.Parent[Entity], info: Info) -> Entity:
        """The edge to the current version."""
        found = await _loaders(info).current.load(root.id)
        return found[0] if found else None


@strawberry.type
class PlannedCourse:
    """An entry of a plan."""

    status: PlannedStatus
    grade: Grade | None
    course: Course | None = strawberry.field(resolver=_course, graphql_type=Course | None)


@strawberry.type
class Totals:
    """The aggregate of a view."""

    view: str
    credits: Decimal
    courses: int
    requirements_touched: int
    requirements_listing: int


@strawberry.type
class Plan:
    """A plan."""

    name: str | None
    status: PlanStatus

    @strawberry.field(graphql_type=list[PlannedCourse])
    async def courses(self, root: strawberry.Parent[Entity], info: Info) -> list[Entity]:
        """The edge to the entries."""
        return await _loaders(info).planned.load(root.id)

    @strawberry.field(graphql_type=Version | None)
    async def target(self, root: strawberry.Parent[Entity], info: Info) -> Entity:
        """The edge to the version."""
        return await _loaders(info).version.load(root.target_version_id)

    @strawberry.field(graphql_type=list[Totals])
    async def totals(self, root: strawberry.Parent[Entity], info: Info) -> list[Entity]:
        """The edge to the aggregate."""
        return await _loaders(info).totals.load(root.id)


@strawberry.type
class Query:
    """The roots."""

    @strawberry.field(graphql_type=Course | None)
    async def course(self, id: int) -> Entity:
        """A course."""
        async with sessions() as session:
            return await session.get(courses.Course, id)

    @strawberry.field(graphql_type=list[Course])
    async def courses(self, institution: int, subject: str, first: int) -> list[Entity]:
        """A page of courses."""
        model = courses.Course
        statement = sa.select(model).where(col(model.institution_id) == institution, col(model.subject) == subject)
        async with sessions() as session:
            found = await session.scalars(statement.order_by(model.code_key, model.id).limit(first))
            return list(found)

    @strawberry.field(graphql_type=Program | None)
    async def program(self, id: int) -> Entity:
        """A program."""
        async with sessions() as session:
            return await session.get(programs.Program, id)

    @strawberry.field(graphql_type=Plan | None)
    async def plan(self, id: int) -> Entity:
        """A plan."""
        async with sessions() as session:
            return await session.get(plans.Plan, id)


@strawberry.type
class Mutation:
    """The roots that write."""

    @strawberry.mutation(graphql_type=Course)
    async def create_course(self, institution: int, code: str, title: str, credits: int) -> Entity:
        """A new course."""
        subject, number = code.split(" ")
        course = courses.Course(
            institution_id=institution,
            code=code,
            subject=subject,
            number=number,
            code_key=code,
            subjects=[subject],
            level=int(number[0]) * 1000,
            title=title,
            credits_min=Decimal(credits),
            credits_max=Decimal(credits),
        )
        async with sessions() as session:
            session.add(course)
            await session.commit()
        return course


class Endpoint(GraphQL[dict[str, Any], None]):
    """The endpoint with fresh loaders for every request."""

    async def get_context(self, request: Any, response: Any) -> dict[str, Any]:  # noqa: ANN401 - as Strawberry has it
        """The context of a request."""
        return {"request": request, "response": response, "loaders": Loaders()}


if __name__ == "__main__":
    endpoint = Endpoint(strawberry.Schema(query=Query, mutation=Mutation), graphql_ide=None)
    routes = [Route("/graphql", endpoint, methods=["POST"])]
    port = int(os.environ["PORT"])
    uvicorn.run(Starlette(routes=routes), host="127.0.0.1", port=port, log_level="warning", access_log=False)
