"""Adopting the old application's database: staged, carried, proved; all of it, or nothing.

>>> with adoption_sqlite.opened(path) as old:
...     adoption.stage(connection, old, order, told)  # batches, committed one by one; goes on where it was
...     result = adoption.carry(connection, order, old, told, report)  # one transaction, or nothing

The catalog goes through the kinds of import that files go through, so that a course, a rule or a requirement becomes
here what the same row of a file would. Plans are written by statements of their own. A rehearsal does everything and
then undoes it: what it reports is what will happen.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import LiteralString

import psycopg

from gql_api import database
from gql_api.database import failures
from gql_api.domain import statuses, terms
from gql_api.ingest import (
    adoption_catalog,
    adoption_checks,
    adoption_codes,
    adoption_findings,
    adoption_plans,
    adoption_program_findings,
    adoption_programs,
    adoption_programs_rows,
    adoption_references,
    adoption_samples,
    adoption_shapes,
    adoption_sqlite,
    adoption_staging,
    adoption_times,
    adoption_words,
    contract,
    files,
    institution_names,
    jobs,
)
from gql_api.writes import imports as writes_imports

KIND = "adoption"
LOCK = "adoption"
_LIMITS = (
    "SET LOCAL statement_timeout = '30min'; SET LOCAL lock_timeout = '60s'; "
    "SET LOCAL idle_in_transaction_session_timeout = '30min'; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off; "
    "SET LOCAL maintenance_work_mem = '256MB'"
)
_DONE: LiteralString = """
SELECT id, finished_at::date FROM import_jobs WHERE kind = 'adoption' AND state = 'COMMITTED' AND content_hash = %s
ORDER BY id DESC LIMIT 1
"""
_VACUUM = (
    "VACUUM (ANALYZE) institutions, courses, course_aliases, equivalencies, equivalency_sources, equivalency_awards, "
    "programs, program_versions, requirements, requirement_options, requirement_constraints, plans, planned_courses"
)
Told = Callable[[str, int], None]
"""Told what is being done, and how many rows of it are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How to adopt. `fingerprint` is of the file's content; `institution` is for rows that name none."""

    on: date
    name: str
    fingerprint: bytes
    keys: adoption_codes.Keys
    institution: str | None = None
    term: terms.Term | None = None
    """The version of requirements that name none; by default the Fall of the year of the oldest plan."""
    is_rehearsal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was (or would be) done."""

    counts: tuple[adoption_findings.Counts, ...]
    checks: tuple[adoption_checks.Check, ...]
    new_plans: int
    new_codes: int
    """Of how many plans the old code could not be kept."""
    changes_something: bool
    is_committed: bool

    @property
    def is_proved(self) -> bool:
        """Whether every comparison held."""
        return all(check.holds for check in self.checks)


class _Undo(Exception):
    """Leaves the transaction without committing it."""


def widen(connection: psycopg.Connection) -> None:
    """Memory for temporary tables; before the first of them is made. The connection is the adoption's own."""
    with connection.transaction():
        connection.execute("SET temp_buffers = '96MB'")


def done_before(connection: psycopg.Connection, fingerprint: bytes) -> tuple[int, date] | None:
    """The job that adopted this very file, and the day; none where it is new."""
    with connection.transaction():
        row = connection.execute(_DONE, (fingerprint,)).fetchone()
    return None if row is None else (int(row[0]), row[1])


def stage(
    connection: psycopg.Connection,
    old: adoption_sqlite.OldDatabase,
    order: Order,
    told: Told,
) -> None:
    """Copy the file into the staging tables, or what is missing there.

    Raises:
        InvalidInput: the file cannot be read to its end.
        ConfigurationError: the role may not make the staging schema.
    """
    origin = f"{order.fingerprint.hex()} {order.keys.id}"
    with failures.explained():
        adoption_staging.fill(connection, old, origin, order.keys.seal, lambda rows: told("reading", rows))


def carry(
    connection: psycopg.Connection,
    order: Order,
    old: adoption_sqlite.OldDatabase | None,
    told: Told,
    report: Callable[[psycopg.Connection, Result], None],
) -> Result:
    """Carry what is staged. `report` is called before the end, while all findings can be read.

    Nothing is committed where it is a rehearsal, or where a comparison does not hold.

    Raises:
        InvalidInput: the staged rows as a whole cannot be carried.
        Unavailable: somebody else is importing or adopting, or the time did not suffice.
    """
    made: list[Result] = []
    with failures.explained(), suppress(_Undo), connection.transaction():
        connection.execute(_LIMITS)
        connection.execute("SELECT pg_advisory_xact_lock(%s::bigint)", (database.lock_key(LOCK),))
        result = _carried(connection, order, old, told)
        report(connection, result)
        made.append(result)
        if not (result.is_committed and result.changes_something):
            raise _Undo
        _record(connection, order, result)
        connection.execute("DROP SCHEMA adoption CASCADE")
    if made[0].is_committed and not made[0].changes_something:
        adoption_staging.drop(connection)
    elif made[0].is_committed:
        told("vacuuming", 0)
        _vacuum(connection)
    return made[0]


