"""`gql-api version`, and `gql-api --version`."""

from importlib import metadata
from typing import Annotated

import typer


def version() -> None:
    """Print the version of this installation."""
    typer.echo(metadata.version("gql-api"))


def _asked(is_asked: bool) -> None:  # noqa: FBT001 - the signature that typer calls
    if is_asked:
        version()
        raise typer.Exit


def options(
    *,
    asked: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", is_eager=True, callback=_asked)
    ] = False,
) -> None:
    """Which courses transfer, what a program requires, how far a plan is — over GraphQL."""
    del asked
