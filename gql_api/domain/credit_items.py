"""Countable credit: what a plan's entries are worth at the program's institution, after articulation and repeats.

An item is what the audit applies, whole, to a requirement. It counts as one of its faces: the course as taken, a
course awarded by a rule, or elective credit.
"""

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
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
    institutions,
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
    subjects: frozenset[str] = field(init=False, repr=False, compare=False)
    """The subjects it counts in."""
    level: int | None = field(init=False, repr=False, compare=False)
    """The level it counts at."""

    def __post_init__(self) -> None:
        """What every rule asks for again and again."""
        if self.course is not None:
            subjects, level = self.course.subjects, self.course.level
        elif self.award is not None:
            named = self.award.subject
            subjects, level = frozenset[str]() if named is None else frozenset({named}), self.award.level
        else:
            subjects, level = frozenset[str](), None
        object.__setattr__(self, "subjects", subjects)
        object.__setattr__(self, "level", level)

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
    main: Face = field(init=False, repr=False, compare=False)
    """What the item counts as in totals."""
    entry_ids: frozenset[int] = field(init=False, repr=False, compare=False)
    """The entries behind it."""
    pinned_keys: frozenset[str] = field(init=False, repr=False, compare=False)
    """The requirements that its entries are pinned to."""

    def __post_init__(self) -> None:
        """What every rule asks for again and again."""
        object.__setattr__(self, "main", self.faces[0])
        object.__setattr__(self, "entry_ids", frozenset([entry.id for entry in self.used]))
        pins = [entry.pinned_key for entry in self.used if entry.pinned_key is not None]
        object.__setattr__(self, "pinned_keys", frozenset(pins))

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


FaceKey = tuple[int, Decimal, int, institutions.Calendar]
"""What makes a course as taken what it is: its id, the credits, where they count and in which calendar."""
MOST_FACES = 300
"""Courses as taken that one version remembers."""


@dataclass(slots=True)
class Known:
    """Items that were made before, of entries as taken and of awards: the same credit is the very same item again."""

    plain: dict[int, Item] = field(default_factory=dict[int, Item])
    awarded: dict[tuple[int, tuple[int, ...]], tuple[articulation.Awarded, tuple[Item, ...]]] = field(
        default_factory=dict[tuple[int, tuple[int, ...]], tuple[articulation.Awarded, tuple[Item, ...]]]
    )
    """By the award's identity, which is its own as long as it is held here, and the other rules it may follow."""
    faces: dict[FaceKey, Face] = field(default_factory=dict[FaceKey, Face])
    """Courses as taken, also of other plans."""


def items(
    taken: Iterable[entries.PlannedEntry],
    awarded: Sequence[articulation.Awarded],
    receiver: articulation_rules.Receiver,
    until: entries.View,
    known: Known | None = None,
) -> tuple[Item, ...]:
    """Everything the entries are worth by `until`, before repeats are sorted out, in canonical order.

    `known` keeps items where the same entries and awards are asked for again.
    """
    made = Known() if known is None else known
    plain, last = made.plain, until.rank
    found: list[Item] = []
    for award in awarded:
        if award.view.rank <= last:
            found += _of_award(award, awarded, receiver, made)
    articulated = {entry.id for award in awarded for entry in award.used}
    for entry in taken:
        if entry.view is not None and entry.view.rank <= last and entry.id not in articulated:
            item = plain.get(entry.id)
            if item is None:
                item = plain[entry.id] = as_taken(entry, _known_face(entry, receiver, made))
            found.append(item)
    return tuple(sorted(found, key=_KEY))


_KEY = operator.attrgetter("key")


def as_taken(entry: entries.PlannedEntry, face: Face) -> Item:
    """The entry as the course that was taken, which is what `taken_face` makes of it."""
    view = entry.view or entries.View.PLANNED
    return Item(key=(entry.label, entry.id, 0), used=(entry,), view=view, faces=(face,), is_accepted=face.is_own)


def _known_face(entry: entries.PlannedEntry, receiver: articulation_rules.Receiver, made: Known) -> Face:
    """The entry as the course that was taken: the very same value for the same course with the same credits."""
    course = entry.course
    if isinstance(course, entries.UnlistedCourse):
        return taken_face(entry, receiver)
    key = course.id, entry.amount, receiver.institution_id, receiver.calendar
    known = made.faces.get(key)
    if known is None or not (known.course is course or known.course == course):
        if len(made.faces) >= MOST_FACES:
            made.faces.clear()
        known = made.faces[key] = taken_face(entry, receiver)
    return known


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
    award: articulation.Awarded,
    awarded: Sequence[articulation.Awarded],
    receiver: articulation_rules.Receiver,
    made: Known,
) -> tuple[Item, ...]:
    is_single = len(award.grants) == 1 and len(award.used) == 1
    rules = _alternatives(award, awarded) if is_single and award.alternatives else ()
    key = id(award), tuple([rule.id for rule in rules])
    known = made.awarded.get(key)
    if known is None:
        others = tuple([_granted(grants.of(rule.awards, award.used, receiver)[0], rule.id) for rule in rules])
        as_taken = (_known_face(award.used[0], receiver, made),) if is_single else ()
        known = made.awarded[key] = award, tuple(_made(award, (*others, *as_taken)))
    return known[1]


def _made(award: articulation.Awarded, others: tuple[Face, ...]) -> Iterable[Item]:
    """An item for each grant of an award, each counting as something else too."""
    first = min(award.used, key=lambda entry: (entry.label, entry.id))
    for position, grant in enumerate(award.grants):
        yield Item(
            key=(first.label, first.id, position),
            used=award.used,
            view=award.view,
            faces=(_granted(grant, None if award.rule is None else award.rule.id), *others),
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
    award: articulation.Awarded, awarded: Sequence[articulation.Awarded]
) -> tuple[articulation_rules.Rule, ...]:
    """The other rules for the entry alone that it may follow too: none whose target is credited elsewhere."""
    credited = {grant.target.id for one in awarded if one is not award for grant in one.grants if grant.target}
    found: list[articulation_rules.Rule] = []
    for rule in award.alternatives:
        is_plain = len(rule.groups) == 1 and len(rule.awards) == 1
        if not is_plain or rule.strength is not equivalencies.Strength.DIRECT:
            continue
        target = rule.awards[0].course
        if target is None or target.id not in credited:
            found.append(rule)
    return tuple(found)


def total(found: Iterable[Item]) -> Decimal:
    """The credits of the items, each as it counts in totals."""
    return sum((item.main.credits for item in found), credits.ZERO)
