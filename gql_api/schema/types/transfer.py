"""What is known of a course's transfer to an institution."""

import strawberry

from gql_api.domain import transfer
from gql_api.schema import edges, enums, refs


@strawberry.type(description="What is known of a course's transfer to an institution. No rule at all: NOT_EVALUATED.")
class TransferStatus:
    """Shows `domain.transfer.TransferStatusAnswer`."""

    status: enums.TransferStatusKind = strawberry.field(
        description="The deciding answer: approved rules first, then denied, nothing articulated, not evaluated."
    )

    is_type_of = refs.shows(transfer.TransferStatusAnswer)

    rules = edges.edge(
        "equivalency",
        key="rule_ids",
        shown=lambda _, found: [rule for rule in found if rule is not None],
        is_plural=True,
        description="The rules behind the answer, with what they award.",
        graphql_type=refs.many("equivalencies", "Equivalency"),
    )
