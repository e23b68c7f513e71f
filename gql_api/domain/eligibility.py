"""Eligibility: whether an item may be applied to a pool of options, as which face, and if not, why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from gql_api.domain import courses, credit_items, entries, grades, requirements, verdicts

Verdict = verdicts.Verdict


class Refusal(Enum):
    """Why an item is not eligible, from the furthest to the nearest miss."""

    NO_OPTION = "no option matches"
    DOES_NOT_TRANSFER = "it does not transfer"
    EXCLUDED = "the pool excludes it"
    FORBIDDEN = "an advisor forbade it here"
    PINNED_ELSEWHERE = "it is pinned to another requirement"
    CREDITS = "its credits are outside what one course may have here"
    TOO_OLD = "it was taken too long ago"
    GRADE_TOO_LOW = "the grade is too low"

    @property
    def nearness(self) -> int:
        """How close it came; the nearest miss is worth explaining."""
        return _NEARNESS[self]


_NEARNESS = {refusal: rank for rank, refusal in enumerate(Refusal)}


class Fit(NamedTuple):
    """The item may be applied, counting as `face`; `doubt` says what is not known about that."""

    face: credit_items.Face
    is_preferred: bool = False
    is_forced: bool = False
    doubt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The options of a leaf with every condition on single courses that holds there, inherited ones included.

    `substituted`, `forbidden` and `forced` are the entry ids that exceptions speak of; `pins_here` the keys of the
    leaf and of all nodes above it, `keys` all keys of the program.
    """

    institution_id: int
    on: date
    pass_proves: grades.Grade
    options: tuple[requirements.Option, ...] = ()
    is_residual: bool = False
    credits_from: Decimal | None = None
    credits_to: Decimal | None = None
    grades_asked: tuple[tuple[requirements.Scope, grades.Grade], ...] = ()
    ages_asked: tuple[tuple[requirements.Scope, int], ...] = ()
    pins_here: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    substituted: frozenset[int] = frozenset()
    forbidden: frozenset[int] = frozenset()
    forced: frozenset[int] = frozenset()
    forced_elsewhere: frozenset[int] = frozenset()
    named: Mapping[int, requirements.CourseOption] = field(default_factory=dict[int, requirements.CourseOption])
    patterns: tuple[requirements.PatternOption, ...] = ()
    names_all: bool = field(init=False, repr=False, compare=False)
    """Whether only courses that the pool names can be eligible."""
    is_plain: bool = field(init=False, repr=False, compare=False)
    """Whether what the options take is eligible, without a further condition; only pins may keep it away."""
    is_of_face: bool = field(init=False, repr=False, compare=False)
    """Whether what an item counts as decides, and neither its grades and dates nor advisors; only pins may say more."""
    excluded: tuple[requirements.Option, ...] = field(init=False, repr=False, compare=False)
    """The options that are exceptions to the others."""

    def __post_init__(self) -> None:
        """What is asked of every pool for every item."""
        is_decided = bool(self.substituted or self.forced)
        is_limited = self.credits_from is not None or self.credits_to is not None
        is_barred = bool(self.forbidden or self.forced_elsewhere)
        is_asking = bool(self.grades_asked or self.ages_asked)
        object.__setattr__(self, "names_all", not (self.is_residual or self.patterns or is_decided))
        is_plain = not (is_decided or is_limited or is_barred or is_asking or self.is_residual)
        object.__setattr__(self, "is_plain", is_plain)
        object.__setattr__(self, "is_of_face", not (is_decided or is_barred or is_asking))
        object.__setattr__(self, "excluded", tuple([option for option in self.options if option.is_excluded]))


def index(options: Iterable[requirements.Option]) -> Mapping[int, requirements.CourseOption]:
    """The named courses of a pool by id; a preferred mention wins."""
    found: dict[int, requirements.CourseOption] = {}
    for option in options:
        if isinstance(option, requirements.CourseOption) and option.course_id is not None and not option.is_excluded:
            known = found.get(option.course_id)
            if known is None or (option.is_preferred and not known.is_preferred):
                found[option.course_id] = option
    return found


