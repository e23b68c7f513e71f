"""The allocation: which item is applied to which requirement, the best by the goals of `model_goals`, and proved.

A board is split into components that share no item. A component that is nothing but slots is filled by augmenting
paths; if that meets all that can be met, it is the best there is. Any other is solved as a 0/1 program. Everything is
canonical and bounded by counts, so that the same board always gets the same allocation.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gql_api.domain import (
    allocation_board,
    allocation_bounds,
    allocation_exact,
    allocation_goals,
    allocation_proofs,
    allocation_state,
    entries,
    flows,
    model_figures,
    model_goals,
    reductions,
    solver,
)

Method = allocation_proofs.Method
Proof = allocation_proofs.Proof
Pairs = tuple[tuple[int, int], ...]
BOUND = f"the search for the best allocation stopped at its bound of {solver.MOST_NODES:,} nodes"
"""Why an allocation is not proven: what is met is met, and whether more could be is not known."""
_METHODS = tuple(Method)
_RANKS = {entries.View.PLANNED: 2, entries.View.IN_PROGRESS: 1, entries.View.COMPLETED: 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocated:
    """An allocation with its proofs, one per component. Beneath `unchanged` requirements is what was there."""

    state: allocation_state.State
    proofs: tuple[allocation_proofs.Proof, ...]
    unchanged: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """One board, with what a narrower view met (`kept`) and where it had its items (`stays`)."""

    figures: model_figures.Figures
    view: entries.View
    kept: frozenset[int]
    stays: frozenset[tuple[int, int]]
    fixed: Pairs
    before: Allocated | None

    @property
    def board(self) -> allocation_board.Board:
        """The board that is solved."""
        return self.figures.board


def allocate(
    board: allocation_board.Board,
    view: entries.View = entries.View.COMPLETED,
    *,
    kept: Collection[int] = (),
    stays: Collection[tuple[int, int]] = (),
    before: Allocated | None = None,
) -> Allocated:
    """The best allocation on this board. `kept` top-level requirements stay met; of equal ones that with `stays`.

    `before` is the narrower view's, where `kept` is all that it met and `stays` all that it applied: where later items
    cannot improve on it, it stands.
    """
    figures = model_figures.Figures(board)
    task = _Task(
        figures=figures,
        view=view,
        kept=frozenset(kept),
        stays=frozenset(stays),
        fixed=_forced(board),
        before=before,
    )
    pairs: list[tuple[int, int]] = []
    proofs: list[Proof] = []
    unchanged: list[int] = []
    for component in reductions.components(figures, board.tops):
        standing = _as_before(task, component.tops)
        unchanged += component.tops if standing is not None else ()
        found, proof = standing or _solve(task, component.tops)
        pairs += found
        proofs.append(proof)
    state = allocation_state.State(figures, pairs)
    return Allocated(state=state, proofs=tuple(proofs), unchanged=frozenset(unchanged))


def _solve(task: _Task, tops: tuple[int, ...]) -> tuple[Pairs, allocation_proofs.Proof]:
    leaves = [leaf for top in tops for leaf in task.board.nodes[top].leaves if task.board.fits.get(leaf)]
    if not leaves:
        return (), _proof(task, tops, Method.REDUCTION)
    filled = _flow(task, tops, leaves)
    if filled is not None and filled.violator is None and _is_best(task, tops, filled.pairs):
        return filled.pairs, _proof(task, tops, Method.FLOW if filled.paths else Method.REDUCTION)
    root = task.board.nodes[allocation_board.ROOT]
    with_version = bool(root.minima) and all(task.figures.is_possible[top] for top in root.choices)
    exact = _exact(task, tops, with_version=with_version)
    is_proven = exact.outcome is solver.Outcome.OPTIMAL
    proof = Proof(
        view=task.view,
        keys=_keys(task, tops),
        method=Method.SOLVER,
        nodes=exact.nodes,
        iterations=exact.iterations,
        bound=None if is_proven else BOUND,
    )
    return exact.pairs, proof


def _as_before(task: _Task, tops: tuple[int, ...]) -> tuple[Pairs, allocation_proofs.Proof] | None:
    """The narrower view's allocation of these requirements, where it is the best here too; else none.

    It is where nothing more fits; and where it is worth as much as can be and only later courses fit beside: using one
    of these would be worse.
    """
    if task.before is None:
        return None
    older, board = task.before.state.board, task.board
    keys = set(_keys(task, tops))
    proofs = [proof for proof in task.before.proofs if keys.intersection(proof.keys)]
    if not all(proof.is_exact and keys.issuperset(proof.keys) for proof in proofs):
        return None
    numbers = {item.key: number for number, item in enumerate(board.items)}
    is_more = False
    for leaf in (leaf for top in tops for leaf in board.nodes[top].leaves):
        fits, had = board.fits.get(leaf, {}), older.fits.get(leaf, {})
        # The same item has the very same fit as before (`allocation_board.Fitting`).
        if any(fits.get(numbers.get(older.items[item].key, -1)) is not fit for item, fit in had.items()):
            return None
        more = len(fits) - len(had)
        if more and sum(board.items[item].view is task.view for item in fits) < more:
            return None
        is_more = is_more or more > 0
    pairs = tuple((leaf, item) for leaf, item in sorted(task.stays) if board.nodes[leaf].line[1] in tops)
    if is_more and not _is_worth_most(task, tops, pairs):
        return None
    method = max((proof.method for proof in proofs), key=_METHODS.index, default=Method.REDUCTION)
    proof = Proof(
        view=task.view,
        keys=_keys(task, tops),
        method=method,
        nodes=sum(proof.nodes for proof in proofs),
        iterations=sum(proof.iterations for proof in proofs),
    )
    return pairs, proof


def _is_worth_most(task: _Task, tops: tuple[int, ...], pairs: Pairs) -> bool:
    """Whether an allocation reaches everything that weighs more than sparing later courses."""
    figures, nodes = task.figures, task.board.nodes
    root = nodes[allocation_board.ROOT]
    if root.minima or task.fixed or any(figures.is_possible[part] for part in _optional_parts(task, tops)):
        return False
    standing = allocation_goals.Standing(figures, pairs)
    return all(standing.is_met(top) or not figures.is_possible[top] for top in tops) and _has_most(task, tops, standing)


def _has_most(task: _Task, tops: tuple[int, ...], standing: allocation_goals.Standing) -> bool:
    """Whether the required ones are worth what they could be if each had every item for itself."""
    figures = task.figures
    return all(
        standing.worth(top)[2] >= allocation_bounds.worth(figures, top, is_met=figures.is_possible[top])
        for top in tops
        if not (task.board.nodes[top].is_optional or figures.is_free[top])
        and not (standing.is_met(top) and allocation_bounds.is_settled(figures, top))
    )


def _optional_parts(task: _Task, tops: tuple[int, ...]) -> Sequence[int]:
    return model_goals.optional_parts(task.board, tops) if task.figures.has_optional_parts else ()


def _exact(task: _Task, tops: tuple[int, ...], *, with_version: bool) -> allocation_exact.Exact:
    """The solver's answer; where not everything that is kept and forced has room, what is forced goes first."""
    conditions = ((task.fixed, task.kept), (task.fixed, frozenset[int]()), ((), frozenset[int]()))
    exact = allocation_exact.Exact(outcome=solver.Outcome.INFEASIBLE)
    for fixed, kept in conditions:
        exact = allocation_exact.solve(
            task.figures, tops, fixed=fixed, kept=kept, stays=task.stays, with_version=with_version
        )
        if exact.outcome is not solver.Outcome.INFEASIBLE:
            break
    return exact


