"""Solving the three cumulative views, and a fourth one in which every doubt is resolved for the student.

COMPLETED is solved first; a wider view keeps the top-level requirements that a narrower one met.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from gql_api.domain import (
    accepted_credit,
    allocation,
    allocation_board,
    allocation_state,
    articulation,
    audit_awards,
    audit_choices,
    audit_constraints,
    audit_limits,
    audit_problem,
    audit_rivals,
    audit_solved,
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
Solved = audit_solved.Solved
MATTERS = 4
"""The first numbers of a goal: the version, the requirements, optional ones, and how much of the rest."""
_ATTAINED = tuple(one for one in model_goals.Goal if one.name not in {"VERSION", "KEPT", "PLACE"})


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
    best = _with_awards(problem, case, _way(problem, view, carried[0]), before)
    ways = problem.awards(case) if case.matches else ()
    if len(ways) <= 1 and not kept:
        return best
    chosen = _chosen(problem, view, case, before) if len(ways) >= audit_choices.MOST_CHOICES else None
    if chosen is not None:
        ways = (chosen.awarded, articulation.articulate(case, chosen.awarded), *ways)
    best = _best(problem, best, (*ways, *carried), before)
    if len(ways) >= audit_choices.MOST_CHOICES and (chosen is None or not chosen.is_proven):
        best = replace(best, proofs=tuple(replace(proof, bound=audit_choices.BOUND) for proof in best.proofs))
    return best


def _best(
    problem: audit_problem.Problem, first: Solved, ways: Iterable[audit_choices.Awards], before: Solved | None
) -> Solved:
    """The first view that nothing is better than.

    Ways with the same items are one, and one that cannot be better than what is there is not solved.
    """
    best, best_goal = first, None
    tried, counted = [first.awarded], [first.counted.items]
    for awarded in ways:
        if awarded in tried:
            continue
        tried.append(awarded)
        given = _counted(problem, first.view, awarded)
        if given.items in counted:
            continue
        counted.append(given.items)
        if audit_rivals.is_no_better(problem.fitting, best, given):
            continue
        way = _Way(view=first.view, awarded=awarded, counted=given, board=_board(problem, given))
        best_goal = goal(problem, best) if best_goal is None else best_goal
        if not audit_limits.may_exceed(problem, way.board, best_goal):
            continue
        solved = _with_awards(problem, first.case, way, before)
        attained = goal(problem, solved)
        if attained > best_goal and (before is None or _keeps(before, solved)):
            best, best_goal = solved, attained
    return best


def _chosen(
    problem: audit_problem.Problem, view: entries.View, case: articulation.Case, before: Solved | None
) -> audit_awards.Chosen | None:
    kept = frozenset[int]() if before is None else _met(before)
    taken = [entry for entry in problem.taken if entry.view is not None and entry.view.rank <= view.rank]
    return audit_awards.choose(case, taken, view, problem.nodes, problem.version.pairs, kept=kept)


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
    attained = solved.state.standing.goals(solved.board.tops)
    unit = model_value.unit(solved.state.figures, solved.board.tops)
    value = model_goals.Goal.VALUE
    return (
        Fraction(is_met),
        *(Fraction(attained[one], unit) if one is value else Fraction(attained[one]) for one in _ATTAINED),
        model_figures.fraction(amount),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """A way to award in a view: what counts, and where it fits."""

    view: entries.View
    awarded: audit_choices.Awards
    counted: repeats.Counted
    board: allocation_board.Board


def _way(problem: audit_problem.Problem, view: entries.View, awarded: audit_choices.Awards) -> _Way:
    counted = _counted(problem, view, awarded)
    return _Way(view=view, awarded=awarded, counted=counted, board=_board(problem, counted))


def _counted(problem: audit_problem.Problem, view: entries.View, awarded: audit_choices.Awards) -> repeats.Counted:
    found = credit_items.items(problem.taken, awarded, problem.receiver, view, problem.items)
    return repeats.counted(found, _until(problem.taken, view), problem.receiver)


def _with_awards(problem: audit_problem.Problem, case: articulation.Case, way: _Way, before: Solved | None) -> Solved:
    kept = () if before is None else _met(before)
    stays = () if before is None else _carried(before, way.board)
    known = None if before is None else allocation.Allocated(state=before.state, proofs=before.proofs)
    frame = problem.version.frame
    allocated = allocation.allocate(way.board, way.view, kept=kept, stays=stays, before=known, frame=frame)
    if before is not None and not way.board.pairs:
        allocated = replace(allocated, unchanged=allocated.unchanged.union(_unchanged(allocated.state, before.state)))
    judged = None if before is None else before.judged
    return _judged(problem, way.view, case, way.awarded, way.counted, allocated, judged)


def _unchanged(state: allocation_state.State, before: allocation_state.State) -> Iterator[int]:
    """The top-level requirements to which the very same is applied."""
    for top in state.board.tops:
        if all(_is_same(state, before, leaf) for leaf in state.board.nodes[top].leaves):
            yield top


def _is_same(state: allocation_state.State, before: allocation_state.State, leaf: int) -> bool:
    now = state.applied[leaf]
    if now != before.applied[leaf]:
        return False
    fits, had = state.board.fits.get(leaf, {}), before.board.fits.get(leaf, {})
    # The same item has the very same fit as before (`allocation_fitting.Fitting`).
    return fits is had or all(fits[item] is had[item] for item in now)


def _judged(
    problem: audit_problem.Problem,
    view: entries.View,
    case: articulation.Case,
    awarded: tuple[articulation.Awarded, ...],
    counted: repeats.Counted,
    allocated: allocation.Allocated,
    before: audit_solved.Judged | None = None,
) -> Solved:
    return Solved(
        view=view,
        case=case,
        awarded=awarded,
        counted=counted,
        state=allocated.state,
        judged=audit_solved.Judged(problem, allocated, before),
        accepted=tuple(accepted_credit.accepted(allocated.state)),
        proofs=allocated.proofs,
        unchanged=allocated.unchanged,
        replays=allocated.replays,
    )


def _board(problem: audit_problem.Problem, counted: repeats.Counted) -> allocation_board.Board:
    tolerance = problem.receiver.credit_tolerance
    return problem.fitting.board(problem.version.pairs, counted.items, tolerance)


def _met(before: Solved) -> frozenset[int]:
    """The top-level requirements that a narrower view met."""
    return frozenset(top for top in before.board.tops if before.state.is_met(top))


def _carried(before: Solved, board: allocation_board.Board) -> list[tuple[int, int]]:
    """What the narrower view applied, of what is on the wider board: the boards of a plan number its items alike."""
    there = set(board.numbers)
    return [pair for pair in before.state.pairs() if pair[1] in there]


def _keeps(before: Solved, solved: Solved) -> bool:
    return all(solved.state.is_met(top) for top in _met(before))


def _until(taken: Iterable[entries.PlannedEntry], view: entries.View) -> list[entries.PlannedEntry]:
    """The entries of a view with those that earned nothing, which matter where the latest attempt counts."""
    return [entry for entry in taken if entry.view is None or entry.view.rank <= view.rank]
