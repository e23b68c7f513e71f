"""A row of a requirement file as typed values; what is wrong with it, by column."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from gql_api import errors
from gql_api.domain import codes, terms
from gql_api.ingest import files, requirement_amounts, requirement_cells

GROUPED, SIMPLE = "grouped", "simple"
Value = TypeVar("Value")
Wrong = Callable[[str, str], None]
"""Told the column and the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramName:
    """Which program a row is about, as the row says it; `institution` none where the row does not."""

    name: str
    degree_type: str | None
    institution: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that can be used. `at` is its place in the files; amounts of zero that ask for nothing are none."""

    at: int
    cells: tuple[str, ...]
    program: ProgramName
    program_description: str | None
    total_credits: Decimal | None
    term: terms.Term
    is_current: bool | None
    category: str
    requirement_type: str | None
    group: str | None
    course: str | None
    institution: str | None
    is_preferred: bool
    option_notes: str | None
    description: str | None
    group_description: str | None
    stated: requirement_amounts.Stated | None
    category_credits: Decimal | None
    category_courses: int | None
    group_credits: Decimal | None
    group_courses: int | None
    place: str
    """`row 7`, or `row 7 of b.csv` where there are several files."""


def program_name(cells: dict[str, str], wrong: Wrong) -> ProgramName | None:
    """Whose program the row is about."""
    name = " ".join(cells["program_name"].split())
    if not name:
        wrong("program_name", "The program has no name.")
        return None
    return ProgramName(
        name=name,
        degree_type=requirement_cells.text(cells.get("degree_type", "")),
        institution=requirement_cells.text(cells.get("program_institution", "")),
    )


def parse(row: files.Row, default_term: terms.Term | None, wrong: Wrong, place: str = "") -> Row | None:
    """The row's values, none if anything is wrong with it; every wrong cell is told. `place` says where the row is."""
    reader = Reader(row.cells, wrong)
    program = program_name(row.cells, reader.wrong)
    category = " ".join(row.cells["category"].split())
    if not category:
        reader.wrong("category", "The category is blank. Every row names the requirement that it belongs to.")
    group = reader.text("group_name")
    group_courses, category_courses = _courses(reader, group)
    term = _term(reader, default_term)
    values = Row(
        at=row.at,
        cells=tuple(row.cells.values()),
        program=program or ProgramName(name="?", degree_type=None, institution=None),
        program_description=reader.text("program_description"),
        total_credits=reader.read("program_total_credits", requirement_cells.amount),
        term=term or terms.Term(year=terms.EARLIEST, season=terms.Season.FALL),
        is_current=reader.read("is_current", requirement_cells.flag),
        category=category,
        requirement_type=_type(reader),
        group=group,
        course=reader.read("course_code", _code),
        institution=reader.text("institution"),
        is_preferred=reader.read("is_preferred", requirement_cells.flag) or False,
        option_notes=reader.text("option_notes"),
        description=reader.text("description"),
        group_description=reader.text("group_description"),
        stated=requirement_amounts.read(reader),
        category_credits=reader.minimum("credits_required"),
        category_courses=category_courses,
        group_credits=reader.minimum("credits_required_group"),
        group_courses=group_courses,
        place=place or f"row {row.number}",
    )
    return None if reader.is_wrong else values


class Reader(requirement_amounts.Cells):
    """Reads cells by column and remembers whether any was wrong."""

    def __init__(self, cells: dict[str, str], wrong: Wrong) -> None:
        self.is_wrong = False
        self._cells = cells
        self._wrong = wrong

    def wrong(self, column: str, message: str) -> None:
        """This cell keeps the row out."""
        self.is_wrong = True
        self._wrong(column, message)

    def text(self, column: str) -> str | None:
        """The cell's text, none where it is blank or the column missing."""
        return requirement_cells.text(self._cells.get(column, ""))

    def read(self, column: str, parse: Callable[[str], Value]) -> Value | None:
        """The cell's value, none where it is blank or wrong."""
        try:
            return parse(self._cells.get(column, ""))
        except errors.InvalidInput as error:
            self.wrong(column, error.message)
            return None

    def minimum(self, column: str) -> Decimal | None:
        """Credits asked for; zero asks for nothing."""
        return self.read(column, requirement_cells.amount) or None


def _courses(reader: Reader, group: str | None) -> tuple[int | None, int | None]:
    """Courses needed of the group and of the category. `courses_required` means the group where there is one."""
    required = reader.read("courses_required", requirement_cells.whole) or None
    per_group = reader.read("courses_per_group", requirement_cells.whole) or None
    if per_group is None and group is not None:
        return required, None
    return per_group, required


def _type(reader: Reader) -> str | None:
    said = (reader.text("requirement_type") or "").lower()
    if said and said not in (GROUPED, SIMPLE):
        reader.wrong("requirement_type", f"“{said}” is not a requirement type. Write simple or grouped.")
    return said or None


def _term(reader: Reader, default: terms.Term | None) -> terms.Term | None:
    season = reader.text("semester")
    year = reader.text("year")
    if season is None and year is None and default is not None:
        return default
    if season is None or year is None:
        column = "semester" if season is None else "year"
        reader.wrong(column, f"The {column} is blank: say of which term the catalog is, such as Fall 2025.")
        return None
    read_season = reader.read("semester", terms.parse_season)
    read_year = reader.read("year", terms.parse_year)
    return None if read_season is None or read_year is None else terms.Term(year=read_year, season=read_season)


def _code(cell: str) -> str | None:
    said = requirement_cells.text(cell)
    return None if said is None else codes.parse(said).key
