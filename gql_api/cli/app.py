"""The console script `gql-api`: every command in its place, and the one place where their errors are told."""

import sys

import typer

from gql_api.cli import adopt, backups, demo, doctor, exports, imports, migrate, schema, serve, troubles, version

EXIT_UNFIT = 2

app = typer.Typer(
    name="gql-api",
    help="Which courses transfer, what a program requires, how far a plan is — over GraphQL.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.callback()(version.options)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("migrate")(migrate.migrate)
app.command("adopt-sqlite")(adopt.adopt_sqlite)
app.command("export")(exports.export)
app.command("backup")(backups.backup)
app.command("restore")(backups.restore)
app.command("doctor")(doctor.doctor)
app.command("schema")(schema.schema)
app.command("version")(version.version)
app.add_typer(imports.app, name="import")


def main() -> None:
    """Run the command line. Errors we foresaw end with one clear message and status 2, defects with a traceback."""
    try:
        app()
    except Exception as error:
        text = troubles.told(error)
        if text is None:
            raise
        sys.stderr.write(f"gql-api: {text}\n")
        sys.exit(EXIT_UNFIT)
