"""Progress: what an audit says, for every requirement and every course."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, TypeAlias

import strawberry

from gql_api.domain import audit_constraints, audit_results, audits, entries, verdicts
from gql_api.reads import audits as audit_inputs
from gql_api.reads import programs
from gql_api.reads.courses import CourseRow
from gql_api.reads.equivalencies import EquivalencyRow
from gql_api.reads.plans import PlannedCourseRow
from gql_api.schema import enums, ids, refs
from gql_api.schema.context import Info
from gql_api.schema.trees import Located

View: TypeAlias = entries.View
enums.described(
    View,
    name="View",
    description="What of a plan is looked at; each view includes the one before it.",
    values={
        "COMPLETED": "What is earned.",
        "IN_PROGRESS": "What is earned or running, the running courses assumed to be passed.",
        "PLANNED": "Everything in the plan, assumed to be passed.",
    },
)
RequirementStatus: TypeAlias = audit_results.RequirementStatus
enums.described(
    RequirementStatus,
    name="RequirementStatus",
    description="The standing of a requirement: the earliest view in which it is met, or how far it is.",
)
TotalKind: TypeAlias = audit_results.TotalKind
enums.described(TotalKind, name="ProgramTotalKind", description="What a version asks for over all accepted credit.")
UnappliedReason: TypeAlias = audit_results.UnappliedReason
enums.described(UnappliedReason, name="UnappliedReason", description="Why a planned course is applied nowhere.")
Verdict: TypeAlias = verdicts.Verdict
enums.described(Verdict, name="Verdict", description="The answer of a rule; UNKNOWN is never taken for yes or no.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """An audit of a plan, and when it was made."""

    plan_id: int
    program_id: int
    at: datetime
    audit: audits.Audit

    def name(self, requirement_id: int | None = None) -> str:
        """What identifies this audit, or one requirement of it, in a client's cache."""
        whole = f"{self.plan_id}-{self.program_id}-{self.audit.version_id}"
        return whole if requirement_id is None else f"{whole}-{requirement_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedRequirement:
    """The result of one requirement within its audit."""

    audited: Audited
    result: audit_results.RequirementResult


@strawberry.type(description="Amounts by how far the courses are that make them up; they add up to what is applied.")
class ByStatus:
    """Credits by view."""

    completed: Decimal = strawberry.field(description="Earned.")
    in_progress: Decimal = strawberry.field(description="Running.")
    planned: Decimal = strawberry.field(description="Planned.")


@strawberry.type(description="Numbers of courses by how far they are.")
class CountsByStatus:
    """Courses by view."""

    completed: int = strawberry.field(description="Completed.")
    in_progress: int = strawberry.field(description="Running.")
    planned: int = strawberry.field(description="Planned.")


@strawberry.type(description="Credit applied to a requirement: the planned courses behind it, and what it counts as.")
class Assignment:
    """Shows `domain.audit_results.Applied`."""

    counts_as: str = strawberry.field(description="What it counts as at the program's institution, for people.")
    credits: Decimal = strawberry.field(description="The credits that are applied.")
    view: View = strawberry.field(description="How far it is: earned, running or planned.")
    is_provisional: bool = strawberry.field(
        description="Whether it rests on a rule of today for a course that lies ahead or has no date."
    )
    is_shared: bool = strawberry.field(description="Whether it also counts for another requirement.")

    is_type_of = refs.shows(audit_results.Applied)

    @strawberry.field(description="The planned courses behind it.", graphql_type=refs.many("plans", "PlannedCourse"))
    async def planned_courses(
        self, root: strawberry.Parent[audit_results.Applied], info: Info
    ) -> list[PlannedCourseRow]:
        """The edge to the entries."""
        found = await info.context.loaders.planned_course.load_many(root.entry_ids)
        return [entry for entry in found if entry is not None]

    @strawberry.field(
        description="The course it counts as; null for elective credit and unlisted courses.",
        graphql_type=refs.maybe("courses", "Course"),
    )
    async def course(self, root: strawberry.Parent[audit_results.Applied], info: Info) -> CourseRow | None:
        """The edge to the course."""
        return None if root.course is None else await info.context.loaders.course.load(root.course.id)

    @strawberry.field(
        description="The equivalency through which it counts; null for a course as taken.",
        graphql_type=refs.maybe("equivalencies", "Equivalency"),
    )
    async def via(self, root: strawberry.Parent[audit_results.Applied], info: Info) -> EquivalencyRow | None:
        """The edge to the rule."""
        return None if root.rule_id is None else await info.context.loaders.equivalency.load(root.rule_id)


