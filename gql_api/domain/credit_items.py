"""Countable credit: what a plan's entries are worth at the program's institution, after articulation and repeats.

An item is what the audit applies, whole, to a requirement. It counts as one of its faces: the course as taken, a
course awarded by a rule, or elective credit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gql_api.domain import (
    articulation,
    articulation_rules,
    courses,
    credits,
    entries,
    equivalencies,
    grades,
    grants,
)

_PASS_FAIL = frozenset({grades.Grade.P, grades.Grade.CR, grades.Grade.S})


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What an item may count as: a course, or (`course` none) the elective credit of an award, or neither.

    `rule_id` is the rule that gave it, none for a course as taken or an advisor's decision. `is_own` says that the
    credit was earned at the program's institution.
    """

    course: courses.Course | None
    award: articulation_rules.Award | None
    credits: Decimal
    rule_id: int | None = None
    is_own: bool = False
    is_as_taken: bool = False
    is_converted: bool = False

    @property
    def subjects(self) -> frozenset[str]:
        """The subjects it counts in."""
        if self.course is not None:
            return self.course.subjects
        return frozenset() if self.award is None or self.award.subject is None else frozenset({self.award.subject})

    @property
    def level(self) -> int | None:
        """The level it counts at."""
        if self.course is not None:
            return self.course.level
        return None if self.award is None else self.award.level

    @property
    def label(self) -> str:
        """What people call it."""
        if self.course is not None:
            return self.course.code
        return "" if self.award is None else self.award.label

    def has(self, attribute: str, value: str | None) -> bool:
        """Whether it carries an attribute; elective credit carries its tags and its area only."""
        if self.course is not None:
            return self.course.attributes.have(attribute, value)
        if self.award is None:
            return False
        wanted = value if attribute in {"tag", "tags"} and value is not None else attribute
        return wanted in self.award.tags or wanted == self.award.area


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Credit that can be applied once. `faces` begins with what it counts as where no requirement says otherwise.

    `is_accepted` says that the credit counts at the program's institution at all; `doubt`, why it may not.
    `key` is unique within a plan and the same whatever the order of the entries.
    """

    key: tuple[str, int, int]
    used: tuple[entries.PlannedEntry, ...]
    view: entries.View
    faces: tuple[Face, ...]
    is_accepted: bool
    doubt: str | None = None
    is_provisional: bool = False

    @property
    def main(self) -> Face:
        """What the item counts as in totals."""
        return self.faces[0]

    @property
    def label(self) -> str:
        """The codes of the entries behind it."""
        return " + ".join(entry.label for entry in self.used)

    @property
    def is_pass_fail(self) -> bool:
        """Whether a grade without points stands behind it."""
        return any(entry.grade in _PASS_FAIL for entry in self.used)

    @property
    def course_ids(self) -> frozenset[int]:
        """The courses that it may count as, with their cross-listings."""
        if len(self.faces) == 1:
            course = self.faces[0].course
            return frozenset() if course is None else course.same_ids
        return frozenset(id for face in self.faces if face.course is not None for id in face.course.same_ids)

    @property
    def pinned_keys(self) -> frozenset[str]:
        """The requirements that its entries are pinned to."""
        return frozenset(entry.pinned_key for entry in self.used if entry.pinned_key is not None)


def items(
    taken: Iterable[entries.PlannedEntry],
    awarded: Sequence[articulation.Awarded],
    receiver: articulation_rules.Receiver,
    until: entries.View,
    known: dict[int, Item] | None = None,
) -> tuple[Item, ...]:
    """Everything the entries are worth by `until`, before repeats are sorted out, in canonical order.

    `known` keeps what entries are worth as taken, by entry id, where the same entries are asked for again.
    """
    plain = {} if known is None else known
    found = [item for award in awarded if award.view.rank <= until.rank for item in _of_award(award, awarded, receiver)]
    articulated = {entry.id for award in awarded for entry in award.used}
    found += [
        plain.get(entry.id) or plain.setdefault(entry.id, _as_taken(entry, receiver))
        for entry in taken
        if entry.view is not None and entry.view.rank <= until.rank and entry.id not in articulated
    ]
    return tuple(sorted(found, key=lambda item: item.key))


def _as_taken(entry: entries.PlannedEntry, receiver: articulation_rules.Receiver) -> Item:
    face = taken_face(entry, receiver)
    view = entry.view or entries.View.PLANNED
    return Item(key=(entry.label, entry.id, 0), used=(entry,), view=view, faces=(face,), is_accepted=face.is_own)


def taken_face(entry: entries.PlannedEntry, receiver: articulation_rules.Receiver) -> Face:
    """The entry as the course that was taken; an unlisted one counts as no course."""
    amount = grants.source_credits((entry,), receiver)
    if isinstance(entry.course, entries.UnlistedCourse):
        return Face(course=None, award=None, credits=amount, is_as_taken=True)
    return Face(
        course=entry.course,
        award=None,
        credits=amount,
        is_own=entry.course.institution_id == receiver.institution_id,
        is_as_taken=True,
        is_converted=entry.course.calendar is not receiver.calendar,
    )


def _of_award(
    award: articulation.Awarded, awarded: Sequence[articulation.Awarded], receiver: articulation_rules.Receiver
) -> Iterable[Item]:
    is_single = len(award.grants) == 1 and len(award.used) == 1
    others = _alternatives(award, awarded, receiver) if is_single else ()
    as_taken = (taken_face(award.used[0], receiver),) if is_single else ()
    first = min(award.used, key=lambda entry: (entry.label, entry.id))
    for position, grant in enumerate(award.grants):
        yield Item(
            key=(first.label, first.id, position),
            used=award.used,
            view=award.view,
            faces=(_granted(grant, None if award.rule is None else award.rule.id), *others, *as_taken),
            is_accepted=True,
            doubt=award.doubt,
            is_provisional=award.is_provisional,
        )


def _granted(grant: grants.Grant, rule_id: int | None) -> Face:
    is_course = grant.award.kind is equivalencies.AwardKind.COURSE
    return Face(
        course=grant.award.course if is_course else None,
        award=None if is_course else grant.award,
        credits=grant.credits,
        rule_id=rule_id,
        is_converted=grant.is_converted,
    )


def _alternatives(
    award: articulation.Awarded, awarded: Sequence[articulation.Awarded], receiver: articulation_rules.Receiver
) -> tuple[Face, ...]:
    """What else the entry may count as: the other rules for it alone, but never a target that is credited elsewhere."""
    credited = {grant.target.id for one in awarded if one is not award for grant in one.grants if grant.target}
    found: list[Face] = []
    for rule in award.alternatives:
        is_plain = len(rule.groups) == 1 and len(rule.awards) == 1
        if not is_plain or rule.strength is not equivalencies.Strength.DIRECT:
            continue
        target = rule.awards[0].course
        if target is None or target.id not in credited:
            found.append(_granted(grants.of(rule.awards, award.used, receiver)[0], rule.id))
    return tuple(found)


def total(found: Iterable[Item]) -> Decimal:
    """The credits of the items, each as it counts in totals."""
    return sum((item.main.credits for item in found), credits.ZERO)
