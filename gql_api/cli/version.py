"""`gql-api version`."""

from importlib import metadata

import typer


def version() -> None:
    """Print the version of this installation."""
    typer.echo(metadata.version("gql-api"))
