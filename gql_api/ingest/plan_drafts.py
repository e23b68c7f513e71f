"""Plans of a JSON document with their names resolved: programs to versions, codes to courses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg

from gql_api import errors
from gql_api.domain import codes, statuses, terms
from gql_api.ingest import contract, documents, institution_names, plan_documents
from gql_api.reads import catalog_sync, program_trees_sync
from gql_api.writes import plan_rows

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A plan of a document; `index` is its position there."""

    at: int
    index: int
    plan: plan_documents.Plan

    @property
    def path(self) -> Path:
        """Where it stands."""
        return ("plans", str(self.index))

    def programs(self) -> Iterator[tuple[plan_documents.ProgramRef, Path]]:
        """The programs that it names."""
        for name, program in (("target", self.plan.target), ("current", self.plan.current)):
            if program is not None:
                yield program, (*self.path, name)

    def courses(self) -> Iterator[tuple[plan_documents.CourseRef, Path]]:
        """The catalog courses that it names."""
        for index, entry in enumerate(self.plan.courses):
            if entry.course is not None:
                yield entry.course, (*self.path, "courses", str(index), "course")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A plan that can be stored as soon as it has a code."""

    at: int
    plan: plan_documents.Plan
    target_version_id: int | None
    current_version_id: int | None
    entries: tuple[plan_rows.Entry, ...]

    def with_code(self, digest: bytes, key_id: str) -> plan_rows.NewPlan:
        """The plan with the digest of its code."""
        plan = self.plan
        return plan_rows.NewPlan(
            code_digest=digest,
            code_key_id=key_id,
            name=plan.name,
            student_name=plan.student_name,
            student_email=plan.student_email,
            advisor_email=plan.advisor_email,
            status=statuses.PlanStatus.ACTIVE if plan.status is None else plan.status,
            catalog_term=_term(plan.catalog_term),
            target_version_id=self.target_version_id,
            current_version_id=self.current_version_id,
            entries=self.entries,
        )


def drafts(run: contract.Run, plans: Sequence[Placed]) -> list[Draft]:
    """The plans whose every name is known; what is not becomes an error of its plan, with its place."""
    finder = _Finder(run, plans)
    return [draft for placed in plans if (draft := finder.draft(placed)) is not None]


class _Finder:
    """Looks everything up at once, then plan by plan."""

    def __init__(self, run: contract.Run, plans: Sequence[Placed]) -> None:
        self._run = run
        self._unknown = institution_names.Unknown(run.cursor)
        names = {ref.institution for placed in plans for ref, _ in placed.programs()}
        names |= {ref.institution for placed in plans for ref, _ in placed.courses()}
        self._institutions = catalog_sync.institutions(run.cursor, names)
        self._courses = catalog_sync.courses(run.cursor, self._wanted(plans))
        self._programs = self._stored_programs(run.cursor, plans)
        versions = program_trees_sync.versions(run.cursor, [program.id for program in self._programs])
        self._versions = [version for version in versions if version.state is statuses.VersionState.PUBLISHED]

    def draft(self, placed: Placed) -> Draft | None:
        problems: list[tuple[Path, str]] = []
        versions = {path[-1]: self._version(ref, path, placed.plan, problems) for ref, path in placed.programs()}
        entries = self._entries(placed, problems)
        for path, message in problems:
            self._run.findings.error(placed.at, documents.place(path), message)
        if problems:
            return None
        return Draft(
            at=placed.at,
            plan=placed.plan,
            target_version_id=versions.get("target"),
            current_version_id=versions.get("current"),
            entries=entries,
        )

    def _wanted(self, plans: Sequence[Placed]) -> set[tuple[int, str]]:
        wanted: set[tuple[int, str]] = set()
        for placed in plans:
            for ref, _ in placed.courses():
                institution = self._institutions.get(ref.institution)
                key = _key(ref.code)
                if institution is not None and key is not None:
                    wanted.add((institution.id, key))
        return wanted

    def _stored_programs(
        self, cursor: psycopg.Cursor, plans: Sequence[Placed]
    ) -> list[program_trees_sync.StoredProgram]:
        named = {
            (self._institutions[ref.institution].id, ref.name)
            for placed in plans
            for ref, _ in placed.programs()
            if ref.institution in self._institutions
        }
        return program_trees_sync.programs(cursor, named)

    def _version(
        self,
        ref: plan_documents.ProgramRef,
        path: Path,
        plan: plan_documents.Plan,
        problems: list[tuple[Path, str]],
    ) -> int | None:
        """The version that the plan is to follow."""
        institution = self._institutions.get(ref.institution)
        if institution is None:
            problems.append(((*path, "institution"), self._unknown.message(ref.institution)))
            return None
        found = [
            program
            for program in self._programs
            if program.institution_id == institution.id
            and program.name.casefold() == ref.name.casefold()
            and (ref.degree_type is None or program.degree_type.casefold() == ref.degree_type.casefold())
        ]
        if len(found) != 1:
            count = "no program" if not found else f"{len(found)} programs"
            hint = "; say its degree_type" if found else ""
            problems.append((path, f"{institution.name} has {count} “{ref.name}”{hint}."))
            return None
        versions = [version for version in self._versions if version.program_id == found[0].id]
        version = _chosen(versions, _term(ref.term), _term(plan.catalog_term))
        if version is None:
            problems.append((path, f"“{ref.name}” has no published version for that term."))
        return None if version is None else version.id

    def _entries(self, placed: Placed, problems: list[tuple[Path, str]]) -> tuple[plan_rows.Entry, ...]:
        entries: list[plan_rows.Entry] = []
        seen: set[int] = set()
        for index, entry in enumerate(placed.plan.courses):
            path = (*placed.path, "courses", str(index))
            course_id = None if entry.course is None else self._course(entry.course, (*path, "course"), problems)
            if course_id is not None and course_id in seen and not entry.is_repeat:
                problems.append((path, "The course is in the plan already; mark the later attempt with is_repeat."))
            if course_id is not None:
                seen.add(course_id)
            entries.append(_entry(entry, course_id))
        return tuple(entries)

    def _course(self, ref: plan_documents.CourseRef, path: Path, problems: list[tuple[Path, str]]) -> int | None:
        institution = self._institutions.get(ref.institution)
        if institution is None:
            problems.append(((*path, "institution"), self._unknown.message(ref.institution)))
            return None
        course = self._courses.get((institution.id, _key(ref.code) or ""))
        if course is None:
            message = f"“{ref.code}” is no known course of {institution.name}. Give it as an unlisted course."
            problems.append(((*path, "code"), message))
            return None
        return course.id


def _chosen(
    versions: Sequence[program_trees_sync.StoredVersion], term: terms.Term | None, catalog: terms.Term | None
) -> program_trees_sync.StoredVersion | None:
    """The version of `term`; else the latest not after the catalog term; else the current one."""
    if term is not None:
        return next((version for version in versions if version.term.sort_key == term.sort_key), None)
    if catalog is not None:
        earlier = [version for version in versions if version.term.sort_key <= catalog.sort_key]
        return max(earlier, key=lambda version: version.term.sort_key, default=None)
    return next((version for version in versions if version.is_current), None)


def _key(code: str) -> str | None:
    try:
        return codes.parse(code).key
    except errors.InvalidInput:
        return None


def _term(term: plan_documents.Term | None) -> terms.Term | None:
    return None if term is None else terms.Term(year=term.year, season=term.season, session=term.session)


def _entry(entry: plan_documents.Entry, course_id: int | None) -> plan_rows.Entry:
    unlisted = entry.unlisted
    return plan_rows.Entry(
        course_id=course_id,
        unlisted=None
        if unlisted is None
        else plan_rows.Unlisted(
            institution=unlisted.institution, code=unlisted.code, title=unlisted.title, credits=unlisted.credits
        ),
        term=_term(entry.term),
        taken_on=entry.taken_on,
        status=entry.status,
        grade=entry.grade,
        score=entry.score,
        credits=entry.credits,
        is_repeat=entry.is_repeat,
        pinned_key=entry.pinned_key,
        notes=entry.notes,
    )
