"""Progress: what an audit says of a whole plan."""

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Annotated, TypeAlias

import strawberry

from gql_api.domain import audit_constraints, audit_results, what_if
from gql_api.reads import audits as audit_inputs
from gql_api.schema import edges, enums, ids, refs
from gql_api.schema.audited import Audited, AuditedException, AuditedPin, AuditedProof, AuditedRequirement
from gql_api.schema.context import Info
from gql_api.schema.types import certificate as certificate_types
from gql_api.schema.types.allocation_proofs import AllocationProof
from gql_api.schema.types.articulation import TakenCourse, taken_course
from gql_api.schema.types.assignments import ConstraintResult, View
from gql_api.schema.types.exception_uses import ExceptionUse, PinCost
from gql_api.schema.types.requirement_progress import RequirementProgress, RequirementStatus

TotalKind: TypeAlias = audit_results.TotalKind
enums.described(TotalKind, name="ProgramTotalKind", description="What a version asks for over all accepted credit.")
UnappliedReason: TypeAlias = audit_results.UnappliedReason
enums.described(UnappliedReason, name="UnappliedReason", description="Why a planned course is applied nowhere.")


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

    @strawberry.field(description="What is needed, as a plain number: credits, or an average.")
    def needed(self, root: strawberry.Parent[audit_results.TotalResult]) -> float:
        """The needed number."""
        return float(root.needed)

    @strawberry.field(description="The credits needed; null for an average.")
    def needed_credits(self, root: strawberry.Parent[audit_results.TotalResult]) -> Decimal | None:
        """The needed credits."""
        return None if root.kind is TotalKind.MINIMUM_GPA else root.needed

    @strawberry.field(description="The credits there are in a view; null for an average.")
    def actual_credits(
        self,
        root: strawberry.Parent[audit_results.TotalResult],
        view: Annotated[View, strawberry.argument(description="What of the plan is looked at.")] = View.PLANNED,
    ) -> Decimal | None:
        """The credits in a view."""
        return None if root.kind is TotalKind.MINIMUM_GPA else dict(root.actual).get(view)

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

    planned_course = edges.edge(
        "planned_course",
        key="entry_id",
        description="The planned course; null for a posted one, or where it has been removed meanwhile.",
        graphql_type=refs.maybe("plans", "PlannedCourse"),
    )

    @strawberry.field(description="Of a scenario, the place in the input of a posted course, from 0; else null.")
    def input_index(self, root: strawberry.Parent[audit_results.Unapplied]) -> int | None:
        """The place of a posted entry."""
        return what_if.place(root.entry_id)


@strawberry.type(description="How far a plan is towards a program version: an audit, also called degree audit.")
class Progress:
    """Shows `Audited`."""

    is_type_of = refs.shows(Audited)

    @strawberry.field(description="Names this audit (plan, program, version) in a client's cache.")
    def id(self, root: strawberry.Parent[Audited]) -> strawberry.ID:
        """The audit's id."""
        return ids.encode("Progress", root.name())

    version = edges.edge(
        "version",
        key="audit.version_id",
        description="The version that is audited.",
        graphql_type=refs.one("programs", "ProgramVersion"),
    )

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

    can_be_finished = edges.edge(
        "impasses",
        key=lambda one: one,
        shown=lambda one, found: True if one.audit.status.is_settled else found.can_be_finished,
        description=(
            "Whether some set of courses meets every requirement of the version as it is published, as program health "
            "tells; false: nobody can finish it. Null where that was not found out."
        ),
        graphql_type=bool | None,
    )

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
        description="How the allocation of each view was proved to be the best, by parts that share no course.",
        graphql_type=list[AllocationProof],
    )
    def proof(
        self,
        root: strawberry.Parent[Audited],
        view: Annotated[View | None, strawberry.argument(description="Only this view; null: all.")] = None,
    ) -> list[AuditedProof]:
        """The proofs."""
        return [AuditedProof(audited=root, proof=one) for one in root.audit.proof if view is None or one.view is view]

    @strawberry.field(
        description="The planned courses that are applied nowhere, each with its reason.",
        graphql_type=list[UnappliedCourse],
    )
    def unapplied(self, root: strawberry.Parent[Audited]) -> list[audit_results.Unapplied]:
        """The unapplied entries."""
        return list(root.audit.unapplied)

    @strawberry.field(
        description="The exceptions that an advisor granted, and whether this audit uses and needs them.",
        graphql_type=list[ExceptionUse],
    )
    def exceptions(self, root: strawberry.Parent[Audited]) -> list[AuditedException]:
        """The exceptions in force."""
        return [AuditedException(audited=root, use=one) for one in root.audit.exceptions]

    @strawberry.field(
        description="The pins without which more could be met once everything planned is passed.",
        graphql_type=list[PinCost],
    )
    def pin_costs(self, root: strawberry.Parent[Audited]) -> list[AuditedPin]:
        """The pins that cost something."""
        return [AuditedPin(audited=root, cost=one) for one in root.audit.pins]

    @strawberry.field(
        description="The verdict on one view with a proof, checked by a checker that shares no code with the engine.",
        graphql_type=certificate_types.Certificate,
    )
    async def certificate(
        self,
        root: strawberry.Parent[Audited],
        view: Annotated[View, strawberry.argument(description="What of the plan is looked at.")] = View.PLANNED,
    ) -> certificate_types.Certified:
        """The checked certificate, made in a thread: it must not hold up the loop."""
        return await asyncio.to_thread(certificate_types.of, root, view)

    @strawberry.field(
        description="Of a scenario, the courses that were posted, in the order of the input; empty for a plan as it is."
    )
    def posted(self, root: strawberry.Parent[Audited]) -> list[TakenCourse]:
        """The posted courses."""
        return [
            taken_course(entry, place, ref)
            for place, (entry, ref) in enumerate(zip(root.posted.courses, root.posted.refs, strict=True))
        ]


async def of(info: Info, plan_id: int, aim: audit_inputs.Aim) -> Audited | None:
    """The audit of a plan that the viewer may read; none where it has no such program."""
    loaders = info.context.loaders
    audit = await loaders.audit.load((plan_id, aim))
    version = None if audit is None else await loaders.version.load(audit.version_id)
    given = await loaders.audit_input.load((plan_id, aim))
    if audit is None or version is None or given is None:
        return None
    return Audited(
        plan_id=plan_id, program_id=version.program_id, at=info.context.now, audit=audit, given=given, aim=aim
    )
