"""Single cells of requirement files, and the columns of both layouts.

The legacy layouts name the same things differently; the two may be mixed in one file. `docs/imports-requirements.md`
has the table.
"""

import re
from decimal import Decimal

from gql_api import errors
from gql_api.ingest import cells, headers

MOST_COURSES = 1_000
_BLANKS = frozenset(("nan", "n/a", "null", "none", "-"))
"""What spreadsheets and their programs write where nothing was meant."""
_LOST = "\ufffd"
_WHOLE = re.compile(r"[0-9]{1,6}(?:\.0+)?")
_LEVEL_STEP = 1000
_LONG = 5_000

AMOUNT_COLUMNS = (
    headers.Column(name="constraint_type", longest=60),
    headers.Column(name="min_credits"),
    headers.Column(name="max_credits"),
    headers.Column(name="min_courses"),
    headers.Column(name="max_courses"),
    headers.Column(name="min_level"),
    headers.Column(name="min_courses_at_level"),
    headers.Column(name="tag", longest=100),
    headers.Column(name="tag_value", longest=200),
    headers.Column(name="scope_subject_codes", aliases=("scope_subjects", "scope"), longest=500),
)
_PROGRAM_COLUMNS = (
    headers.Column(name="program_name", aliases=("program",), is_required=True, longest=200),
    headers.Column(name="program_institution", longest=200),
    headers.Column(name="degree_type", aliases=("degree",), longest=40),
)
REQUIREMENTS = headers.Layout(
    kind="requirements",
    columns=(
        *_PROGRAM_COLUMNS,
        headers.Column(name="program_description", longest=_LONG),
        headers.Column(name="program_total_credits", aliases=("total_credits",)),
        headers.Column(name="category", aliases=("requirement_category",), is_required=True),
        headers.Column(name="requirement_type", aliases=("type",)),
        headers.Column(name="semester", aliases=("season",)),
        headers.Column(name="year", aliases=("catalog_year",)),
        headers.Column(name="is_current", aliases=("current",)),
        headers.Column(name="group_name", aliases=("group",)),
        headers.Column(name="course_code", aliases=("course_option", "course")),
        headers.Column(name="institution", longest=200),
        headers.Column(name="is_preferred", aliases=("preferred",)),
        headers.Column(name="option_notes", longest=2_000),
        headers.Column(name="description", longest=_LONG),
        headers.Column(name="group_description", longest=_LONG),
        *AMOUNT_COLUMNS,
        headers.Column(name="credits_required"),
        headers.Column(name="courses_required"),
        headers.Column(name="courses_per_group"),
        headers.Column(name="credits_required_group", aliases=("total_credits_per_group",)),
    ),
)
CONSTRAINTS = headers.Layout(
    kind="constraints",
    columns=(
        *_PROGRAM_COLUMNS,
        headers.Column(name="category", aliases=("requirement_category",), is_required=True),
        headers.Column(name="group_name", aliases=("group",)),
        headers.Column(name="description", longest=_LONG),
        *AMOUNT_COLUMNS,
    ),
)


def mended(row: dict[str, str]) -> tuple[dict[str, str], bool]:
    """The cells without characters that an earlier conversion lost, and whether there were any."""
    if not any(_LOST in cell for cell in row.values()):
        return row, False
    return {name: " ".join(cell.replace(_LOST, " ").split()) for name, cell in row.items()}, True


def text(cell: str) -> str | None:
    """The text, none where it is blank or only says so (`NAN`, `N/A`)."""
    collapsed = " ".join(cell.split())
    return None if not collapsed or collapsed.lower() in _BLANKS else collapsed


def amount(cell: str) -> Decimal | None:
    """A number of credits, none where blank.

    Raises:
        InvalidInput: it is no such number.
    """
    return cells.amount(text(cell) or "")


def whole(cell: str) -> int | None:
    """A number of courses from 0 to 1,000, none where blank.

    Raises:
        InvalidInput: it is no such number.
    """
    if (said := text(cell)) is None:
        return None
    if not _WHOLE.fullmatch(said) or int(Decimal(said)) > MOST_COURSES:
        raise errors.InvalidInput(f"“{said}” is not a number of courses from 0 to {MOST_COURSES:,}.")
    return int(Decimal(said))


def level(cell: str) -> int | None:
    """A level, none where blank: `3000`, `3000+` or `300` for the third.

    Raises:
        InvalidInput: it is no multiple of 1000 (or of 100 below 1000) up to 9000.
    """
    if (said := text(cell)) is None:
        return None
    digits = said.removesuffix("+").strip()
    number = int(Decimal(digits)) if _WHOLE.fullmatch(digits) else -1
    number = number * 10 if 0 < number < _LEVEL_STEP else number
    if not 0 <= number < _LEVEL_STEP * 10 or number % _LEVEL_STEP:
        raise errors.InvalidInput(f"“{said}” is not a level. Write 1000, 2000, 3000 …")
    return number


def flag(cell: str) -> bool | None:
    """Yes or no, none where blank.

    Raises:
        InvalidInput: it is neither.
    """
    return cells.boolean(text(cell) or "")
