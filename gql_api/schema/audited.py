"""An audit on its way to the client: what was audited, when, and for whom."""

from dataclasses import dataclass
from datetime import datetime

from gql_api.domain import audit_results, audits, entries
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

    def name(self, requirement_id: int | None = None) -> str:
        """What identifies this audit, or one requirement of it, in a client's cache."""
        whole = f"{self.plan_id}-{self.program_id}-{self.audit.version_id}"
        if self.scenario:
            whole = f"{whole}-{self.scenario}"
        return whole if requirement_id is None else f"{whole}-{requirement_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedRequirement:
    """The result of one requirement within its audit."""

    audited: Audited
    result: audit_results.RequirementResult
