"""The exact solver: HiGHS on a 0/1 program, one thread, fixed options, both gaps zero, bounded by nodes.

The library is loaded at the first program that reductions and bounds leave open, so that a process which needs none
does not pay for it. No clock is involved anywhere: the same program gives the same answer.
"""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from types import ModuleType
from typing import Any

from gql_api.domain import solver_programs

MOST_NODES = 20_000
"""Nodes of the search tree of one program; beyond them the answer is that none is proven."""
MOST_ITERATIONS = 2_000_000
"""Simplex iterations of one program."""
_FEASIBLE = 2
"""HiGHS's word for a solution that breaks no row."""
_ROUNDING = 1e-7
"""How far from a whole number a solver's whole number may be."""
_HALF = 0.5
_OPTIONS: Mapping[str, object] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.0,
    "mip_feasibility_tolerance": 1e-9,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
    "mip_max_nodes": MOST_NODES,
    "simplex_iteration_limit": MOST_ITERATIONS,
    # Programs of an audit are small and nearly whole: their bound proves them, and looking for good solutions beside
    # that, for symmetries, or keeping many cuts costs more than it saves (a third of the time where much overlaps).
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_detect_symmetry": False,
    "mip_allow_restart": False,
    "mip_pool_soft_limit": 100,
    "mip_pool_age_limit": 5,
}


class Outcome(Enum):
    """How a program ended."""

    OPTIMAL = "proven optimal"
    INFEASIBLE = "proven to have no solution"
    LIMIT = "the bound of the work was reached first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The answer to a program: values by column (empty without a solution) and the work it took."""

    outcome: Outcome
    values: tuple[float, ...] = ()
    nodes: int = 0
    iterations: int = 0


def solve(program: solver_programs.Program, goal: Mapping[int, int], *, is_likely_whole: bool = False) -> Solution:
    """The values that make the goal greatest.

    `is_likely_whole` says that the program without the condition of whole numbers is worth a try: a solution of that
    which is whole all the same is the best, and costs a tenth.
    """
    library = core()
    made = _linear_program(library, program, goal)
    relaxed = _relaxed(made, program, goal) if is_likely_whole else None
    if relaxed is not None:
        return relaxed
    kinds = library.HighsVarType
    made.integrality_ = [kinds.kInteger if is_whole else kinds.kContinuous for is_whole in program.whole]
    found = _searched(made)
    if found.outcome is Outcome.OPTIMAL:
        return found
    # Presolve has said "no solution" where there is one, and has ended without an answer: only without it that stands.
    again = _searched(made, presolve="off")
    return replace(again, nodes=found.nodes + again.nodes, iterations=found.iterations + again.iterations)


def _searched(made: Any, presolve: str = "choose") -> Solution:  # noqa: ANN401 - the library's classes have no types
    highs = _highs()
    highs.setOptionValue("presolve", presolve)
    highs.passModel(made)
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    nodes, iterations = max(int(info.mip_node_count), 0), max(int(info.simplex_iteration_count), 0)
    kinds = core().HighsModelStatus
    if status == kinds.kOptimal:
        values = tuple(highs.getSolution().col_value)
        return Solution(outcome=Outcome.OPTIMAL, values=values, nodes=nodes, iterations=iterations)
    if status in {kinds.kInfeasible, kinds.kUnboundedOrInfeasible}:
        return Solution(outcome=Outcome.INFEASIBLE, nodes=nodes, iterations=iterations)
    is_feasible = info.primal_solution_status == _FEASIBLE
    values = tuple(highs.getSolution().col_value) if is_feasible else ()
    return Solution(outcome=Outcome.LIMIT, values=values, nodes=nodes, iterations=iterations)


