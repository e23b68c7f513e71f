"""The ASGI application over the real schema and a real database.

>>> application = create(settings.load(), "postgresql://…")      # for uvicorn
"""

from datetime import UTC, datetime

from starlette.applications import Starlette

from gql_api import access
from gql_api.database import Database
from gql_api.domain import plan_codes
from gql_api.reads import plans
from gql_api.schema import access as schema_access
from gql_api.schema import context, root
from gql_api.settings import Settings
from gql_api.web import assembly, auth
from gql_api.writes import plan_tokens


def create(configuration: Settings, database_url: str) -> Starlette:
    """The application. The database is connected to when it is first needed, and left when the server stops."""
    database = Database.open(database_url, pool_size=configuration.pool_size)

    def make_context(viewer: access.Viewer, request_id: str, guesses: auth.CodeGuesses) -> context.Context:
        return context.Context(
            database=database, viewer=viewer, settings=configuration, request_id=request_id, guesses=guesses
        )

    parts = assembly.Parts(
        schema=root.schema,
        make_context=make_context,
        doors=_doors(configuration, database),
        ping=database.ping,
        close=database.close,
        usage=lambda: database.usage,
        administrator_fields=schema_access.administrator_fields,
        plan_fields=schema_access.plan_fields,
    )
    return assembly.assembled(configuration, parts)


def _doors(configuration: Settings, database: Database) -> auth.Doors:
    keys = context.secret_keys(configuration)

    def plan_of_token(token: str) -> int | None:
        return plan_tokens.read(token, keys, datetime.now(UTC))

    async def plan_of_code(code: str) -> int | None:
        digests = [plan_codes.digest(code, key.encode()) for key in keys]
        async with database.reading() as connection:
            plan = await plans.of_code(connection, digests)
            return None if plan is None else plan.id

    return auth.Doors(
        admin_token=configuration.admin_token.get_secret_value(), plan_of_token=plan_of_token, plan_of_code=plan_of_code
    )
