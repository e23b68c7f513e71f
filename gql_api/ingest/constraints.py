"""The kind `constraints`: what files of constraints add to the current versions of programs.

A row names a program and one of its top-level requirements, perhaps also a group of it, and asks the same that the
constraint columns of a requirement file ask. The changed version becomes a new revision of its term.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import LiteralString

from gql_api.domain import codes, program_versions, requirements
from gql_api.ingest import (
    contract,
    files,
    institution_names,
    program_changes,
    program_drafts,
    program_plans,
    requirement_amounts,
    requirement_cells,
    requirement_drafts,
    requirement_needs,
    requirement_rows,
    staging,
)
from gql_api.ingest.requirements import TABLES, refuse_replace
from gql_api.reads import catalog_sync, program_trees_sync

_POOL_FIELDS = ("min_credits", "min_courses", "max_credits", "max_courses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a file of constraints; `stated` none where it asks for nothing."""

    at: int
    program: requirement_rows.ProgramName
    category: str
    group: str | None
    stated: requirement_amounts.Stated | None


class Constraints:
    """See `contract.Kind`."""

    name = "constraints"
    tables: tuple[LiteralString, ...] = TABLES

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._changes: tuple[program_changes.ProgramChange, ...] = ()

    def stage(self, run: contract.Run, tables: Sequence[files.File]) -> None:
        """Read the rows."""
        refuse_replace(run.options)
        for row in staging.read(run, tables, requirement_cells.CONSTRAINTS):
            if (parsed := _parsed(run, row)) is not None:
                self._rows.append(parsed)

    def plan(self, run: contract.Run) -> contract.Plan:
        """Add them to the current versions, and compare."""
        drafts = _drafts(run, self._rows)
        self._changes = program_changes.compare(run.cursor, program_plans.without_unfit(run, drafts))
        return program_plans.plan(run, self._changes)

    def apply(self, run: contract.Run) -> None:
        """Write the new revisions."""
        program_plans.apply(run.cursor, self._changes)


def _parsed(run: contract.Run, row: files.Row) -> Row | None:
    cells, _ = requirement_cells.mended(row.cells)
    reader = requirement_rows.Reader(cells, lambda column, message: run.findings.error(row.at, column, message))
    program = requirement_rows.program_name(cells, reader.wrong)
    category = " ".join(cells["category"].split())
    if not category:
        reader.wrong("category", "The category is blank. Every row names the requirement that it belongs to.")
    stated = requirement_amounts.read(reader)
    if program is None or reader.is_wrong:
        return None
    if stated is None:
        run.findings.warn(row.at, None, "The row asks for nothing: all of its constraint columns are blank.")
    return Row(at=row.at, program=program, category=category, group=reader.text("group_name"), stated=stated)


def _drafts(run: contract.Run, rows: Sequence[Row]) -> tuple[program_drafts.ProgramDraft, ...]:
    """The current versions of the named programs with what the rows add."""
    finder = _Finder(run, rows)
    by_program: dict[int, tuple[program_trees_sync.StoredProgram, list[Row]]] = {}
    for row in rows:
        if (program := finder.program(row)) is not None:
            by_program.setdefault(program.id, (program, []))[1].append(row)
    versions = {
        version.program_id: version
        for version in program_trees_sync.versions(run.cursor, sorted(by_program))
        if version.is_current
    }
    contents = program_trees_sync.contents(run.cursor, list(versions.values()))
    drafts: list[program_drafts.ProgramDraft] = []
    for program, same in by_program.values():
        version = versions.get(program.id)
        if version is None:
            for row in same:
                run.findings.error(row.at, "program_name", f"“{program.name}” has no current version to add to.")
            continue
        content = _with(run, contents[version.id], same)
        drafts.append(_draft(same[0].at, program, version, content))
    return tuple(drafts)


def _draft(
    at: int,
    program: program_trees_sync.StoredProgram,
    version: program_trees_sync.StoredVersion,
    content: program_versions.VersionContent,
) -> program_drafts.ProgramDraft:
    return program_drafts.ProgramDraft(
        at=at,
        institution_id=program.institution_id,
        name=program.name,
        degree_type=program.degree_type,
        kind=program.kind,
        description=None,
        versions=(program_drafts.VersionDraft(at=at, term=version.term, content=content, is_current=True),),
    )


