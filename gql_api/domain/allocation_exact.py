"""The exact allocation of one component: its goals one after the other, by 0/1 programs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gql_api.domain import model, model_figures, model_goals, model_met, solver, solver_programs

WIDEST = 1 << 24
"""How many combinations of amounts the goals of one program may have: beyond it weights would lose precision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """What the solver found: the pairs (none without a solution), each goal's amount, and the work."""

    outcome: solver.Outcome
    pairs: tuple[tuple[int, int], ...] = ()
    nodes: int = 0
    iterations: int = 0


def solve(
    figures: model_figures.Figures,
    tops: Sequence[int],
    *,
    fixed: Collection[tuple[int, int]] = (),
    kept: Collection[int] = (),
    stays: Collection[tuple[int, int]] = (),
    with_version: bool = False,
    bundles: model.Bundles | None = None,
) -> Exact:
    """The best allocation of these requirements. `kept` ones are met, `fixed` items applied, whatever they cost."""
    made = model.model(figures, tops, fixed, bundles=bundles)
    aims = model_goals.aims(made, model_met.Met(made), kept=kept, stays=stays, with_version=with_version)
    nodes = iterations = 0
    values: tuple[float, ...] = ()
    for place, stage in enumerate(stages(aims) or [()]):
        # Once what is met is settled, what is left is mostly a matter of flow, whose continuous optimum is whole.
        answer = solver.solve(made.program, _weighted(stage), is_likely_whole=place > 0)
        nodes, iterations = nodes + answer.nodes, iterations + answer.iterations
        if answer.outcome is not solver.Outcome.OPTIMAL:
            found = model.applied(made, answer.values) if answer.values else ()
            return Exact(outcome=answer.outcome, pairs=found, nodes=nodes, iterations=iterations)
        values = answer.values
        for aim in stage:
            made.program.at_least(aim.terms, round(solver_programs.value(aim.terms, values)))
    return Exact(outcome=solver.Outcome.OPTIMAL, pairs=model.applied(made, values), nodes=nodes, iterations=iterations)


def stages(aims: Sequence[model_goals.Aim]) -> list[tuple[model_goals.Aim, ...]]:
    """The goals in groups that one program can follow at once, each goal weighing more than all that come after."""
    groups: list[list[model_goals.Aim]] = []
    width = WIDEST + 1
    for aim in aims:
        span = aim.highest - aim.lowest + 1
        if span <= 1:
            continue
        if width * span > WIDEST:
            groups.append([])
            width = 1
        groups[-1].append(aim)
        width *= span
    return [tuple(group) for group in groups]


def _weighted(stage: Sequence[model_goals.Aim]) -> solver_programs.Terms:
    factor, terms = 1, solver_programs.Terms()
    for aim in reversed(stage):
        terms = solver_programs.added(terms, solver_programs.times(factor, aim.terms))
        factor *= aim.highest - aim.lowest + 1
    return terms
