"""What is known of the transfer of courses to an institution."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from gql_api.domain import transfer
from gql_api.reads import rows, statements
from gql_api.tables.equivalencies import Equivalency, EquivalencyAward, EquivalencySource


async def transfer_status(
    connection: rows.Connection, keys: Sequence[tuple[int, int]], *, on: date
) -> list[transfer.TransferStatusAnswer]:
    """For each (course, receiving institution): the status on a day, and the rules it rests on. One statement."""
    found = rows.grouped(
        await _RULES.fetch(
            connection,
            _split,
            course_ids=list({course for course, _ in keys}),
            receiving_ids=list({institution for _, institution in keys}),
        )
    )
    return [transfer.status_of(found[key], on) for key in keys]


def _rules() -> rows.Select:
    rule, source, award = Equivalency, EquivalencySource, EquivalencyAward
    names_course = sa.exists().where(col(award.equivalency_id) == col(rule.id), col(award.course_id).is_not(None))
    return (
        sa.select(
            col(source.course_id),
            col(rule.receiving_institution_id),
            col(rule.id),
            col(rule.status),
            col(rule.outcome),
            col(rule.strength),
            names_course,
            col(rule.effective_from),
            col(rule.effective_until),
        )
        .join(source, col(source.equivalency_id) == col(rule.id))
        .where(
            statements.among(col(source.course_id), "course_ids"),
            statements.among(col(rule.receiving_institution_id), "receiving_ids"),
            col(rule.recorded_until).is_(None),
        )
        .order_by(col(rule.id))
    )


_RULES = statements.Prepared(_rules())


def _split(*row: Any) -> tuple[tuple[int, int], transfer.RuleFacts]:  # noqa: ANN401 - a row's columns are of many types
    course_id, institution_id, *facts = row
    names = ("id", "status", "outcome", "strength", "awards_a_course", "effective_from", "effective_until")
    return (course_id, institution_id), transfer.RuleFacts(**dict(zip(names, facts, strict=True)))
