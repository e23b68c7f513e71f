"""`gql-api doctor --indexes`: can this database answer every statement of the API by an index?

Each prepared statement of `reads` is planned here, for parameters that are not known, and with sequential scans ruled
out as far as PostgreSQL can: where one is left, no index serves. Then the models' indexes are looked for by name, since
on a small database another index may hide that one is missing.
"""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from gql_api.cli import examination

if TYPE_CHECKING:
    import psycopg
    import sqlalchemy as sa

    from gql_api.reads import statements

_FORCED = ("plan_cache_mode = force_generic_plan", "enable_seqscan = off")
_INDEXES = """
SELECT relname::text, index.indisvalid FROM pg_index index JOIN pg_class ON pg_class.oid = index.indexrelid
WHERE relnamespace = 'public'::regnamespace
"""
_TABLES = """
SELECT relname::text FROM pg_stat_user_tables
WHERE schemaname = 'public' AND n_live_tup > 10000 AND last_analyze IS NULL AND last_autoanalyze IS NULL ORDER BY 1
"""


def told(examined: examination.Examined) -> Iterator[examination.Told]:
    """What is found, statement by statement where something is wrong."""
    from gql_api import database

    with database.connect(examined.url) as connection:
        yield from _statements(connection)
        yield from _indexes(connection)
        yield from _statistics(connection)
        connection.rollback()


def prepared() -> dict[str, "statements.Prepared"]:
    """Every prepared statement of `reads` by module and name, and the first page of every relation."""
    from gql_api import reads
    from gql_api.reads import relations, statements

    found: dict[str, statements.Prepared] = {}
    for module in pkgutil.iter_modules(reads.__path__):
        for name, value in vars(importlib.import_module(f"{reads.__name__}.{module.name}")).items():
            several = cast("Mapping[Any, Any]", value) if isinstance(value, Mapping) else {"": value}
            for key, one in several.items():
                place = f"{module.name}.{name.strip('_').lower()}{f' ({key})' if key else ''}"
                if isinstance(one, statements.Prepared):
                    found[place] = one
                elif isinstance(one, relations.Relation):
                    found[place] = cast("relations.Relation[Any]", one).first_page()
    return found


def _statements(connection: "psycopg.Connection") -> Iterator[examination.Told]:
    for setting in _FORCED:
        connection.execute(f"SET LOCAL {setting}".encode())
    every = prepared()
    scanning = 0
    for name, statement in every.items():
        tables = sorted(set(_scanned(_plan(connection, statement))))
        if tables:
            scanning += 1
            text = f"{name} reads the whole of {', '.join(tables)}: no index serves it. Remedy: gql-api migrate."
            yield examination.Told(examination.Level.ERROR, text)
    if not scanning:
        yield examination.Told(examination.Level.OK, f"All {len(every)} statements of the API are answered by indexes.")


def _plan(connection: "psycopg.Connection", statement: "statements.Prepared") -> dict[str, Any]:
    """The generic plan, which no value of a parameter has had a say in."""
    nulls = ", ".join(["NULL"] * statement.parameter_count)
    connection.execute(f"PREPARE examined AS {statement.text}".encode(), prepare=False)
    executed = f"EXPLAIN (COSTS OFF, FORMAT JSON) EXECUTE examined{f'({nulls})' if nulls else ''}"
    row = connection.execute(executed.encode(), prepare=False).fetchone()
    connection.execute("DEALLOCATE examined")
    told = row[0] if row else "[]"
    return (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]


def _scanned(node: dict[str, Any]) -> Iterator[str]:
    """The tables that a plan reads row by row from end to end."""
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for below in node.get("Plans", ()):
        yield from _scanned(below)


def _indexes(connection: "psycopg.Connection") -> Iterator[examination.Told]:
    there = {str(name): bool(is_valid) for name, is_valid in connection.execute(_INDEXES).fetchall()}
    wanted = _wanted()
    for name, index in wanted.items():
        if name not in there:
            yield examination.Told(examination.Level.ERROR, f"The index {name} is missing. Remedy: {_created(index)};")
        elif not there[name]:
            text = (
                f"The index {name} is not valid: building it was cut short. Remedy: REINDEX INDEX CONCURRENTLY {name};"
            )
            yield examination.Told(examination.Level.ERROR, text)
    if all(there.get(name) for name in wanted):
        yield examination.Told(examination.Level.OK, f"All {len(wanted)} indexes of the tables are there and valid.")


def _wanted() -> dict[str, "sa.Index"]:
    """The indexes of the models by the names that they have in a database."""
    import sqlmodel

    importlib.import_module("gql_api.tables")  # defines them
    return {str(index.name): index for table in sqlmodel.SQLModel.metadata.sorted_tables for index in table.indexes}


def _created(index: "sa.Index") -> str:
    from sqlalchemy import schema
    from sqlalchemy.dialects import postgresql

    text = " ".join(str(schema.CreateIndex(index).compile(dialect=postgresql.dialect())).split())
    return re.sub(r"^CREATE (UNIQUE )?INDEX", lambda found: f"CREATE {found[1] or ''}INDEX CONCURRENTLY", text)


def _statistics(connection: "psycopg.Connection") -> Iterator[examination.Told]:
    """Tables that were filled and never analysed: PostgreSQL plans for them as if they were nearly empty."""
    for (table,) in connection.execute(_TABLES).fetchall():
        text = f"{table} was never analysed, so that plans are guesses. Remedy: VACUUM (ANALYZE) {table};"
        yield examination.Told(examination.Level.WARNING, text)
