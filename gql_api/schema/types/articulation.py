"""What a list of courses becomes at another institution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import strawberry

from gql_api.domain import articulation, articulation_answers, chains, entries, grants, transfer_summaries, transfers
from gql_api.schema import edges, enums, refs
from gql_api.schema.types.assignments import View

AnswerKind = articulation_answers.AnswerKind
enums.described(
    AnswerKind,
    name="TransferAnswerKind",
    description="What an institution's rules say of a course: each a different answer to the student.",
    values={kind.name: f"{kind.value[0].upper()}{kind.value[1:]}." for kind in AnswerKind},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How entries are shown: those of a plan by their ids, posted ones by their place and the client's `ref`."""

    refs: Mapping[int, str | None]
    is_posted: bool


OF_A_PLAN = Told(refs={}, is_posted=False)


@strawberry.type(description="A course that was, is or will be taken: an entry of a plan, or one that was posted.")
class TakenCourse:
    """Shows an entry."""

    label: str = strawberry.field(description="Its code, or the title of an unlisted one.")
    credits: Decimal = strawberry.field(description="The credits it carries, in its own college's unit.")
    input_index: int | None = strawberry.field(description="The place in `courses` of a posted one, from 0.")
    ref: str | None = strawberry.field(description="The `ref` that was posted with it.")
    course_id: strawberry.Private[int | None]
    entry_id: strawberry.Private[int | None]

    course = edges.edge(
        "course",
        key="course_id",
        description="The catalog course or examination; null for an unlisted one.",
        graphql_type=refs.maybe("courses", "Course"),
    )
    planned_course = edges.edge(
        "planned_course",
        key="entry_id",
        description="The entry of the plan; null for a posted one.",
        graphql_type=refs.maybe("plans", "PlannedCourse"),
    )


@strawberry.type(description="Credit that is granted: as a course of the institution, or as elective credit.")
class CreditGrant:
    """Shows `domain.grants.Grant`."""

    credits: Decimal = strawberry.field(description="The credits granted, in the institution's unit.")

    is_type_of = refs.shows(grants.Grant)

    @strawberry.field(description="What it counts as, for people: a course code, “HIST elective”.")
    def counts_as(self, root: strawberry.Parent[grants.Grant]) -> str:
        """The award's label."""
        return root.award.label

    @strawberry.field(description="A course, or elective credit in a subject or of a general area.")
    def kind(self, root: strawberry.Parent[grants.Grant]) -> enums.AwardKind:
        """The award's kind."""
        return root.award.kind

    course = edges.edge(
        "course",
        key=lambda grant: None if grant.award.course is None else grant.award.course.id,
        description="The course it counts as; null for elective credit.",
        graphql_type=refs.maybe("courses", "Course"),
    )


@strawberry.type(description="Credit that courses earn together, through one rule, or over several institutions.")
class TransferAward:
    """An award, direct or derived."""

    courses: list[TakenCourse] = strawberry.field(description="The courses that are used up by it.")
    grants: Any = strawberry.field(graphql_type=list[CreditGrant], description="What is granted for them.")
    credits: Decimal = strawberry.field(description="All credits granted.")
    view: View = strawberry.field(description="How far it is: earned, running or planned.")
    is_derived: bool = strawberry.field(
        description="Whether it leads over other institutions; that is advice, and counts nowhere else."
    )
    is_provisional: bool = strawberry.field(
        description="Whether it rests on a rule of today for a course that lies ahead or has no date."
    )
    doubt: str | None = strawberry.field(description="Why it is not certain; null where it is.")
    rule_ids: strawberry.Private[tuple[int, ...]]
    other_ids: strawberry.Private[tuple[int, ...]]

    path = edges.edge(
        "equivalency",
        key="rule_ids",
        shown=lambda _, found: [rule for rule in found if rule is not None],
        is_plural=True,
        description="The rules it rests on, in order; empty for an advisor's decision.",
        graphql_type=refs.many("equivalencies", "Equivalency"),
    )
    alternatives = edges.edge(
        "equivalency",
        key="other_ids",
        shown=lambda _, found: [rule for rule in found if rule is not None],
        is_plural=True,
        description="The rules that could have used the same courses instead.",
        graphql_type=refs.many("equivalencies", "Equivalency"),
    )


