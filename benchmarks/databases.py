"""The database of a run: embedded and thrown away, or one of its own on the server that DATABASE_URL names."""

import os
import secrets
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import psycopg.conninfo
import psycopg.rows
from psycopg import sql

from benchmarks import data, processes
from gql_api import database, embedded

TOTALS = """
CREATE FUNCTION plans_totals(plan plans)
RETURNS TABLE (view text, credits numeric, courses integer, requirements_touched integer, requirements_listing integer)
LANGUAGE sql STABLE AS $$
WITH taken AS (
    SELECT entry.course_id, coalesce(entry.credits, course.credits_min, entry.unlisted_credits, 0) AS credits,
        CASE entry.status WHEN 'COMPLETED' THEN 1 WHEN 'IN_PROGRESS' THEN 2 ELSE 3 END AS rank
    FROM planned_courses entry LEFT JOIN courses course ON course.id = entry.course_id
    WHERE entry.plan_id = plan.id AND entry.status <> 'WITHDRAWN'
), touched AS (
    SELECT min(taken.rank) AS rank
    FROM taken JOIN requirement_options option ON option.course_id = taken.course_id AND NOT option.is_excluded
    JOIN requirements requirement ON requirement.id = option.requirement_id
    WHERE requirement.version_id = plan.target_version_id
    GROUP BY requirement.id
), listing AS (
    SELECT count(*) AS total FROM requirements requirement
    WHERE requirement.version_id = plan.target_version_id AND EXISTS (
        SELECT FROM requirement_options option
        WHERE option.requirement_id = requirement.id AND option.course_id IS NOT NULL AND NOT option.is_excluded
    )
)
SELECT view.name, (SELECT coalesce(sum(taken.credits), 0) FROM taken WHERE taken.rank <= view.rank),
    (SELECT count(*) FROM taken WHERE taken.rank <= view.rank)::integer,
    (SELECT count(*) FROM touched WHERE touched.rank <= view.rank)::integer,
    (SELECT total FROM listing)::integer
FROM (VALUES ('COMPLETED', 1), ('IN_PROGRESS', 2), ('PLANNED', 3)) view (name, rank)
$$
"""
"""The aggregate of Q5, as `gql_api.reads.plan_totals` computes it: sums over the entries in each view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A filled database: its address in three forms, what it holds, and the secret behind its plan codes."""

    url: str
    parts: dict[str, str]
    conninfo: str
    size: data.Sizes
    secret: str
    version: str
    is_throwaway: bool


@contextmanager
def prepared(scale: float, seed_secret: str) -> Generator[Prepared]:
    """The database, migrated, filled and analysed; it is gone afterwards."""
    given = os.environ.get("DATABASE_URL")
    with _somewhere(given) as url:
        database.upgrade(url)
        size = data.sizes(scale)
        with database.connect(url) as connection:
            data.fill(connection, size, seed_secret)
            connection.execute(TOTALS)
            connection.commit()
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
            found = connection.execute("SHOW server_version").fetchone()
            parts = _parts(connection)
        yield Prepared(
            url=url,
            parts=parts,
            conninfo=psycopg.conninfo.make_conninfo(**{name: value for name, value in parts.items() if value}),
            size=size,
            secret=seed_secret,
            version=str(found[0]) if found else "",
            is_throwaway=given is None,
        )


@contextmanager
def beside(prepared: Prepared, scale: float | None = None) -> Generator[str]:
    """Another database on the same server, migrated, and filled at `scale`; gone afterwards."""
    with _named(prepared.url) as url:
        database.upgrade(url)
        if scale is not None:
            with database.connect(url) as connection:
                data.fill(connection, data.sizes(scale), prepared.secret)
                connection.commit()
                connection.autocommit = True
                connection.execute("VACUUM ANALYZE")
        yield url


@contextmanager
def _somewhere(given: str | None) -> Generator[str]:
    if given is None:
        with (
            tempfile.TemporaryDirectory(prefix="gql_api-bench-") as directory,
            embedded.throwaway(Path(directory) / "cluster") as server,
        ):
            yield server.url
        return
    with _named(given) as url:
        yield url


@contextmanager
def _named(given: str) -> Generator[str]:
    name = f"gql_api_benchmark_{secrets.token_hex(4)}"
    with database.connect(given, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield database.normalised_url(given).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _parts(connection: psycopg.Connection) -> dict[str, str]:
    said = connection.info.get_parameters()
    parts = {name: said.get(name, "") for name in ("host", "port", "user", "dbname")}
    return {**parts, "password": connection.info.password or ""}


def server_process(url: str) -> int | None:
    """The main process of the database server, if it runs on this machine and can be looked at."""
    with database.connect(url) as connection:
        backend = connection.info.backend_pid
        return processes.parent_of(backend) if processes.is_postgresql(backend) else None


def rows(url: str, statement: str, parameters: list[object]) -> list[psycopg.rows.TupleRow]:
    """What a statement finds."""
    with database.connect(url) as connection:
        return connection.execute(statement.encode(), parameters).fetchall()
