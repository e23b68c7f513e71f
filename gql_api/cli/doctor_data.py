"""The part of `gql-api doctor` that examines what was loaded: every program version in use, every equivalency."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime

from gql_api import database
from gql_api.cli import examination
from gql_api.domain import health, health_equivalencies
from gql_api.reads import health as health_inputs
from gql_api.reads import health_rules

VERSIONS_AT_ONCE = 50
_LEVELS = {
    health.Severity.ERROR: examination.Level.ERROR,
    health.Severity.WARNING: examination.Level.WARNING,
    health.Severity.NOTE: examination.Level.NOTE,
}


def told(url: str) -> Iterator[examination.Told]:
    """What is wrong with drafts and current versions by institution, then with equivalencies by receiving one."""
    yield from asyncio.run(_gathered(_examined(url, datetime.now(UTC).date())))


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
    return (examination.Told(_LEVELS[one.severity], f"{where}: {one.message}") for one in findings)


def _total(number: int, one: str, several: str) -> str:
    return f"1 {one} was examined." if number == 1 else f"{number:,} {several} were examined."
