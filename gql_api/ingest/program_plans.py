"""Changes of programs as the preview tells them, and as a commit writes them."""

import hashlib
from collections.abc import Sequence

import psycopg

from gql_api.domain import program_versions, requirement_checks, terms
from gql_api.ingest import contract, documents, program_changes, program_drafts
from gql_api.reads import program_trees_sync
from gql_api.writes import program_versions as writes_versions
from gql_api.writes import programs as writes_programs
from gql_api.writes import requirement_rows

Action = program_changes.Action
_MOST_NAMED = 40


def without_unfit(
    run: contract.Run, drafts: Sequence[program_drafts.ProgramDraft]
) -> tuple[program_drafts.ProgramDraft, ...]:
    """The drafts that can be stored; what is wrong with the others becomes errors where they begin."""
    return tuple(draft for draft in drafts if not _wrong(run, draft))


def _wrong(run: contract.Run, draft: program_drafts.ProgramDraft) -> bool:
    is_wrong = False
    says_current: terms.Term | None = None
    for version in draft.versions:
        for problem in requirement_checks.problems(version.content):
            place = documents.place((*version.path, *problem.path)) if version.path else None
            run.findings.error(version.at, place, f"{draft.label}, {version.term.label}: {problem.message}")
            is_wrong = True
        if version.is_current and says_current is not None:
            message = (
                f"{draft.label}: both {says_current.label} and {version.term.label} say that they are current. "
                "Exactly one version of a program is."
            )
            run.findings.error(version.at, "is_current", message)
            is_wrong = True
        says_current = version.term if version.is_current else says_current
    return is_wrong


def plan(
    run: contract.Run, changes: Sequence[program_changes.ProgramChange], notes: tuple[str, ...] = ()
) -> contract.Plan:
    """What the framework shows and remembers; also warns of pins and exceptions that a new revision would orphan."""
    total = program_changes.counts(changes)
    sentences = [sentence for change in changes for sentence in _sentences(change)]
    _warn(run, changes)
    return contract.Plan(
        new=total.new,
        updated=total.updated,
        unchanged=total.unchanged,
        removed=total.removed,
        digest=_digest(changes),
        notes=(*sentences, *notes),
    )


def unknown_courses(codes: Sequence[str]) -> tuple[str, ...]:
    """The note about options that lead nowhere, none where all lead to a course."""
    if not codes:
        return ()
    named = ", ".join(codes[:_MOST_NAMED]) + (", …" if len(codes) > _MOST_NAMED else "")
    if len(codes) == 1:
        return (f"1 course code of options does not exist and is kept as a code: {named}.",)
    return (f"{len(codes)} course codes of options do not exist and are kept as codes: {named}.",)


def _sentences(change: program_changes.ProgramChange) -> list[str]:
    label = change.draft.label
    sentences = [f"{label}: a new program."] if change.stored is None else []
    if change.is_described_anew:
        sentences.append(f"{label}: its kind or description changes.")
    for version in change.versions:
        sentence = f"{label}, {version.draft.term.label}: {_what(version)}"
        sentences.append(sentence + (" It becomes the current version." if version.becomes_current else ""))
    return sentences


def _what(version: program_changes.VersionChange) -> str:
    total = version.counts
    match version.action:
        case Action.NEW:
            options = sum(len(here.node.options) for here in program_versions.located(version.draft.content))
            top = len(version.draft.content.requirements)
            return f"a new version with {top} top-level requirements, {total.new} in all, and {options} options."
        case Action.REVISED:
            plans = version.moving_plans
            moved = f" {plans} {'plan moves' if plans == 1 else 'plans move'} to it." if plans else ""
            return f"published and changed: it becomes revision {version.revision}.{moved}"
        case Action.REWRITTEN:
            return "the draft is rewritten."
        case Action.LINKED:
            return f"options of {total.updated} requirements lead to courses that did not exist before."
        case Action.UNCHANGED:
            return "unchanged."