def _carried(
    connection: psycopg.Connection, order: Order, old: adoption_sqlite.OldDatabase | None, told: Told
) -> Result:
    _prepare(connection)
    told("reading words", 0)
    adoption_words.read(connection)
    adoption_catalog.tell_cuts(connection)
    adoption_catalog.refuse_great_ids(connection)
    options = contract.Options(
        on=order.on,
        actor=f"adoption of {order.name}"[:200],
        institution=order.institution,
        skip_invalid=True,
        create_institutions=True,
    )
    is_changed = _carry_catalog(connection, order, options, told)
    told("plans", 0)
    adoption_codes.read(connection, order.keys)
    connection.execute(_LIMITS)  # imports have set others
    with adoption_references.together(connection):
        new_plans = adoption_plans.load(connection, order.keys)
    told("comparing", 0)
    checks = adoption_checks.of_tables(connection)
    checks.append(adoption_references.check(connection))
    if old is not None:
        checks.append(adoption_samples.check(connection, old, order.keys))
    counts = tuple(adoption_findings.counts(connection, table.name) for table in adoption_shapes.TABLES)
    is_proved = all(check.holds for check in checks)
    return Result(
        counts=counts,
        checks=tuple(checks),
        new_plans=new_plans,
        new_codes=adoption_codes.count_new(connection),
        changes_something=is_changed or new_plans > 0,
        is_committed=is_proved and not order.is_rehearsal,
    )


def _prepare(connection: psycopg.Connection) -> None:
    """Empty tables for what will be found out; those of a run that was cut short were never committed."""
    for statement in (
        adoption_findings.CREATE,
        adoption_words.CREATE,
        adoption_programs.CREATE,
        adoption_plans.CREATE,
        adoption_codes.CREATE,
    ):
        connection.execute(statement)  # pyright: ignore[reportArgumentType] - literals


def _carry_catalog(connection: psycopg.Connection, order: Order, options: contract.Options, told: Told) -> bool:
    """Institutions, courses, rules and programs; whether anything of it is new or different."""
    changes = [adoption_catalog.load_courses(connection, options, lambda rows: told("courses", rows))]
    known = sorted(institution_names.known(connection.cursor()))
    changes.append(adoption_catalog.load_institutions(connection, known, options))
    told("equivalencies", 0)
    with adoption_references.together(connection):
        rules = adoption_catalog.load_equivalencies(connection, options, lambda rows: told("equivalencies", rows))
        changes.append(rules)
    adoption_plans.find_institutions(connection, order.institution)
    adoption_plans.find_courses(connection, order.institution)
    adoption_program_findings.tell_orphans(connection)
    term = order.term or _oldest_term(connection, order)
    for number, ids in enumerate(adoption_programs_rows.parts(connection)):
        told("programs", number)
        kind = adoption_programs.OldPrograms(ids, term)
        source = files.of_bytes(f"programs of {order.name}, part {number + 1}", repr(ids).encode())
        result = jobs.load(connection, kind, [source], options)
        changes.append(not result.changes_nothing)
        adoption_program_findings.keep(connection, result.job_id)
        connection.execute("DISCARD TEMP")
    adoption_program_findings.tell_whole(connection)
    adoption_times.carry_programs(connection)
    connection.execute("ANALYZE adoption.program_ids, programs, program_versions, requirements, requirement_options")
    return any(changes)


def _oldest_term(connection: psycopg.Connection, order: Order) -> terms.Term:
    """The Fall of the year in which the oldest plan was made: the same for a copy of the file in later years."""
    row = connection.execute("SELECT min(meaning) FROM adoption.meanings WHERE domain = 'plans.time'").fetchone()
    year = order.on.year if row is None or row[0] is None else int(str(row[0])[:4])
    return terms.Term(year=max(min(year, terms.LATEST), terms.EARLIEST), season=terms.Season.FALL)


def _record(connection: psycopg.Connection, order: Order, result: Result) -> None:
    """Remember that this file was adopted, and what its jobs said no longer by their place in it."""
    with connection.cursor() as cursor:
        job_id = writes_imports.begin(
            cursor,
            kind=KIND,
            file_name=order.name[:300],
            content_hash=order.fingerprint,
            options={},
            created_by="command line",
        )
        counts = writes_imports.Counts(
            new=sum(one.carried for one in result.counts),
            updated=0,
            unchanged=sum(one.merged + one.turned for one in result.counts),
            removed=0,
            invalid=sum(one.left_out for one in result.counts),
            skipped=0,
        )
        writes_imports.finish(cursor, job_id, statuses.ImportState.COMMITTED, counts, digest="", expire_after=None)
        writes_imports.record(cursor, job_id, KIND, "command line", counts)


def _vacuum(connection: psycopg.Connection) -> None:
    was_autocommit = connection.autocommit
    connection.autocommit = True
    try:
        connection.execute(_VACUUM)
    finally:
        connection.autocommit = was_autocommit
