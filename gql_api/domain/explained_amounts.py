"""How many courses and credits a requirement has and lacks, in words, each number once."""

from collections.abc import Sequence
from decimal import Decimal

from gql_api.domain import (
    allocation_board,
    allocation_state,
    audit_constraints,
    constraint_words,
    credits,
    requirements,
    verdicts,
    wording,
)

Constraints = Sequence[tuple[requirements.Constraint, audit_constraints.ConstraintResult]]
"""The constraints of a requirement with how they stand."""


def is_credits(kind: requirements.ConstraintKind) -> bool:
    """Whether a constraint asks for credits among those of its requirement."""
    return audit_constraints.is_minimum(kind) and "CREDITS" in kind.name


def facts(node: allocation_board.Node, state: allocation_state.State, constraints: Constraints) -> list[str]:
    """What there is of what is needed: courses, credits, and every constraint that does not hold."""
    found: list[str] = []
    open_ones = [one for _, one in constraints if one.verdict is not verdicts.Verdict.YES]
    if node.min_courses:
        count = f"{state.courses(node.index)} of {node.min_courses} {wording.plural(node.min_courses, 'course')}"
        found.append(count)
    if node.min_credits > 0:
        has = state.credits(node.index)
        # A constraint with the very same numbers says it, and says more.
        if not any(is_credits(one.kind) and (one.actual, one.needed) == (has, node.min_credits) for one in open_ones):
            noun = wording.plural(node.min_credits, "credit")
            found.append(f"{credits.displayed(has)} of {credits.displayed(node.min_credits)} {noun}")
    return found + [wording.open_ended(one.sentence) for one in open_ones]


def lacking(node: allocation_board.Node, state: allocation_state.State, constraints: Constraints) -> list[str]:
    """The courses and credits that are still needed, to go on after “Needs”.

    Credits that a constraint asks for are among the requirement's own: `12.00 more credits (4.00 of them in ART)`, and
    where they are as many or more, they alone are told.
    """
    found: list[str] = []
    courses = node.min_courses - state.courses(node.index)
    if courses > 0:
        found.append(f"{courses} more {wording.plural(courses, 'course')}")
    plain = Decimal(0)
    if not state.has_credits(node.index):
        plain = node.min_credits - state.credits(node.index)
    parts = [(one, _more(result)) for one, result in constraints if is_credits(result.kind) and result.lacking]
    among = [constraint_words.among(one, amount) for one, amount in parts if amount < plain]
    if plain > 0 and all(amount < plain for _, amount in parts):
        more = f" ({wording.listed(among)})" if among else ""
        found.append(f"{credits.displayed(plain)} more {wording.plural(plain, 'credit')}{more}")
        return found
    return found + [result.lacking for _, result in constraints if is_credits(result.kind) and result.lacking]


def helps(node: allocation_board.Node, state: allocation_state.State, item: int) -> bool:
    """Whether an item that fits a leaf brings some of what the leaf lacks.

    Courses and credits count by themselves only where more of them are lacking than conditions on them ask for.
    """
    uses, use = state.uses(node.index), state.board.use(node.index, item)
    short: dict[bool, list[Decimal]] = {True: [], False: []}
    for bound in node.minima:
        has = audit_constraints.measure(bound.constraint, uses)
        if has < bound.amount:
            if audit_constraints.measure(bound.constraint, [*uses, use]) > has:
                return True
            short[is_credits(bound.constraint.kind)].append(bound.amount - has)
    if node.min_courses - len(uses) > max(short[False], default=credits.ZERO):
        return True
    plain = credits.ZERO if state.has_credits(node.index) else node.min_credits - state.credits(node.index)
    return use.face.credits > 0 and plain > max(short[True], default=credits.ZERO)


def _more(result: audit_constraints.ConstraintResult) -> Decimal:
    return (result.needed or Decimal(0)) - (result.actual or Decimal(0))