class _Finder:
    """Finds the program that a row names; what it does not find, or finds twice, is an error of the row."""

    def __init__(self, run: contract.Run, rows: Sequence[Row]) -> None:
        self._run = run
        self._unknown = institution_names.Unknown(run.cursor)
        named = {row.program.institution or run.options.institution for row in rows}
        self._institutions = catalog_sync.institutions(run.cursor, {name for name in named if name is not None})
        self._programs = program_trees_sync.programs_named(run.cursor, {row.program.name for row in rows})

    def program(self, row: Row) -> program_trees_sync.StoredProgram | None:
        named = row.program
        told = named.institution or self._run.options.institution
        if told is not None and told not in self._institutions:
            self._run.findings.error(row.at, "program_institution", self._unknown.message(told))
            return None
        found = [
            program
            for program in self._programs
            if program.name.casefold() == named.name.casefold()
            and (told is None or program.institution_id == self._institutions[told].id)
            and (named.degree_type is None or program.degree_type.casefold() == named.degree_type.casefold())
        ]
        if len(found) == 1:
            return found[0]
        if found:
            message = (
                f"{len(found)} programs are named “{named.name}”. Fill program_institution or degree_type, or name the "
                "institution with --institution."
            )
        else:
            message = f"There is no program “{named.name}”. Import its requirements first, or correct the name."
        self._run.findings.error(row.at, "program_name", message)
        return None


def _with(
    run: contract.Run, content: program_versions.VersionContent, rows: Sequence[Row]
) -> program_versions.VersionContent:
    """The content with what the rows add; rows whose category or group it has not are errors."""
    by_key: dict[str, list[Row]] = {}
    for row in rows:
        if (node := _node(run, content, row)) is not None:
            by_key.setdefault(node.key, []).append(row)
    said = requirement_drafts.Said(run.findings)
    return replace(content, requirements=tuple(_added(node, by_key, said) for node in content.requirements))


def _node(run: contract.Run, content: program_versions.VersionContent, row: Row) -> requirements.Requirement | None:
    top = _named(content.requirements, row.category)
    if top is None:
        known = ", ".join(node.name for node in content.requirements)
        message = f"“{row.program.name}” has no requirement “{row.category}”. It has: {known}."
        run.findings.error(row.at, "category", message)
        return None
    if row.group is None:
        return top
    child = _named(top.children, row.group)
    if child is None:
        known = ", ".join(node.name for node in top.children) or "no groups"
        run.findings.error(row.at, "group_name", f"“{top.name}” has no group “{row.group}”. It has: {known}.")
    return child


def _named(nodes: Iterable[requirements.Requirement], name: str) -> requirements.Requirement | None:
    wanted = name.casefold()
    return next((node for node in nodes if wanted in (node.name.casefold(), node.key.casefold())), None)


def _added(
    node: requirements.Requirement, by_key: dict[str, list[Row]], said: requirement_drafts.Said
) -> requirements.Requirement:
    """The node, and those beneath it, with what their rows ask."""
    children = tuple(_added(child, by_key, said) for child in node.children)
    rows = by_key.get(node.key)
    if rows is None:
        return replace(node, children=children)
    needs = requirement_needs.of_statements(((row.at, row.stated) for row in rows), _subjects(node), said.warn)
    if children:
        beneath, constraints = needs.beneath()
        old = node.min_credits_beneath
        kept = old if beneath is None else beneath if old is None else max(old, beneath)
        return replace(
            node, children=children, min_credits_beneath=kept, constraints=_together(node.constraints, constraints)
        )
    own = {
        field: requirement_needs.tighter(field, getattr(node, field), needs.own[field])
        for field in _POOL_FIELDS
        if field in needs.own
    }
    return replace(node, constraints=_together(node.constraints, needs.constraints), **own)


def _subjects(node: requirements.Requirement) -> frozenset[str]:
    """The subjects of the named courses of a pool; none where patterns leave them open."""
    named = [option for option in node.options if isinstance(option, requirements.CourseOption)]
    if len(named) != len(node.options):
        return frozenset()
    return frozenset(codes.parse(option.code).subject for option in named)


def _together(
    old: tuple[requirements.Constraint, ...], new: tuple[requirements.Constraint, ...]
) -> tuple[requirements.Constraint, ...]:
    """Both; what is there already is not added in other words."""
    known = {replace(constraint, id=0, description=None) for constraint in old}
    return (*old, *(constraint for constraint in new if replace(constraint, description=None) not in known))
