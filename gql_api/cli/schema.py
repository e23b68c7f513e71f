"""`gql-api schema`: the printed schema is the contract with clients; it is committed as schema.graphql."""

from pathlib import Path
from typing import Annotated

import typer


def schema(
    check: Annotated[Path | None, typer.Option(help="Compare with this file; end with 1 where it is stale.")] = None,
    write: Annotated[Path | None, typer.Option(help="Write into this file and list what breaks clients.")] = None,
) -> None:
    """Print the GraphQL schema, sorted, or compare it with a file, or write it into one."""
    printed = sdl()
    file = check or write
    if file is None:
        typer.echo(printed, nl=False)
        return
    committed = file.read_text("utf-8") if file.exists() else ""
    for change in breaking_changes(committed, printed):
        typer.echo(f"breaks clients: {change}", err=True)
    if write is not None:
        write.write_text(printed, "utf-8")
    elif committed != printed:
        typer.echo(f"{file} is stale; write it anew with: make schema", err=True)
        raise typer.Exit(1)


def sdl() -> str:
    """The schema in GraphQL's definition language, types and fields in alphabetical order."""
    from graphql import build_schema, lexicographic_sort_schema, print_schema

    from gql_api.schema import root

    return print_schema(lexicographic_sort_schema(build_schema(root.schema.as_str()))) + "\n"


def breaking_changes(before: str, after: str) -> list[str]:
    """What a client written for `before` may trip over in `after`, one sentence each; nothing if `before` is empty."""
    from graphql import build_schema, find_breaking_changes

    if not before.strip():
        return []
    return [change.description for change in find_breaking_changes(build_schema(before), build_schema(after))]