def fit(pool: Pool, item: credit_items.Item) -> Fit | Refusal:
    """Whether the item may be applied to the pool, as its first face that fits, or the nearest reason why not."""
    if pool.names_all and pool.named.keys().isdisjoint(item.course_ids):
        is_nothing = any(face.course is None and face.award is None for face in item.faces)
        return Refusal.DOES_NOT_TRANSFER if is_nothing else Refusal.NO_OPTION
    ids = item.entry_ids
    blocked = _blocked(pool, item, ids)
    if blocked is None and ids & (pool.substituted | pool.forced):
        return Fit(face=item.main, is_preferred=True, is_forced=bool(ids & pool.forced), doubt=item.doubt)
    nearest = Refusal.NO_OPTION
    for face in item.faces:
        answer = _fit_face(pool, item, face)
        if isinstance(answer, Fit):
            return answer if blocked is None else blocked
        nearest = max(nearest, answer, key=lambda refusal: refusal.nearness)
    return nearest


def _blocked(pool: Pool, item: credit_items.Item, ids: frozenset[int]) -> Refusal | None:
    """What keeps an item out of a pool even where it matches: an advisor's word or a pin to another requirement."""
    if not (pool.forbidden or pool.forced_elsewhere or item.pinned_keys):
        return None
    if ids & pool.forbidden:
        return Refusal.FORBIDDEN
    if ids & pool.forced_elsewhere and not ids & pool.forced:
        return Refusal.PINNED_ELSEWHERE
    pins = frozenset[str]() if ids & (pool.forced | pool.substituted) else item.pinned_keys & pool.keys
    return Refusal.PINNED_ELSEWHERE if pins and not pins & pool.pins_here else None


def in_scope(scope: requirements.Scope, item: credit_items.Item, face: credit_items.Face) -> bool:
    """Whether a constraint with that scope looks at the item."""
    if scope.is_everything:
        return True
    if scope.subjects and not scope.subjects & face.subjects:
        return False
    if not _within(face.level, scope.level_from, scope.level_to):
        return False
    if scope.attribute is not None and not face.has(scope.attribute, scope.attribute_value):
        return False
    return scope.institution_id is None or _was_earned_at(item, scope.institution_id)


def has_grade(item: credit_items.Item, minimum: grades.Grade, *, pass_proves: grades.Grade) -> verdicts.Verdict:
    """Whether every entry behind the item has at least this grade."""
    return verdicts.all_of(
        verdicts.of(entries.reaches_grade(entry, minimum, pass_proves=pass_proves)) for entry in item.used
    )


def low_grade(pool: Pool, item: credit_items.Item) -> str | None:
    """Which entry behind the item has too low a grade for the pool, with both grades."""
    face = item.main
    asked = [minimum for scope, minimum in pool.grades_asked if in_scope(scope, item, face)]
    return next(
        (
            entries.below(entry, minimum, pass_proves=pool.pass_proves)
            for minimum in asked
            for entry in item.used
            if entries.reaches_grade(entry, minimum, pass_proves=pool.pass_proves) is False
        ),
        None,
    )


def is_recent(item: credit_items.Item, years: int, on: date) -> verdicts.Verdict:
    """Whether no entry behind the item is older than so many years on that day."""
    try:
        limit = on.replace(year=on.year - years)
    except ValueError:  # 29 February
        limit = on.replace(year=on.year - years, day=28)
    return verdicts.all_of(_is_since(entry, limit) for entry in item.used)


def _is_since(entry: entries.PlannedEntry, limit: date) -> verdicts.Verdict:
    if entry.day is None:
        return Verdict.UNKNOWN if entry.is_completed else Verdict.YES
    return verdicts.of(entry.day >= limit)


