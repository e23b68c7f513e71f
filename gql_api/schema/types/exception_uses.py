"""What an audit says of the plan's own orders: exceptions that an advisor granted, and pins."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum

import strawberry

from gql_api.domain import audit_exceptions
from gql_api.schema import edges, enums, refs
from gql_api.schema.audited import AuditedException, AuditedPin, AuditedRequirement
from gql_api.schema.types.requirement_progress import RequirementProgress


class ExceptionKind(Enum):
    """The kinds of exceptions that an audit follows."""

    WAIVER = "The requirement counts as met, without credit."
    SUBSTITUTION = "The course may be applied to the requirement, whatever its options and grades say."
    FORCE = "The course is applied to the requirement, needed or not, and nowhere else."
    FORBID = "The course is not applied to the requirement."
    LIMIT = "The requirement asks for another amount, or allows another one."


enums.described(ExceptionKind, name="ExceptionKind", description="What an advisor granted or ordered for one plan.")
_KINDS = {
    audit_exceptions.Waiver: ExceptionKind.WAIVER,
    audit_exceptions.Substitution: ExceptionKind.SUBSTITUTION,
    audit_exceptions.Force: ExceptionKind.FORCE,
    audit_exceptions.Forbid: ExceptionKind.FORBID,
    audit_exceptions.Limit: ExceptionKind.LIMIT,
}
_PLANNED_COURSE = refs.maybe("plans", "PlannedCourse")


@strawberry.type(description="An advisor's exception, and what it does in this audit.")
class ExceptionUse:
    """Shows `AuditedException`."""

    is_type_of = refs.shows(AuditedException)

    @strawberry.field(description="What was granted or ordered.")
    def kind(self, root: strawberry.Parent[AuditedException]) -> ExceptionKind:
        """The kind of the domain's value."""
        return _KINDS[type(root.use.exception)]

    @strawberry.field(description="The key of the requirement that it is about.")
    def requirement_key(self, root: strawberry.Parent[AuditedException]) -> str:
        """The key, also where this version has no such requirement."""
        return root.use.exception.key

    @strawberry.field(
        description="The requirement that it is about; null where this version has none with its key.",
        graphql_type=RequirementProgress | None,
    )
    def requirement(self, root: strawberry.Parent[AuditedException]) -> AuditedRequirement | None:
        """The requirement's result."""
        return root.audited.of_key(root.use.exception.key)

    planned_course = edges.edge(
        "planned_course",
        key="entry_id",
        description="The course of the plan that it is about; null for a waiver or a changed limit.",
        graphql_type=_PLANNED_COURSE,
    )

    @strawberry.field(description="Of a changed limit, the credits; else null.")
    def limit_credits(self, root: strawberry.Parent[AuditedException]) -> Decimal | None:
        """The credits of a limit."""
        one = root.use.exception
        return one.credits if isinstance(one, audit_exceptions.Limit) else None

    @strawberry.field(description="Of a changed limit, the number of courses; else null.")
    def limit_courses(self, root: strawberry.Parent[AuditedException]) -> int | None:
        """The courses of a limit."""
        one = root.use.exception
        return one.courses if isinstance(one, audit_exceptions.Limit) else None

    @strawberry.field(description="Why it was granted, in the words of who granted it; null where nobody recorded it.")
    def reason(self, root: strawberry.Parent[AuditedException]) -> str | None:
        """The recorded reason."""
        return None if root.grant is None else root.grant.reason

    @strawberry.field(description="Who granted it, as recorded; null where nobody recorded it.")
    def granted_by(self, root: strawberry.Parent[AuditedException]) -> str | None:
        """The recorded author."""
        return None if root.grant is None else root.grant.granted_by

    @strawberry.field(description="When it was granted; null where nobody recorded it.")
    def granted_at(self, root: strawberry.Parent[AuditedException]) -> datetime | None:
        """The recorded moment."""
        return None if root.grant is None else root.grant.granted_at

    @strawberry.field(description="The last day on which it holds; null: it does not expire.")
    def expires_on(self, root: strawberry.Parent[AuditedException]) -> date | None:
        """The recorded last day."""
        return None if root.grant is None else root.grant.expires_on

    @strawberry.field(description="Whether it changes anything in this audit.")
    def is_used(self, root: strawberry.Parent[AuditedException]) -> bool:
        """Whether it does anything."""
        return root.use.is_used

    @strawberry.field(
        description="Whether anything is met for its sake alone. Used and not needed: it may be withdrawn."
    )
    def is_needed(self, root: strawberry.Parent[AuditedException]) -> bool:
        """Whether anything depends on it."""
        return root.use.is_needed


@strawberry.type(description="A course pinned to a requirement, without whose pin more could be met.")
class PinCost:
    """Shows `AuditedPin`."""

    is_type_of = refs.shows(AuditedPin)

    planned_course = edges.edge(
        "planned_course",
        key="entry_id",
        description="The pinned course; null for a posted one, or where it has been removed meanwhile.",
        graphql_type=_PLANNED_COURSE,
    )

    @strawberry.field(
        description="The requirement that it is pinned to; null where this version has none with its key.",
        graphql_type=RequirementProgress | None,
    )
    def requirement(self, root: strawberry.Parent[AuditedPin]) -> AuditedRequirement | None:
        """The requirement's result."""
        return root.audited.of_key(root.cost.key)

    @strawberry.field(description="What the pin costs, in one sentence, for people.")
    def sentence(self, root: strawberry.Parent[AuditedPin]) -> str:
        """The sentence."""
        return root.cost.sentence
