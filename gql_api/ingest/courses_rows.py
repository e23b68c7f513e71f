"""Files of courses: their columns, and one row of one as staged values."""

import functools
import json
from collections.abc import Callable, Iterator, Sequence
from typing import LiteralString, TypeVar

from gql_api import errors
from gql_api.domain import codes, credits, equivalencies, statuses
from gql_api.ingest import cells, contract, files, headers, institution_names, staging

Value = TypeVar("Value")

LAYOUT = headers.Layout(
    kind="courses",
    columns=(
        headers.Column(name="code", aliases=("course_code", "course", "course_id"), is_required=True, longest=120),
        headers.Column(name="title", aliases=("course_title", "name", "course_name"), is_required=True),
        headers.Column(name="description", aliases=("course_description",), longest=20_000),
        headers.Column(name="credits", aliases=("credit_hours", "hours", "units"), longest=100),
        headers.Column(name="institution", aliases=("college", "school"), longest=200),
        headers.Column(name="department", aliases=("dept",), longest=200),
        headers.Column(name="prerequisites", aliases=("prerequisite", "prereqs", "prerequisite_text"), longest=10_000),
        headers.Column(name="has_lab", aliases=("lab",)),
        headers.Column(name="course_type", aliases=("type",)),
        headers.Column(name="tags", aliases=("attributes",), longest=2_000),
        headers.Column(name="active_from"),
        headers.Column(name="active_until"),
    ),
    ignored=("source", "sources"),
)

CREATE = """
CREATE TEMPORARY TABLE staged_courses (
    at bigint NOT NULL,
    institution integer NOT NULL,
    placeholder text,
    code text NOT NULL,
    code_key text NOT NULL,
    subject text NOT NULL,
    number text NOT NULL,
    level integer,
    title text NOT NULL,
    description text,
    credits_min numeric(7, 3),
    credits_max numeric(7, 3),
    credits_text text,
    department text,
    attributes jsonb NOT NULL,
    prerequisite_text text,
    active_from date,
    active_until date,
    given text NOT NULL
) ON COMMIT DROP
"""
CREATE_TIMES = """
CREATE TEMPORARY TABLE staged_times (at bigint PRIMARY KEY, created_at timestamptz, updated_at timestamptz)
ON COMMIT DROP
"""
"""When rows were made and changed elsewhere; empty for files, which do not tell."""
COPY: LiteralString = (
    "COPY staged_courses (at, institution, placeholder, code, code_key, subject, number, level, title, "
    "description, credits_min, credits_max, credits_text, department, attributes, prerequisite_text, active_from, "
    "active_until, given) FROM STDIN"
)
OPTIONAL = ("description", "credits", "department", "prerequisites", "active_from", "active_until")
"""Columns that keep what is stored where the file has no such column."""

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_credits = functools.lru_cache(maxsize=4_096)(credits.parse)
_NO_EQUIVALENT = frozenset({"no equivalent", "no equivalency"})


def staged(
    run: contract.Run, tables: Sequence[files.File], names: institution_names.Names
) -> Iterator[tuple[object, ...]]:
    """The rows of the files in the order of COPY's columns; what is wrong with the others goes to `run.findings`."""
    named = frozenset(codes.subject(code) for code in run.options.placeholders)
    for row in staging.read(run, tables, LAYOUT):
        values = _Row(run, row)
        if (staged_row := values.staged(names, named)) is not None:
            yield staged_row


class _Row:
    """One row; collects every error of it before giving up, so that a file is mended in one go."""

    def __init__(self, run: contract.Run, row: files.Row) -> None:
        self._run = run
        self._at = row.at
        self._cells = row.cells
        self._is_valid = True

    def staged(self, names: institution_names.Names, named: frozenset[str]) -> tuple[object, ...] | None:
        cell = self._cells.get
        published = " ".join(cell("code", "").split())
        title = " ".join(cell("title", "").split())
        institution = cell("institution", "") or self._run.options.institution or ""
        reason = _placeholder(published, title, cell("department", ""), named)
        code = None if reason is not None and not _is_code(published) else self._read("code", codes.parse)
        self._demand("title", title, "The title is empty. Write the course's title.")
        self._demand("institution", institution, "The row names no institution. Fill the column, or name one for all.")
        carried = self._read("credits", _credits)
        attributes = self._attributes()
        start, end = self._read("active_from", cells.day), self._read("active_until", cells.day)
        if start is not None and end is not None and start > end:
            self._error("active_until", "The course would end before it begins. Exchange active_from and active_until.")
        if not self._is_valid:
            return None
        if code is None:
            self._run.findings.skip(self._at, "code", f"{published} {reason}")
            return None
        return (
            self._at,
            names.ordinal(institution, self._at),
            reason,
            published,
            code.key,
            code.subject,
            code.number,
            code.level,
            title,
            cell("description") or None,
            None if carried is None else carried.minimum,
            None if carried is None else carried.maximum,
            None if carried is None else carried.text,
            cell("department") or None,
            _JSON(attributes) if attributes else "{}",
            cell("prerequisites") or None,
            start,
            end,
            _given(tuple(self._cells)),
        )

    def _attributes(self) -> dict[str, object]:
        """What the file says; null for a blank cell, no key for a column that is not there."""
        found: dict[str, object] = {}
        if "has_lab" in self._cells:
            found["has_lab"] = self._read("has_lab", cells.boolean)
        if "course_type" in self._cells:
            kind = self._read("course_type", _course_type)
            found["course_type"] = None if kind is None else kind.value
        if "tags" in self._cells:
            found["tags"] = cells.several(self._cells["tags"]) or None
        return found

    def _read(self, column: str, parse: Callable[[str], Value]) -> Value | None:
        if (text := self._cells.get(column)) is None:
            return None
        try:
            return parse(text)
        except errors.InvalidInput as error:
            self._error(column, error.message)
            return None

    def _demand(self, column: str, value: str, message: str) -> None:
        if not value:
            self._error(column, message)

    def _error(self, column: str, message: str) -> None:
        self._run.findings.error(self._at, column, message)
        self._is_valid = False


@functools.lru_cache
def _given(columns: tuple[str, ...]) -> str:
    """Which of the optional columns a file has; the same for all of its rows."""
    return ",".join(name for name in OPTIONAL if name in columns)


def _course_type(text: str) -> statuses.CourseType | None:
    return cells.member(text, statuses.CourseType, what="type of course")


def _is_code(published: str) -> bool:
    try:
        codes.parse(published)
    except errors.InvalidInput:
        return False
    return True


def _placeholder(published: str, title: str, department: str, named: frozenset[str]) -> str | None:
    """Why the row is no course, as the end of a sentence that begins with its code; none for a course.

    A department named PLACEHOLDER alone does not tell: it stands on thousands of real courses.
    """
    code = codes.subject(published)
    if code in named:
        return "was named as a placeholder. It is skipped."
    if title.lower() in _NO_EQUIVALENT:
        return "is a placeholder, no course (its title says so). It is skipped."
    marked = equivalencies.placeholder(code)
    if marked is None:
        return None
    if code.endswith("NE") or marked.outcome is not equivalencies.Outcome.AWARDS or not _is_code(published):
        return "is a placeholder, no course. It is skipped; equivalencies to it become outcomes."
    is_general = department.upper() == "PLACEHOLDER" and "elective" in title.lower()
    if is_general and codes.parse(published).number.endswith("000"):
        return "is a generic elective, no course. It is skipped; equivalencies to it become elective credit."
    return None
