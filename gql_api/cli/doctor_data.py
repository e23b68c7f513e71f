"""The part of `gql-api doctor` that examines what was loaded: references, codes, program versions in use, rules."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime

import psycopg

from gql_api import database
from gql_api.cli import examination
from gql_api.domain import health, health_equivalencies
from gql_api.reads import foreign_keys, health_rules
from gql_api.reads import health as health_inputs

VERSIONS_AT_ONCE = 50
SHOWN = 20
"""Findings of each kind that are told one by one."""
_REPEATED = """
SELECT owner.name::text, course.code_key, count(*)
FROM courses AS course JOIN institutions AS owner ON owner.id = course.institution_id
GROUP BY owner.name, course.code_key HAVING count(*) > 1 ORDER BY 1, 2 LIMIT 20
"""
_LEVELS = {
    health.Severity.ERROR: examination.Level.ERROR,
    health.Severity.WARNING: examination.Level.WARNING,
    health.Severity.NOTE: examination.Level.NOTE,
}


_ORDER = (examination.Level.OK, examination.Level.ERROR, examination.Level.WARNING, examination.Level.NOTE)


def told(url: str, *, at_most: int | None = SHOWN) -> Iterator[examination.Told]:
    """What refers to nothing or is there twice; what is wrong with drafts and current versions by institution, then
    with equivalencies by receiving one: errors first, and `at_most` of each kind, or all.
    """
    with database.connect(url) as connection:
        yield from _references(connection)
        yield from _repeated(connection)
    yield from _in_order(asyncio.run(_gathered(_examined(url, datetime.now(UTC).date()))), at_most)


def _references(connection: psycopg.Connection) -> Iterator[examination.Told]:
    lost = 0
    keys = foreign_keys.every(connection)
    for key in keys:
        counts = foreign_keys.counts(connection, key)
        missing = counts.references - counts.found
        lost += missing
        if missing:
            text = f"{missing:,} of {key.table}.{key.column} lead to no row of {key.target}. "
            text += "Remedy: restore a backup, or delete these rows."
            yield examination.Told(examination.Level.ERROR, text)
    if not lost:
        yield examination.Told(examination.Level.OK, f"All {len(keys)} kinds of references lead to their rows.")


def _repeated(connection: psycopg.Connection) -> Iterator[examination.Told]:
    found = connection.execute(_REPEATED).fetchall()
    for name, code, count in found:
        text = f"{name}: {count} courses have the code {code}. Remedy: merge them; doctor --indexes names the index "
        yield examination.Told(examination.Level.ERROR, f"{text}that forbids it.")
    if not found:
        yield examination.Told(examination.Level.OK, "No institution has two courses with one code.")


def _in_order(lines: list[examination.Told], at_most: int | None) -> Iterator[examination.Told]:
    """By level, then by kind in the order in which the kinds came; what is not told one by one is counted."""
    kinds: dict[tuple[examination.Level, str], list[examination.Told]] = {}
    for line in lines:
        kinds.setdefault((line.level, line.kind), []).append(line)
    for (level, kind), alike in sorted(kinds.items(), key=lambda item: _ORDER.index(item[0][0])):
        shown = len(alike) if at_most is None or not kind else at_most
        yield from alike[:shown]
        if more := len(alike) - min(shown, len(alike)):
            text = f"… and {more:,} more of this kind ({kind}): doctor --data --all tells them."
            yield examination.Told(level, text, kind, more)


async def _gathered(lines: AsyncIterator[examination.Told]) -> list[examination.Told]:
    return [line async for line in lines]


async def _examined(url: str, on: date) -> AsyncIterator[examination.Told]:
    opened = database.Database.open(url, pool_size=1, application_name="gql_api doctor")
    try:
        async for line in _programs(opened, on):
            yield line
        async for line in _rules(opened, on):
            yield line
    finally:
        await opened.close()


async def _programs(opened: database.Database, on: date) -> AsyncIterator[examination.Told]:
    async with opened.reading() as session:
        versions = await health_inputs.in_use(session)
    for start in range(0, len(versions), VERSIONS_AT_ONCE):
        batch = versions[start : start + VERSIONS_AT_ONCE]
        async with opened.reading() as session:
            found = await health_inputs.of_versions(session, [version.id for version in batch])
        for version, one in zip(batch, found, strict=True):
            findings = () if one is None else one.findings(on)
            for line in _lines(version.name, findings):
                yield line
    yield examination.Told(examination.Level.OK, _total(len(versions), "program version", "program versions"))


async def _rules(opened: database.Database, on: date) -> AsyncIterator[examination.Told]:
    count = 0
    async with opened.reading() as session:
        for id, name in await health_rules.receivers(session):
            rules = await health_rules.of_receiver(session, id)
            count += len(rules)
            for line in _lines(name, tuple(health_equivalencies.findings(rules, on))):
                yield line
    yield examination.Told(examination.Level.OK, _total(count, "equivalency", "equivalencies"))


def _lines(where: str, findings: tuple[health.Finding, ...]) -> Iterator[examination.Told]:
    return (examination.Told(_LEVELS[one.severity], f"{where}: {one.message}", one.kind.value) for one in findings)


def _total(number: int, one: str, several: str) -> str:
    return f"1 {one} was examined." if number == 1 else f"{number:,} {several} were examined."