def _fit_face(pool: Pool, item: credit_items.Item, face: credit_items.Face) -> Fit | Refusal:
    matched = _residual(item, face) if pool.is_residual else option(pool, face)
    if isinstance(matched, Refusal):
        return matched
    if not _is_between(face.credits, pool.credits_from, pool.credits_to):
        return Refusal.CREDITS
    doubt = item.doubt
    for scope, years in pool.ages_asked:
        verdict = is_recent(item, years, pool.on) if in_scope(scope, item, face) else Verdict.YES
        if verdict is Verdict.NO:
            return Refusal.TOO_OLD
        if verdict is Verdict.UNKNOWN:
            doubt = doubt or f"it is not known when {item.label} was taken"
    for scope, minimum in pool.grades_asked:
        asked = in_scope(scope, item, face)
        verdict = has_grade(item, minimum, pass_proves=pool.pass_proves) if asked else Verdict.YES
        if verdict is Verdict.NO:
            return Refusal.GRADE_TOO_LOW
        if verdict is Verdict.UNKNOWN:
            doubt = doubt or f"no grade of {item.label} is recorded, and {minimum.value} is asked for"
    return Fit(face=face, is_preferred=matched, doubt=doubt)


def _residual(item: credit_items.Item, face: credit_items.Face) -> bool | Refusal:
    """Free electives take every countable course: accepted here, and not developmental."""
    if not item.is_accepted or (face.is_as_taken and not face.is_own):
        return Refusal.DOES_NOT_TRANSFER
    return Refusal.NO_OPTION if face.level == courses.DEVELOPMENTAL else False


def option(pool: Pool, face: credit_items.Face) -> bool | Refusal:
    """Whether the option that the face matches is preferred; a refusal where none matches or one excludes it."""
    mine = frozenset[int]() if face.course is None else face.course.same_ids
    found: list[requirements.Option] = [pool.named[id] for id in mine if id in pool.named]
    found += [one for one in pool.patterns if is_pattern_of(one, face, pool.institution_id)]
    if not found:
        return Refusal.DOES_NOT_TRANSFER if face.course is None and face.award is None else Refusal.NO_OPTION
    if pool.excluded and any(_excludes(one, face, pool.institution_id) for one in pool.excluded):
        return Refusal.EXCLUDED
    return any(one.is_preferred for one in found)


def _excludes(option: requirements.Option, face: credit_items.Face, institution_id: int) -> bool:
    match option:
        case requirements.CourseOption():
            return face.course is not None and option.course_id in face.course.same_ids
        case requirements.PatternOption():
            return is_pattern_of(option, face, institution_id)


def is_pattern_of(option: requirements.PatternOption, face: credit_items.Face, institution_id: int) -> bool:
    """Whether a pattern takes the face. It speaks of the program's institution unless it names another.

    Developmental courses fit no pattern, and elective credit none that has a range of numbers. Subject, number and
    level must hold of one listing of a cross-listed course.
    """
    place = option.institution_id if option.institution_id is not None else institution_id
    if face.level == courses.DEVELOPMENTAL:
        return False
    if option.attribute is not None and not face.has(option.attribute, option.attribute_value):
        return False
    if face.course is not None:
        return face.course.institution_id == place and any(_lists(option, listing) for listing in face.course.listings)
    if face.award is None or option.number_from is not None or option.number_to is not None:
        return False
    is_of_subject = option.subject is None or option.subject in face.subjects
    return is_of_subject and place == institution_id and _within(face.level, option.level_from, option.level_to)


def _lists(option: requirements.PatternOption, listing: courses.Listing) -> bool:
    return (
        (option.subject is None or option.subject in listing.subjects)
        and courses.is_number_between(listing.number, option.number_from, option.number_to)
        and _within(listing.level, option.level_from, option.level_to)
    )


def _within(level: int | None, lowest: int | None, highest: int | None) -> bool:
    if lowest is None and highest is None:
        return True
    return level is not None and (lowest is None or level >= lowest) and (highest is None or level <= highest)


def _is_between(amount: Decimal, lowest: Decimal | None, highest: Decimal | None) -> bool:
    return (lowest is None or amount >= lowest) and (highest is None or amount <= highest)


def _was_earned_at(item: credit_items.Item, institution_id: int) -> bool:
    return all(
        not isinstance(entry.course, entries.UnlistedCourse) and entry.course.institution_id == institution_id
        for entry in item.used
    )