def _warn(run: contract.Run, changes: Sequence[program_changes.ProgramChange]) -> None:
    lost = {
        version.stored.id: version
        for change in changes
        for version in change.versions
        if version.stored is not None and version.lost_keys and version.moving_plans
    }
    for version_id, key, count in program_trees_sync.pinned_keys(run.cursor, sorted(lost)):
        version = lost[version_id]
        if key in version.lost_keys:
            message = (
                f"The new revision has no requirement “{key}”, to which {count} pins or exceptions of plans refer."
            )
            run.findings.warn(version.draft.at, None, message)
    for change in changes:
        for version in change.versions:
            if version.draft.is_current is False and _stays_current(version):
                message = (
                    f"{change.draft.label}, {version.draft.term.label} says that it is not current, but it is, and no "
                    "other version is named: it stays current."
                )
                run.findings.warn(version.draft.at, "is_current", message)


def _stays_current(version: program_changes.VersionChange) -> bool:
    return version.becomes_current or (
        version.stored is not None and version.stored.is_current and version.action is not Action.REVISED
    )


def _digest(changes: Sequence[program_changes.ProgramChange]) -> str:
    """A hash of what would be written and of the revisions and plans that it is based on."""
    told = [
        [
            change.draft.identity,
            change.draft.kind,
            change.draft.description,
            None if change.stored is None else change.stored.id,
            [_told(version) for version in change.versions],
        ]
        for change in changes
    ]
    return hashlib.sha256(requirement_rows.as_json(told).encode()).hexdigest()


def _told(version: program_changes.VersionChange) -> list[object]:
    stored, content = version.stored, version.draft.content
    ids = range(1, requirement_rows.node_count(content) + 1)
    return [
        version.draft.term.sort_key,
        version.action,
        version.revision,
        version.becomes_current,
        [content.total_credits, content.residency_credits, content.minimum_gpa, content.notes],
        [parameter for _, parameter in requirement_rows.inserts(0, content, ids)],
        None if stored is None else [stored.id, stored.state, stored.is_current, stored.revision, stored.plans],
    ]


def apply(cursor: psycopg.Cursor, changes: Sequence[program_changes.ProgramChange]) -> None:
    """Write the changes."""
    for change in changes:
        program_id = _program(cursor, change)
        for version in change.versions:
            version_id = _version(cursor, program_id, version)
            if version.becomes_current:
                writes_versions.make_current(cursor, program_id, version_id)


def _program(cursor: psycopg.Cursor, change: program_changes.ProgramChange) -> int:
    draft = change.draft
    if change.stored is None:
        return writes_programs.create(
            cursor,
            institution_id=draft.institution_id,
            name=draft.name,
            degree_type=draft.degree_type,
            kind=draft.kind,
            description=draft.description,
        )
    if change.is_described_anew:
        description = change.stored.description if draft.description is None else draft.description
        writes_programs.describe(cursor, change.stored.id, draft.kind, description)
    return change.stored.id


def _version(cursor: psycopg.Cursor, program_id: int, change: program_changes.VersionChange) -> int:
    """Write one version; the id of what is valid afterwards."""
    draft, stored = change.draft, change.stored
    if stored is not None and change.action is Action.UNCHANGED:
        return stored.id
    if stored is not None and change.action is Action.LINKED:
        writes_versions.link_options(cursor, stored.id)
        return stored.id
    if stored is not None and change.action is Action.REWRITTEN:
        writes_versions.rewrite_draft(cursor, stored.id, draft.content)
        return stored.id
    version_id = writes_versions.insert(
        cursor,
        program_id,
        term=draft.term,
        state=draft.state,
        revision=change.revision,
        content=draft.content,
    )
    if stored is not None:
        writes_versions.archive(cursor, stored.id)
        writes_versions.move_plans(cursor, stored.id, version_id)
    return version_id
