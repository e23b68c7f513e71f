"""Requirements that courses could be applied to, batched: two readings for every plan that is asked about."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date
from typing import Any

from strawberry.dataloader import DataLoader

from gql_api.domain import audits, requirement_matches, suggestions_open
from gql_api.reads import course_values, rows, what_if
from gql_api.reads.audits import Aim, AuditInput
from gql_api.schema import execution

Key = tuple[int, int]
"""A plan and a course."""
Matches = tuple[requirement_matches.Match, ...]


class MatchLoaders(ABC):
    """What the loaders of one request know of single courses in a plan's program."""

    _today: date
    audit: Any
    """The loader of a plan's audit; `Loaders` has it, and the next one."""
    audit_input: Any

    @abstractmethod
    def session(self) -> rows.Connection:
        """The request's snapshot."""

    @execution.Once
    def requirement_matches(self) -> DataLoader[Key, Matches]:
        """The leaves of a plan's target that would take a course. The plan's visibility is asked for before."""
        audit, given = self.audit, self.audit_input
        return execution.Loader(lambda keys: matched(keys, audit, given, self.session(), self._today))


async def matched(
    keys: Sequence[Key],
    audit_of: DataLoader[tuple[int, Aim], audits.Audit | None],
    given_of: DataLoader[tuple[int, Aim], AuditInput | None],
    session: rows.Connection,
    today: date,
) -> list[Matches]:
    """For each course the leaves of the plan's target that would take it; none without a target."""
    wanted: dict[int, list[int]] = {}
    for plan_id, course_id in keys:
        wanted.setdefault(plan_id, []).append(course_id)
    found: dict[Key, Matches] = {}
    for plan_id, course_ids in wanted.items():
        given = await given_of.load((plan_id, Aim.TARGET))
        audit = await audit_of.load((plan_id, Aim.TARGET))
        if given is not None and audit is not None:
            of_plan = await _of_plan(course_ids, session, suggestions_open.of(given, audit), plan_id, today)
            found |= {(plan_id, course_id): one for course_id, one in of_plan.items()}
    return [found.get(key, ()) for key in keys]


async def _of_plan(
    course_ids: Sequence[int], session: rows.Connection, program: suggestions_open.Program, plan_id: int, today: date
) -> dict[int, Matches]:
    known = await course_values.by_id(session, sorted(set(course_ids)))
    posted = requirement_matches.posted(known[id].course for id in sorted(known))
    scenario = what_if.Scenario(plan_id=plan_id, posted=posted)
    (given,) = await what_if.inputs(session, scenario, [program.tree.version_id], on=today)
    if given is None:
        return {}
    possibilities = given.possibilities

    def work() -> dict[int, Matches]:
        found = (requirement_matches.of(program, entry, possibilities, on=today) for entry in posted)
        return dict(zip(sorted(known), found, strict=True))

    return await asyncio.to_thread(work)
