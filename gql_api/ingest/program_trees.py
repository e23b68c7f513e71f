"""Programs of a JSON document as drafts: names and codes become ids, documents become trees."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gql_api import errors
from gql_api.domain import codes, program_versions, requirements, statuses, terms
from gql_api.ingest import contract, documents, institution_names, program_documents, program_drafts
from gql_api.reads import catalog_sync


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A program of a document; `index` is its position there."""

    at: int
    index: int
    program: program_documents.Program

    @property
    def path(self) -> tuple[str, ...]:
        """Where it stands."""
        return ("programs", str(self.index))


def names(programs: Sequence[Placed]) -> set[str]:
    """Every institution that the programs name."""
    return {name for placed in programs for name, _ in _institutions(placed)}


def is_known(run: contract.Run, placed: Placed, institutions: dict[str, catalog_sync.NamedInstitution]) -> bool:
    """Whether every institution exists and every code can be read; what is not becomes an error of the program."""
    unknown = institution_names.Unknown(run.cursor)
    problems = [(path, unknown.message(name)) for name, path in _institutions(placed) if name not in institutions]
    for option, path in _options(placed):
        try:
            codes.parse(option.course or "A 1")
        except errors.InvalidInput as error:
            problems.append(((*path, "course"), error.message))
    for path, message in problems:
        run.findings.error(placed.at, documents.place(path), message)
    return not problems


def courses(programs: Sequence[Placed], institutions: dict[str, catalog_sync.NamedInstitution]) -> set[tuple[int, str]]:
    """The courses that options name, by institution id and code key."""
    return {
        (institutions[option.institution or placed.program.institution].id, codes.parse(option.course).key)
        for placed in programs
        for option, _ in _options(placed)
        if option.course is not None
    }


def unknown(content: program_versions.VersionContent) -> set[str]:
    """The codes of options that lead to no course."""
    return {
        option.code
        for here in program_versions.located(content)
        for option in here.node.options
        if isinstance(option, requirements.CourseOption) and option.course_id is None
    }


def _nodes(placed: Placed) -> Iterator[tuple[program_documents.Requirement, tuple[str, ...]]]:
    for position, version in enumerate(placed.program.versions):
        path = (*placed.path, "versions", str(position), "requirements")
        stack: list[tuple[program_documents.Requirement, tuple[str, ...]]] = [
            (node, (*path, str(index))) for index, node in enumerate(version.requirements)
        ]
        while stack:
            node, here = stack.pop()
            yield node, here
            stack.extend((child, (*here, "children", str(index))) for index, child in enumerate(node.children))


def _options(placed: Placed) -> Iterator[tuple[program_documents.Option, tuple[str, ...]]]:
    for node, path in _nodes(placed):
        for index, option in enumerate(node.options):
            yield option, (*path, "options", str(index))


