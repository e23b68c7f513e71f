"""Prerequisites of the courses of a gap plan, as rows of its program: whoever takes a course takes what it asks for.

A consent, a placement, a standing, an average or a text that is not understood cannot be planned: it stands in
nobody's way, and the plan names it. When a course is to be taken is left to the student.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from gql_api.domain import prerequisites, solver_programs

Terms = solver_programs.Terms
Course = prerequisites.CourseNeeded


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What courses ask for, by their id; which courses satisfy a name; whether the plan's own satisfy it."""

    trees: Mapping[int, prerequisites.Prerequisite] = field(default_factory=dict[int, prerequisites.Prerequisite])
    meant: Callable[[Course], frozenset[int]] = lambda _needed: frozenset()
    is_held: Callable[[Course], bool] = lambda _needed: False

    def named(self) -> frozenset[int]:
        """Every course that one of the trees may lead to."""
        return frozenset(
            id for tree in self.trees.values() for needed in prerequisites.asked(tree) for id in self.meant(needed)
        )


NOTHING = Asked()


def meant_by(tree: prerequisites.Prerequisite | None, asked: Asked) -> frozenset[int]:
    """The courses that a tree names and the plan does not have; none for no tree."""
    if tree is None:
        return frozenset()
    return frozenset(
        id for needed in prerequisites.asked(tree) if not asked.is_held(needed) for id in asked.meant(needed)
    )


def add(program: solver_programs.Program, asked: Asked, taken: Mapping[int, Terms]) -> None:
    """Rows for every course of `taken`, which has the number of times that a course is taken as an expression."""
    for course_id in sorted(taken):
        tree = asked.trees.get(course_id)
        if tree is not None:
            _needs(program, taken[course_id], tree, asked, taken)


def needed(tree: prerequisites.Prerequisite, asked: Asked) -> tuple[str, ...]:
    """What no course can satisfy, in the words of the catalog, where the plan's courses do not satisfy the whole."""
    return tuple(dict.fromkeys(_told(tree, asked)))


def _told(node: prerequisites.Prerequisite, asked: Asked) -> Iterable[str]:
    match node:
        case prerequisites.CourseNeeded() | prerequisites.Note() | prerequisites.Not():
            return
        case prerequisites.AllOf() | prerequisites.AtLeast():
            for member in node.members:
                yield from _told(member, asked)
        case prerequisites.AnyOf():
            if not any(isinstance(one, Course) and (asked.is_held(one) or asked.meant(one)) for one in node.members):
                for member in node.members:
                    yield from _told(member, asked)
        case _:
            yield node.text


def _needs(
    program: solver_programs.Program,
    column: Terms,
    node: prerequisites.Prerequisite,
    asked: Asked,
    taken: Mapping[int, Terms],
) -> None:
    """Whoever takes `column` satisfies the node."""
    if isinstance(node, prerequisites.AllOf):
        for member in node.members:
            _needs(program, column, member, asked, taken)
        return
    found = _satisfying(program, node, asked, taken)
    if found is None:
        return
    needed_number = node.needed if isinstance(node, prerequisites.AtLeast) else 1
    held = found.pop(_HELD, 0)
    if held < needed_number:
        program.at_least(solver_programs.added(found, solver_programs.times(held - needed_number, column)), 0)


_HELD = -1
"""In place of a column: how many members are satisfied already."""


def _satisfying(
    program: solver_programs.Program, node: prerequisites.Prerequisite, asked: Asked, taken: Mapping[int, Terms]
) -> Terms | None:
    """What satisfies the node, as an expression that is at least the number needed; none where it asks nothing here."""
    match node:
        case prerequisites.CourseNeeded():
            if asked.is_held(node):
                return {_HELD: 1}
            return solver_programs.added(*(taken[id] for id in sorted(asked.meant(node)) if id in taken))
        case prerequisites.AnyOf() | prerequisites.AtLeast():
            parts = [_member(program, member, asked, taken) for member in node.members]
            return None if any(part is None for part in parts) else solver_programs.added(*(p for p in parts if p))
        case prerequisites.AllOf():
            return _member(program, node, asked, taken)
        case _:
            return None


def _member(
    program: solver_programs.Program, node: prerequisites.Prerequisite, asked: Asked, taken: Mapping[int, Terms]
) -> Terms | None:
    """A member of a choice: a course as it is, anything else as a column that is 1 only where it is satisfied."""
    if isinstance(node, prerequisites.CourseNeeded):
        return _satisfying(program, node, asked, taken)
    if not prerequisites.members(node) or isinstance(node, prerequisites.Not):
        return None
    column = {program.column(): 1}
    _needs(program, column, node, asked, taken)
    return column
