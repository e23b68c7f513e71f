"""Gap plans: the smallest set of further courses, by credits, then count, that completes a program; or why none does.

The rows of the search ask for no less than the audit does of courses that are yet to come, so that what it finds to be
the least is a bound from below. What it chooses is audited: where the audit agrees it is proven, where not that set
is excluded and the search goes on. Averages are outside: nobody has grades of courses to come.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from gql_api.domain import (
    audit_results,
    audits,
    averages,
    courses,
    credits,
    entries,
    gap_plans_board,
    gap_plans_obstacles,
    gap_plans_prerequisites,
    gap_plans_ways,
    requirements,
    solver,
    suggestions_open,
)

Obstacle = gap_plans_obstacles.Obstacle
Status = audit_results.RequirementStatus
MOST_ROUNDS = 8
"""Sets that are tried before the bound is all that is said."""
ZERO = credits.ZERO
DONE = frozenset({Status.MET, Status.IN_PROGRESS, Status.PLANNED, Status.WAIVED})


class Outcome(Enum):
    """What was found."""

    COMPLETE = "nothing more is needed"
    FOUND = "a set of courses completes the program"
    IMPOSSIBLE = "no courses of the catalog complete it"
    UNDECIDED = "the bound of the work was reached"


class Purpose(Enum):
    """What a course of a gap plan is for."""

    REQUIREMENT = "it is applied to a requirement"
    PREREQUISITE = "another course of the gap plan asks for it"
    TOTALS = "the credits in total, or those earned here, need it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A course to be taken, the leaves that it is applied to by key, and what its prerequisites still leave open.

    `needed_for` are the other courses of the plan that ask for it, in the plan's order.
    """

    course: courses.Course
    credits: Decimal
    purpose: Purpose
    requirement_keys: tuple[str, ...] = ()
    to_settle: tuple[str, ...] = ()
    needed_for: tuple[courses.Course, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GapPlan:
    """The answer. `least_credits` is the bound from below; `is_proven` that no smaller set of the courses suffices."""

    outcome: Outcome
    additions: tuple[Addition, ...] = ()
    credits: Decimal = ZERO
    least_credits: Decimal | None = ZERO
    is_proven: bool = True
    obstacles: tuple[gap_plans_obstacles.Obstacle, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """The courses that could be taken, and what they ask for. Their order does not matter."""

    courses: Sequence[courses.Course]
    asked: gap_plans_prerequisites.Asked = gap_plans_prerequisites.NOTHING


def plan(given: suggestions_open.Given, catalog: Catalog, *, on: date) -> GapPlan:
    """The smallest completion as of a day."""
    tree = gap_plans_board.without_averages(given.tree)
    constraints = gap_plans_board.plain(given.constraints)
    remarks = _averages(given)
    now = _audit(tree, constraints, given, (), on)
    if now.status in DONE:
        return GapPlan(outcome=Outcome.COMPLETE, remarks=remarks if _is_open(given, on) else ())
    settings = gap_plans_board.settings(tree, constraints, given, _offered(catalog.courses), on=on)
    lacking = gap_plans_ways.lacking(settings, tree, now)
    ways = gap_plans_ways.Ways(settings, lacking, catalog.asked)
    remarks += () if settings[0].is_certain else (_TOO_MANY_WAYS,)
    least: Decimal | None = None
    for _ in range(MOST_ROUNDS):
        setting, answer = ways.solve()
        if answer.outcome is solver.Outcome.INFEASIBLE:
            return GapPlan(
                outcome=Outcome.IMPOSSIBLE,
                least_credits=None,
                is_proven=setting.is_certain,
                obstacles=gap_plans_obstacles.found(setting, lacking[0], catalog.asked),
                remarks=remarks,
            )
        if answer.outcome is solver.Outcome.LIMIT:
            break
        least = answer.credits if least is None else least
        chosen = [setting.course(item) for item in answer.chosen]
        audit = _audit(tree, constraints, given, gap_plans_board.added(chosen), on)
        if audit.status in DONE:
            is_proven = answer.is_fewest and setting.is_certain
            additions = _additions(setting, answer.chosen, audit, catalog.asked)
            return _found(additions, least, remarks, is_proven=is_proven and answer.credits == least)
        ways.exclude(setting, answer.chosen)
    return GapPlan(outcome=Outcome.UNDECIDED, least_credits=least, is_proven=False, remarks=remarks)


_TOO_MANY_WAYS = (
    "Equivalencies compete for courses of the plan in more ways than were compared; followed otherwise, fewer courses "
    "may be needed."
)


def _found(additions: Sequence[Addition], least: Decimal, remarks: tuple[str, ...], *, is_proven: bool) -> GapPlan:
    return GapPlan(
        outcome=Outcome.FOUND,
        additions=tuple(additions),
        credits=sum((one.credits for one in additions), credits.ZERO),
        least_credits=least,
        is_proven=is_proven,
        remarks=remarks,
    )


def _is_open(given: suggestions_open.Given, on: date) -> bool:
    """Whether anything, an average that is, is still lacking as the plan stands."""
    return _audit(given.tree, tuple(given.constraints), given, (), on).status not in DONE


def _audit(
    tree: requirements.ProgramTree,
    constraints: tuple[requirements.Constraint, ...],
    given: suggestions_open.Given,
    more: Iterable[entries.PlannedEntry],
    on: date,
) -> audit_results.Audit:
    taken = (*given.entries, *more)
    return audits.audit(tree, taken, given.possibilities, given.exceptions, on=on, constraints=constraints)


def _offered(found: Iterable[courses.Course]) -> list[courses.Course]:
    """The courses, cross-listed ones once, those of a low level first."""
    offered: dict[int, courses.Course] = {}
    for course in sorted(found, key=_order):
        offered.setdefault(min(course.same_ids), course)
    return list(offered.values())


def _order(course: courses.Course) -> tuple[int, str, int]:
    return (10_000 if course.level is None else course.level, course.code, course.id)


def _additions(
    setting: gap_plans_board.Setting,
    chosen: Sequence[int],
    audit: audit_results.Audit,
    asked: gap_plans_prerequisites.Asked,
) -> list[Addition]:
    """The chosen courses, what others ask for before these, then by level."""
    applied = _applied(audit)
    named = [
        (course, gap_plans_prerequisites.meant_by(asked.trees.get(course.id), asked))
        for course in sorted(map(setting.course, chosen), key=_order)
    ]
    found: list[Addition] = []
    for place, item in enumerate(chosen):
        course, keys = setting.course(item), applied.get(-place - 1, ())
        tree = asked.trees.get(course.id)
        asking = tuple(other for other, ids in named if other is not course and course.same_ids & ids)
        purpose = Purpose.REQUIREMENT if keys else Purpose.PREREQUISITE if asking else Purpose.TOTALS
        found.append(
            Addition(
                course=course,
                credits=setting.board.items[item].main.credits,
                purpose=purpose,
                requirement_keys=keys,
                to_settle=() if tree is None else gap_plans_prerequisites.needed(tree, asked),
                needed_for=asking,
            )
        )
    return _in_order(found, asked)


def _applied(audit: audit_results.Audit) -> Mapping[int, tuple[str, ...]]:
    """The leaves that each entry is applied to."""
    parents = {result.parent_key for result in audit.requirements}
    found: dict[int, list[str]] = {}
    for result in audit.requirements:
        if result.key not in parents:
            for one in result.in_view(entries.View.PLANNED).applied:
                for id in one.entry_ids:
                    found.setdefault(id, []).append(result.key)
    return {id: tuple(keys) for id, keys in found.items()}


def _in_order(found: Sequence[Addition], asked: gap_plans_prerequisites.Asked) -> list[Addition]:
    """Each after what it asks for, as far as that is possible; else by level and code."""
    waiting = sorted(found, key=lambda one: _order(one.course))
    done: list[Addition] = []
    while waiting:
        still = {id for one in waiting for id in one.course.same_ids}
        ready = next((one for one in waiting if not _waits(one.course, still, asked)), waiting[0])
        waiting.remove(ready)
        done.append(ready)
    return done


def _waits(course: courses.Course, still: set[int], asked: gap_plans_prerequisites.Asked) -> bool:
    """Whether the course asks for one that is still to come."""
    named = gap_plans_prerequisites.meant_by(asked.trees.get(course.id), asked)
    return bool((named - course.same_ids) & still)


def _averages(given: suggestions_open.Given) -> tuple[str, ...]:
    """What the plan still has to keep to beside the courses."""
    asked = [] if given.tree.minimum_gpa is None else [("the program", given.tree.minimum_gpa)]
    asked += [("the program", one.gpa) for one in given.constraints if one.gpa is not None]
    asked += [
        (node.name, one.gpa)
        for _, node in requirements.walk(given.tree.requirements)
        for one in node.constraints
        if one.gpa is not None
    ]
    return tuple(
        dict.fromkeys(
            f"A grade point average of {averages.exactly(gpa)} is needed in {name}; courses to come have no grades yet."
            for name, gpa in asked
        )
    )
