"""Running one case of the audit benchmark: the real engine's answer beside the proven one, and whether it is steady."""

import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from benchmarks import audit_certificates, audit_digests, audit_fewest, audit_files, audit_trees
from gql_api.domain import allocation_proofs, audits, certificates, entries, requirements

T = TypeVar("T")
View = entries.View
Method = allocation_proofs.Method
Plan = tuple[entries.PlannedEntry, ...]
_HARDNESS = {method: rank for rank, method in enumerate(Method)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What is done beside one audit of each case."""

    orders: int = 2
    certificates: bool = True
    fewest: bool = True
    is_folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One case. `seconds` are of CPU time: an audit of a completed plan, and one of a plan with all three views."""

    id: str
    met: int
    is_met: bool
    expected: audit_files.Expected
    total: int
    seconds: float
    seconds_of_three: float
    digest: str
    is_steady: bool
    methods: Mapping[str, int]
    hardest: str
    bounds: tuple[str, ...]
    used: int | None
    certificate: audit_certificates.Checked | None

    @property
    def disagreements(self) -> tuple[str, ...]:
        """In which ways the answer is not the proven one."""
        pairs = (
            ("requirements met", self.met, self.expected.top_level_met),
            ("all met", self.is_met, self.expected.all_met),
            ("courses used", self.used, self.expected.courses_used),
        )
        return tuple(
            f"{name}: {ours}, proven {proven}"
            for name, ours, proven in pairs
            if proven is not None and ours is not None and ours != proven
        )


@dataclass(slots=True, kw_only=True)
class Bench:
    """The programs and the catalog, with each program's tree made once."""

    programs: Mapping[str, audit_files.Program]
    known: audit_trees.Catalog
    checks: Checks
    _trees: dict[str, requirements.ProgramTree]

    @classmethod
    def of(
        cls, programs: Mapping[str, audit_files.Program], cases: Iterable[audit_files.Case], checks: Checks
    ) -> "Bench":
        """The bench of a file of programs and the cases about them."""
        known = audit_trees.catalog(cases)
        nodes = [node for one in programs.values() for node in audit_files.walk(one.requirements)]
        named = {node.course for node in nodes if node.kind == "course"}
        for code in sorted(named | known.credits.keys()):
            with contextlib.suppress(audit_files.BadFile):  # told with its program
                known.course(code)  # ids follow from the files, not from what is asked for first
        return cls(programs=programs, known=known, checks=checks, _trees={})

    def tree(self, id: str) -> requirements.ProgramTree:
        """A program as a requirement tree."""
        if id not in self._trees:
            made = audit_trees.tree(self.programs[id], self.known, is_folded=self.checks.is_folded)
            self._trees[id] = made
        return self._trees[id]

    def digest(self, case: audit_files.Case) -> str:
        """The digest of the case's two audits."""
        tree = self.tree(case.program)
        return audit_digests.of(*(audited(tree, plan) for plan in self.plans(case)))

    def plans(self, case: audit_files.Case) -> tuple[Plan, Plan]:
        """The transcript with everything completed, and with a third running or planned."""
        return audit_trees.plan(case, self.known), audit_trees.plan(case, self.known, is_mixed=True)

    def run(self, case: audit_files.Case) -> Run:
        """One case with everything that is asked for."""
        tree, (plan, mixed) = self.tree(case.program), self.plans(case)
        audit, seconds = _timed(lambda: audited(tree, plan))
        three, seconds_of_three = _timed(lambda: audited(tree, mixed))
        digest = audit_digests.of(audit, three)
        view = audit.in_view(View.COMPLETED)
        proofs = [proof for proof in audit.proof if proof.view is View.COMPLETED]
        question = certificates.case(tree, plan, audit_trees.POSSIBILITIES, on=audit_trees.ON)
        checked = audit_certificates.check(audit, question, View.COMPLETED) if self.checks.certificates else None
        return Run(
            id=case.id,
            met=view.requirements_met,
            is_met=view.status is audits.Status.MET,
            expected=case.expected,
            total=len(tree.requirements),
            seconds=seconds,
            seconds_of_three=seconds_of_three,
            digest=digest,
            is_steady=self._is_steady(tree, plan, mixed, digest),
            methods=dict(Counter(proof.method.name for proof in proofs)),
            hardest=max((proof.method for proof in proofs), key=_HARDNESS.__getitem__, default=Method.REDUCTION).name,
            bounds=tuple(proof.bound for proof in (*audit.proof, *three.proof) if proof.bound is not None),
            used=audit_fewest.courses_used(tree, plan) if self.checks.fewest else None,
            certificate=checked,
        )

    def _is_steady(self, tree: requirements.ProgramTree, plan: Plan, mixed: Plan, digest: str) -> bool:
        """Whether the results are the same, byte for byte, in other orders of courses, requirements and options."""
        for seed in range(self.checks.orders):
            chance = random.Random(seed)  # noqa: S311 - an order, no secret
            other = audit_trees.shuffled(tree, chance)
            given = [audited(other, tuple(chance.sample(one, len(one)))) for one in (plan, mixed)]
            if audit_digests.of(*given) != digest:
                return False
        return True


def audited(tree: requirements.ProgramTree, plan: Plan) -> audits.Audit:
    """The real engine's audit."""
    return audits.audit(tree, plan, audit_trees.POSSIBILITIES, on=audit_trees.ON)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.process_time()
    done = work()
    return done, time.process_time() - began
