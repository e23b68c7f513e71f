"""What a program version says, apart from when and whether it is published: one value to compare, check and store."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from gql_api.domain import requirements as trees  # a field below has the module's name


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionContent:
    """The requirement tree with the facts and constraints that hold for the whole version."""

    requirements: tuple[trees.Requirement, ...] = ()
    constraints: tuple[trees.Constraint, ...] = ()
    total_credits: Decimal | None = None
    residency_credits: Decimal | None = None
    minimum_gpa: Decimal | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A node with where it stands; `path` leads to it in a document (`requirements`, `0`, `children`, `2`)."""

    node: trees.Requirement
    parent_key: str | None
    depth: int
    path: tuple[str, ...]


def located(content: VersionContent) -> Iterator[Located]:
    """Every node, each before its children. It keeps its own stack: a tree too deep is reported, not a crash."""
    stack = [
        Located(node=node, parent_key=None, depth=0, path=("requirements", str(index)))
        for index, node in reversed(tuple(enumerate(content.requirements)))
    ]
    while stack:
        here = stack.pop()
        yield here
        stack.extend(
            Located(
                node=child,
                parent_key=here.node.key,
                depth=here.depth + 1,
                path=(*here.path, "children", str(index)),
            )
            for index, child in reversed(tuple(enumerate(here.node.children)))
        )


def canonical(content: VersionContent) -> VersionContent:
    """The content without what storing it adds: ids, gaps in positions, the order of constraints and shares.

    Two versions say the same if and only if their canonical forms are equal. The order of requirements and of the
    options of a pool is kept: people see it. Which course a code led to is no part of what was published.
    """
    return replace(
        content,
        requirements=tuple(_canonical_node(node, index) for index, node in enumerate(content.requirements)),
        constraints=canonical_constraints(content.constraints),
    )


def canonical_constraints(constraints: tuple[trees.Constraint, ...]) -> tuple[trees.Constraint, ...]:
    """The distinct constraints in an order of their own."""
    return tuple(sorted({replace(constraint, id=0) for constraint in constraints}, key=_constraint_order))


def _canonical_node(node: trees.Requirement, position: int) -> trees.Requirement:
    return replace(
        node,
        id=0,
        position=position,
        children=tuple(_canonical_node(child, index) for index, child in enumerate(node.children)),
        options=tuple(_canonical_option(option) for option in node.options),
        share_with=tuple(sorted(node.share_with, key=lambda share: share.with_key)),
        constraints=canonical_constraints(node.constraints),
    )


def _canonical_option(option: trees.Option) -> trees.Option:
    return replace(option, course_id=None) if isinstance(option, trees.CourseOption) else option


def _constraint_order(constraint: trees.Constraint) -> tuple[str, ...]:
    """An order that depends on nothing but the values. Equal amounts print alike: 3 and 3.000 are one number."""
    scope = constraint.scope
    amounts = (constraint.credits, constraint.gpa)
    return (
        constraint.kind.name,
        *("" if amount is None else f"{amount:09.3f}" for amount in amounts),
        *(
            "" if number is None else f"{number:09d}"
            for number in (
                constraint.courses,
                constraint.level,
                constraint.years,
                constraint.subjects,
                scope.level_from,
                scope.level_to,
                scope.institution_id,
            )
        ),
        *(
            text or ""
            for text in (
                constraint.attribute,
                constraint.attribute_value,
                scope.attribute,
                scope.attribute_value,
                constraint.description,
            )
        ),
        "" if constraint.grade is None else constraint.grade.name,
        *sorted(scope.subjects),
    )
