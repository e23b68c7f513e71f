"""Derived equivalents: the courses that a course becomes over several institutions, rule by rule.

Only approved, direct rules in force count whose one group names the course and that award one course. A course that
one rule reaches is not derived, and no chain to it is shown. Chains are advice; no audit counts them by itself. One
recursive statement for any number of courses; it ends since no chain comes back to a course that it has passed, nor
grows longer than asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from gql_api.domain import chains, equivalencies
from gql_api.reads import rows, statements
from gql_api.tables.equivalencies import Equivalency, EquivalencyAward, EquivalencySource

MOST = 100
"""The equivalents of one course that are shown, those with the shortest chains."""
_KEYS: postgresql.ARRAY[int] = postgresql.ARRAY(sa.BigInteger)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Where a chain must end (an institution's id; none: anywhere) and how many rules it may have."""

    to: int | None = None
    hops: int = chains.DEFAULT_HOPS


class DerivedEquivalent(NamedTuple):
    """A course that another one becomes, and the ids of the rules on the way, in order."""

    course_id: int
    path: list[int]


async def of_courses(
    connection: AsyncConnection, keys: Sequence[tuple[int, Wanted]], *, on: date
) -> list[list[DerivedEquivalent]]:
    """For each (course, arguments): what it becomes by two rules or more, each by its shortest chain, shortest first.

    A statement for each distinct set of arguments.
    """
    found: dict[tuple[int, Wanted], list[DerivedEquivalent]] = {}
    for wanted, ids in rows.grouped((wanted, id) for id, wanted in keys).items():
        statement = _ANYWHERE if wanted.to is None else _THERE
        place = {} if wanted.to is None else {"receiving_id": wanted.to}
        every = await statement.every(connection, ids=ids, hops=wanted.hops, day=on, **place)
        of_course = rows.grouped((row[0], DerivedEquivalent(*row[1:])) for row in every)
        for id in ids:
            derived = [one for one in of_course[id] if len(one.path) > 1]
            ranked = sorted(derived, key=lambda one: (len(one.path), one.path))
            found[id, wanted] = ranked[:MOST]
    return [found[key] for key in keys]


def _statement(*, has_place: bool) -> rows.Select:
    chain = _chains()
    there = [col(Equivalency.receiving_institution_id) == sa.bindparam("receiving_id", type_=sa.BigInteger)]
    return (
        sa.select(chain.c.origin, chain.c.course_id, chain.c.path)
        .ext(postgresql.distinct_on(chain.c.origin, chain.c.course_id))
        .join(Equivalency, col(Equivalency.id) == chain.c.path[sa.func.cardinality(chain.c.path)])
        .where(*there if has_place else [])
        .order_by(chain.c.origin, chain.c.course_id, sa.func.cardinality(chain.c.path), chain.c.path)
    )


def _chains() -> sa.CTE:
    """Every chain from the courses in `ids`: where it began, where it is, its rules, and the courses it passed."""
    first = sa.func.unnest(sa.bindparam("ids", type_=_KEYS)).table_valued("id").render_derived(name="first")
    step, source, award = Equivalency, EquivalencySource, EquivalencyAward
    none = sa.cast(sa.literal("{}"), _KEYS)
    begun = (
        sa.select(
            sa.type_coerce(first.c.id, sa.BigInteger).label("origin"),
            rows.element(col(award.course_id)).label("course_id"),
            sa.func.array_append(none, col(step.id), type_=_KEYS).label("path"),
            sa.func.array_append(
                sa.func.array_append(none, first.c.id, type_=_KEYS), col(award.course_id), type_=_KEYS
            ).label("passed"),
        )
        .select_from(first)
        .join(source, col(source.course_id) == first.c.id)
        .join(step, col(step.id) == col(source.equivalency_id))
        .join(award, col(award.equivalency_id) == col(step.id))
        .where(*_counts(), col(award.course_id) != first.c.id)
    )
    chain = begun.cte("chain", recursive=True)
    further = (
        sa.select(
            chain.c.origin,
            col(award.course_id),
            sa.func.array_append(chain.c.path, col(step.id), type_=_KEYS),
            sa.func.array_append(chain.c.passed, col(award.course_id), type_=_KEYS),
        )
        .join(source, col(source.course_id) == chain.c.course_id)
        .join(step, col(step.id) == col(source.equivalency_id))
        .join(award, col(award.equivalency_id) == col(step.id))
        .where(
            *_counts(),
            sa.func.cardinality(chain.c.path) < sa.bindparam("hops", type_=sa.Integer),
            col(award.course_id) != sa.all_(chain.c.passed),
        )
    )
    return chain.union_all(further)


def _counts() -> list[sa.ColumnElement[bool]]:
    """Whether a rule makes exactly one course out of one course, certainly, on the day."""
    rule, source, award = Equivalency, EquivalencySource, EquivalencyAward
    other, second = orm.aliased(source), orm.aliased(award)
    day = sa.bindparam("day", type_=sa.Date)
    begins, ends = col(rule.effective_from), col(rule.effective_until)
    return [
        col(rule.recorded_until).is_(None),
        col(rule.outcome) == equivalencies.Outcome.AWARDS,
        col(rule.status) == equivalencies.RuleStatus.APPROVED,
        col(rule.strength) == equivalencies.Strength.DIRECT,
        sa.or_(begins.is_(None), begins <= day),
        sa.or_(ends.is_(None), ends >= day),
        col(award.course_id).is_not(None),
        ~sa.exists().where(
            col(other.equivalency_id) == col(rule.id), col(other.group_position) != col(source.group_position)
        ),
        ~sa.exists().where(col(second.equivalency_id) == col(rule.id), col(second.id) != col(award.id)),
    ]


_ANYWHERE, _THERE = (statements.Prepared(_statement(has_place=has_place)) for has_place in (False, True))
