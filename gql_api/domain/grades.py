"""Grades: which earn credit, and how they compare. A+ > A > A- > B+ > … > D- > F; C- is not C."""

from enum import Enum

from gql_api import errors


class Grade(Enum):
    """A grade as transcripts print it."""

    A_PLUS = "A+"
    A = "A"
    A_MINUS = "A-"
    B_PLUS = "B+"
    B = "B"
    B_MINUS = "B-"
    C_PLUS = "C+"
    C = "C"
    C_MINUS = "C-"
    D_PLUS = "D+"
    D = "D"
    D_MINUS = "D-"
    F = "F"
    P = "P"
    NP = "NP"
    CR = "CR"
    NC = "NC"
    S = "S"
    U = "U"
    TR = "TR"
    W = "W"
    WF = "WF"
    I = "I"  # noqa: E741 - the field's own name of an incomplete
    IP = "IP"
    AU = "AU"
    NR = "NR"
    E = "E"

    __hash__ = object.__hash__  # members are what they are: a hash of the name takes a call in Python


_LETTERS = tuple(Grade)[: tuple(Grade).index(Grade.F) + 1]
_RANKS = {grade: len(_LETTERS) - 1 - position for position, grade in enumerate(_LETTERS)}
_PASSES = frozenset({Grade.P, Grade.CR, Grade.S})
_RUNNING = frozenset({Grade.I, Grade.IP})
_EARNING = (frozenset(_LETTERS) - {Grade.F}) | _PASSES | {Grade.TR}
_BY_TEXT = {grade.value: grade for grade in Grade} | {grade.name: grade for grade in Grade}


def parse(text: str) -> Grade:
    """Read a grade in any case.

    Raises:
        InvalidInput: no such grade.
    """
    grade = _BY_TEXT.get(text.strip().upper())
    if grade is None:
        msg = f"“{text.strip()}” is not a grade. Known grades: {', '.join(known.value for known in Grade)}."
        raise errors.InvalidInput(msg)
    return grade


def is_letter(grade: Grade) -> bool:
    """Whether the grade stands in the order A+ … F."""
    return grade in _RANKS


def earns_credit(grade: Grade | None) -> bool:
    """Whether a completed course with this grade earns its credits; no grade recorded earns them."""
    return grade is None or grade in _EARNING


def is_running(grade: Grade | None) -> bool:
    """Whether the grade says that the course is not finished (I, IP)."""
    return grade in _RUNNING


def is_pass(grade: Grade | None) -> bool:
    """Whether the grade says that the course was passed, and no more (P, CR, S)."""
    return grade in _PASSES


def reaches(grade: Grade | None, minimum: Grade, *, pass_proves: Grade) -> bool | None:
    """Whether `grade` is at least `minimum`; none where that cannot be told (no grade, or TR).

    P, CR and S prove what the institution says a pass proves (`pass_proves`).
    """
    if grade is None or grade is Grade.TR or grade in _RUNNING:
        return None
    proven = pass_proves if grade in _PASSES else grade
    if proven not in _RANKS:
        return False
    return _RANKS[proven] >= _RANKS[minimum]