def _linear_program(library: ModuleType, program: solver_programs.Program, goal: Mapping[int, int]) -> Any:  # noqa: ANN401 - the library's classes have no types
    numpy = importlib.import_module("numpy")
    made = library.HighsLp()
    size = len(program.uppers)
    made.num_col_, made.num_row_ = size, len(program.rows)
    made.col_cost_ = numpy.array([goal.get(column, 0) for column in range(size)], dtype=float)
    made.col_lower_ = numpy.array(program.lowers, dtype=float)
    made.col_upper_ = numpy.array(program.uppers, dtype=float)
    made.row_lower_ = numpy.array([least for least, _, _ in program.rows], dtype=float)
    made.row_upper_ = numpy.array([most for _, most, _ in program.rows], dtype=float)
    starts, columns, factors = _sparse(program.rows)
    made.a_matrix_.format_ = library.MatrixFormat.kRowwise
    made.a_matrix_.start_ = numpy.array(starts, dtype=numpy.int32)
    made.a_matrix_.index_ = numpy.array(columns, dtype=numpy.int32)
    made.a_matrix_.value_ = numpy.array(factors, dtype=float)
    made.sense_ = library.ObjSense.kMaximize
    return made


def _relaxed(made: Any, program: solver_programs.Program, goal: Mapping[int, int]) -> Solution | None:  # noqa: ANN401 - the library's classes have no types
    """The solution of the continuous program, where its numbers are whole and, rounded, break no row."""
    highs = _highs()
    highs.setOptionValue("presolve", "off")
    highs.passModel(made)
    highs.run()
    if highs.getModelStatus() != core().HighsModelStatus.kOptimal:
        return None
    found: list[float] = list(highs.getSolution().col_value)
    values = [float(round(one)) if is_whole else one for one, is_whole in zip(found, program.whole, strict=True)]
    if any(abs(one - other) > _ROUNDING for one, other in zip(found, values, strict=True)):
        return None
    # All terms of the goal are whole, so that less than half below the continuous optimum is the optimum.
    reached, bound = (sum(factor * one[column] for column, factor in goal.items()) for one in (values, found))
    if not all(program.whole[column] for column in goal) or bound - reached >= _HALF or not _keeps(program, values):
        return None
    return Solution(
        outcome=Outcome.OPTIMAL, values=tuple(values), iterations=max(int(highs.getInfo().simplex_iteration_count), 0)
    )


def _keeps(program: solver_programs.Program, values: Sequence[float]) -> bool:
    """Whether the values break no row and no bound."""
    within = all(low <= one <= high for low, one, high in zip(program.lowers, values, program.uppers, strict=True))
    return within and all(
        least - _ROUNDING <= sum(factor * values[column] for column, factor in terms.items()) <= most + _ROUNDING
        for least, most, terms in program.rows
    )


def _sparse(
    rows: Sequence[tuple[float, float, solver_programs.Terms]],
) -> tuple[list[int], list[int], list[int]]:
    starts, columns, factors = [0], list[int](), list[int]()
    for _, _, terms in rows:
        columns += terms
        factors += terms.values()
        starts.append(len(columns))
    return starts, columns, factors


def continuous() -> Any:  # noqa: ANN401 - the library's classes have no types
    """A solver for one continuous program, which may change between two answers."""
    highs = _highs()
    highs.setOptionValue("presolve", "off")
    highs.setOptionValue("primal_feasibility_tolerance", 1e-7)
    highs.setOptionValue("dual_feasibility_tolerance", 1e-7)
    return highs


def duals(highs: Any) -> tuple[list[float], list[float]]:  # noqa: ANN401 - the library's classes have no types
    """The values of a continuous program and what one more of each row would be worth; empty without a solution."""
    highs.run()
    optimal = core().HighsModelStatus.kOptimal
    if highs.getModelStatus() != optimal:
        highs.clearSolver()  # not from where the last answer stands, then
        highs.run()
    if highs.getModelStatus() != optimal:
        return [], []
    solution = highs.getSolution()
    return list(solution.col_value), list(solution.row_dual)


@cache
def core() -> ModuleType:
    """The library's core. Its public class prints a banner to standard output, which nothing can silence."""
    return importlib.import_module("highspy._core")


def _highs() -> Any:  # noqa: ANN401 - the library's classes have no types
    """A solver of its own for every program: nothing of an earlier one can colour an answer."""
    made = core()._Highs()  # noqa: SLF001 - see `core`
    for name, given in _OPTIONS.items():
        made.setOptionValue(name, given)
    return made
