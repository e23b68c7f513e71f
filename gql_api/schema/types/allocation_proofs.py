"""How an audit's allocation was proved to be the best."""

from typing import TypeAlias

import strawberry

from gql_api.domain import allocation_proofs
from gql_api.schema import enums, refs
from gql_api.schema.audited import AuditedProof, AuditedRequirement
from gql_api.schema.types.assignments import View
from gql_api.schema.types.requirement_progress import RequirementProgress

AllocationMethod: TypeAlias = allocation_proofs.Method
enums.described(AllocationMethod, name="AllocationMethod", description="How an allocation was found and proved.")


@strawberry.type(
    description="How one part of a view's allocation was proved: requirements that share no course with any other."
)
class AllocationProof:
    """Shows `AuditedProof`."""

    is_type_of = refs.shows(AuditedProof)

    @strawberry.field(description="The view.")
    def view(self, root: strawberry.Parent[AuditedProof]) -> View:
        """The view."""
        return root.proof.view

    @strawberry.field(
        description="The top-level requirements that were allocated together.", graphql_type=list[RequirementProgress]
    )
    def requirements(self, root: strawberry.Parent[AuditedProof]) -> list[AuditedRequirement]:
        """The results by key."""
        found = (root.audited.of_key(key) for key in root.proof.keys)
        return [one for one in found if one is not None]

    @strawberry.field(description="How it was found and proved.")
    def method(self, root: strawberry.Parent[AuditedProof]) -> AllocationMethod:
        """The method."""
        return root.proof.method

    @strawberry.field(
        description="Nodes of the solver's search tree, or cases that an enumeration split; 0 without a search."
    )
    def nodes(self, root: strawberry.Parent[AuditedProof]) -> int:
        """The nodes."""
        return root.proof.nodes

    @strawberry.field(description="Iterations of the solver.")
    def iterations(self, root: strawberry.Parent[AuditedProof]) -> int:
        """The iterations."""
        return root.proof.iterations

    @strawberry.field(
        description="The bound at which the work stopped, in words; null where the allocation is proven to be the best."
    )
    def bound(self, root: strawberry.Parent[AuditedProof]) -> str | None:
        """The bound that was reached."""
        return root.proof.bound
