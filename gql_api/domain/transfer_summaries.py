"""What became of the credits of a list of courses at a receiving institution, in its unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gql_api.domain import articulation, articulation_answers, chains, credits, grants

AnswerKind = articulation_answers.AnswerKind
_OPEN = frozenset(
    {
        AnswerKind.NOT_EVALUATED,
        AnswerKind.UNLISTED,
        AnswerKind.DEPARTMENT_REVIEW,
        AnswerKind.UNDECIDED,
        AnswerKind.INCOMPLETE_SERIES,
    }
)
"""Answers that may still turn out well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Credits by what becomes of them. `taken` are those of the courses, converted; the others need not add up to it,
    since a rule may grant more or less than its sources carry.

    `derived` is what further institutions would add; it is advice and in none of the other numbers.
    """

    taken: Decimal
    as_courses: Decimal
    as_electives: Decimal
    undecided: Decimal
    refused: Decimal
    open: Decimal
    derived: Decimal = credits.ZERO

    @property
    def accepted(self) -> Decimal:
        """What is granted for certain: as courses and as electives."""
        return self.as_courses + self.as_electives

    @property
    def lost(self) -> Decimal:
        """What was taken and is neither granted nor still open; never negative."""
        return max(self.taken - self.accepted - self.undecided - self.open, credits.ZERO)


def of(
    case: articulation.Case,
    awarded: Sequence[articulation.Awarded],
    derived: Sequence[chains.Derived],
    answers: Sequence[articulation_answers.Answer],
) -> Summary:
    """The summary of an articulation; entries that earn nothing anywhere are not in it."""
    receiver = case.possibilities.receiver
    amount = {entry.id: grants.source_credits((entry,), receiver) for entry in case.taken}
    used = {entry.id for award in awarded for entry in award.used}
    left = [answer for answer in answers if answer.entry_id in amount and answer.entry_id not in used]
    certain = [grant for award in awarded if award.doubt is None for grant in award.grants]
    return Summary(
        taken=sum(amount.values(), credits.ZERO),
        as_courses=sum((one.credits for one in certain if one.award.course is not None), credits.ZERO),
        as_electives=sum((one.credits for one in certain if one.award.course is None), credits.ZERO),
        undecided=sum((award.credits for award in awarded if award.doubt is not None), credits.ZERO),
        refused=sum((amount[one.entry_id] for one in left if one.kind not in _OPEN), credits.ZERO),
        open=sum((amount[one.entry_id] for one in left if one.kind in _OPEN), credits.ZERO),
        derived=sum((one.award.credits for one in derived), credits.ZERO),
    )
