"""What the checker is given: a case (the question) and a certificate (the answer with its proof), as plain values."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum

from gql_api.domain import articulation_rules, entries, requirements

MOST_CONFLICT_NODES = 12
"""Nodes of the largest conflict that counts as a proof."""


class Claim(Enum):
    """What a certificate says of the version."""

    MET = "the whole version is met, and the assignment shows it"
    NOT_MET = "the version is not met, and the conflict shows that nothing could meet it"
    UNPROVED = "the version is not met, and no proof that is small enough was found"


class TotalKey(Enum):
    """Nodes that are no requirements: what the version asks for over all credit."""

    TOTAL_CREDITS = "total credits"
    RESIDENCY_CREDITS = "credits earned here"
    MINIMUM_GPA = "grade point average"


class RulingKind(Enum):
    """What an advisor decided about a requirement."""

    WAIVE = "it counts as met"
    SUBSTITUTE = "the entry may be applied beneath it whatever its options say"
    FORCE = "the entry is applied beneath it and nowhere else"
    FORBID = "the entry is not applied beneath it"
    LIMIT = "it asks for or allows another amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One decision of an advisor, by requirement key."""

    kind: RulingKind
    key: str
    entry_id: int | None = None
    credits: Decimal | None = None
    courses: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The question: a tree, a plan's entries, what may become of them, and the day."""

    tree: requirements.ProgramTree
    entries: tuple[entries.PlannedEntry, ...]
    possibilities: articulation_rules.Possibilities
    on: date
    rulings: tuple[Ruling, ...] = ()
    constraints: tuple[requirements.Constraint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """Credit in a place: the entries behind it, the rule that gave it (none as taken or decided), what it counts as.

    `key` is the requirement that it is applied to, empty where it only counts in the version's totals.
    """

    key: str
    entry_ids: tuple[int, ...]
    counts_as: str
    credits: Decimal
    rule_id: int | None = None
    course_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictNode:
    """A requirement (or a total) of a conflict, with the least number of courses that it needs.

    `needs` is none where no number of courses is enough, and for a total.
    """

    key: str
    name: str
    needs: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Nodes that cannot all be met, and the courses that could be used there.

    `needed` and `available` are counts of courses, or credits where one node needs more of them than there are; for
    a total they are its own unit, credits or an average. Where `needed` is not the larger one, it is the way in
    which the courses fit that leaves no room for all nodes.
    """

    nodes: tuple[ConflictNode, ...]
    courses: tuple[tuple[int, ...], ...]
    needed: Decimal
    available: Decimal
    total: TotalKey | None = None
    is_in_credits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """What the assignment puts beneath one requirement: courses and credits."""

    key: str
    courses: int
    credits: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Optional requirements at the top that the next narrower view meets, `uses` being its whole assignment.

    A wider view keeps what a narrower one met, and so they may take part in a conflict; `keys` are those that do.
    """

    keys: tuple[str, ...]
    names: tuple[str, ...]
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A verdict on one view that can be checked without trusting whoever gave it.

    `uses` is the whole assignment, `met` the keys of the requirements that it meets (waived ones included), `amounts`
    what is beneath every requirement, both in tree order. `kept` is there where the conflict needs it. `seal` is that
    of the content when it was issued.
    """

    version_id: int
    view: entries.View
    claim: Claim
    uses: tuple[Use, ...] = ()
    met: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = ()
    conflict: Conflict | None = None
    kept: Kept | None = None
    reason: str = ""
    seal: str = ""


def seal(certificate: Certificate) -> str:
    """A digest of everything that a certificate says. It shows damage; anybody who lies can make a new one."""
    return hashlib.sha256(repr(replace(certificate, seal="")).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a certificate stands, and if not, the first thing that is wrong with it."""

    is_accepted: bool
    reason: str = ""


def nobody(institution_id: int) -> articulation_rules.Possibilities:
    """No equivalencies: every course counts as what it is."""
    return articulation_rules.Possibilities(receiver=articulation_rules.Receiver(institution_id=institution_id))
