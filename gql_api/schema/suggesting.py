"""Suggestions for audits, batched: five statements for all of them, the rules in a thread."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from strawberry.dataloader import DataLoader

from gql_api.domain import audits, entries, suggestions, suggestions_demands, suggestions_open
from gql_api.reads import rows
from gql_api.reads import suggestions as catalog
from gql_api.reads.audits import Aim, AuditInput
from gql_api.schema.audited import Audited

Found = Mapping[str, tuple[suggestions.Suggestion, ...]]
Pair = tuple[suggestions_open.Program, suggestions_open.Program | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """The loaders that suggestions build on, and the request's snapshot."""

    audit: DataLoader[tuple[int, Aim], audits.Audit | None]
    audit_input: DataLoader[tuple[int, Aim], AuditInput | None]
    session: rows.Connection


_OTHER = {Aim.TARGET: Aim.CURRENT, Aim.CURRENT: Aim.TARGET}


async def suggested(keys: Sequence[Audited], loaders: Loading, today: date) -> list[Found]:
    """For each audit the suggestions by requirement key; the key “” has those for the whole program."""
    pairs = [(_program(key), other) for key, other in zip(keys, await _others(keys, loaders), strict=True)]
    asked = await asyncio.to_thread(lambda: [_asked(program, other) for program, other in pairs])
    found = await catalog.found(loaders.session, asked, on=today)
    return await asyncio.to_thread(
        lambda: [_suggested(key, *pair, found, today) for key, pair in zip(keys, pairs, strict=True)]
    )


async def _others(keys: Sequence[Audited], loaders: Loading) -> list[suggestions_open.Program | None]:
    """The plans' other programs, as they stand."""
    wanted = [None if key.aim is None else (key.plan_id, _OTHER[key.aim]) for key in keys]
    asked = [one for one in wanted if one is not None]
    audits = dict(zip(asked, await loaders.audit.load_many(asked), strict=True))
    inputs = dict(zip(asked, await loaders.audit_input.load_many(asked), strict=True))
    found: list[suggestions_open.Program | None] = []
    for one in wanted:
        audit, given = (None, None) if one is None else (audits[one], inputs[one])
        found.append(None if audit is None or given is None else suggestions_open.of(given, audit))
    return found


def _program(key: Audited) -> suggestions_open.Program:
    return suggestions_open.of(key.given, key.audit)


def _asked(program: suggestions_open.Program, other: suggestions_open.Program | None) -> catalog.Asked:
    also = () if other is None else other.needed_leaves
    colleges = {
        entry.course.institution_id
        for entry in program.taken
        if not isinstance(entry.course, entries.UnlistedCourse) and not entry.is_examination
    }
    colleges |= set() if other is None else {other.tree.institution_id}
    return catalog.Asked(
        named=suggestions_open.named((*program.leaves, *also)),
        patterns=suggestions_open.patterns(program.leaves),
        sending_ids=frozenset(colleges - {program.tree.institution_id}),
    )


def _suggested(
    key: Audited,
    program: suggestions_open.Program,
    other: suggestions_open.Program | None,
    found: catalog.Found,
    today: date,
) -> Found:
    mine = [found.courses[id] for id in sorted(found.courses)]
    rules = [rule for rule in found.rules if rule.receiving_institution_id == program.tree.institution_id]
    offered = suggestions.candidates(program, mine, rules)
    may_take = suggestions_demands.may_take(found.demands, key.given, today)
    return suggestions.suggest(program, offered, other, may_take)
