"""What a check of prerequisites answers: a verdict for every leaf, why, and the courses that would help."""

from dataclasses import dataclass
from enum import Enum

from gql_api.domain import prerequisites, verdicts


class Problem(Enum):
    """What stands in the way of a prerequisite, the nearest to being solved first."""

    TOO_LATE = "What it needs is in the plan, but not early enough."
    GRADE_TOO_LOW = "What it needs was taken with too low a grade, or not passed."
    MISSING = "What it needs is not in the plan."
    EXCLUDED = "It is closed to those who have had something that the plan has."
    NEEDS_REVIEW = "Somebody has to look: a consent, a missing grade, or words that are not understood."


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The answer about one leaf, in a sentence; `course_id` is the course it names, where the catalog has it."""

    leaf: prerequisites.Leaf
    verdict: verdicts.Verdict
    sentence: str
    problem: Problem | None = None
    course_id: int | None = None
    entry_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer about a tree, with the leaves that decide it, in the order of the text."""

    verdict: verdicts.Verdict
    deciding: tuple[Finding, ...] = ()

    @property
    def decided_by(self) -> Finding | None:
        """The leaf that decides: of several, the one nearest to being solved, then the first."""
        return min(self.deciding, key=lambda one: _ORDER[one.problem], default=None)


_ORDER: dict[Problem | None, int] = {None: -1, **{problem: place for place, problem in enumerate(Problem)}}
