"""What is known of a course's transfer to an institution."""

import strawberry

from gql_api.domain import transfer
from gql_api.reads.equivalencies import EquivalencyRow
from gql_api.schema import enums, refs
from gql_api.schema.context import Info


@strawberry.type(description="What is known of a course's transfer to an institution. No rule at all: NOT_EVALUATED.")
class TransferStatus:
    """Shows `domain.transfer.TransferStatusAnswer`."""

    status: enums.TransferStatusKind = strawberry.field(
        description="The deciding answer: approved rules first, then denied, nothing articulated, not evaluated."
    )

    is_type_of = refs.shows(transfer.TransferStatusAnswer)

    @strawberry.field(
        description="The rules behind the answer, with what they award.",
        graphql_type=refs.many("equivalencies", "Equivalency"),
    )
    async def rules(self, root: strawberry.Parent[transfer.TransferStatusAnswer], info: Info) -> list[EquivalencyRow]:
        """The edge to the rules."""
        found = await info.context.loaders.equivalency.load_many(root.rule_ids)
        return [rule for rule in found if rule is not None]