@strawberry.type(description="How a constraint stands.")
class ConstraintResult:
    """Shows `domain.audit_constraints.ConstraintResult`."""

    kind: enums.ConstraintKind = strawberry.field(description="What it limits or asks.")
    verdict: Verdict = strawberry.field(description="Whether it holds.")
    sentence: str = strawberry.field(description="How it stands, with its numbers, for people.")

    is_type_of = refs.shows(audit_constraints.ConstraintResult)

    @strawberry.field(description="What is asked or allowed, in its own unit; null for a grade.")
    def needed(self, root: strawberry.Parent[audit_constraints.ConstraintResult]) -> float | None:
        """The limit as a plain number."""
        return None if root.needed is None else float(root.needed)

    @strawberry.field(description="What there is, in the same unit; null where that cannot be told.")
    def actual(self, root: strawberry.Parent[audit_constraints.ConstraintResult]) -> float | None:
        """The measure as a plain number."""
        return None if root.actual is None else float(root.actual)


@strawberry.type(description="A requirement in the light of a plan: how far it is, by what, and what is missing.")
class RequirementProgress:
    """Shows `AuditedRequirement`."""

    is_type_of = refs.shows(AuditedRequirement)

    @strawberry.field(description="Names this result (plan, program, version, requirement) in a client's cache.")
    def id(self, root: strawberry.Parent[AuditedRequirement]) -> strawberry.ID:
        """The result's id, never the requirement's."""
        return ids.encode("RequirementProgress", root.audited.name(root.result.requirement_id))

    @strawberry.field(description="The id of the result of the requirement above; null at the top.")
    def parent_id(self, root: strawberry.Parent[AuditedRequirement]) -> strawberry.ID | None:
        """The parent's result id."""
        parent = root.result.parent_id
        return None if parent is None else ids.encode("RequirementProgress", root.audited.name(parent))

    @strawberry.field(description="How deep it lies: 0 for a top-level requirement.")
    def depth(self, root: strawberry.Parent[AuditedRequirement]) -> int:
        """The depth."""
        return root.result.depth

    @strawberry.field(description="The requirement itself.", graphql_type=refs.maybe("requirements", "Requirement"))
    async def requirement(self, root: strawberry.Parent[AuditedRequirement], info: Info) -> Located | None:
        """The edge to the node."""
        tree = await info.context.loaders.tree.load(root.audited.audit.version_id)
        return None if tree is None else tree.by_id.get(root.result.requirement_id)

    @strawberry.field(description="Its standing: the earliest view in which it is met, or how far it is.")
    def status(self, root: strawberry.Parent[AuditedRequirement]) -> RequirementStatus:
        """The status."""
        return root.result.status

    @strawberry.field(description="Its standing when only one view is looked at.")
    def status_in(
        self,
        root: strawberry.Parent[AuditedRequirement],
        view: Annotated[View, strawberry.argument(description="What of the plan is looked at.")],
    ) -> RequirementStatus:
        """The status in a view."""
        return root.result.in_view(view).status

    @strawberry.field(description="What is applied to it and beneath it.", graphql_type=list[Assignment])
    def applied(
        self,
        root: strawberry.Parent[AuditedRequirement],
        view: Annotated[View, strawberry.argument(description="What of the plan is looked at.")] = View.PLANNED,
    ) -> list[audit_results.Applied]:
        """The assignments in a view."""
        return list(root.result.in_view(view).applied)

    @strawberry.field(description="The credits it needs; null where it needs none.")
    def needed_credits(self, root: strawberry.Parent[AuditedRequirement]) -> Decimal | None:
        """The needed credits."""
        return root.result.needed_credits

    @strawberry.field(description="The number of courses it needs; null where it needs none.")
    def needed_courses(self, root: strawberry.Parent[AuditedRequirement]) -> int | None:
        """The needed courses."""
        return root.result.needed_courses

    @strawberry.field(description="How many of its children must be met; null for one without children.")
    def needed_children(self, root: strawberry.Parent[AuditedRequirement]) -> int | None:
        """The needed children."""
        return root.result.needed_children

    @strawberry.field(description="The credits applied, by how far the courses are.")
    def credits(self, root: strawberry.Parent[AuditedRequirement]) -> ByStatus:
        """The applied credits."""
        amounts = dict(root.result.credits_by_status)
        return ByStatus(**{view.name.lower(): amounts.get(view, Decimal(0)) for view in entries.View})

    @strawberry.field(description="The number of courses applied, by how far they are.")
    def courses(self, root: strawberry.Parent[AuditedRequirement]) -> CountsByStatus:
        """The applied courses."""
        counts = dict(root.result.courses_by_status)
        return CountsByStatus(**{view.name.lower(): counts.get(view, 0) for view in entries.View})

    @strawberry.field(description="What is needed beyond everything planned, for people; empty where nothing is.")
    def missing(self, root: strawberry.Parent[AuditedRequirement]) -> str:
        """The missing part."""
        return root.result.missing

    @strawberry.field(description="Why it stands where it does, in one sentence with its numbers.")
    def explanation(self, root: strawberry.Parent[AuditedRequirement]) -> str:
        """The explanation."""
        return root.result.explanation

    @strawberry.field(
        description="How its constraints stand when everything planned is passed.", graphql_type=list[ConstraintResult]
    )
    def constraints(self, root: strawberry.Parent[AuditedRequirement]) -> list[audit_constraints.ConstraintResult]:
        """The constraint results."""
        return list(root.result.constraints)


