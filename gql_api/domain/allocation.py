"""The allocation: which item is applied to which requirement, the best by the goals of `model_goals`, and proved.

A board is split into components that share no item. Most components are settled by bounds (`allocation_search`); where
these leave too much open, one that is nothing but slots is filled by augmenting paths, and any other is solved as a 0/1
program. Everything is canonical and bounded by counts, so that the same board always gets the same allocation.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gql_api.domain import (
    allocation_board,
    allocation_exact,
    allocation_goals,
    allocation_proofs,
    allocation_replays,
    allocation_reuse,
    allocation_search,
    allocation_slots,
    allocation_state,
    entries,
    model_figures,
    model_frames,
    reductions,
    solver,
)

Method = allocation_proofs.Method
Proof = allocation_proofs.Proof
Pairs = tuple[tuple[int, int], ...]
BOUND = f"the search for the best allocation stopped at its bound of {solver.MOST_NODES:,} nodes"
"""Why an allocation is not proven: what is met is met, and whether more could be is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocated:
    """An allocation with its proofs, one per component. Beneath `unchanged` requirements is what was there."""

    state: allocation_state.State
    proofs: tuple[allocation_proofs.Proof, ...]
    unchanged: frozenset[int] = frozenset()
    replays: tuple[allocation_replays.Replay, ...] = ()
    """How the components were proved that a search found."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Solved:
    """A component's best allocation with its proof, and what it amounts to where that is known already."""

    pairs: Pairs
    proof: allocation_proofs.Proof
    standing: allocation_goals.Standing | None = None
    replay: allocation_replays.Replay | None = None


def allocate(
    board: allocation_board.Board,
    view: entries.View = entries.View.COMPLETED,
    *,
    kept: Collection[int] = (),
    stays: Collection[tuple[int, int]] = (),
    before: Allocated | None = None,
    frame: model_frames.Frame | None = None,
) -> Allocated:
    """The best allocation on this board. `kept` top-level requirements stay met; of equal ones that with `stays`.

    `before` is the narrower view's, where `kept` is all that it met and `stays` all that it applied: where later items
    cannot improve on it, it stands. `frame` is that of the same nodes, where it is at hand.
    """
    if frame is None and before is not None:
        frame = before.state.figures.frame
    figures = model_figures.Figures(board, frame)
    fixed = _forced(board)
    task = _Task(figures=figures, view=view, kept=frozenset(kept), stays=frozenset(stays), fixed=fixed)
    components = [component.tops for component in reductions.components(figures, board.tops)]
    standing: dict[tuple[int, ...], _Solved] = {}
    if before is not None:
        reuse = allocation_reuse.Reuse(figures, before.state, before.proofs, view, stays, is_forcing=bool(fixed))
        for tops in components:
            found = reuse.standing(tops)
            if found is not None:
                standing[tops] = _Solved(pairs=found[0], proof=found[1])
    others = [tops for tops in components if tops not in standing]
    search = allocation_search.Search(figures, others, task.stays) if others else None
    solved = [
        standing[tops] if search is None or tops in standing else _solve(task, search, tops) for tops in components
    ]
    alone = solved[0].standing if len(solved) == 1 else None
    state = allocation_state.State(figures, [pair for one in solved for pair in one.pairs], alone)
    for tops, one in zip(components, solved, strict=True):
        if one.standing is not None and alone is None:
            state.standing.adopt(one.standing, tops)
    unchanged = frozenset([top for tops in standing for top in tops])
    if before is not None and unchanged:
        state.standing.adopt(before.state.standing, unchanged)
    replays = tuple([one.replay for one in solved if one.replay is not None])
    return Allocated(state=state, proofs=tuple([one.proof for one in solved]), unchanged=unchanged, replays=replays)


def _solve(task: _Task, search: allocation_search.Search, tops: tuple[int, ...]) -> _Solved:
    if not any(search.relaxed.below[top] for top in tops):
        return _Solved(pairs=(), proof=_proof(task, tops, Method.REDUCTION))
    figures, root = task.figures, task.board.nodes[allocation_board.ROOT]
    with_version = bool(root.minima) and all(figures.is_possible[top] for top in root.choices)
    if allocation_search.is_suited(figures, tops, task.fixed, with_version=with_version):
        found = search.run(tops, task.kept)
        if found is not None:
            method = Method.ENUMERATION if found.splits else Method.REDUCTION
            proof = _proof(task, tops, method, nodes=found.splits)
            return _Solved(pairs=found.pairs, proof=proof, standing=found.standing, replay=found.replay)
    filled = allocation_slots.filled(figures, tops, task.stays, is_forcing=bool(task.fixed))
    if filled is not None:
        return _Solved(pairs=filled.pairs, proof=_proof(task, tops, Method.FLOW if filled.paths else Method.REDUCTION))
    exact = _exact(task, tops, with_version=with_version)
    proof = Proof(
        view=task.view,
        keys=allocation_proofs.keys(task.board, tops),
        method=Method.SOLVER,
        nodes=exact.nodes,
        iterations=exact.iterations,
        bound=None if exact.outcome is solver.Outcome.OPTIMAL else BOUND,
    )
    return _Solved(pairs=exact.pairs, proof=proof)


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


def _forced(board: allocation_board.Board) -> Pairs:
    """The pairs that exceptions force; any one of an item's satisfies them."""
    return tuple([(leaf, item) for leaf, fits in board.fits.items() for item in sorted(fits) if fits[item].is_forced])


def _proof(
    task: _Task, tops: Sequence[int], method: allocation_proofs.Method, nodes: int = 0
) -> allocation_proofs.Proof:
    return Proof(view=task.view, keys=allocation_proofs.keys(task.board, tops), method=method, nodes=nodes)
