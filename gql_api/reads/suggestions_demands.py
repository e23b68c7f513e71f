"""What catalog courses ask for, in two statements: their texts with their institutions, and the courses they name."""

import asyncio
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from gql_api.domain import prerequisite_records, prerequisites, prerequisites_parsing, suggestions_demands
from gql_api.reads import audit_plans, prerequisite_names, rows, statements
from gql_api.tables.courses import Course
from gql_api.tables.institutions import Institution

Demands = suggestions_demands.Demands


class _Standings(NamedTuple):
    sophomore_credits: Decimal
    junior_credits: Decimal
    senior_credits: Decimal


class _Asking(NamedTuple):
    id: int
    text: str
    policies: audit_plans.Policies
    standings: _Standings


async def of_courses(connection: rows.Connection, course_ids: Collection[int]) -> Demands:
    """What these courses ask for. Texts are parsed in a thread: a new one takes milliseconds."""
    if not course_ids:
        return Demands()
    asking = await _ASKING.fetch(connection, _split, ids=sorted(course_ids))
    trees = await asyncio.to_thread(_parsed, asking)
    keys = {key for one in asking for key in prerequisite_names.keys_of(one.policies.id, [trees.get(one.id)])}
    named: dict[int, dict[str, prerequisite_records.Named]] = {}
    for (institution_id, key), one in (await prerequisite_names.named(connection, keys)).items():
        named.setdefault(institution_id, {})[key] = one
    return Demands(
        trees=trees,
        named=named,
        receivers={one.policies.id: audit_plans.receiver(one.policies, one.policies.id) for one in asking},
        standings={
            one.policies.id: prerequisite_records.Standings(
                sophomore=one.standings.sophomore_credits,
                junior=one.standings.junior_credits,
                senior=one.standings.senior_credits,
            )
            for one in asking
        },
    )


def _parsed(asking: list[_Asking]) -> Mapping[int, prerequisites.Prerequisite]:
    trees = {one.id: prerequisites_parsing.parse(one.text) for one in asking}
    return {id: tree for id, tree in trees.items() if tree is not None}


def _split(*row: Any) -> _Asking:  # noqa: ANN401 - a row's columns are of many types
    width = 2 + len(audit_plans.Policies._fields)
    return _Asking(row[0], row[1], audit_plans.Policies(*row[2:width]), _Standings(*row[width:]))


_ASKING = statements.Prepared(
    sa.select(
        col(Course.id),
        col(Course.prerequisite_text),
        *(column.label(f"its_{column.name}") for column in rows.columns(Institution, audit_plans.Policies)),
        *rows.columns(Institution, _Standings),
    )
    .join(Institution, col(Institution.id) == col(Course.institution_id))
    .where(statements.among(col(Course.id), "ids"), col(Course.prerequisite_text).is_not(None))
)
