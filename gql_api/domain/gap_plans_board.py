"""The board of a gap plan: what the plan has and what the catalog offers, side by side, without averages.

What the plan has is given, whatever its status, and costs nothing; what is offered is to be taken. Courses that do not
exist yet have no grade, so that averages are left out of the search and told as a condition.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from gql_api.domain import (
    allocation_board,
    allocation_fitting,
    articulation,
    audit_choices,
    audit_problem,
    audit_tree,
    courses,
    credit_items,
    credits,
    entries,
    repeats,
    requirements,
    statuses,
    suggestions_open,
)

View = entries.View


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The problem: the board, and of its items those that are offered, by number.

    `held` are the credits that the plan has, in total and earned at the program's institution. `is_certain` says that
    the settings of a plan are all there are: one for each way to follow competing equivalencies.
    """

    board: allocation_board.Board
    offered: range
    held: tuple[Decimal, Decimal]
    is_certain: bool

    def course(self, item: int) -> courses.Course:
        """The course of an offered item."""
        course = self.board.items[item].used[0].course
        if isinstance(course, entries.UnlistedCourse):  # only catalog courses are offered
            raise TypeError(course)
        return course


def settings(
    tree: requirements.ProgramTree,
    constraints: tuple[requirements.Constraint, ...],
    given: suggestions_open.Given,
    offered: Sequence[courses.Course],
    *,
    on: date,
) -> tuple[Setting, ...]:
    """The boards of what the plan has and of those courses, in their order, that it has no credit for yet.

    There is one for each way to award the credit of what the plan has; beyond `audit_choices.MOST_CHOICES` no more.
    """
    receiver = given.possibilities.receiver
    frame = audit_tree.Frame(
        institution_id=tree.institution_id,
        on=on,
        pass_proves=receiver.pass_proves,
        exceptions=tuple(sorted(given.exceptions, key=repr)),
    )
    taken = sorted((entries.as_of(one, on) for one in given.entries), key=lambda entry: (entry.label, entry.id))
    problem = audit_problem.Problem(
        version=audit_tree.prepared(tree, constraints, frame),
        taken=tuple(taken),
        possibilities=given.possibilities,
        on=on,
    )
    ways = problem.awards(problem.case(View.PLANNED, None))
    is_certain = len(ways) < audit_choices.MOST_CHOICES
    return tuple(_setting(problem, awarded, offered, is_certain=is_certain) for awarded in ways)


def _setting(
    problem: audit_problem.Problem,
    awarded: Sequence[articulation.Awarded],
    offered: Sequence[courses.Course],
    *,
    is_certain: bool,
) -> Setting:
    receiver = problem.receiver
    found = credit_items.items(problem.taken, awarded, receiver, View.PLANNED)
    held = [replace(item, view=View.COMPLETED) for item in repeats.counted(found, list(problem.taken), receiver).items]
    fresh = added(_new(offered, held))
    more = [item for entry in fresh for item in credit_items.items((entry,), (), receiver, View.PLANNED)]
    board = allocation_fitting.board(problem.nodes, problem.version.pairs, (*held, *more), receiver.credit_tolerance)
    counting = [item.main for item in held if item.is_accepted and item.main.level != courses.DEVELOPMENTAL]
    return Setting(
        board=board,
        offered=range(len(held), len(held) + len(more)),
        held=(
            sum((face.credits for face in counting), credits.ZERO),
            sum((face.credits for face in counting if face.is_own), credits.ZERO),
        ),
        is_certain=is_certain,
    )


def _new(offered: Iterable[courses.Course], held: Sequence[credit_items.Item]) -> list[courses.Course]:
    """The courses of which nothing is earned yet, neither by themselves nor through an equivalency."""
    earned = [item.main.course for item in held if item.main.course is not None]
    spent = {id for course in earned for id in course.same_ids}
    groups = {course.exclusion_group_id for course in earned} - {None}
    return [one for one in offered if one.same_ids.isdisjoint(spent) and one.exclusion_group_id not in groups]


def added(offered: Iterable[courses.Course]) -> tuple[entries.PlannedEntry, ...]:
    """The courses as entries to come, with ids that no plan has."""
    return tuple(
        entries.PlannedEntry(id=-place - 1, course=course, status=statuses.PlannedStatus.PLANNED, is_repeat=True)
        for place, course in enumerate(offered)
    )


def without_averages(tree: requirements.ProgramTree) -> requirements.ProgramTree:
    """The tree with no grade point average asked for anywhere."""
    return replace(tree, minimum_gpa=None, requirements=tuple(_without(node) for node in tree.requirements))


def plain(constraints: tuple[requirements.Constraint, ...]) -> tuple[requirements.Constraint, ...]:
    """The constraints that are no averages."""
    return tuple(one for one in constraints if one.kind is not requirements.ConstraintKind.MIN_GPA)


def _without(node: requirements.Requirement) -> requirements.Requirement:
    return replace(
        node, children=tuple(_without(child) for child in node.children), constraints=plain(node.constraints)
    )
