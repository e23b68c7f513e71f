"""What audits of one list of courses against any number of versions need, in nine statements at most.

The courses are those of a plan, or posted ones, or both. Six statements where the trees are kept; without a plan three
are not needed.

=====  =====================================================================
1–4    the trees of the versions (`requirement_trees`)
5      the plan's exceptions
6      the plan's entries with the decisions about their transfer
7      the policies of the versions' institutions
8      the rules that could apply to the courses (`rule_values`)
9      the courses of entries, awards and decisions (`course_values`)
=====  =====================================================================
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import col

from gql_api.domain import articulation_rules, audit_exceptions, entries, what_if
from gql_api.reads import audit_plans, audits, course_values, requirement_trees, rows, rule_values, statements
from gql_api.tables.institutions import Institution


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A plan (none: nothing but what is posted) with entries added and left out.

    The plan's exceptions hold for the versions in `excepted`: they speak of its own program.
    """

    plan_id: int | None = None
    posted: tuple[entries.PlannedEntry, ...] = ()
    dropped: frozenset[int] = frozenset()
    excepted: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gathered:
    taken: tuple[entries.PlannedEntry, ...]
    exceptions: tuple[audit_exceptions.PlanException, ...]
    receivers: Mapping[int, articulation_rules.Receiver]
    rules: Mapping[int, tuple[articulation_rules.Rule, ...]]
    decisions: Mapping[int, tuple[articulation_rules.Decision, ...]]


async def inputs(
    connection: rows.Connection, scenario: Scenario, version_ids: Sequence[int], *, on: date
) -> list[audits.AuditInput | None]:
    """What the scenario's audit against each version needs as of a day; none for an unknown version."""
    found = await requirement_trees.rules_by_version(connection, version_ids)
    receiving = sorted({one.tree.institution_id for one in found if one is not None})
    gathered = await _gathered(connection, scenario, receiving, on)
    return [
        None if one is None else _input(scenario, version_id, one, gathered)
        for version_id, one in zip(version_ids, found, strict=True)
    ]


def _input(
    scenario: Scenario, version_id: int, version: requirement_trees.VersionRules, gathered: _Gathered
) -> audits.AuditInput:
    institution_id = version.tree.institution_id
    return audits.AuditInput(
        plan_id=scenario.plan_id or 0,
        tree=version.tree,
        entries=gathered.taken,
        possibilities=articulation_rules.Possibilities(
            receiver=gathered.receivers[institution_id],
            rules=gathered.rules.get(institution_id, ()),
            decisions=gathered.decisions.get(institution_id, ()),
        ),
        exceptions=gathered.exceptions if version_id in scenario.excepted else (),
        constraints=version.constraints,
    )


async def _gathered(connection: rows.Connection, scenario: Scenario, receiving: Sequence[int], on: date) -> _Gathered:
    plan_ids = [] if scenario.plan_id is None else [scenario.plan_id]
    exceptions: list[audit_exceptions.PlanException] = []
    held = audit_plans.Taken(entries=rows.grouped(()), decisions=rows.grouped(()))
    if plan_ids:
        plans = await audit_plans.plans(connection, [(id, audits.Aim.TARGET) for id in plan_ids], on=on)
        exceptions += [one for plan in plans.values() for one in plan.exceptions]
        held = await audit_plans.taken(connection, plan_ids)
    posted = {one.course.id for one in scenario.posted if not isinstance(one.course, entries.UnlistedCourse)}
    mine = held.course_ids | posted
    policies = await _POLICIES.fetch(connection, audit_plans.Policies, ids=list(receiving))
    leading = await rule_values.from_courses(connection, mine, receiving)
    awarded = {award.course_id for rule in leading for award in rule.awards if award.course_id is not None}
    known = await course_values.by_id(connection, mine | awarded | held.decided_ids)
    of_plan = [audit_plans.entry_value(entry, known) for entry in held.entries[scenario.plan_id or 0]]
    taken = what_if.changed(of_plan, scenario.posted, scenario.dropped)
    rules = rows.grouped((one.rule.receiving_institution_id, rule_values.value(one, known)) for one in leading)
    ids = {entry.id for entry in taken}
    return _Gathered(
        taken=taken,
        exceptions=tuple(exceptions),
        receivers={one.id: audit_plans.receiver(one, one.id) for one in policies},
        rules={id: tuple(found) for id, found in rules.items()},
        decisions=_decisions(held, ids, known),
    )


def _decisions(
    held: audit_plans.Taken, entry_ids: Collection[int], known: Mapping[int, course_values.CourseValue]
) -> Mapping[int, tuple[articulation_rules.Decision, ...]]:
    """The latest decision on each entry, by the institution that decided."""
    latest = rows.grouped(
        (institution_id, audit_plans.decision_value(found[-1], known))
        for (entry_id, institution_id), found in held.decisions.items()
        if found and entry_id in entry_ids
    )
    return {id: tuple(found) for id, found in latest.items()}


_POLICIES = statements.Prepared(
    sa.select(*rows.columns(Institution, audit_plans.Policies)).where(statements.among(col(Institution.id), "ids"))
)
