"""Solving the three cumulative views, and a fourth one in which every doubt is resolved for the student.

COMPLETED is solved first; a wider view keeps the top-level requirements that a narrower one met.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from gql_api.domain import (
    accepted_credit,
    allocation,
    allocation_board,
    allocation_stability,
    allocation_state,
    articulation,
    articulation_rules,
    audit_choices,
    audit_constraints,
    audit_verdicts,
    averages,
    credit_items,
    credits,
    entries,
    repeats,
    verdicts,
)

View = entries.View


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What every view has in common."""

    nodes: tuple[allocation_board.Node, ...]
    pairs: tuple[allocation_board.Pair, ...]
    taken: tuple[entries.PlannedEntry, ...]
    possibilities: articulation_rules.Possibilities
    on: date
    total_credits: Decimal | None = None
    residency_credits: Decimal | None = None

    @property
    def receiver(self) -> articulation_rules.Receiver:
        """The program's institution."""
        return self.possibilities.receiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """One view: what was articulated, what counts, where it is applied, and the verdict on every node."""

    view: entries.View
    case: articulation.Case
    awarded: tuple[articulation.Awarded, ...]
    counted: repeats.Counted
    state: allocation_state.State
    verdicts: tuple[audit_verdicts.NodeVerdict, ...]

    @property
    def board(self) -> allocation_board.Board:
        """The board that was solved."""
        return self.state.board


def solve(problem: Problem) -> tuple[Solved, ...]:
    """The three views, in order."""
    found: list[Solved] = []
    for view in View:
        before = found[-1] if found else None
        found.append(_solve(problem, view, before))
    return tuple(found)


def with_doubts(problem: Problem, planned: Solved) -> Solved | None:
    """The PLANNED view as it would be if everything that is not known were so; none where nothing is doubtful."""
    board = _board(problem, planned.counted, is_hopeful=True)
    is_certain = all(len(board.fits[leaf]) == len(planned.board.fits[leaf]) for leaf in board.fits)
    if is_certain:
        return None
    state = allocation.allocate(board, _carried(planned, board))
    return _judged(problem, View.PLANNED, planned.case, planned.awarded, planned.counted, state)


def _solve(problem: Problem, view: entries.View, before: Solved | None) -> Solved:
    """One view: of the ways to follow competing rules the one that serves the program best.

    What the narrower view awarded stands unless awarding anew serves it better, and never costs a requirement that
    was met.
    """
    if before is not None and all(entry.view is not view for entry in problem.taken):
        return replace(before, view=view)
    case = articulation.case(problem.taken, problem.possibilities, problem.on, view)
    kept = () if before is None else before.awarded
    best = _with_awards(problem, view, case, articulation.articulate(case, kept), before)
    best_goal = _goal(problem, best)
    tried = {repr(best.awarded)}
    if before is not None and case.taken == before.case.taken:
        return best  # nothing new from elsewhere: what was awarded stands, as do most courses
    for awarded in (*audit_choices.choices(case), *(audit_choices.choices(case, kept) if kept else ())):
        if repr(awarded) in tried:
            continue
        tried.add(repr(awarded))
        solved = _with_awards(problem, view, case, awarded, before)
        goal = _goal(problem, solved)
        if goal > best_goal and (before is None or _keeps(before, solved)):
            best, best_goal = solved, goal
    return best


def _goal(problem: Problem, solved: Solved) -> tuple[bool, int, int, Decimal, Decimal]:
    """What is aimed at, in order: the version met, its requirements, optional ones, how much of it, credit."""
    board, root = solved.board, solved.verdicts[allocation_board.ROOT]
    met = [top for top in board.tops if solved.verdicts[top].verdict is verdicts.Verdict.YES]
    required = sum(not board.nodes[top].is_optional for top in met)
    accepted = accepted_credit.accepted(solved.state)
    amount = accepted_credit.credits_of(accepted)
    weight, weighted, is_met = root.weight, root.weighted, root.verdict is verdicts.Verdict.YES
    for needed, actual in (
        (problem.total_credits, amount),
        (problem.residency_credits, accepted_credit.residency_of(accepted)),
    ):
        if needed:
            weight, weighted = weight + needed, weighted + min(actual, needed)
            is_met = is_met and actual >= needed - audit_constraints.SLACK
    share = weighted / weight if weight else credits.ZERO
    return is_met, required, len(met) - required, share, amount


def _with_awards(
    problem: Problem,
    view: entries.View,
    case: articulation.Case,
    awarded: tuple[articulation.Awarded, ...],
    before: Solved | None,
) -> Solved:
    found = credit_items.items(problem.taken, awarded, problem.receiver, view)
    counted = repeats.counted(found, _until(problem.taken, view), problem.receiver)
    board = _board(problem, counted, is_hopeful=False)
    state = allocation.allocate(board, () if before is None else _carried(before, board))
    if before is not None:
        allocation_stability.restore(state, _carried(before, board, is_everything=True))
    return _judged(problem, view, case, awarded, counted, state)


def _judged(
    problem: Problem,
    view: entries.View,
    case: articulation.Case,
    awarded: tuple[articulation.Awarded, ...],
    counted: repeats.Counted,
    state: allocation_state.State,
) -> Solved:
    def average_of(uses: Sequence[audit_constraints.Use]) -> averages.Attempts:
        return averages.attempts(audit_constraints.own_attempts(uses), problem.receiver)

    graded = averages.attempts(problem.taken, problem.receiver)
    return Solved(
        view=view,
        case=case,
        awarded=awarded,
        counted=counted,
        state=state,
        verdicts=audit_verdicts.judge(state, graded, average_of),
    )


def _board(problem: Problem, counted: repeats.Counted, *, is_hopeful: bool) -> allocation_board.Board:
    return allocation_board.board(
        problem.nodes,
        problem.pairs,
        counted.items,
        problem.receiver.credit_tolerance,
        with_doubts=is_hopeful,
    )


def _carried(before: Solved, board: allocation_board.Board, *, is_everything: bool = False) -> list[tuple[int, int]]:
    """What the narrower view applied, in the wider board's numbers; as a rule to the top-level ones it met alone."""
    numbers = {item.key: number for number, item in enumerate(board.items)}
    met = {top for top in before.board.tops if before.state.is_met(top)}
    return [
        (leaf, numbers[key])
        for leaf, item in before.state.pairs()
        if (is_everything or before.board.nodes[leaf].line[1] in met)
        and (key := before.board.items[item].key) in numbers
    ]


def _keeps(before: Solved, solved: Solved) -> bool:
    return all(solved.state.is_met(top) for top in before.board.tops if before.state.is_met(top))


def _until(taken: Iterable[entries.PlannedEntry], view: entries.View) -> list[entries.PlannedEntry]:
    """The entries of a view with those that earned nothing, which matter where the latest attempt counts."""
    return [entry for entry in taken if entry.view is None or entry.view.rank <= view.rank]
