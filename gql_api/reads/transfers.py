"""What it takes to articulate a list of courses, to one institution or to all: rules, policies, awarded courses.

Three statements, however many courses, rules and institutions: the rules, the institutions with their policies, the
courses that the rules award.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from gql_api.domain import articulation_rules
from gql_api.reads import audit_plans, course_values, rows, rule_values, statements
from gql_api.tables.institutions import Institution


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The rules that speak of some courses, or of what they become on the way, and the institutions they lead to."""

    rules: tuple[articulation_rules.Rule, ...]
    receivers: Mapping[int, articulation_rules.Receiver]

    def to(self, institution_id: int) -> articulation_rules.Possibilities:
        """What may turn the courses into credit of one institution."""
        return articulation_rules.Possibilities(
            receiver=self.receivers[institution_id],
            rules=tuple(rule for rule in self.rules if rule.receiving_institution_id == institution_id),
        )


async def ways(
    connection: AsyncConnection, course_ids: Collection[int], *, to: int | None = None, hops: int = 1
) -> Ways:
    """The ways from these courses to an institution within so many hops, or (to none) to every one within one."""
    found = await rule_values.reachable(connection, course_ids, to, hops)
    receiving = {row.rule.receiving_institution_id for row in found} | ({to} if to is not None else set[int]())
    policies = await _POLICIES.fetch(connection, audit_plans.Policies, ids=sorted(receiving))
    awarded = {award.course_id for row in found for award in row.awards if award.course_id is not None}
    known = await course_values.by_id(connection, awarded)
    return Ways(
        rules=tuple(rule_values.value(row, known) for row in found),
        receivers={one.id: audit_plans.receiver(one, one.id) for one in policies},
    )


_POLICIES = statements.Prepared(
    sa.select(*rows.columns(Institution, audit_plans.Policies)).where(statements.among(col(Institution.id), "ids"))
)