def _flow(task: _Task, tops: tuple[int, ...], leaves: Sequence[int]) -> flows.Filled | None:
    """The slots of a component filled at the least cost; none where it is more than slots."""
    board = task.board
    is_plain = not (board.pairs or task.fixed) and len({board.nodes[leaf].domain for leaf in leaves}) == 1
    if not is_plain or any(task.figures.is_possible[part] for part in _optional_parts(task, tops)):
        return None
    slots = reductions.slots(task.figures, tops)
    return None if slots is None else flows.fill(slots, _costs(task, slots))


def _costs(task: _Task, slots: Sequence[flows.Slot]) -> Mapping[int, Mapping[int, int]]:
    """What an item costs in a leaf: planned, running, not preferred, moved, and its place among the items."""
    board = task.board
    items = len(board.items) + 1
    most = sum(slot.demand for slot in slots) + 1
    moved = most * items
    other = moved * most
    later = other * most
    ranks = [(0, later, later * most)[_RANKS[item.view]] for item in board.items]
    return {
        leaf: {
            item: ranks[item]
            + (0 if fit.is_preferred else other)
            + (0 if not task.stays or (leaf, item) in task.stays else moved)
            + item
            for item, fit in board.fits[leaf].items()
        }
        for slot in slots
        for leaf in slot.room
    }


def _is_best(task: _Task, tops: tuple[int, ...], pairs: Pairs) -> bool:
    """Whether filled slots meet all that can be met, so that what they left out of account does not matter."""
    standing = allocation_goals.Standing(task.figures, pairs)
    figures = task.figures
    if any(figures.is_possible[top] and not standing.is_met(top) for top in tops):
        return False
    if not _has_most(task, tops, standing):
        return False
    placed = set(pairs)
    if any(len(placed.intersection(group)) > 1 for group in figures.once):
        return False
    nodes = task.board.nodes
    if any(
        nodes[index].line[1:2] and nodes[index].line[1] in tops and not standing.is_met(index)
        for index in figures.with_minima
    ):
        return False
    root = task.board.nodes[allocation_board.ROOT]
    if root.minima and all(figures.is_possible[top] for top in root.choices) and not standing.is_met(root.index):
        return False
    return standing.is_within_maxima()


def _forced(board: allocation_board.Board) -> Pairs:
    """The pairs that exceptions force; any one of an item's satisfies them."""
    return tuple((leaf, item) for leaf, fits in board.fits.items() for item in sorted(fits) if fits[item].is_forced)


def _keys(task: _Task, tops: Sequence[int]) -> tuple[str, ...]:
    found = (task.board.nodes[top].requirement for top in tops)
    return tuple(requirement.key for requirement in found if requirement is not None)


def _proof(task: _Task, tops: Sequence[int], method: allocation_proofs.Method) -> allocation_proofs.Proof:
    return Proof(view=task.view, keys=_keys(task, tops), method=method)
