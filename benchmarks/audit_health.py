"""Program health over the benchmark's programs: which ones nobody can finish, with the conflict that shows it."""

import time
from dataclasses import dataclass

from benchmarks import audit_files, audit_runs, audit_trees
from gql_api.domain import health, health_findings

Kind = health_findings.FindingKind
MOST_ITEMS = 5
"""Requirements that a conflict may name to be of use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What was found of one program; `sizes` are the requirements that each conflict names."""

    id: str
    is_satisfiable: bool | None
    is_found_satisfiable: bool
    is_undecided: bool
    sizes: tuple[int, ...]
    messages: tuple[str, ...]
    seconds: float

    @property
    def problem(self) -> str | None:
        """What is wrong with the diagnosis; none where it is the proven one."""
        if self.is_undecided and not self.sizes:
            return "undecided"
        if self.is_satisfiable is not None and self.is_satisfiable != self.is_found_satisfiable:
            proven = "can be met" if self.is_satisfiable else "cannot be met"
            return f"proven: {proven}; found: {', '.join(self.messages) or 'nothing wrong'}"
        if any(size > MOST_ITEMS for size in self.sizes):
            return f"a conflict of {max(self.sizes)} requirements"
        return None


def diagnosed(bench: audit_runs.Bench, program: audit_files.Program) -> Diagnosis:
    """What health says of one program before a student who may take everything."""
    began = time.process_time()
    catalog = audit_trees.offered(program, bench.known)
    found = list(health.conflicts(bench.tree(program.id), catalog, on=audit_trees.ON))
    conflicts = [one for one in found if one.kind is Kind.UNSATISFIABLE]
    return Diagnosis(
        id=program.id,
        is_satisfiable=program.is_satisfiable,
        is_found_satisfiable=not conflicts,
        is_undecided=any(one.kind is Kind.UNDECIDED for one in found),
        sizes=tuple(len(one.keys) for one in conflicts),
        messages=tuple(one.message for one in conflicts),
        seconds=time.process_time() - began,
    )
