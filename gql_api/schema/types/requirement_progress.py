"""The progress of one requirement: how far it is, by what, and what is missing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, TypeAlias

import strawberry

from gql_api.domain import audit_constraints, audit_results, entries, health_impasses
from gql_api.schema import edges, enums, execution, health_loaders, ids, refs
from gql_api.schema.audited import Audited, AuditedRequirement
from gql_api.schema.types import suggestions as suggestion_types
from gql_api.schema.types.assignments import Assignment, ByStatus, ConstraintResult, CountsByStatus, View

RequirementStatus: TypeAlias = audit_results.RequirementStatus
enums.described(
    RequirementStatus,
    name="RequirementStatus",
    description="The standing of a requirement: the earliest view in which it is met, or how far it is.",
)


def _looked_at(row: AuditedRequirement) -> Audited | health_loaders.Settled:
    """The audit where it has to be asked whether anybody can meet the requirement."""
    result = row.result
    is_changed = any(one.exception.key == result.key for one in row.audited.audit.exceptions)
    is_open = result.is_needed and not result.status.is_settled and not is_changed
    return row.audited if is_open else health_loaders.SETTLED


def _impasse(row: AuditedRequirement, found: health_impasses.Impasses) -> str | None:
    return found.by_key.get(row.result.key)


def _ids(rows: Sequence[AuditedRequirement], keys: Sequence[int | None]) -> list[str | None]:
    """The ids of the results of these requirements, none for none, each of the audit of its row."""
    names = {audited: audited.name() for audited in {row.audited for row in rows}}
    told = [f"{names[row.audited]}-{key}" for row, key in zip(rows, keys, strict=True) if key is not None]
    encoded = iter(ids.encode_all("RequirementProgress", told))
    return [None if key is None else next(encoded) for key in keys]


def _own_ids(rows: Sequence[AuditedRequirement]) -> list[str | None]:
    return _ids(rows, [row.result.requirement_id for row in rows])


def _parent_ids(rows: Sequence[AuditedRequirement]) -> list[str | None]:
    return _ids(rows, [row.result.parent_id for row in rows])


@strawberry.type(description="A requirement in the light of a plan: how far it is, by what, and what is missing.")
class RequirementProgress:
    """Shows `AuditedRequirement`."""

    is_type_of = refs.shows(AuditedRequirement)

    @strawberry.field(
        description="Names this result (plan, program, version, requirement) in a client's cache.",
        metadata={execution.COLUMN: _own_ids},
    )
    def id(self, root: strawberry.Parent[AuditedRequirement]) -> strawberry.ID:
        """The result's id, never the requirement's."""
        return ids.encode("RequirementProgress", root.audited.name(root.result.requirement_id))

    @strawberry.field(
        description="The id of the result of the requirement above; null at the top.",
        metadata={execution.COLUMN: _parent_ids},
    )
    def parent_id(self, root: strawberry.Parent[AuditedRequirement]) -> strawberry.ID | None:
        """The parent's result id."""
        parent = root.result.parent_id
        return None if parent is None else ids.encode("RequirementProgress", root.audited.name(parent))

    @strawberry.field(description="How deep it lies: 0 for a top-level requirement.")
    def depth(self, root: strawberry.Parent[AuditedRequirement]) -> int:
        """The depth."""
        return root.result.depth

    requirement = edges.edge(
        "tree",
        key="audited.audit.version_id",
        shown=lambda one, tree: None if tree is None else tree.by_id.get(one.result.requirement_id),
        description="The requirement itself; null only where its version has been deleted meanwhile.",
        graphql_type=refs.maybe("requirements", "Requirement"),
    )

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

    @strawberry.field(
        description=(
            "Whether something still asks for it. False for a part of a choice that other parts have made already: "
            "it is not met, and nobody needs it. False for an optional top-level requirement; what lies beneath "
            "one says whether that asks for it."
        )
    )
    def is_needed(self, root: strawberry.Parent[AuditedRequirement]) -> bool:
        """Whether it is neither a left-over part of a choice nor optional at the top."""
        return root.result.is_asked_for

    @strawberry.field(description="What is applied to it and beneath it.", graphql_type=list[Assignment])
    def applied(
        self,
        root: strawberry.Parent[AuditedRequirement],
        view: Annotated[
            View | None,
            strawberry.argument(
                description=(
                    "What of the plan is looked at. Null: the view that decides `status`, which is everything planned, "
                    "but where only a narrower view meets the requirement, that one."
                )
            ),
        ] = View.PLANNED,
    ) -> list[audit_results.Applied]:
        """The assignments in a view."""
        result = root.result
        return list(result.applied if view is None else result.in_view(view).applied)

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

    @strawberry.field(description="The credits applied in the view that decides `status`, by how far the courses are.")
    def credits(self, root: strawberry.Parent[AuditedRequirement]) -> ByStatus:
        """The applied credits."""
        amounts = dict(root.result.credits_by_status)
        return ByStatus(**{view.name.lower(): amounts.get(view, Decimal(0)) for view in entries.View})

    @strawberry.field(
        description="The number of courses applied in the view that decides `status`, by how far they are."
    )
    def courses(self, root: strawberry.Parent[AuditedRequirement]) -> CountsByStatus:
        """The applied courses."""
        counts = dict(root.result.courses_by_status)
        return CountsByStatus(**{view.name.lower(): counts.get(view, 0) for view in entries.View})

    @strawberry.field(
        description=(
            "What is needed beyond everything planned, for people; empty where some view meets it, and for a left-over "
            "part of a choice. Of an optional requirement it says so."
        )
    )
    def missing(self, root: strawberry.Parent[AuditedRequirement]) -> str:
        """The missing part."""
        return root.result.missing

    explanation = edges.edge(
        "impasses",
        key=_looked_at,
        shown=lambda row, found: " ".join(filter(None, (row.result.explanation, _impasse(row, found)))),
        description=(
            "Why it stands where it does, in one sentence with its numbers; a second one says where nobody can meet it "
            "as it is published."
        ),
        graphql_type=str,
    )

    impasse = edges.edge(
        "impasses",
        key=_looked_at,
        shown=_impasse,
        description=(
            "Why nobody can meet it as it is published, whatever courses they take; null where somebody can, and where "
            "it is met, waived or not needed."
        ),
        graphql_type=str | None,
    )

    @strawberry.field(
        description="How its constraints stand in the view that decides `status`.", graphql_type=list[ConstraintResult]
    )
    def constraints(self, root: strawberry.Parent[AuditedRequirement]) -> list[audit_constraints.ConstraintResult]:
        """The constraint results."""
        return list(root.result.constraints)

    suggestions = suggestion_types.FOR_REQUIREMENT
