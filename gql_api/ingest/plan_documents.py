"""The JSON form of plans and transcripts, version 1. `docs/imports-requirements.md` has an example."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gql_api.domain import statuses, terms
from gql_api.ingest import documents

MOST_ENTRIES = 200
Amount = Annotated[Decimal, Field(ge=0, le=Decimal("999.99"), decimal_places=3)]


class Term(documents.Strict):
    """A term, with the session where the college has several."""

    season: documents.Season
    year: Annotated[int, Field(ge=terms.EARLIEST, le=terms.LATEST)]
    session: Annotated[documents.Text, Field(max_length=40)] | None = None


class ProgramRef(documents.Strict):
    """A program; `term` names a version, else the plan's catalog term or the current version decides."""

    institution: documents.Text
    name: documents.Text
    degree_type: str | None = None
    term: Term | None = None


class CourseRef(documents.Strict):
    """A catalog course or examination."""

    institution: documents.Text
    code: Annotated[documents.Text, Field(max_length=120)]


class Unlisted(documents.Strict):
    """A course of no catalog."""

    institution: Annotated[documents.Text, Field(max_length=200)] | None = None
    code: Annotated[documents.Text, Field(max_length=120)] | None = None
    title: documents.Text
    credits: Amount


class Entry(documents.Strict):
    """One course of a plan."""

    course: CourseRef | None = None
    unlisted: Unlisted | None = None
    term: Term | None = None
    taken_on: Annotated[date, Field(strict=False)] | None = None
    status: documents.PlannedStatus
    grade: documents.Grade | None = None
    score: Annotated[int, Field(ge=0, le=10_000)] | None = None
    credits: Amount | None = None
    is_repeat: bool = False
    pinned_key: Annotated[documents.Text, Field(max_length=200)] | None = None
    notes: Annotated[documents.Text, Field(max_length=2_000)] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.course is None) == (self.unlisted is None):
            raise ValueError("an entry has either a course or an unlisted course")
        if self.grade is not None and self.status is statuses.PlannedStatus.PLANNED:
            raise ValueError("a planned course has no grade yet")
        return self


class Plan(documents.Strict):
    """A plan, aimed at `target`, followed beside `current`."""

    name: Annotated[documents.Text, Field(max_length=200)] | None = None
    student_name: Annotated[documents.Text, Field(max_length=200)] | None = None
    student_email: Annotated[documents.Text, Field(max_length=254)] | None = None
    advisor_email: Annotated[documents.Text, Field(max_length=254)] | None = None
    status: documents.PlanStatus | None = None
    catalog_term: Term | None = None
    target: ProgramRef | None = None
    current: ProgramRef | None = None
    courses: Annotated[list[Entry], Field(max_length=MOST_ENTRIES)]


class Plans(documents.Strict):
    """The whole file."""

    format: Literal["gql-api/plans"]
    version: Literal[1]
    plans: Annotated[list[Plan], Field(min_length=1)]
