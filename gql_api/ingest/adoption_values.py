"""What a text of the old application means here, in the spelling that is stored; none where it means nothing.

Some raise InvalidInput instead of answering none, as the rules of the domain do that they ask.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from gql_api import errors
from gql_api.domain import codes, credits, grades, statuses, terms
from gql_api.ingest import cells

_OF_LISP = re.compile(r"(?<=[0-9])d(?=[0-9-])")
"""pgloader writes 2.5 as 2.5d0."""


def code(said: str) -> str | None:
    """The key of a course code."""
    return codes.parse(said).key


def credit_range(said: str) -> str | None:
    """Published credits; numbers lose what a binary float added."""
    if (plain := amount(said)) is not None:
        return plain
    read = credits.parse(said)
    return None if read is None else (read.text or f"{read.minimum}-{read.maximum}")


def amount(said: str) -> str | None:
    """A number from 0 to 999.99 without what a binary float added; none for anything else."""
    try:
        number = Decimal(_OF_LISP.sub("e", said))
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number <= credits.MOST:
        return None
    return f"{round(number, 3).normalize():f}"


def flag(said: str) -> str | None:
    """`true` or `false`; none for anything else."""
    try:
        found = cells.boolean(said.removesuffix(".0"))
    except errors.InvalidInput:
        return None
    return None if found is None else str(found).lower()


def course_type(said: str) -> str | None:
    """How a course is taught."""
    found = cells.member(said, statuses.CourseType, what="type of course")
    return None if found is None else found.value


_GRADES = {
    "PASS": "P",
    "PASSED": "P",
    "FAIL": "F",
    "FAILED": "F",
    "WITHDRAWN": "W",
    "WITHDREW": "W",
    "INCOMPLETE": "I",
    "TRANSFER": "TR",
    "T": "TR",
    "CREDIT": "CR",
    "NO CREDIT": "NC",
    "AUDIT": "AU",
    "IN PROGRESS": "IP",
}


def grade(said: str) -> str | None:
    """The name of a grade; words for one are read too."""
    upper = " ".join(said.upper().split()).replace("\u2212", "-").replace("\u2013", "-")
    return grades.parse(_GRADES.get(upper, upper)).name


_STATUSES = {
    "planned": "PLANNED",
    "plan": "PLANNED",
    "future": "PLANNED",
    "registered": "IN_PROGRESS",
    "enrolled": "IN_PROGRESS",
    "in progress": "IN_PROGRESS",
    "inprogress": "IN_PROGRESS",
    "current": "IN_PROGRESS",
    "taking": "IN_PROGRESS",
    "completed": "COMPLETED",
    "complete": "COMPLETED",
    "done": "COMPLETED",
    "taken": "COMPLETED",
    "passed": "COMPLETED",
    "transferred": "COMPLETED",
    "transfer": "COMPLETED",
    "failed": "COMPLETED",
    "withdrawn": "WITHDRAWN",
    "dropped": "WITHDRAWN",
    "withdrew": "WITHDRAWN",
}


def planned_status(said: str) -> str | None:
    """How far a course of a plan is."""
    return _STATUSES.get(" ".join(re.sub(r"[_-]", " ", said.lower()).split()))


def plan_status(said: str) -> str | None:
    """The state of a plan."""
    found = cells.member(said, statuses.PlanStatus, what="status of a plan")
    return None if found is None else found.name


def term(said: str) -> str | None:
    """`Fall|2025`, both as they stood."""
    season, _, year = said.partition("|")
    words = season.split()
    if not year and len(words) == 2:  # noqa: PLR2004 - “Fall 2025” in one column
        season, year = words
    return f"{terms.parse_season(season).name} {terms.parse_year(year.removesuffix('.0'))}"


def moment(said: str) -> str | None:
    """A time with its zone; one without is in UTC, as the old application wrote them."""
    try:
        read = datetime.fromisoformat(said)
    except ValueError:
        return None
    return (read if read.tzinfo is not None else read.replace(tzinfo=UTC)).isoformat()


def day(said: str) -> str | None:
    """A date, also of a time."""
    if (read := moment(said)) is not None:
        return read[:10]
    found = cells.day(said)
    return None if found is None else found.isoformat()


_TYPES = {
    "direct": "direct",
    "full": "direct",
    "exact": "direct",
    "equivalent": "direct",
    "transfer": "direct",
    "partial": "partial",
    "conditional": "conditional",
    "elective": "elective",
    "general elective": "elective",
    "subject elective": "elective",
    "no credit": "no_credit",
    "none": "no_credit",
    "no equivalent": "no_credit",
    "no equivalency": "no_credit",
    "not transferable": "no_credit",
    "department review": "department_review",
    "review": "department_review",
    "pending": "department_review",
    "unspecified": "direct",
}


def equivalency_type(said: str) -> str | None:
    """The type of a rule as a file of equivalencies says it."""
    return _TYPES.get(" ".join(re.sub(r"[_-]", " ", said.lower()).split()))
