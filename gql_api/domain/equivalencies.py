"""Equivalencies: the closed lists, and what a published code that is no course stands for."""

import re
from dataclasses import dataclass, field
from enum import Enum

from gql_api.domain import codes


class Outcome(Enum):
    """What a rule says as a whole."""

    AWARDS = "credit is awarded"
    NO_CREDIT = "evaluated; does not transfer"
    DEPARTMENT_REVIEW = "evaluated; the department decides"
    NO_COURSE_ARTICULATED = "nothing at the sending institution satisfies the target"


class AwardKind(Enum):
    """What one award counts as."""

    COURSE = "a course"
    SUBJECT_ELECTIVE = "elective credit in a subject"
    GENERAL_ELECTIVE = "elective credit of a general area"


class Strength(Enum):
    """How much a rule grants."""

    DIRECT = "counts as the target"
    PARTIAL = "grants its credit as subject elective and never meets a named course"
    CONDITIONAL = "unknown until a decision on its condition is recorded"


class RuleStatus(Enum):
    """Where a rule stands; only approved ones count."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DENIED = "denied"
    RETIRED = "retired"


class TransferStatus(Enum):
    """What is known of a course's transfer to an institution."""

    HAS_EQUIVALENTS = "has equivalents"
    ELECTIVE_CREDIT = "elective credit"
    CONDITIONAL = "credit under a condition, unknown until it is decided"
    NO_CREDIT = "no credit"
    DEPARTMENT_REVIEW = "department review"
    NO_COURSE_ARTICULATED = "no course articulated"
    DENIED = "denied"
    NOT_EVALUATED = "not evaluated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder:
    """What a code that names no course stands for: an elective award, or an outcome without awards."""

    outcome: Outcome
    kind: AwardKind | None = None
    subject: str | None = None
    level: int | None = None
    area: str | None = None
    tags: tuple[str, ...] = field(default=())


_NOT_EQUIVALENT = re.compile(r"(?P<subject>[A-Z].*?)[ -]?(?P<number>[0-9]{1,5})NE")
_NOTHING = re.compile(r"[0-9]{1,5}NE")
_GENERAL = re.compile(r"(?P<subject>G[A-Z]{3,4}) (?P<level>[1-9])000")
_ELECTIVE_WORD = re.compile(r"(?P<subject>[A-Z].*?)[ -](?:EL|ELE|ELEC|ELECT|ELECTIVE)")
_MASKED = re.compile(r"(?P<subject>[A-Z].*?)[ -]?(?P<level>[0-9])?(?:X{2,4}|-{2,4}|\*{2,4})")
_REVIEW_WORD = re.compile(r"(?P<subject>[A-Z].*?)[ -](?:CONF|REVIEW|DEPT)")
_GENERAL_AREAS = {
    "GHUM": "humanities",
    "GSCI": "science",
    "GSOC": "social science",
    "GART": "arts",
    "GENED": "general education",
    "GEN": "general",
    "GNED": "general education",
    "ELEC": "general",
    "UNIV": "general",
    "FREE": "general",
}
_NO_CREDIT_CODES = frozenset({"NDC", "DNT", "TRANSNC", "NC", "NO CREDIT", "NONE", "NOCR", "NT", "NO EQUIV"})
_REVIEW_CODES = frozenset({"CONF", "REVIEW", "DEPT", "DEPT REVIEW", "ADM OFF"})
_LEVEL_STEP = 1000


def placeholder(text: str) -> Placeholder | None:
    """Read a code that stands for electives or for nothing (`ART EL`, `HIST 1XXX`, `BIOS 2000NE`, `GHUM 1000`, `NDC`).

    None where it looks like a course's own code. `…NE` after a subject marks elective credit of that subject at
    that level; without a subject (`1000NE`) it means evaluated and nothing earned.
    """
    code = " ".join(text.upper().split())
    if code in _NO_CREDIT_CODES or _NOTHING.fullmatch(code):
        return Placeholder(outcome=Outcome.NO_CREDIT)
    if code in _REVIEW_CODES:
        return Placeholder(outcome=Outcome.DEPARTMENT_REVIEW)
    if (review := _REVIEW_WORD.fullmatch(code)) is not None:
        return Placeholder(outcome=Outcome.DEPARTMENT_REVIEW, subject=review["subject"])
    if (elective := _ELECTIVE_WORD.fullmatch(code)) is not None:
        return _elective(elective["subject"], None)
    if (marked := _NOT_EQUIVALENT.fullmatch(code)) is not None:
        return _elective(marked["subject"], codes.level_of(marked["number"]))
    if (general := _GENERAL.fullmatch(code)) is not None and general["subject"] in _GENERAL_AREAS:
        return _elective(general["subject"], int(general["level"]) * _LEVEL_STEP)
    if (masked := _MASKED.fullmatch(code)) is not None:
        level = None if masked["level"] is None else int(masked["level"]) * _LEVEL_STEP
        return _elective(masked["subject"], level)
    return None


def _elective(subject: str, level: int | None) -> Placeholder:
    area = _GENERAL_AREAS.get(subject)
    if area is not None:
        return Placeholder(outcome=Outcome.AWARDS, kind=AwardKind.GENERAL_ELECTIVE, area=area, level=level)
    return Placeholder(
        outcome=Outcome.AWARDS, kind=AwardKind.SUBJECT_ELECTIVE, subject=codes.subject(subject), level=level
    )
