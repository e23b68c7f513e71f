"""A goal of the benchmark alone: as many top-level requirements met as possible, then as few courses used.

An audit goes on to fill what it cannot meet, and so uses more. The rows are the engine's own, the goals these two.
"""

from collections.abc import Sequence

from benchmarks import audit_trees
from gql_api.domain import (
    allocation_exact,
    allocation_fitting,
    audit_tree,
    credit_items,
    entries,
    model,
    model_figures,
    model_goals,
    model_met,
    reductions,
    requirements,
    solver,
    solver_programs,
)

Goal = model_goals.Goal


class NotProven(Exception):
    """The solver's bound was reached."""


def courses_used(tree: requirements.ProgramTree, plan: Sequence[entries.PlannedEntry]) -> int:
    """The fewest courses with which as many top-level requirements are met as can be.

    Raises:
        NotProven: the solver's bound was reached first.
    """
    receiver = audit_trees.POSSIBILITIES.receiver
    frame = audit_tree.Frame(institution_id=tree.institution_id, on=audit_trees.ON, pass_proves=receiver.pass_proves)
    items = credit_items.items(plan, (), receiver, entries.View.PLANNED)
    board = allocation_fitting.board(audit_tree.nodes(tree, (), frame), (), items, receiver.credit_tolerance)
    figures = model_figures.Figures(board)
    return sum(_fewest(figures, part.tops) for part in reductions.components(figures, board.tops))


def _fewest(figures: model_figures.Figures, tops: Sequence[int]) -> int:
    made = model.model(figures, tops)
    aims = model_goals.aims(made, model_met.Met(made))
    wanted = [aim for aim in aims if aim.goal in {Goal.REQUIRED, Goal.COURSES}]
    used = 0
    for stage in allocation_exact.stages(wanted):
        answer = solver.solve(made.program, _weighted(stage))
        if answer.outcome is not solver.Outcome.OPTIMAL:
            raise NotProven
        for aim in stage:
            reached = round(solver_programs.value(aim.terms, answer.values))
            made.program.at_least(aim.terms, reached)
            used = -reached if aim.goal is Goal.COURSES else used
    return used


def _weighted(stage: Sequence[model_goals.Aim]) -> solver_programs.Terms:
    factor, terms = 1, solver_programs.Terms()
    for aim in reversed(stage):
        terms = solver_programs.added(terms, solver_programs.times(factor, aim.terms))
        factor *= aim.highest - aim.lowest + 1
    return terms
