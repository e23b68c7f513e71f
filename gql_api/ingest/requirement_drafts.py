"""The rows of requirement files as programs with their versions; what is wrong or odd goes to the findings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from gql_api.domain import program_versions, requirement_warnings, requirements, terms
from gql_api.ingest import (
    contract,
    findings,
    institution_names,
    program_drafts,
    requirement_needs,
    requirement_rows,
    requirement_trees,
)
from gql_api.reads import catalog_sync

Rows = Sequence[requirement_rows.Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """What the names and codes of the files lead to."""

    institutions: dict[str, catalog_sync.NamedInstitution]
    courses: dict[tuple[int, str], catalog_sync.NamedCourse]

    def most_credits(self, option: requirements.CourseOption) -> Decimal | None:
        """The most credits that the option can bring; none where that is not known or it can be repeated."""
        course = self.courses.get((option.institution_id or 0, option.code))
        return None if course is None or course.is_repeatable else course.credits_max


@dataclass(slots=True)
class Said:
    """Findings, each said once: several passes over a row may see the same."""

    findings: findings.Findings
    _seen: set[tuple[int, str | None, str]] = field(default_factory=set[tuple[int, str | None, str]])

    def warn(self, at: int, column: str | None, message: str) -> None:
        """This row is loaded, and somebody should look at it."""
        if (at, column, message) not in self._seen:
            self._seen.add((at, column, message))
            self.findings.warn(at, column, message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """The programs of the files, and the distinct codes of options that lead nowhere."""

    programs: tuple[program_drafts.ProgramDraft, ...]
    catalog: Catalog
    unknown_codes: tuple[str, ...]


def names(rows: Rows, options: contract.Options) -> set[str]:
    """Every institution that the rows and the command name."""
    named = {row.institution for row in rows} | {row.program.institution for row in rows} | {options.institution}
    return {name for name in named if name is not None}


def drafts(run: contract.Run, rows: Rows) -> Drafts:
    """The programs that these rows describe. Rows whose institution is unknown are errors, and left out."""
    institutions = catalog_sync.institutions(run.cursor, names(rows, run.options))
    unknown = institution_names.Unknown(run.cursor)
    known = [row for row in rows if _is_known(run, row, institutions, unknown)]
    said = Said(run.findings)
    programs = [
        (owner, same) for same in _by_program(known) if (owner := _owner(run, same, institutions, unknown)) is not None
    ]
    wanted = {(_home(row, owner, institutions), row.course) for owner, same in programs for row in same if row.course}
    catalog = Catalog(institutions=institutions, courses=catalog_sync.courses(run.cursor, wanted))
    builder = _Builder(run, said, catalog)
    return Drafts(
        programs=tuple(builder.program(owner, same) for owner, same in programs),
        catalog=catalog,
        unknown_codes=tuple(sorted({code for home, code in wanted if (home, code) not in catalog.courses})),
    )


def _is_known(
    run: contract.Run,
    row: requirement_rows.Row,
    institutions: dict[str, catalog_sync.NamedInstitution],
    unknown: institution_names.Unknown,
) -> bool:
    is_known = True
    for column, name in (("institution", row.institution), ("program_institution", row.program.institution)):
        if name is not None and name not in institutions:
            run.findings.error(row.at, column, unknown.message(name))
            is_known = False
    return is_known


def _by_program(rows: Rows) -> list[Rows]:
    """The rows of each program, by name, degree type and the institution that they name for it."""
    groups: dict[tuple[str, str, str], list[requirement_rows.Row]] = {}
    for row in rows:
        named = row.program
        degree_type = _degree_type(named)
        identity = (named.name.casefold(), degree_type.casefold(), (named.institution or "").casefold())
        groups.setdefault(identity, []).append(row)
    return list(groups.values())


def _degree_type(named: requirement_rows.ProgramName) -> str:
    return program_drafts.guessed_degree_type(named.name) if named.degree_type is None else named.degree_type


def _owner(
    run: contract.Run,
    rows: Rows,
    institutions: dict[str, catalog_sync.NamedInstitution],
    unknown: institution_names.Unknown,
) -> catalog_sync.NamedInstitution | None:
    """Whose program it is: as a row says, as the command says, or the only institution of its options."""
    row = rows[0]
    told = row.program.institution or run.options.institution
    if told is not None:
        if told not in institutions:
            run.findings.error(row.at, None, unknown.message(told))
        return institutions.get(told)
    found = {institutions[each.institution] for each in rows if each.institution is not None}
    if len(found) == 1:
        return found.pop()
    seen = ", ".join(sorted(each.name for each in found)) or "no institution"
    message = (
        f"It cannot be told whose program “{row.program.name}” is: its options are of {seen}. "
        "Fill the column program_institution, or name it with --institution."
    )
    for each in rows:
        run.findings.error(each.at, "program_name", message)
    return None


def _home(
    row: requirement_rows.Row,
    owner: catalog_sync.NamedInstitution,
    institutions: dict[str, catalog_sync.NamedInstitution],
) -> int:
    """The institution of the row's course."""
    return owner.id if row.institution is None else institutions[row.institution].id


