"""The exact solver: HiGHS on a 0/1 program, one thread, fixed options, both gaps zero, bounded by nodes.

The library is loaded at the first program that reductions and bounds leave open, so that a process which needs none
does not pay for it. No clock is involved anywhere: the same program gives the same answer.
"""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    # Costs more than these small programs take altogether.
    "mip_heuristic_run_feasibility_jump": False,
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


def solve(program: solver_programs.Program, goal: Mapping[int, int]) -> Solution:
    """The values that make the goal greatest."""
    highs, library = _highs(), _library()
    highs.passModel(_linear_program(library, program, goal))
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    nodes, iterations = max(int(info.mip_node_count), 0), max(int(info.simplex_iteration_count), 0)
    kinds = library.HighsModelStatus
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
    kinds = library.HighsVarType
    made.integrality_ = [kinds.kInteger if is_whole else kinds.kContinuous for is_whole in program.whole]
    made.sense_ = library.ObjSense.kMaximize
    return made


def _sparse(
    rows: Sequence[tuple[float, float, solver_programs.Terms]],
) -> tuple[list[int], list[int], list[int]]:
    starts, columns, factors = [0], list[int](), list[int]()
    for _, _, terms in rows:
        columns += terms
        factors += terms.values()
        starts.append(len(columns))
    return starts, columns, factors


@cache
def _library() -> ModuleType:
    """The library's core. Its public class prints a banner to standard output, which nothing can silence."""
    return importlib.import_module("highspy._core")


def _highs() -> Any:  # noqa: ANN401 - the library's classes have no types
    """A solver of its own for every program: nothing of an earlier one can colour an answer."""
    made = _library()._Highs()  # noqa: SLF001 - see `_library`
    for name, given in _OPTIONS.items():
        made.setOptionValue(name, given)
    return made
