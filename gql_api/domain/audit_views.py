"""Solving the three cumulative views, and a fourth one in which every doubt is resolved for the student.

COMPLETED is solved first; a wider view keeps the top-level requirements that a narrower one met.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from gql_api.domain import (
    accepted_credit,
    allocation,
    allocation_board,
    allocation_proofs,
    allocation_state,
    articulation,
    audit_awards,
    audit_choices,
    audit_constraints,
    audit_problem,
    audit_results,
    audit_verdicts,
    averages,
    credit_items,
    entries,
    model_figures,
    model_goals,
    model_value,
    repeats,
    verdicts,
)

View = entries.View
Problem = audit_problem.Problem
MATTERS = 4
"""The first numbers of a goal: the version, the requirements, optional ones, and how much of the rest."""
_ATTAINED = tuple(one for one in model_goals.Goal if one.name not in {"VERSION", "KEPT", "PLACE"})


class _Judged:
    """The verdicts on an allocation, made when they are first asked for: not every way to award is looked into."""

    def __init__(
        self, problem: audit_problem.Problem, allocated: allocation.Allocated, before: "_Judged | None" = None
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
    judged: "_Judged"
    accepted: tuple[audit_constraints.Use, ...]
    proofs: tuple[allocation_proofs.Proof, ...] = ()
    unchanged: frozenset[int] = frozenset()
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


def solve(problem: audit_problem.Problem) -> tuple[Solved, ...]:
    """The three views, in order."""
    found: list[Solved] = []
    for view in View:
        before = found[-1] if found else None
        found.append(_solve(problem, view, before))
    return tuple(found)


def with_doubts(problem: audit_problem.Problem, planned: Solved) -> Solved | None:
    """The PLANNED view as it would be if everything that is not known were so; none where nothing is doubtful."""
    if not planned.board.doubtful:
        return None
    board = planned.board.hopeful()
    allocated = allocation.allocate(board, View.PLANNED, kept=_met(planned), stays=_carried(planned, board))
    return _judged(problem, View.PLANNED, planned.case, planned.awarded, planned.counted, allocated)


def _solve(problem: audit_problem.Problem, view: entries.View, before: Solved | None) -> Solved:
    """One view: of the ways to follow competing rules the one that serves the program best.

    What the narrower view awarded stands unless awarding anew serves it better, and never costs a requirement that
    was met.
    """
    if before is not None and all(entry.view is not view for entry in problem.taken):
        return replace(before, view=view, proofs=tuple(replace(proof, view=view) for proof in before.proofs))
    case = problem.case(view, None if before is None else before.case)
    kept = () if before is None else before.awarded
    carried = problem.awards(case, kept)
    best = _with_awards(problem, view, case, carried[0], before)
    ways = problem.awards(case) if case.matches else ()
    if len(ways) <= 1 and not kept:
        return best
    best_goal, tried = goal(problem, best), [best.awarded]
    chosen = _chosen(problem, view, case, before) if len(ways) >= audit_choices.MOST_CHOICES else None
    if chosen is not None:
        ways = (chosen.awarded, articulation.articulate(case, chosen.awarded), *ways)
    for awarded in (*ways, *carried):
        if awarded in tried:
            continue
        tried.append(awarded)
        solved = _with_awards(problem, view, case, awarded, before)
        attained = goal(problem, solved)
        if attained > best_goal and (before is None or _keeps(before, solved)):
            best, best_goal = solved, attained
    if len(ways) >= audit_choices.MOST_CHOICES and (chosen is None or not chosen.is_proven):
        best = replace(best, proofs=tuple(replace(proof, bound=audit_choices.BOUND) for proof in best.proofs))
    return best


def _chosen(
    problem: audit_problem.Problem, view: entries.View, case: articulation.Case, before: Solved | None
) -> audit_awards.Chosen | None:
    kept = frozenset[int]() if before is None else _met(before)
    taken = [entry for entry in problem.taken if entry.view is not None and entry.view.rank <= view.rank]
    return audit_awards.choose(case, taken, view, problem.nodes, problem.pairs, kept=kept)


def goal(problem: audit_problem.Problem, solved: Solved) -> tuple[Fraction, ...]:
    """What a view attains, in the order of the goals: first the version with its totals, at last credit accepted."""
    amount = accepted_credit.credits_of(solved.accepted)
    is_met = solved.state.is_met(allocation_board.ROOT)
    is_met = is_met and solved.verdicts[allocation_board.ROOT].verdict is verdicts.Verdict.YES
    for needed, actual in (
        (problem.total_credits, amount),
        (problem.residency_credits, accepted_credit.residency_of(solved.accepted)),
    ):
        is_met = is_met and (not needed or actual >= needed - audit_constraints.SLACK)
    attained = dict(solved.state.standing.goals(solved.board.tops))
    goals = model_goals.Goal
    unit = model_value.unit(solved.state.figures, solved.board.tops)
    return (
        Fraction(is_met),
        *(Fraction(attained[one], unit if one is goals.VALUE else 1) for one in _ATTAINED),
        model_figures.fraction(amount),
    )


def _with_awards(
    problem: audit_problem.Problem,
    view: entries.View,
    case: articulation.Case,
    awarded: tuple[articulation.Awarded, ...],
    before: Solved | None,
) -> Solved:
    found = credit_items.items(problem.taken, awarded, problem.receiver, view, problem.plain)
    counted = repeats.counted(found, _until(problem.taken, view), problem.receiver)
    board = _board(problem, counted)
    kept = () if before is None else _met(before)
    stays = () if before is None else _carried(before, board)
    known = None if before is None else allocation.Allocated(state=before.state, proofs=before.proofs)
    allocated = allocation.allocate(board, view, kept=kept, stays=stays, before=known)
    return _judged(problem, view, case, awarded, counted, allocated, None if before is None else before.judged)


def _judged(
    problem: audit_problem.Problem,
    view: entries.View,
    case: articulation.Case,
    awarded: tuple[articulation.Awarded, ...],
    counted: repeats.Counted,
    allocated: allocation.Allocated,
    before: _Judged | None = None,
) -> Solved:
    return Solved(
        view=view,
        case=case,
        awarded=awarded,
        counted=counted,
        state=allocated.state,
        judged=_Judged(problem, allocated, before),
        accepted=tuple(accepted_credit.accepted(allocated.state)),
        proofs=allocated.proofs,
        unchanged=allocated.unchanged,
    )


def _board(problem: audit_problem.Problem, counted: repeats.Counted) -> allocation_board.Board:
    tolerance = problem.receiver.credit_tolerance
    return allocation_board.board(problem.nodes, problem.pairs, counted.items, tolerance, fitting=problem.fitting)


def _met(before: Solved) -> frozenset[int]:
    """The top-level requirements that a narrower view met."""
    return frozenset(top for top in before.board.tops if before.state.is_met(top))


def _carried(before: Solved, board: allocation_board.Board) -> list[tuple[int, int]]:
    """What the narrower view applied, in the wider board's numbers."""
    numbers = {item.key: number for number, item in enumerate(board.items)}
    keys = ((leaf, before.board.items[item].key) for leaf, item in before.state.pairs())
    return [(leaf, numbers[key]) for leaf, key in keys if key in numbers]


def _keeps(before: Solved, solved: Solved) -> bool:
    return all(solved.state.is_met(top) for top in _met(before))


def _until(taken: Iterable[entries.PlannedEntry], view: entries.View) -> list[entries.PlannedEntry]:
    """The entries of a view with those that earned nothing, which matter where the latest attempt counts."""
    return [entry for entry in taken if entry.view is None or entry.view.rank <= view.rank]
