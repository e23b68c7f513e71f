"""The board of a gap plan: what the plan has and what the catalog offers, side by side, without averages.

What the plan has is given, whatever its status, and costs nothing; what is offered is to be taken. Courses that do not
exist yet have no grade, so that averages are left out of the search and told as a condition.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gql_api.domain import (
    allocation_board,
    articulation,
    audit_tree,
    courses,
    credit_items,
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

    `is_certain` says that no equivalencies compete for what the plan has.
    """

    board: allocation_board.Board
    offered: range
    is_certain: bool

    def course(self, item: int) -> courses.Course:
        """The course of an offered item."""
        course = self.board.items[item].used[0].course
        if isinstance(course, entries.UnlistedCourse):  # only catalog courses are offered
            raise TypeError(course)
        return course


def setting(
    tree: requirements.ProgramTree,
    constraints: tuple[requirements.Constraint, ...],
    given: suggestions_open.Given,
    offered: Sequence[courses.Course],
    *,
    on: date,
) -> Setting:
    """The board of what the plan has and of those courses, in their order, that it has no credit for yet."""
    receiver = given.possibilities.receiver
    frame = audit_tree.Frame(
        institution_id=tree.institution_id,
        on=on,
        pass_proves=receiver.pass_proves,
        exceptions=tuple(sorted(given.exceptions, key=repr)),
        keys=frozenset(node.key for _, node in requirements.walk(tree.requirements)),
    )
    nodes = audit_tree.nodes(tree, constraints, frame)
    taken = sorted((entries.as_of(one, on) for one in given.entries), key=lambda entry: (entry.label, entry.id))
    awarded = articulation.articulate(articulation.case(taken, given.possibilities, on))
    found = credit_items.items(taken, awarded, receiver, View.PLANNED)
    held = [replace(item, view=View.COMPLETED) for item in repeats.counted(found, taken, receiver).items]
    fresh = added(_new(offered, held))
    more = [item for entry in fresh for item in credit_items.items((entry,), (), receiver, View.PLANNED)]
    board = allocation_board.board(nodes, audit_tree.pairs(nodes), (*held, *more), receiver.credit_tolerance)
    return Setting(
        board=board,
        offered=range(len(held), len(held) + len(more)),
        is_certain=not any(award.alternatives for award in awarded),
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
