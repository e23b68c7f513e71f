"""Drafts of programs beside what is stored: what a commit would do, decided once and applied as decided.

A published version is immutable. The same content again changes nothing; other content for the same term is a new
revision that takes the plans with it, and the old revision is archived.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import psycopg

from gql_api.domain import program_versions, requirements, statuses
from gql_api.ingest import program_drafts
from gql_api.reads import program_trees_sync
from gql_api.writes import requirement_rows

State = statuses.VersionState


class Action(Enum):
    """What happens to one version."""

    NEW = "a new version"
    REVISED = "a new revision"
    REWRITTEN = "a rewritten draft"
    LINKED = "options that lead to courses now"
    UNCHANGED = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Requirements by what happens to them."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """The sums."""
        return Counts(
            new=self.new + other.new,
            updated=self.updated + other.updated,
            unchanged=self.unchanged + other.unchanged,
            removed=self.removed + other.removed,
        )

    def at_least_one(self) -> "Counts":
        """The same, where something is changed that is no requirement: the version counts as one that is updated."""
        if self.new or self.updated or self.removed:
            return self
        return replace(self, updated=1, unchanged=max(self.unchanged - 1, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChange:
    """One version: what is stored of its term (none if nothing is), and what becomes of it."""

    draft: program_drafts.VersionDraft
    stored: program_trees_sync.StoredVersion | None
    action: Action
    revision: int
    becomes_current: bool
    counts: Counts
    lost_keys: tuple[str, ...] = ()
    """Keys of the stored revision that the new one has not; pins and exceptions may refer to them."""

    @property
    def changes_something(self) -> bool:
        """Whether a commit would write anything."""
        return self.action is not Action.UNCHANGED or self.becomes_current

    @property
    def moving_plans(self) -> int:
        """How many plans a new revision takes with it."""
        return self.stored.plans if self.stored is not None and self.action is Action.REVISED else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramChange:
    """One program: what is stored of it (none if it is new), and its versions in the order of their terms."""

    draft: program_drafts.ProgramDraft
    stored: program_trees_sync.StoredProgram | None
    versions: tuple[VersionChange, ...]

    @property
    def is_described_anew(self) -> bool:
        """Whether the stored kind or description changes."""
        if self.stored is None:
            return False
        description = self.draft.description
        is_other = description is not None and description != self.stored.description
        return is_other or self.draft.kind is not self.stored.kind


def compare(cursor: psycopg.Cursor, drafts: Sequence[program_drafts.ProgramDraft]) -> tuple[ProgramChange, ...]:
    """What to do with each draft; six statements for any number of them."""
    stored = {
        (one.institution_id, one.name.casefold(), one.degree_type.casefold()): one
        for one in program_trees_sync.programs(cursor, ((draft.institution_id, draft.name) for draft in drafts))
    }
    ids = [program.id for draft in drafts if (program := stored.get(draft.identity)) is not None]
    versions = program_trees_sync.versions(cursor, ids)
    by_program: dict[int, list[program_trees_sync.StoredVersion]] = {}
    for version in versions:
        by_program.setdefault(version.program_id, []).append(version)
    contents = program_trees_sync.contents(cursor, versions)
    return tuple(
        _program(draft, program, by_program.get(0 if program is None else program.id, []), contents)
        for draft in drafts
        for program in (stored.get(draft.identity),)
    )


def _program(
    draft: program_drafts.ProgramDraft,
    program: program_trees_sync.StoredProgram | None,
    stored: Sequence[program_trees_sync.StoredVersion],
    contents: dict[int, program_versions.VersionContent],
) -> ProgramChange:
    current = _current_term(draft, stored)
    changes = tuple(
        _version(version, stored, contents, is_current=version.term.sort_key == current) for version in draft.versions
    )
    return ProgramChange(draft=draft, stored=program, versions=changes)


def _current_term(draft: program_drafts.ProgramDraft, stored: Sequence[program_trees_sync.StoredVersion]) -> int | None:
    """The term whose version of this file is to be current: the one that says so; else the one that was, else, where
    the program has no current version and the file leaves it open, the latest.
    """
    published = [version for version in draft.versions if version.state is State.PUBLISHED]
    for version in published:
        if version.is_current:
            return version.term.sort_key
    for version in stored:
        if version.is_current:
            return version.term.sort_key
    return max((version.term.sort_key for version in published if version.is_current is None), default=None)


def _version(
    draft: program_drafts.VersionDraft,
    stored: Sequence[program_trees_sync.StoredVersion],
    contents: dict[int, program_versions.VersionContent],
    *,
    is_current: bool,
) -> VersionChange:
    of_term = [version for version in stored if version.term == draft.term]
    same = [version for version in of_term if version.state is draft.state]
    last = max((version.revision for version in of_term), default=0)
    is_current = is_current and draft.state is State.PUBLISHED
    if not same:
        counts = Counts(new=requirement_rows.node_count(draft.content))
        return VersionChange(
            draft=draft,
            stored=None,
            action=Action.NEW,
            revision=last + 1,
            becomes_current=is_current,
            counts=counts,
        )
    latest = same[-1]
    before = contents[latest.id]
    action = _action(before, draft)
    counts = _counts(before, draft.content) if action in (Action.REVISED, Action.REWRITTEN) else _linked(before, draft)
    is_new = action is Action.REVISED
    becomes_current = is_current and (is_new or not latest.is_current)
    return VersionChange(
        draft=draft,
        stored=latest,
        action=action,
        revision=last + 1 if is_new else latest.revision,
        becomes_current=becomes_current,
        counts=counts if action is Action.UNCHANGED and not becomes_current else counts.at_least_one(),
        lost_keys=tuple(sorted(_keys(before) - _keys(draft.content))) if is_new else (),
    )


def _action(before: program_versions.VersionContent, draft: program_drafts.VersionDraft) -> Action:
    if program_versions.canonical(before) != program_versions.canonical(draft.content):
        return Action.REWRITTEN if draft.state is State.DRAFT else Action.REVISED
    return Action.LINKED if _newly_linked(before, draft.content) else Action.UNCHANGED


def _newly_linked(before: program_versions.VersionContent, after: program_versions.VersionContent) -> int:
    """How many requirements have options that led nowhere and lead to a course now; the contents are equal."""
    pairs = zip(program_versions.located(before), program_versions.located(after), strict=True)
    return sum(
        any(
            isinstance(old, requirements.CourseOption)
            and isinstance(new, requirements.CourseOption)
            and old.course_id is None
            and new.course_id is not None
            for old, new in zip(one.node.options, other.node.options, strict=True)
        )
        for one, other in pairs
    )


def _linked(before: program_versions.VersionContent, draft: program_drafts.VersionDraft) -> Counts:
    linked = _newly_linked(before, draft.content)
    return Counts(updated=linked, unchanged=requirement_rows.node_count(before) - linked)


def _counts(before: program_versions.VersionContent, after: program_versions.VersionContent) -> Counts:
    """Requirements by key, each without its children; one that only moved up or down counts as unchanged."""
    old, new = _by_key(before), _by_key(after)
    unchanged = sum(old.get(key) == node for key, node in new.items())
    added = len(new.keys() - old.keys())
    return Counts(
        new=added,
        updated=len(new) - added - unchanged,
        unchanged=unchanged,
        removed=len(old.keys() - new.keys()),
    )


def _by_key(
    content: program_versions.VersionContent,
) -> dict[str, tuple[str | None, requirements.Requirement]]:
    located = program_versions.located(program_versions.canonical(content))
    return {here.node.key: (here.parent_key, replace(here.node, children=(), position=0)) for here in located}


def _keys(content: program_versions.VersionContent) -> set[str]:
    return {here.node.key for here in program_versions.located(content)}


def counts(changes: Sequence[ProgramChange]) -> Counts:
    """The sums over all versions."""
    total = Counts()
    for change in changes:
        of_program = Counts()
        for version in change.versions:
            of_program = of_program.plus(version.counts)
        total = total.plus(of_program.at_least_one() if change.is_described_anew else of_program)
    return total
