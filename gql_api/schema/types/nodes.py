"""The Node interface."""

import strawberry


@strawberry.interface(description="Anything with a global id, to be fetched again by `node(id:)`.")
class Node:
    """Relay's node."""

    id: strawberry.ID = strawberry.field(description="The global id: opaque, and stable.")
