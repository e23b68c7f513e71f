"""The allocation: which item is applied to which requirement, the best by the goals of `model_goals`, and proved.

A board is split into components that share no item. A component that is nothing but slots is filled by augmenting
paths; if that meets all that can be met, it is the best there is. Any other is solved as a 0/1 program. Everything is
canonical and bounded by counts, so that the same board always gets the same allocation.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gql_api.domain import (
    allocation_board,
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
_RANKS = {entries.View.PLANNED: 2, entries.View.IN_PROGRESS: 1, entries.View.COMPLETED: 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocated:
    """An allocation with its proofs, one per component."""

    state: allocation_state.State
    proofs: tuple[allocation_proofs.Proof, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """One board, with what a narrower view met (`kept`) and where it had its items (`stays`)."""

    figures: model_figures.Figures
    view: entries.View
    kept: frozenset[int]
    stays: frozenset[tuple[int, int]]
    fixed: Pairs

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
) -> Allocated:
    """The best allocation on this board. `kept` top-level requirements stay met; of equal ones that with `stays`."""
    figures = model_figures.Figures(board)
    task = _Task(figures=figures, view=view, kept=frozenset(kept), stays=frozenset(stays), fixed=_forced(board))
    pairs: list[tuple[int, int]] = []
    proofs: list[Proof] = []
    for component in reductions.components(figures, board.tops):
        found, proof = _solve(task, component.tops)
        pairs += found
        proofs.append(proof)
    return Allocated(state=allocation_state.State(figures, pairs), proofs=tuple(proofs))


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
    parts = model_goals.optional_parts(board, tops) if task.figures.has_optional_parts else ()
    if not is_plain or any(task.figures.is_possible[part] for part in parts):
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