@strawberry.type(description="The whole program version in one view.")
class ProgressView:
    """Shows `domain.audit_results.ProgramView`."""

    view: View = strawberry.field(description="What of the plan is looked at.")
    status: RequirementStatus = strawberry.field(description="The standing of the whole version in this view.")
    requirements_met: int = strawberry.field(description="How many required top-level requirements are met.")
    requirements_needed: int = strawberry.field(description="How many required top-level requirements there are.")
    credits: Decimal = strawberry.field(description="The credits that count at the program's institution.")

    is_type_of = refs.shows(audit_results.ProgramView)

    @strawberry.field(
        description="How far it is, from 0 to 100; 100 only when it is met. Null where nothing is needed."
    )
    def percent(self, root: strawberry.Parent[audit_results.ProgramView]) -> float | None:
        """The percentage, rounded down to 0.1."""
        return None if root.percent is None else float(root.percent)


@strawberry.type(description="How a total of the whole version stands: credits, residency, grade point average.")
class ProgramTotal:
    """Shows `domain.audit_results.TotalResult`."""

    kind: TotalKind = strawberry.field(description="What is totalled.")
    status: RequirementStatus = strawberry.field(
        description="The earliest view in which it is reached, or how far it is."
    )
    sentence: str = strawberry.field(description="How it stands, with its numbers, for people.")

    is_type_of = refs.shows(audit_results.TotalResult)

    @strawberry.field(description="What is needed.")
    def needed(self, root: strawberry.Parent[audit_results.TotalResult]) -> float:
        """The needed number."""
        return float(root.needed)

    @strawberry.field(description="What there is in a view; null where there is nothing to average.")
    def actual(
        self,
        root: strawberry.Parent[audit_results.TotalResult],
        view: Annotated[View, strawberry.argument(description="What of the plan is looked at.")] = View.PLANNED,
    ) -> float | None:
        """The number in a view."""
        found = dict(root.actual).get(view)
        return None if found is None else float(found)


