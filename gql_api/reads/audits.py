"""What an audit needs of any number of plans, in eight statements at most: rows end here, frozen values begin.

=====  ===============================================================================
1      plans with the policies of their programs' institutions and the exceptions
2–5    the trees of their versions (`requirement_trees`)
6      the plans' entries with the decisions about their transfer
7      the rules that could apply to these entries (`rule_values`)
8      the courses of entries, awards and decisions (`course_values`)
=====  ===============================================================================

What another field of the same request has read is not read again (`plan_facts`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gql_api.domain import articulation_rules, audit_exceptions, audit_results, audits, entries, requirements
from gql_api.reads import audit_plans, course_values, plan_facts, requirement_trees, rows

Aim = audit_plans.Aim
Key = audit_plans.Key


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditInput:
    """Everything about one plan that an audit looks at."""

    plan_id: int
    tree: requirements.ProgramTree
    entries: tuple[entries.PlannedEntry, ...]
    possibilities: articulation_rules.Possibilities
    exceptions: tuple[audit_exceptions.PlanException, ...] = ()
    constraints: tuple[requirements.Constraint, ...] = ()

    def audit(self, on: date) -> audit_results.Audit:
        """The verdict as of a day."""
        return audits.audit(
            self.tree, self.entries, self.possibilities, self.exceptions, on=on, constraints=self.constraints
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gathered:
    """What was read of all plans, by what it is looked up with."""

    plans: Mapping[Key, audit_plans.AuditedPlan]
    versions: Mapping[int, requirement_trees.VersionRules]
    taken: audit_plans.Taken
    entries: Mapping[int, tuple[entries.PlannedEntry, ...]]
    rules: Mapping[int, Sequence[articulation_rules.Rule]]
    """By the receiving institution."""
    courses: Mapping[int, course_values.CourseValue]


async def inputs(
    connection: rows.Connection, plan_ids: Sequence[int], *, on: date, aim: audit_plans.Aim = Aim.TARGET
) -> list[AuditInput | None]:
    """What each plan's audit needs as of the day `on`; none where the plan is unknown or has no such program."""
    return await of_aims(connection, [(plan_id, aim) for plan_id in plan_ids], plan_facts.Held(), on=on)


async def of_aims(
    connection: rows.Connection, keys: Sequence[Key], held: plan_facts.Held, *, on: date
) -> list[AuditInput | None]:
    """The same for each (plan, which of its programs). A plan is read once, whichever are asked for."""
    plans = await audit_plans.plans(connection, keys, on=on)
    if not plans:
        return [None] * len(keys)
    version_ids = {plan.version_id for plan in plans.values()}
    read = await held.versions(connection, sorted(version_ids))
    versions = {id: one for id in version_ids if (one := read[id]) is not None}
    gathered = await _gathered(connection, plans, versions, held)
    return [_input(key, gathered) for key in keys]


async def _gathered(
    connection: rows.Connection,
    plans: Mapping[Key, audit_plans.AuditedPlan],
    versions: Mapping[int, requirement_trees.VersionRules],
    held: plan_facts.Held,
) -> _Gathered:
    taken = await held.taken(connection, {plan_id for plan_id, _ in plans})
    receivers = {one.tree.institution_id for one in versions.values()}
    rules = await held.rules(connection, taken.course_ids, receivers)
    awarded = plan_facts.awarded(rules)
    courses = await held.courses(connection, taken.course_ids | taken.decided_ids | awarded)
    return _Gathered(
        plans=plans,
        versions=versions,
        taken=taken,
        entries=held.entries(taken),
        rules=held.made(rules),
        courses=courses,
    )


def _input(key: Key, gathered: _Gathered) -> AuditInput | None:
    plan = gathered.plans.get(key)
    version = None if plan is None else gathered.versions.get(plan.version_id)
    if plan is None or version is None:
        return None
    plan_id, _ = key
    return AuditInput(
        plan_id=plan_id,
        tree=version.tree,
        entries=gathered.entries.get(plan_id, ()),
        possibilities=_possibilities(plan_id, plan, version.tree.institution_id, gathered),
        exceptions=plan.exceptions,
        constraints=version.constraints,
    )


def _possibilities(
    plan_id: int, plan: audit_plans.AuditedPlan, institution_id: int, gathered: _Gathered
) -> articulation_rules.Possibilities:
    """The rules that speak of this plan's courses, and the latest decision on each of its entries."""
    found = gathered.taken.entries.get(plan_id, [])
    known = [gathered.courses[entry.course_id] for entry in found if entry.course_id is not None]
    mine = {id for one in known for id in one.course.same_ids}
    return articulation_rules.Possibilities(
        receiver=audit_plans.receiver(plan.policies, institution_id),
        rules=tuple(
            rule
            for rule in gathered.rules.get(institution_id, ())
            if any(source.course_id in mine for group in rule.groups for source in group)
        ),
        decisions=tuple(
            audit_plans.decision_value(one, gathered.courses)
            for entry in found
            for one in gathered.taken.decisions.get((entry.id, institution_id), ())[-1:]
        ),
    )
