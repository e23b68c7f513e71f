"""A narrower view's allocation of a component, where it is the best in a wider one too and need not be found again."""

from collections.abc import Collection, Sequence

from gql_api.domain import (
    allocation_board,
    allocation_goals,
    allocation_proofs,
    allocation_slots,
    allocation_state,
    entries,
    model_figures,
)

Method = allocation_proofs.Method
Proof = allocation_proofs.Proof
_METHODS = tuple(Method)
Pairs = tuple[tuple[int, int], ...]


class Reuse:
    """The narrower view (`before`, with its proofs) beside the wider board; `stays` is what it applied."""

    def __init__(
        self,
        figures: model_figures.Figures,
        before: allocation_state.State,
        proofs: Sequence[allocation_proofs.Proof],
        view: entries.View,
        stays: Collection[tuple[int, int]],
        *,
        is_forcing: bool,
    ) -> None:
        self.figures = figures
        self._before = before
        self._older = before.board
        self._view = view
        self._is_forcing = is_forcing
        self._proofs = {key: proof for proof in proofs for key in proof.keys}
        self._stays = stays
        self._of_top: dict[int, list[tuple[int, int]]] | None = None

    def standing(self, tops: tuple[int, ...]) -> tuple[Pairs, allocation_proofs.Proof] | None:
        """The narrower view's allocation of these requirements, where it is the best here too; else none.

        It is where nothing more fits; and where it is worth as much as can be and only later courses fit beside: using
        one of these would be worse.
        """
        keys = allocation_proofs.keys(self.figures.board, tops)
        proofs = list({id(proof): proof for key in keys if (proof := self._proofs.get(key)) is not None}.values())
        if not all(proof.is_exact and set(proof.keys).issubset(keys) for proof in proofs):
            return None
        is_more = self._is_more(tops)
        if is_more is None:
            return None
        stays = self._by_top()
        pairs = tuple([pair for top in tops for pair in stays.get(top, ())])
        if is_more and not self._is_worth_most(tops, pairs):
            return None
        proof = Proof(
            view=self._view,
            keys=keys,
            method=max((proof.method for proof in proofs), key=_METHODS.index, default=Method.REDUCTION),
            nodes=sum(proof.nodes for proof in proofs),
            iterations=sum(proof.iterations for proof in proofs),
        )
        return pairs, proof

    def _by_top(self) -> dict[int, list[tuple[int, int]]]:
        """What the narrower view applied, by top-level requirement."""
        if self._of_top is None:
            nodes = self.figures.board.nodes
            self._of_top = {}
            for leaf, item in sorted(self._stays):
                self._of_top.setdefault(nodes[leaf].line[1], []).append((leaf, item))
        return self._of_top

    def _is_more(self, tops: Sequence[int]) -> bool | None:
        """Whether later courses fit beside what fitted before; none where anything else is different.

        None also where they could help: where something that can be met was not.
        """
        board, older = self.figures.board, self._older.fits
        is_done = all(self._before.is_met(top) or not self.figures.is_possible[top] for top in tops)
        is_more = False
        for leaf in [leaf for top in tops for leaf in board.nodes[top].leaves]:
            fits, had = board.fits.get(leaf, {}), older.get(leaf, {})
            if fits is had:
                continue
            if len(fits) > len(had) and not is_done:
                return None
            # The same item has the very same fit as before (`allocation_fitting.Fitting`).
            if any(fits.get(item) is not fit for item, fit in had.items()):
                return None
            more = len(fits) - len(had)
            if more and sum([board.items[item].view is self._view for item in fits]) < more:
                return None
            is_more = is_more or more > 0
        return is_more

    def _is_worth_most(self, tops: tuple[int, ...], pairs: Pairs) -> bool:
        """Whether an allocation reaches everything that weighs more than sparing later courses."""
        figures = self.figures
        root = figures.board.nodes[allocation_board.ROOT]
        parts = allocation_slots.optional_parts(figures, tops)
        if root.minima or self._is_forcing or any(figures.is_possible[part] for part in parts):
            return False
        return allocation_slots.has_most(figures, tops, allocation_goals.Standing(figures, pairs))
