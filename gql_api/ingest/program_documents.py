"""The JSON form of programs, version 1: a program is its versions, a version is its tree.

`docs/imports-requirements.md` describes every field with an example.
"""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gql_api.domain import terms
from gql_api.ingest import documents

Amount = Annotated[Decimal, Field(ge=0, le=Decimal("999.99"), decimal_places=3)]
Count = Annotated[int, Field(ge=0, le=1_000)]
Level = Annotated[int, Field(ge=0, le=9_000, multiple_of=1_000)]


class Scope(documents.Strict):
    """Which courses a constraint looks at."""

    subjects: tuple[documents.Text, ...] = Field((), strict=False)
    level_from: Level | None = None
    level_to: Level | None = None
    institution: documents.Text | None = None
    attribute: documents.Text | None = None
    attribute_value: documents.Text | None = None


class Constraint(documents.Strict):
    """A limit or minimum; `docs/imports-requirements.md` says which fields each kind needs."""

    kind: documents.ConstraintKind
    credits: Amount | None = None
    courses: Count | None = None
    level: Level | None = None
    attribute: documents.Text | None = None
    attribute_value: documents.Text | None = None
    grade: documents.Grade | None = None
    gpa: Annotated[Decimal, Field(ge=0, le=5)] | None = None
    years: Annotated[int, Field(ge=0, le=100)] | None = None
    subjects: Count | None = None
    scope: Scope = Field(default_factory=lambda: Scope(subjects=()))
    description: documents.LongText | None = None


class Pattern(documents.Strict):
    """Every course that fits; all of what is given must hold."""

    institution: documents.Text | None = None
    subject: documents.Text | None = None
    number_from: documents.Text | None = None
    number_to: documents.Text | None = None
    level_from: Level | None = None
    level_to: Level | None = None
    attribute: documents.Text | None = None
    attribute_value: documents.Text | None = None


class Option(documents.Strict):
    """A course (of the program's institution, unless `institution` names another) or a pattern."""

    course: documents.Text | None = None
    institution: documents.Text | None = None
    pattern: Pattern | None = None
    is_preferred: bool = False
    is_excluded: bool = False
    notes: documents.LongText | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.course is None) == (self.pattern is None):
            raise ValueError("an option has either a course or a pattern")
        if self.pattern is not None and self.institution is not None:
            raise ValueError("the institution of a pattern stands within the pattern")
        return self


class Share(documents.Strict):
    """What two requirements may both count."""

    with_key: documents.Text
    max_credits: Amount | None = None
    max_courses: Count | None = None


class Requirement(documents.Strict):
    """A node: children or options, and what makes it met."""

    key: Annotated[documents.Text, Field(max_length=200)]
    name: documents.Text
    description: documents.LongText | None = None
    children: list["Requirement"] = Field(default_factory=list["Requirement"])
    min_children: Count | None = None
    min_credits_beneath: Amount | None = None
    options: list[Option] = Field(default_factory=list[Option])
    min_courses: Count | None = None
    min_credits: Amount | None = None
    max_courses: Count | None = None
    max_credits: Amount | None = None
    min_credits_per_course: Amount | None = None
    max_credits_per_course: Amount | None = None
    min_grade: documents.Grade | None = None
    is_optional: bool = False
    is_residual: bool = False
    sharing: documents.Sharing | None = None
    share_with: list[Share] = Field(default_factory=list[Share])
    constraints: list[Constraint] = Field(default_factory=list[Constraint])


class Version(documents.Strict):
    """The requirements of one catalog term."""

    season: documents.Season
    year: Annotated[int, Field(ge=terms.EARLIEST, le=terms.LATEST)]
    state: documents.VersionState | None = None
    current: bool | None = None
    total_credits: Amount | None = None
    residency_credits: Amount | None = None
    minimum_gpa: Annotated[Decimal, Field(ge=0, le=5)] | None = None
    notes: documents.LongText | None = None
    requirements: Annotated[list[Requirement], Field(min_length=1)]
    constraints: list[Constraint] = Field(default_factory=list[Constraint])

    @model_validator(mode="after")
    def _published(self) -> Self:
        if self.current and self.state is not None and self.state.name != "PUBLISHED":
            raise ValueError("only a published version can be current")
        return self


class Program(documents.Strict):
    """A program with its versions."""

    institution: documents.Text
    name: Annotated[documents.Text, Field(max_length=200)]
    degree_type: Annotated[str, Field(max_length=40)] = ""
    kind: documents.ProgramKind | None = None
    description: documents.LongText | None = None
    versions: Annotated[list[Version], Field(min_length=1)]

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        told = [(version.year, version.season) for version in self.versions]
        if len(set(told)) < len(told):
            raise ValueError("two versions are of the same term")
        return self


class Programs(documents.Strict):
    """The whole file."""

    format: Literal["gql-api/programs"]
    version: Literal[1]
    programs: Annotated[list[Program], Field(min_length=1)]

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        told = [
            (each.institution.casefold(), each.name.casefold(), each.degree_type.casefold()) for each in self.programs
        ]
        if len(set(told)) < len(told):
            raise ValueError("a program is given twice; give its versions together")
        return self
