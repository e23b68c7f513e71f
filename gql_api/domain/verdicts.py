"""Three-valued answers: where knowledge can be missing, a rule says YES, NO or UNKNOWN, never a guess."""

from collections.abc import Iterable
from enum import Enum


class Verdict(Enum):
    """The answer of a rule."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "cannot be told"

    __hash__ = object.__hash__  # members are what they are: a hash of the name takes a call in Python


def of(answer: bool | None) -> Verdict:  # noqa: FBT001 - the value that is translated, no flag
    """YES for true, NO for false, UNKNOWN for none."""
    if answer is None:
        return Verdict.UNKNOWN
    return Verdict.YES if answer else Verdict.NO


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """NO if one is NO, else UNKNOWN if one is UNKNOWN, else YES."""
    found = Verdict.YES
    for verdict in verdicts:
        if verdict is Verdict.NO:
            return verdict
        if verdict is Verdict.UNKNOWN:
            found = verdict
    return found


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """YES if one is YES, else UNKNOWN if one is UNKNOWN, else NO."""
    found = Verdict.NO
    for verdict in verdicts:
        if verdict is Verdict.YES:
            return verdict
        if verdict is Verdict.UNKNOWN:
            found = verdict
    return found


def at_least(verdicts: Iterable[Verdict], needed: int) -> Verdict:
    """YES if so many are YES, NO if even the unknown ones would not be enough, else UNKNOWN."""
    given = list(verdicts)
    certain = given.count(Verdict.YES)
    if certain >= needed:
        return Verdict.YES
    return Verdict.UNKNOWN if certain + given.count(Verdict.UNKNOWN) >= needed else Verdict.NO
