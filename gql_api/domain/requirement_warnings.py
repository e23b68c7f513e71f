"""What looks wrong in a requirement tree that can be stored all the same: numbers nobody can reach, nodes without any.

These are the findings that need the tree and the credits of its courses only; program health proper compares nodes
with each other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from gql_api.domain import program_versions, requirements, wording

Kind = requirements.ConstraintKind
MostCredits = Callable[[requirements.CourseOption], Decimal | None]
"""The most credits that an option can bring, none where that is not known or has no end."""


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning and the requirement that it is about."""

    key: str
    message: str


def warnings(content: program_versions.VersionContent, most_credits: MostCredits) -> tuple[Warned, ...]:
    """The warnings in the order of the tree."""
    return tuple(
        Warned(here.node.key, f"“{here.node.name}” {message}")
        for here in program_versions.located(content)
        if here.node.is_leaf
        for message in _of_leaf(here.node, most_credits)
    )


def said(amount: Decimal | int) -> str:
    """A number as people write it: 6, 1.5."""
    return format(Decimal(amount).normalize(), "f")


def _of_leaf(node: requirements.Requirement, most_credits: MostCredits) -> Iterator[str]:
    needed = _needed_credits(node)
    if not _asks(node):
        if not node.is_optional and not node.is_residual:
            yield _needs_nothing(node)
        return
    if node.max_credits is not None and needed > node.max_credits:
        yield f"needs {_credits(needed)} and takes at most {said(node.max_credits)}."
    if node.min_courses is not None and node.max_courses is not None and node.min_courses > node.max_courses:
        yield f"needs {_courses(node.min_courses)} and takes at most {node.max_courses}."
    if node.is_residual:
        return
    if not any(not option.is_excluded for option in node.options):
        yield "has nothing to choose from: its pool is empty."
    elif (named := _named(node)) is not None:
        yield from _short(node, needed, named, most_credits)


def _asks(node: requirements.Requirement) -> bool:
    own = (node.min_credits, node.min_courses)
    return any(own) or any(constraint.kind.name.startswith("MIN_") for constraint in node.constraints)


def _needs_nothing(node: requirements.Requirement) -> str:
    if node.max_credits is not None or node.max_courses is not None:
        limit = "max_credits" if node.max_credits is not None else "max_courses"
        return f"needs nothing: it has a maximum and no minimum. Was {limit} meant as the minimum?"
    return "needs nothing: it has no minimum."


def _needed_credits(node: requirements.Requirement) -> Decimal:
    """The most that its minima of credits ask for; a part that is needed is needed of the whole."""
    kinds = (Kind.MIN_CREDITS, Kind.MIN_CREDITS_AT_LEVEL, Kind.MIN_RESIDENCY_CREDITS)
    parts = (constraint.credits for constraint in node.constraints if constraint.kind in kinds)
    return max((Decimal(0), *(amount for amount in (node.min_credits, *parts) if amount is not None)))


def _named(node: requirements.Requirement) -> tuple[requirements.CourseOption, ...] | None:
    """The courses of the pool, none where a pattern leaves open which they are."""
    options = tuple(option for option in node.options if not option.is_excluded)
    named = tuple(option for option in options if isinstance(option, requirements.CourseOption))
    return named if len(named) == len(options) else None


def _short(
    node: requirements.Requirement,
    needed: Decimal,
    named: tuple[requirements.CourseOption, ...],
    most_credits: MostCredits,
) -> Iterator[str]:
    """Where the whole pool is less than what is needed."""
    known = tuple(option for option in named if option.course_id is not None)
    missing = len(named) - len(known)
    others = "" if not missing else f", {missing} more {'does' if missing == 1 else 'do'} not exist"
    amounts = [most_credits(option) for option in known]
    total = sum((amount for amount in amounts if amount is not None), Decimal(0))
    if None not in amounts and total < needed:
        carry = "carries" if len(known) == 1 else "carry"
        yield f"needs {_credits(needed)}; its {_courses(len(known))} {carry} {said(total)} at most{others}."
    if node.min_courses is not None and len(known) < node.min_courses:
        yield f"needs {_courses(node.min_courses)}; its pool has {len(known)}{others}."


def _courses(count: int) -> str:
    return f"{count} {wording.plural(count, 'course')}"


def _credits(amount: Decimal) -> str:
    return f"{said(amount)} {wording.plural(amount, 'credit')}"
