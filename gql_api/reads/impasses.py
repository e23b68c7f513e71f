"""What nobody can meet in versions as they are published, kept while the courses that they could use do not change.

Whether these have changed is looked up once in `SECONDS`: for a version whose students may choose among all courses of
an institution that means counting them all. A change of the catalog is therefore seen after so long at most.

=====  ==============================================================================================
1      of each version to be looked at again how many courses it could use, and their last change
2–4    for versions that are not kept: these courses as values (`health.catalogs`)
=====  ==============================================================================================
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import col

from gql_api.domain import health_impasses
from gql_api.reads import health, kept, requirement_trees, rows, statements
from gql_api.tables.courses import Course

SECONDS = 60.0
"""For how long courses are not looked at again."""
MOST_KEPT = 2_000
"""As many as `requirement_trees` keeps trees."""
Impasses = health_impasses.Impasses
_Stamp = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Examined:
    """What was found, and what it was found of. The rules are held, so that their identity stays their own."""

    rules: requirement_trees.VersionRules
    on: date
    stamp: _Stamp
    looked: float
    found: health_impasses.Impasses


_KEPT: kept.Kept[int, _Examined] = kept.Kept(MOST_KEPT)


async def of_rules(
    connection: rows.Connection, versions: Sequence[requirement_trees.VersionRules], *, on: date
) -> list[health_impasses.Impasses]:
    """The impasses of each version as of a day, worked out in a thread where they are not kept."""
    now = time.monotonic()
    found: dict[int, health_impasses.Impasses] = {}
    old: dict[int, _Examined | None] = {}
    for place, version in enumerate(versions):
        known = _known(version, on)
        if known is None or now >= known.looked + SECONDS:
            old[place] = known
        else:
            found[place] = known.found
    _renew([one for one in old.values() if one is not None], now)
    stamps = await _stamps(connection, [versions[place] for place in old]) if old else []
    fresh: dict[int, _Stamp] = {}
    for (place, known), stamp in zip(old.items(), stamps, strict=True):
        if known is not None and known.stamp == stamp:
            found[place] = known.found
        else:
            fresh[place] = stamp
    if fresh:
        asked = [versions[place] for place in fresh]
        for (place, stamp), one in zip(fresh.items(), await _examined(connection, asked, on), strict=True):
            found[place] = one
            kept_one = _Examined(rules=versions[place], on=on, stamp=stamp, looked=now, found=one)
            _KEPT.put(versions[place].tree.version_id, kept_one)
    return [found[place] for place in range(len(versions))]


def _known(version: requirement_trees.VersionRules, on: date) -> _Examined | None:
    known = _KEPT.get(version.tree.version_id)
    return known if known is not None and known.on == on and _is_same(known.rules, version) else None


def _renew(examined: Sequence[_Examined], now: float) -> None:
    """Let the requests that come while one looks go by what is known."""
    for one in examined:
        _KEPT.put(one.rules.tree.version_id, replace(one, looked=now))


async def _examined(
    connection: rows.Connection, versions: Sequence[requirement_trees.VersionRules], on: date
) -> list[health_impasses.Impasses]:
    catalogs = await health.catalogs(connection, versions)
    return await asyncio.to_thread(
        lambda: [
            health_impasses.of(one.tree, catalog, on=on, constraints=one.constraints)
            for one, catalog in zip(versions, catalogs, strict=True)
        ]
    )


def _is_same(one: requirement_trees.VersionRules, other: requirement_trees.VersionRules) -> bool:
    """Whether both are the tree that `requirement_trees` keeps."""
    return one.tree is other.tree and one.constraints is other.constraints


async def _stamps(connection: rows.Connection, versions: Sequence[requirement_trees.VersionRules]) -> list[_Stamp]:
    """Of each version what changes when one of the courses does that it could use. One statement."""
    wanted = [health.wanted(one.tree) for one in versions]
    named = [(place, id) for place, one in enumerate(wanted) for id in sorted(one.ids)]
    subjects = [(place, *pair) for place, one in enumerate(wanted) for pair in sorted(one.subjects)]
    whole = [(place, id) for place, one in enumerate(wanted) for id in sorted(one.institutions)]
    found = await _STAMPS.every(
        connection,
        named_place=[place for place, _ in named],
        named_id=[id for _, id in named],
        subject_place=[place for place, _, _ in subjects],
        subject_at=[institution_id for _, institution_id, _ in subjects],
        subject=[subject for _, _, subject in subjects],
        whole_place=[place for place, _ in whole],
        whole_at=[id for _, id in whole],
    )
    by_place = {row[0]: tuple(row[1:]) for row in found}
    return [by_place.get(place, ()) for place in range(len(versions))]


def _statement() -> rows.Select:
    named = statements.listed("named", named_place=sa.Integer(), named_id=sa.BigInteger())
    subjects = statements.listed("subjects", subject_place=sa.Integer(), subject_at=sa.BigInteger(), subject=sa.Text())
    whole = statements.listed("whole", whole_place=sa.Integer(), whole_at=sa.BigInteger())
    ways = sa.union_all(
        _way(named.c.named_place, named, col(Course.id) == named.c.named_id),
        _way(
            subjects.c.subject_place,
            subjects,
            col(Course.institution_id) == subjects.c.subject_at,
            rows.element(col(Course.subjects)).contains(postgresql.array([subjects.c.subject])),
        ),
        _way(whole.c.whole_place, whole, col(Course.institution_id) == whole.c.whole_at),
    ).subquery("ways")
    return sa.select(
        ways.c.place,
        sa.func.count(),
        sa.func.sum(ways.c.revision),
        sa.func.max(ways.c.updated_at),
        sa.func.sum(ways.c.id),
    ).group_by(ways.c.place)


def _way(place: sa.ColumnElement[int], asked: sa.TableValuedAlias, *conditions: sa.ColumnElement[bool]) -> rows.Select:
    """The courses that one way leads to, with all that is told of them: found once more by their ids, PostgreSQL would
    read the whole table. One that two ways lead to counts twice, today as tomorrow.
    """
    told: list[rows.Column] = [col(Course.id), col(Course.revision), col(Course.updated_at)]
    return sa.select(place.label("place"), *told).join_from(asked, Course, sa.and_(*conditions))


_STAMPS = statements.Prepared(_statement())