def _institutions(placed: Placed) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield placed.program.institution, (*placed.path, "institution")
    for option, path in _options(placed):
        name = option.institution if option.pattern is None else option.pattern.institution
        if name is not None:
            yield name, (*path, "institution") if option.pattern is None else (*path, "pattern", "institution")
    owners = [
        *(
            (version.constraints, (*placed.path, "versions", str(index)))
            for index, version in enumerate(placed.program.versions)
        ),
        *((node.constraints, path) for node, path in _nodes(placed)),
    ]
    for constraints, path in owners:
        for index, constraint in enumerate(constraints):
            if constraint.scope.institution is not None:
                yield constraint.scope.institution, (*path, "constraints", str(index), "scope", "institution")


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes drafts; every name that occurs is known."""

    institutions: dict[str, catalog_sync.NamedInstitution]
    courses: dict[tuple[int, str], catalog_sync.NamedCourse]

    def program(self, placed: Placed) -> program_drafts.ProgramDraft:
        """One program."""
        program = placed.program
        home = self.institutions[program.institution].id
        return program_drafts.ProgramDraft(
            at=placed.at,
            institution_id=home,
            name=" ".join(program.name.split()),
            degree_type=program.degree_type.strip(),
            kind=program_drafts.kind_of(program.degree_type) if program.kind is None else program.kind,
            description=program.description,
            versions=tuple(
                self._version(placed, index, home)
                for index, _ in sorted(
                    enumerate(program.versions), key=lambda pair: terms.sort_key(pair[1].year, pair[1].season)
                )
            ),
        )

    def _version(self, placed: Placed, index: int, home: int) -> program_drafts.VersionDraft:
        version = placed.program.versions[index]
        content = program_versions.VersionContent(
            requirements=tuple(self._node(node, place, home) for place, node in enumerate(version.requirements)),
            constraints=tuple(self._constraint(constraint) for constraint in version.constraints),
            total_credits=version.total_credits,
            residency_credits=version.residency_credits,
            minimum_gpa=version.minimum_gpa,
            notes=version.notes,
        )
        return program_drafts.VersionDraft(
            at=placed.at,
            term=terms.Term(year=version.year, season=version.season),
            content=content,
            state=statuses.VersionState.PUBLISHED if version.state is None else version.state,
            is_current=version.current,
            path=(*placed.path, "versions", str(index)),
        )

    def _node(self, node: program_documents.Requirement, position: int, home: int) -> requirements.Requirement:
        return requirements.Requirement(
            key=node.key,
            name=node.name,
            description=node.description,
            position=position,
            children=tuple(self._node(child, index, home) for index, child in enumerate(node.children)),
            min_children=node.min_children,
            min_credits_beneath=node.min_credits_beneath,
            options=tuple(self._option(option, home) for option in node.options),
            min_courses=node.min_courses,
            min_credits=node.min_credits,
            max_courses=node.max_courses,
            max_credits=node.max_credits,
            min_credits_per_course=node.min_credits_per_course,
            max_credits_per_course=node.max_credits_per_course,
            min_grade=node.min_grade,
            is_optional=node.is_optional,
            is_residual=node.is_residual,
            sharing=requirements.Sharing.EXCLUSIVE if node.sharing is None else node.sharing,
            share_with=tuple(
                requirements.Share(
                    with_key=share.with_key, max_credits=share.max_credits, max_courses=share.max_courses
                )
                for share in node.share_with
            ),
            constraints=tuple(self._constraint(constraint) for constraint in node.constraints),
        )

    def _option(self, option: program_documents.Option, home: int) -> requirements.Option:
        if option.pattern is not None:
            return self._pattern(option, option.pattern)
        institution_id = home if option.institution is None else self.institutions[option.institution].id
        code = codes.parse(option.course or "").key
        course = self.courses.get((institution_id, code))
        return requirements.CourseOption(
            course_id=None if course is None else course.id,
            code=code,
            institution_id=institution_id,
            is_preferred=option.is_preferred,
            is_excluded=option.is_excluded,
            notes=option.notes,
        )

    def _pattern(
        self, option: program_documents.Option, pattern: program_documents.Pattern
    ) -> requirements.PatternOption:
        return requirements.PatternOption(
            institution_id=self._id(pattern.institution),
            subject=None if pattern.subject is None else codes.subject(pattern.subject),
            number_from=pattern.number_from,
            number_to=pattern.number_to,
            level_from=pattern.level_from,
            level_to=pattern.level_to,
            attribute=pattern.attribute,
            attribute_value=pattern.attribute_value,
            is_preferred=option.is_preferred,
            is_excluded=option.is_excluded,
            notes=option.notes,
        )

    def _id(self, name: str | None) -> int | None:
        return None if name is None else self.institutions[name].id

    def _constraint(self, constraint: program_documents.Constraint) -> requirements.Constraint:
        scope = constraint.scope
        return requirements.Constraint(
            kind=constraint.kind,
            credits=constraint.credits,
            courses=constraint.courses,
            level=constraint.level,
            attribute=constraint.attribute,
            attribute_value=constraint.attribute_value,
            grade=constraint.grade,
            gpa=constraint.gpa,
            years=constraint.years,
            subjects=constraint.subjects,
            scope=requirements.Scope(
                subjects=frozenset(codes.subject(subject) for subject in scope.subjects),
                level_from=scope.level_from,
                level_to=scope.level_to,
                institution_id=self._id(scope.institution),
                attribute=scope.attribute,
                attribute_value=scope.attribute_value,
            ),
            description=constraint.description,
        )
