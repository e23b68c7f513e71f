"""An audit on its way to the client: what was audited, when, and for whom."""

from dataclasses import dataclass, field
from datetime import datetime

from gql_api.domain import allocation_proofs, audit_exceptions, audit_results, audits, entries
from gql_api.reads import audits as audit_inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Courses that a request adds to a scenario, in the order given, and the client's own names for them."""

    courses: tuple[entries.PlannedEntry, ...] = ()
    refs: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Audited:
    """An audit of a plan or of a scenario, and when it was made.

    `plan_id` is 0 where no plan is behind it; `aim` none where the version is neither of the plan's programs;
    `scenario` tells what was added and dropped, empty for the plan as it is. It is a key by its identity.
    """

    plan_id: int
    program_id: int
    at: datetime
    audit: audits.Audit
    given: audit_inputs.AuditInput
    aim: audit_inputs.Aim | None = None
    scenario: str = ""
    posted: Posted = Posted()
    _by_key: dict[str, audit_results.RequirementResult] = field(
        default_factory=dict[str, audit_results.RequirementResult], init=False, repr=False
    )

    def name(self, requirement_id: int | None = None) -> str:
        """What identifies this audit, or one requirement of it, in a client's cache."""
        whole = f"{self.plan_id}-{self.program_id}-{self.audit.version_id}"
        if self.scenario:
            whole = f"{whole}-{self.scenario}"
        return whole if requirement_id is None else f"{whole}-{requirement_id}"

    def of_key(self, key: str) -> "AuditedRequirement | None":
        """The result of the requirement with a key; none where the version has no such requirement."""
        if not self._by_key:
            self._by_key.update((one.key, one) for one in self.audit.requirements)
        found = self._by_key.get(key)
        return None if found is None else AuditedRequirement(audited=self, result=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedRequirement:
    """The result of one requirement within its audit."""

    audited: Audited
    result: audit_results.RequirementResult


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedException:
    """What an exception of the plan does within an audit."""

    audited: Audited
    use: audit_results.ExceptionUse

    @property
    def entry_id(self) -> int | None:
        """The entry that it is about, if any."""
        return getattr(self.use.exception, "entry_id", None)

    @property
    def grant(self) -> audit_exceptions.Grant | None:
        """Who granted it and why, where that is recorded."""
        return self.use.exception.grant


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedPin:
    """What a pin costs within an audit."""

    audited: Audited
    cost: audit_results.PinCost

    @property
    def entry_id(self) -> int:
        """The pinned entry."""
        return self.cost.entry_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedProof:
    """How a part of an allocation was proved within an audit."""

    audited: Audited
    proof: allocation_proofs.Proof
