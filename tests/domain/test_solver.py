"""The solver's word is taken for "no solution" only where it says so without presolve, too."""

from benchmarks import audit_workloads
from gql_api.domain import allocation_exact, allocation_packing, solver


def test_presolve_alone_does_not_decide_that_what_is_kept_has_no_room(monkeypatch):
    # HiGHS 1.16 calls the second view of this audit infeasible, although the first view's allocation fits it.
    asked = []

    def solve(*given, **named):
        exact = allocation_solve(*given, **named)
        asked.append((bool(named["kept"]), exact.outcome))
        return exact

    allocation_solve = allocation_exact.solve
    monkeypatch.setattr(allocation_exact, "solve", solve)
    monkeypatch.setattr(allocation_packing, "MOST_BOUNDS", 0)  # nothing is settled before the solver is asked
    _, question = audit_workloads.overlapping(2)
    question.audit()
    assert asked == [(False, solver.Outcome.OPTIMAL), (True, solver.Outcome.OPTIMAL), (True, solver.Outcome.OPTIMAL)]
