"""A solved view: what is applied where, and the verdicts on it, made when they are first asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gql_api.domain import (
    allocation,
    allocation_board,
    allocation_proofs,
    allocation_replays,
    allocation_state,
    articulation,
    audit_constraints,
    audit_problem,
    audit_results,
    audit_verdicts,
    averages,
    entries,
    repeats,
)


class Judged:
    """The verdicts on an allocation, made when they are first asked for: not every way to award is looked into."""

    def __init__(
        self, problem: audit_problem.Problem, allocated: allocation.Allocated, before: "Judged | None" = None
    ) -> None:
        self._problem = problem
        self._allocated = allocated
        self._before = before
        self._found: tuple[audit_verdicts.NodeVerdict, ...] | None = None

    def verdicts(self) -> tuple[audit_verdicts.NodeVerdict, ...]:
        """A verdict per node."""
        if self._found is None:
            before = () if self._before is None else self._before.verdicts()
            state, unchanged = self._allocated.state, self._allocated.unchanged
            self._found = audit_verdicts.judge(state, self._problem.graded, self._average_of, before, unchanged)
        return self._found

    def _average_of(self, uses: Sequence[audit_constraints.Use]) -> averages.Attempts:
        return averages.attempts(audit_constraints.own_attempts(uses), self._problem.receiver)


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """One view: what was articulated, what counts, where it is applied, and the verdict on every node.

    `unchanged` are the top-level requirements to which the same is applied as in the narrower view.
    """

    view: entries.View
    case: articulation.Case
    awarded: tuple[articulation.Awarded, ...]
    counted: repeats.Counted
    state: allocation_state.State
    judged: Judged
    accepted: tuple[audit_constraints.Use, ...]
    proofs: tuple[allocation_proofs.Proof, ...] = ()
    unchanged: frozenset[int] = frozenset()
    replays: tuple[allocation_replays.Replay, ...] = field(default=(), repr=False, compare=False)
    said: dict[tuple[int, int], audit_results.Applied] = field(
        default_factory=dict[tuple[int, int], audit_results.Applied], repr=False, compare=False
    )

    @property
    def board(self) -> allocation_board.Board:
        """The board that was solved."""
        return self.state.board

    @property
    def verdicts(self) -> tuple[audit_verdicts.NodeVerdict, ...]:
        """How every node stands, by its number."""
        return self.judged.verdicts()

    def told(self, leaf: int, item: int) -> audit_results.Applied:
        """What is applied, as an audit says it; made once for all the requirements around the leaf."""
        if (leaf, item) not in self.said:
            found, face = self.board.items[item], self.board.fits[leaf][item].face
            is_shared = self.board.nodes[leaf].domain != allocation_board.EVERYWHERE
            self.said[leaf, item] = audit_results.Applied(
                entry_ids=tuple(sorted(entry.id for entry in found.used)),
                counts_as=face.label or found.label,
                course=face.course,
                credits=face.credits,
                view=found.view,
                rule_id=face.rule_id,
                is_provisional=found.is_provisional,
                is_shared=is_shared or self.state.is_borrowed(leaf, item),
            )
        return self.said[leaf, item]
