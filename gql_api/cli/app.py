"""The console script `gql-api`: every command in its place, and the one place where their errors are told."""

import sys

import typer

from gql_api import errors
from gql_api.cli import demo, imports, migrate, schema, serve, version

EXIT_UNFIT = 2

app = typer.Typer(
    name="gql-api",
    help="Which courses transfer, what a program requires, how far a plan is — over GraphQL.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("migrate")(migrate.migrate)
app.command("schema")(schema.schema)
app.command("version")(version.version)
app.add_typer(imports.app, name="import")


def main() -> None:
    """Run the command line. Errors we foresaw end with one clear message and status 2, defects with a traceback."""
    try:
        app()
    except errors.GqlApiError as error:
        sys.stderr.write(f"gql-api: {error}\n")
        sys.exit(EXIT_UNFIT)
