"""Old programs as the kind `requirements` reads them, and what only the old tables say besides.

What a group says of the credits of each course, and whether it is needed at all, has no column in a file: it is
added to the tree that was built from the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import LiteralString

from gql_api.domain import requirements, terms
from gql_api.ingest import (
    adoption_findings,
    adoption_programs_cells,
    adoption_programs_rows,
    adoption_values,
    contract,
    files,
    program_changes,
    program_drafts,
    program_plans,
    requirement_drafts,
    requirement_rows,
)
from gql_api.ingest.requirements import TABLES
from gql_api.reads import catalog_sync, program_trees_sync

CREATE: LiteralString = """
CREATE UNLOGGED TABLE adoption.program_ids (old_id bigint PRIMARY KEY, program_id bigint NOT NULL);
CREATE UNLOGGED TABLE adoption.places (at bigint PRIMARY KEY, table_name text NOT NULL, old_id bigint NOT NULL)
"""
_FIND: LiteralString = """
INSERT INTO adoption.findings (table_name, old_id, column_name, outcome, reason, remedy) VALUES (%s, %s, %s, %s, %s, %s)
"""
_LOOK = "Look at the requirement, if it matters."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Extra:
    """What a group says that a row cannot."""

    least: Decimal | None
    most: Decimal | None
    is_optional: bool


class OldPrograms:
    """See `contract.Kind`. Made for a part of the programs."""

    name = "requirements"
    tables = TABLES

    def __init__(self, ids: Sequence[int], term: terms.Term) -> None:
        """`term` is the version of requirements that name none."""
        self._ids = ids
        self._term = term
        self._rows: list[requirement_rows.Row] = []
        self._places: list[tuple[str, int]] = []
        self._extras: dict[int, dict[tuple[str, str], _Extra]] = {}
        self._owners: dict[int, int] = {}
        self._bare: list[adoption_programs_rows.Program] = []
        self._same: dict[int, int] = {}
        self._findings: list[adoption_findings.Finding] = []
        self._changes: tuple[program_changes.ProgramChange, ...] = ()

    def stage(self, run: contract.Run, tables: Sequence[files.File]) -> None:
        """Read the staged programs; the files say nothing more."""
        del tables
        self._same = adoption_programs_rows.repeated(run.cursor, self._ids)
        reader = adoption_programs_cells.Reader(self._findings.append, self._term)
        for program in adoption_programs_rows.programs(run.cursor, self._ids):
            if self._is_unusable(program):
                continue
            rows = list(reader.rows(program))
            if rows:
                self._read(run, program, rows)
            else:
                self._bare.append(program)
        with run.cursor.copy("COPY adoption.places (at, table_name, old_id) FROM STDIN") as copy:
            for at, (table, id) in enumerate(self._places, start=1):
                copy.write_row((at, table, id))

    def plan(self, run: contract.Run) -> contract.Plan:
        """Compare the programs with the stored ones."""
        drafts = requirement_drafts.drafts(run, self._rows)
        completed = [*(self._completed(draft) for draft in drafts.programs), *self._bare_drafts(run)]
        fit = program_plans.without_unfit(run, completed)
        self._changes = program_changes.compare(run.cursor, fit)
        return program_plans.plan(run, self._changes, program_plans.unknown_courses(drafts.unknown_codes))

    def apply(self, run: contract.Run) -> None:
        """Write the difference, and which old program became which."""
        program_plans.apply(run.cursor, self._changes)
        run.cursor.executemany(_FIND, self._findings)
        drafts = {self._owners[self._first_of(change.draft)]: change.draft for change in self._changes}
        wanted = {(draft.institution_id, draft.name) for draft in drafts.values()}
        stored = program_trees_sync.programs(run.cursor, wanted)
        ids = {(one.institution_id, one.name.casefold(), one.degree_type.casefold()): one.id for one in stored}
        found = {old: ids[draft.identity] for old, draft in drafts.items()}
        run.cursor.executemany("INSERT INTO adoption.program_ids VALUES (%s, %s)", sorted(found.items()))

    def _is_unusable(self, program: adoption_programs_rows.Program) -> bool:
        """Whether it has no name, or is another program once more."""
        old = program.values
        id = int(old["id"])
        if not old["name"]:
            self._left_out(program, "The program has no name.", "LEFT_OUT")
            return True
        if id in self._same:
            self._left_out(program, f"The program is that with id {self._same[id]} once more: kept is that.", "MERGED")
            return True
        return False

    def _left_out(self, program: adoption_programs_rows.Program, reason: str, outcome: str) -> None:
        remedy = "Enter by hand what the other does not have." if outcome == "MERGED" else "Enter it by hand."
        find = adoption_findings.Finding
        self._findings.append(find("programs", int(program.values["id"]), "name", outcome, reason, remedy))
        for requirement in program.requirements:
            told = [("program_requirements", requirement.values)]
            told += [("requirement_constraints", one) for one in requirement.constraints]
            for group in requirement.groups:
                told.append(("requirement_groups", group.values))
                told += [("group_course_options", one) for one in group.options]
            for table, old in told:
                self._findings.append(find(table, int(old["id"]), None, outcome, f"Its program: {reason}", remedy))

    def _read(
        self,
        run: contract.Run,
        program: adoption_programs_rows.Program,
        rows: Sequence[adoption_programs_cells.Cells],
    ) -> None:
        first = len(self._places) + 1
        for row in rows:
            self._places.append((row.table, row.id))
            at = len(self._places)
            parsed = requirement_rows.parse(
                files.Row(at, row.cells),
                self._term,
                lambda column, message, at=at: run.findings.error(at, column, message),
                f"{row.table}, id {row.id}",
            )
            if parsed is not None:
                self._rows.append(parsed)
        self._owners[first] = int(program.values["id"])
        self._extras[first] = self._extras_of(program)

    def _extras_of(self, program: adoption_programs_rows.Program) -> dict[tuple[str, str], _Extra]:
        found: dict[tuple[str, str], _Extra] = {}
        for requirement in program.requirements:
            category = " ".join((requirement.values["category"] or "").split()).casefold()
            for group in requirement.groups:
                old = group.values
                name = " ".join((old["group_name"] or f"Group {old['id']}").split()).casefold()
                least, most = (self._amount(old, f"{which}_credits_per_course") for which in ("min", "max"))
                if least is not None and most is not None and least > most:
                    self._changed(old, "min_credits_per_course", f"{least} is above the most, {most}; none is kept.")
                    least = most = None
                is_optional = adoption_values.flag(old["is_required"] or "") == "false"
                extra = _Extra(least=least, most=most, is_optional=is_optional)
                found.setdefault((category, name), extra)
        return found

    def _amount(self, old: adoption_programs_rows.Old, column: str) -> Decimal | None:
        said = old[column]
        if said is None:
            return None
        number = adoption_values.amount(said)
        if number is None:
            self._changed(old, column, f"“{said}” is no number of credits.")
        return None if number is None or not Decimal(number) else Decimal(number)

    def _changed(self, old: adoption_programs_rows.Old, column: str, reason: str) -> None:
        finding = adoption_findings.Finding("requirement_groups", int(old["id"]), column, "CHANGED", reason, _LOOK)
        self._findings.append(finding)

    def _completed(self, draft: program_drafts.ProgramDraft) -> program_drafts.ProgramDraft:
        """The draft with what its groups say besides."""
        extras = self._extras.get(self._first_of(draft), {})
        versions = tuple(
            replace(
                version,
                content=replace(
                    version.content,
                    requirements=tuple(_completed(node, extras) for node in version.content.requirements),
                ),
            )
            for version in draft.versions
        )
        return replace(draft, versions=versions)

    def _first_of(self, draft: program_drafts.ProgramDraft) -> int:
        """Where the rows of its program begin: they follow each other, and the first of them may be wrong."""
        return max(first for first in self._owners if first <= draft.at)

    def _bare_drafts(self, run: contract.Run) -> list[program_drafts.ProgramDraft]:
        """Programs without requirements: they are kept without versions, where it is known whose they are."""
        names = {name for one in self._bare if (name := one.values["institution"] or run.options.institution)}
        known = catalog_sync.institutions(run.cursor, names)
        drafts: list[program_drafts.ProgramDraft] = []
        for program in self._bare:
            old = program.values
            owner = known.get(old["institution"] or run.options.institution or "")
            if owner is None:
                self._left_out(program, "Whose program it is cannot be told.", "LEFT_OUT")
                continue
            self._places.append(("programs", int(old["id"])))
            self._owners[len(self._places)] = int(old["id"])
            degree_type = (old["degree_type"] or "")[:40] or program_drafts.guessed_degree_type(old["name"])
            drafts.append(
                program_drafts.ProgramDraft(
                    at=len(self._places),
                    institution_id=owner.id,
                    name=" ".join(old["name"].split())[:200],
                    degree_type=degree_type,
                    kind=program_drafts.kind_of(degree_type),
                    description=old["description"],
                    versions=(),
                )
            )
        return drafts


def _completed(node: requirements.Requirement, extras: dict[tuple[str, str], _Extra]) -> requirements.Requirement:
    category = node.name.casefold()
    if node.children:
        children = (_with(child, extras.get((category, child.name.casefold()))) for child in node.children)
        return replace(node, children=tuple(children))
    same = {extra for (of, _), extra in extras.items() if of == category}
    return _with(node, same.pop() if len(same) == 1 and not node.is_residual else None)


def _with(node: requirements.Requirement, extra: _Extra | None) -> requirements.Requirement:
    if extra is None:
        return node
    return replace(
        node,
        min_credits_per_course=extra.least,
        max_credits_per_course=extra.most,
        is_optional=node.is_optional or extra.is_optional,
    )