@strawberry.type(description="A planned course that is applied nowhere, and why.")
class UnappliedCourse:
    """Shows `domain.audit_results.Unapplied`."""

    reason: UnappliedReason = strawberry.field(description="Why it is applied nowhere.")
    sentence: str = strawberry.field(description="The same in one sentence, for people.")

    is_type_of = refs.shows(audit_results.Unapplied)

    @strawberry.field(description="The planned course.", graphql_type=refs.maybe("plans", "PlannedCourse"))
    async def planned_course(
        self, root: strawberry.Parent[audit_results.Unapplied], info: Info
    ) -> PlannedCourseRow | None:
        """The edge to the entry."""
        return await info.context.loaders.planned_course.load(root.entry_id)


@strawberry.type(description="How far a plan is towards a program version: an audit, also called degree audit.")
class Progress:
    """Shows `Audited`."""

    is_type_of = refs.shows(Audited)

    @strawberry.field(description="Names this audit (plan, program, version) in a client's cache.")
    def id(self, root: strawberry.Parent[Audited]) -> strawberry.ID:
        """The audit's id."""
        return ids.encode("Progress", root.name())

    @strawberry.field(description="The version that is audited.", graphql_type=refs.one("programs", "ProgramVersion"))
    async def version(self, root: strawberry.Parent[Audited], info: Info) -> programs.VersionRow | None:
        """The edge to the version."""
        return await info.context.loaders.version.load(root.audit.version_id)

    @strawberry.field(description="When the audit was made.")
    def as_of(self, root: strawberry.Parent[Audited]) -> datetime:
        """The moment of the audit."""
        return root.at

    @strawberry.field(
        description="The standing of the whole version: the earliest view in which it is met, or how far it is."
    )
    def status(self, root: strawberry.Parent[Audited]) -> RequirementStatus:
        """The status of the version."""
        return root.audit.status

    @strawberry.field(
        description="The whole version in each view: completed, in progress, planned.", graphql_type=list[ProgressView]
    )
    def views(self, root: strawberry.Parent[Audited]) -> list[audit_results.ProgramView]:
        """The three views."""
        return list(root.audit.views)

    @strawberry.field(
        description="Every requirement, each before its children.", graphql_type=list[RequirementProgress]
    )
    def requirements(self, root: strawberry.Parent[Audited]) -> list[AuditedRequirement]:
        """The flat list of results."""
        return [AuditedRequirement(audited=root, result=result) for result in root.audit.requirements]

    @strawberry.field(
        description="What the version asks for over all accepted credit.", graphql_type=list[ProgramTotal]
    )
    def totals(self, root: strawberry.Parent[Audited]) -> list[audit_results.TotalResult]:
        """The implicit totals."""
        return list(root.audit.totals)

    @strawberry.field(
        description="How the constraints on the whole version stand.", graphql_type=list[ConstraintResult]
    )
    def constraints(self, root: strawberry.Parent[Audited]) -> list[audit_constraints.ConstraintResult]:
        """The version's constraint results."""
        return list(root.audit.constraints)

    @strawberry.field(
        description="The planned courses that are applied nowhere, each with its reason.",
        graphql_type=list[UnappliedCourse],
    )
    def unapplied(self, root: strawberry.Parent[Audited]) -> list[audit_results.Unapplied]:
        """The unapplied entries."""
        return list(root.audit.unapplied)


async def of(info: Info, plan_id: int, aim: audit_inputs.Aim) -> Audited | None:
    """The audit of a plan that the viewer may read; none where it has no such program."""
    loaders = info.context.loaders
    audit = await loaders.audit.load((plan_id, aim))
    version = None if audit is None else await loaders.version.load(audit.version_id)
    if audit is None or version is None:
        return None
    return Audited(plan_id=plan_id, program_id=version.program_id, at=info.context.now, audit=audit)
