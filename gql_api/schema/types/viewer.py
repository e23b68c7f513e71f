"""Who is asking, and what is answering."""

import platform
from enum import Enum
from importlib import metadata
from typing import TypeAlias

import strawberry

from gql_api import access
from gql_api.schema import edges, enums, refs
from gql_api.schema.context import Info

ViewerRole: TypeAlias = access.Role
enums.described(
    ViewerRole,
    name="ViewerRole",
    description="What kind of viewer sent the request.",
    values={
        "ANONYMOUS": "Nobody in particular: may read catalogs and create plans.",
        "PLAN_HOLDER": "Holds a plan's code or token: may read and write that plan.",
        "ADVISOR": "Holds an advisor's token.",
        "ADMINISTRATOR": "Holds an administrator's token: may change everything.",
    },
)


@strawberry.type(description="Who sent this request.")
class Viewer:
    """Shows `access.Viewer`."""

    role: ViewerRole = strawberry.field(description="What kind of viewer it is.")

    is_type_of = refs.shows(access.Viewer)

    plan = edges.edge(
        "plan",
        key="plan_id",
        description="The plan that its code or token opens.",
        graphql_type=refs.maybe("plans", "Plan"),
    )


@strawberry.enum(description="Where the server runs.")
class ServerProfile(Enum):
    """The settings profile."""

    DEVELOPMENT = strawberry.enum_value("development", description="On somebody's own machine.")
    TEST = strawberry.enum_value("test", description="Under test.")
    PRODUCTION = strawberry.enum_value("production", description="For real users.")


@strawberry.type(description="What is answering.")
class ServerInfo:
    """Facts about the server that tell nothing of its host."""

    version: str = strawberry.field(description="The version of gql_api.")
    python: str = strawberry.field(description="The version of Python.")
    profile: ServerProfile = strawberry.field(description="The settings profile.")

    @strawberry.field(description="The version of PostgreSQL.")
    async def postgresql(self, info: Info) -> str:
        """The server's own word."""
        async with info.context.reading() as connection:
            found = await connection.exec_driver_sql("SHOW server_version")
            return str(found.scalar_one())

    @classmethod
    def of(cls, profile: str) -> "ServerInfo":
        """What can be said without asking the database."""
        return cls(
            version=metadata.version("gql-api"),
            python=platform.python_version(),
            profile=ServerProfile(profile),
        )
