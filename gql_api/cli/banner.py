"""What `gql-api serve` prints once it answers."""

from collections.abc import Sequence

from gql_api import settings

Line = tuple[str, str]
"""What it is, and its value."""


def text(configuration: settings.Settings, address: str, demo: Sequence[Line] = ()) -> str:
    """The page's address, what the `demo` data offer and, in development, what is needed to try everything."""
    lines: list[Line] = []
    if configuration.graphiql:
        lines.append(("GraphiQL", f"{address}/graphql in a browser"))
    lines.extend(demo)
    if configuration.profile is settings.Profile.DEVELOPMENT:
        lines.append(("admin token", _admin_token(configuration)))
    lines.append(("stop", "Ctrl-C"))
    return "\n".join([f"gql_api answers at {address}/graphql", *(f"  {name:<12} {value}" for name, value in lines)])


def _admin_token(configuration: settings.Settings) -> str:
    """The token if it was made here; where someone has set it, they know it and it is not shown."""
    made = settings.made_admin_token(configuration)
    return f"{made or 'the one in ADMIN_TOKEN'}  (header X-Admin-Token)"
