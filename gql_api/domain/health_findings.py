"""What program health reports: findings, each with the fewest requirements and courses that show it."""

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How much a finding matters."""

    ERROR = "nobody can finish, or credit is given wrongly"
    WARNING = "a part is useless or says what was hardly meant"
    NOTE = "worth a look; it may be meant so"


class FindingKind(Enum):
    """What is wrong."""

    UNSATISFIABLE = "no set of courses meets these requirements together"
    UNDECIDED = "whether courses can meet the program could not be told within the bound"
    NEVER_MET = "nothing meets this part, though the program can do without it"
    NUMBERS = "the numbers of a requirement cannot be meant"
    UNKNOWN_COURSE = "an option names a course that does not exist"
    RETIRED_COURSE = "an option names a course that is no longer offered"
    UNUSABLE_OPTION = "nobody can use this option"
    EMPTY_PATTERN = "a pattern matches no course"
    IMPLIED = "another requirement asks for this already"
    UNDEFINED_SHARING = "courses fit two requirements, and nothing says whether they count in both"
    IDLE_SHARING = "two requirements may share, and have no course in common"
    IDLE_CONSTRAINT = "a constraint never applies"
    PREREQUISITE_CYCLE = "courses need each other"
    TARGET_RETIRED = "an equivalency awards a course that is no longer offered"
    TARGET_CHANGED = "an equivalency's target has changed since"
    RULE_EXPIRED = "an equivalency has ended and is still listed as approved"
    RULES_CONTRADICT = "equivalencies of the same courses say different things at one time"
    SPLIT_DIFFERS = "the parts of an award do not add up to what was taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding. `keys` are requirements, `courses` the codes of courses, `rule_ids` equivalencies."""

    kind: FindingKind
    severity: Severity
    message: str
    keys: tuple[str, ...] = ()
    courses: tuple[str, ...] = ()
    rule_ids: tuple[int, ...] = ()