@dataclass(frozen=True, slots=True)
class _Builder:
    run: contract.Run
    said: Said
    catalog: Catalog

    def program(self, owner: catalog_sync.NamedInstitution, rows: Rows) -> program_drafts.ProgramDraft:
        row = rows[0]
        degree_type = _degree_type(row.program)
        if row.program.degree_type is None:
            guess = f"“{degree_type}” is taken from its name" if degree_type else "none can be told from its name"
            self.said.warn(row.at, "degree_type", f"“{row.program.name}” has no degree type; {guess}.")
        description = self._first(rows, "program_description", lambda each: each.program_description)
        by_term: dict[int, list[requirement_rows.Row]] = {}
        for each in rows:
            by_term.setdefault(each.term.sort_key, []).append(each)
        return program_drafts.ProgramDraft(
            at=row.at,
            institution_id=owner.id,
            name=row.program.name,
            degree_type=degree_type,
            kind=program_drafts.kind_of(degree_type),
            description=description,
            versions=tuple(self._version(owner, same) for _, same in sorted(by_term.items())),
        )

    def _version(self, owner: catalog_sync.NamedInstitution, rows: Rows) -> program_drafts.VersionDraft:
        distinct = self._without_repeats(rows)
        content = program_versions.VersionContent(
            requirements=requirement_trees.tree(distinct, lambda row: self._option(row, owner), self.said.warn),
            total_credits=self._first(rows, "program_total_credits", lambda row: row.total_credits),
        )
        places = _places(content, distinct)
        for warned in requirement_warnings.warnings(content, self.catalog.most_credits):
            self.said.warn(places[warned.key], None, warned.message)
        return program_drafts.VersionDraft(
            at=rows[0].at,
            term=terms.Term(year=rows[0].term.year, season=rows[0].term.season),
            content=content,
            is_current=self._first(rows, "is_current", lambda row: row.is_current),
        )

    def _first(
        self,
        rows: Rows,
        column: str,
        value: Callable[[requirement_rows.Row], requirement_needs.Value | None],
    ) -> requirement_needs.Value | None:
        return requirement_needs.first(rows, column, value, self.said.warn)

    def _without_repeats(self, rows: Rows) -> list[requirement_rows.Row]:
        """The rows, each once: an exact repeat says nothing more."""
        seen: dict[tuple[str, ...], str] = {}
        distinct: list[requirement_rows.Row] = []
        for row in rows:
            if row.cells in seen:
                self.said.warn(row.at, None, f"The row repeats {seen[row.cells]} and is not needed.")
            else:
                seen[row.cells] = row.place
                distinct.append(row)
        return distinct

    def _option(
        self, row: requirement_rows.Row, owner: catalog_sync.NamedInstitution
    ) -> requirements.CourseOption | None:
        if row.course is None:
            return None
        home = _home(row, owner, self.catalog.institutions)
        course = self.catalog.courses.get((home, row.course))
        if course is None:
            name = row.institution or owner.name
            message = f"{row.course} is no known course of {name}; the option is kept with its code."
            self.said.warn(row.at, "course_code", message)
        return requirements.CourseOption(
            course_id=None if course is None else course.id,
            code=row.course,
            institution_id=home,
            is_preferred=row.is_preferred,
            notes=row.option_notes,
        )


def _places(content: program_versions.VersionContent, rows: Rows) -> dict[str, int]:
    """For each requirement's key the place of the first row that is about it."""
    at: dict[tuple[str, str], int] = {}
    for row in rows:
        at.setdefault((row.category.casefold(), ""), row.at)
        at.setdefault((row.category.casefold(), (row.group or "").casefold()), row.at)
    places: dict[str, int] = {}
    for node in content.requirements:
        category = node.name.casefold()
        places[node.key] = at[category, ""]
        places |= {child.key: at.get((category, child.name.casefold()), at[category, ""]) for child in node.children}
    return places
