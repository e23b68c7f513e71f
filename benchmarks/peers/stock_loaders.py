"""The loaders and sessions of the stock peer: entities by the ORM, a DataLoader for every edge."""

import os
from collections.abc import Hashable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlmodel import SQLModel, col
from strawberry.dataloader import DataLoader

from gql_api.tables import courses, equivalencies, plans, programs, requirements

_engine = create_async_engine(os.environ["SQLALCHEMY_URL"], pool_size=int(os.environ["POOL_SIZE"]), max_overflow=0)
sessions = async_sessionmaker(_engine, expire_on_commit=False)
T = TypeVar("T", bound=SQLModel)


def _one(model: type[T]) -> DataLoader[int, T | None]:
    async def load(keys: list[int]) -> list[T | None]:
        async with sessions() as session:
            found = await session.scalars(sa.select(model).where(model.id.in_(keys)))
            by_id = {row.id: row for row in found}
        return [by_id.get(key) for key in keys]

    return DataLoader(load)


def _many(
    model: type[T], owner: str, order: str, where: sa.ColumnElement[bool] | None = None
) -> DataLoader[int, list[T]]:
    async def load(keys: list[int]) -> list[list[T]]:
        statement = sa.select(model).where(getattr(model, owner).in_(keys), sa.true() if where is None else where)
        statement = statement.order_by(getattr(model, order))
        found: dict[Hashable, list[T]] = {key: [] for key in keys}
        async with sessions() as session:
            for row in await session.scalars(statement):
                found[getattr(row, owner)].append(row)
        return [found[key] for key in keys]

    return DataLoader(load)


class Loaders:
    """The loaders of a request."""

    def __init__(self) -> None:
        version, requirement = programs.ProgramVersion, requirements.Requirement
        self.course = _one(courses.Course)
        self.program = _one(programs.Program)
        self.version = _one(version)
        self.rules: DataLoader[int, list[equivalencies.Equivalency]] = DataLoader(_rules)
        self.awards = _many(equivalencies.EquivalencyAward, "equivalency_id", "position")
        self.current = _many(version, "program_id", "id", where=col(version.is_current))
        self.tops = _many(requirement, "version_id", "position", where=col(requirement.parent_id).is_(None))
        self.children = _many(requirement, "parent_id", "position")
        self.options = _many(requirements.RequirementOption, "requirement_id", "position")
        self.planned = _many(plans.PlannedCourse, "plan_id", "id")
        self.totals: DataLoader[int, list[Any]] = DataLoader(_totals)


async def _rules(keys: list[int]) -> list[list[equivalencies.Equivalency]]:
    source = equivalencies.EquivalencySource
    rule = equivalencies.Equivalency
    statement = sa.select(source.course_id, rule).join(rule, col(rule.id) == col(source.equivalency_id))
    statement = statement.where(col(source.course_id).in_(keys)).order_by(col(rule.id))
    found: dict[int, list[equivalencies.Equivalency]] = {key: [] for key in keys}
    async with sessions() as session:
        for course_id, row in await session.execute(statement):
            found[course_id].append(row)
    return [found[key] for key in keys]


async def _totals(keys: list[int]) -> list[list[Any]]:
    statement = sa.text(
        "SELECT p.id, x.view, x.credits, x.courses, x.requirements_touched, x.requirements_listing "
        "FROM plans p CROSS JOIN LATERAL plans_totals(p) x WHERE p.id = ANY(:keys)"
    )
    found: dict[int, list[Any]] = {key: [] for key in keys}
    async with sessions() as session:
        for row in await session.execute(statement, {"keys": keys}):
            found[row[0]].append(row)
    return [found[key] for key in keys]
