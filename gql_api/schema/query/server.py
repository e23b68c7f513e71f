"""Who is asking, and what is answering."""

import strawberry

from gql_api import access
from gql_api.schema import refs
from gql_api.schema.context import Info
from gql_api.schema.types.viewer import ServerInfo


@strawberry.type
class ServerQuery:
    """Root fields about the request itself."""

    @strawberry.field(
        description="Who sent this request, and what its credentials open.", graphql_type=refs.one("viewer", "Viewer")
    )
    def viewer(self, info: Info) -> access.Viewer:
        """The viewer."""
        return info.context.viewer

    @strawberry.field(description="What is answering.")
    def server_info(self, info: Info) -> ServerInfo:
        """The server."""
        return ServerInfo.of(info.context.settings.profile.value)
