"""The credit that counts in a version's totals: all that is accepted, applied or not, and never developmental."""

from collections.abc import Iterable
from decimal import Decimal

from gql_api.domain import allocation_board, allocation_state, audit_constraints, courses, credits


def accepted(state: allocation_state.State) -> list[audit_constraints.Use]:
    """Accepted items as they are applied, within the program's maxima."""
    board = state.board
    items, every = board.items, board.fits
    applied = {item: leaf for leaf, item in reversed(state.pairs())}
    uses: list[audit_constraints.Use] = []
    maxima = board.nodes[allocation_board.ROOT].maxima
    for item in (*sorted(applied), *[item for item in board.numbers if item not in applied]):
        found = items[item]
        if item in applied:
            use = audit_constraints.Use(found, every[applied[item]][item].face)
        else:
            use = audit_constraints.Use(found, found.main)
            if found.doubt is not None or not (found.is_accepted or any(item in fits for fits in every.values())):
                continue
        if use.face.level != courses.DEVELOPMENTAL and (not maxima or _is_within(maxima, [*uses, use])):
            uses.append(use)
    return uses


def credits_of(uses: Iterable[audit_constraints.Use]) -> Decimal:
    """The credits of what is applied."""
    return sum([use.face.credits for use in uses], credits.ZERO)


def residency_of(uses: Iterable[audit_constraints.Use]) -> Decimal:
    """The credits among them that were earned at the program's institution."""
    return credits_of(use for use in uses if use.face.is_own)


def _is_within(maxima: tuple[allocation_board.Bound, ...], uses: list[audit_constraints.Use]) -> bool:
    return all(
        audit_constraints.measure(bound.constraint, uses) <= bound.amount + audit_constraints.SLACK for bound in maxima
    )