@strawberry.type(description="What is said of one course from elsewhere.")
class TransferAnswer:
    """An answer."""

    course: TakenCourse = strawberry.field(description="The course.")
    kind: AnswerKind = strawberry.field(description="The answer.")
    sentence: str = strawberry.field(description="The same for people, with what is missing or decides.")
    rule_ids: strawberry.Private[tuple[int, ...]]

    rules = edges.edge(
        "equivalency",
        key="rule_ids",
        shown=lambda _, found: [rule for rule in found if rule is not None],
        is_plural=True,
        description="The rules behind the answer.",
        graphql_type=refs.many("equivalencies", "Equivalency"),
    )


@strawberry.type(
    description=(
        "What becomes of the credits, in the institution's unit. The parts need not add up to `taken`: a rule may "
        "grant more or less than its sources carry."
    )
)
class TransferSummary:
    """Shows `domain.transfer_summaries.Summary`."""

    taken: Decimal = strawberry.field(description="The credits of the courses from elsewhere that earn something.")
    accepted: Decimal = strawberry.field(description="Granted for certain: `asCourses` and `asElectives`.")
    as_courses: Decimal = strawberry.field(description="Granted as courses of the institution.")
    as_electives: Decimal = strawberry.field(description="Granted as elective credit.")
    undecided: Decimal = strawberry.field(description="Granted if something turns out well that is not known yet.")
    refused: Decimal = strawberry.field(description="Of courses that were evaluated, or repeated, and grant nothing.")
    open: Decimal = strawberry.field(description="Of courses that wait for an evaluation, a department or a series.")
    lost: Decimal = strawberry.field(description="Taken, and neither accepted nor undecided nor open.")
    derived: Decimal = strawberry.field(description="What chains over other institutions would add; advice only.")

    is_type_of = refs.shows(transfer_summaries.Summary)


@strawberry.type(description="What a list of courses becomes at an institution, by its rules alone.")
class ArticulationResult:
    """A transfer."""

    awards: list[TransferAward] = strawberry.field(description="The credit that is granted, direct awards first.")
    answers: list[TransferAnswer] = strawberry.field(description="What is said of each course from elsewhere.")
    summary: Any = strawberry.field(graphql_type=TransferSummary, description="The credits by what becomes of them.")
    institution_id: strawberry.Private[int]

    institution = edges.edge(
        "institution",
        key="institution_id",
        description="The receiving institution.",
        graphql_type=refs.one("institutions", "Institution"),
    )


def shown(found: transfers.Transfer, told: Told) -> ArticulationResult:
    """The transfer as the API shows it."""
    courses = {entry.id: _taken(entry, told) for entry in found.taken}
    direct = [_award(one, one.used, () if one.rule is None else (one.rule.id,), courses) for one in found.awarded]
    derived = [_derived(one, courses) for one in found.derived]
    return ArticulationResult(
        awards=[*direct, *derived],
        answers=[
            TransferAnswer(course=courses[one.entry_id], kind=one.kind, sentence=one.sentence, rule_ids=one.rule_ids)
            for one in found.answers
        ],
        summary=found.summary,
        institution_id=found.institution_id,
    )


def _taken(entry: entries.PlannedEntry, told: Told) -> TakenCourse:
    return TakenCourse(
        label=entry.label,
        credits=entry.amount,
        input_index=entry.id if told.is_posted else None,
        ref=told.refs.get(entry.id),
        course_id=None if isinstance(entry.course, entries.UnlistedCourse) else entry.course.id,
        entry_id=None if told.is_posted else entry.id,
    )


def taken_course(entry: entries.PlannedEntry, place: int, ref: str | None) -> TakenCourse:
    """A posted course as the API shows it."""
    return _taken(replace(entry, id=place), Told(refs={place: ref}, is_posted=True))


def _derived(one: chains.Derived, courses: Mapping[int, TakenCourse]) -> TransferAward:
    return _award(one.award, one.origins, tuple(rule.id for rule in one.path), courses, is_derived=True)


def _award(
    one: articulation.Awarded,
    used: Sequence[entries.PlannedEntry],
    rule_ids: tuple[int, ...],
    courses: Mapping[int, TakenCourse],
    *,
    is_derived: bool = False,
) -> TransferAward:
    return TransferAward(
        courses=[courses[entry.id] for entry in used],
        grants=list(one.grants),
        credits=one.credits,
        view=one.view,
        is_derived=is_derived,
        is_provisional=one.is_provisional,
        doubt=one.doubt,
        rule_ids=rule_ids,
        other_ids=tuple(rule.id for rule in one.alternatives),
    )
