"""What a list of courses becomes at an institution: awards, answers for each course, and a summary in credits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gql_api.domain import (
    articulation,
    articulation_answers,
    articulation_rules,
    chains,
    entries,
    transfer_summaries,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """The stand-alone articulation of a list; `derived` and its rules are advice and count in no other part."""

    institution_id: int
    taken: tuple[entries.PlannedEntry, ...]
    awarded: tuple[articulation.Awarded, ...]
    derived: tuple[chains.Derived, ...]
    answers: tuple[articulation_answers.Answer, ...]
    summary: transfer_summaries.Summary


def transfer(
    taken: Iterable[entries.PlannedEntry],
    possibilities: articulation_rules.Possibilities,
    *,
    on: date,
    rules: Sequence[articulation_rules.Rule] = (),
    receivers: Mapping[int, articulation_rules.Receiver] | None = None,
    hops: int = 1,
) -> Transfer:
    """What the entries become at the receiver as of a day, by the stand-alone order of rules.

    With `hops` above 1, `rules` and `receivers` are those of the institutions on the way, too.
    """
    known = tuple(entries.as_of(one, on) for one in taken)
    to = possibilities.receiver.institution_id
    foreign = [one for one in known if _is_from_elsewhere(one, to)]
    case = articulation.case(foreign, possibilities, on)
    awarded = articulation.articulate(case)
    derived = chains.derived(case, awarded, rules, receivers or {}, hops=hops) if hops > 1 else ()
    answers = articulation_answers.answers(foreign, case, awarded)
    return Transfer(
        institution_id=to,
        taken=known,
        awarded=awarded,
        derived=derived,
        answers=answers,
        summary=transfer_summaries.of(case, awarded, derived, answers),
    )


def ranked(found: Iterable[Transfer]) -> list[Transfer]:
    """The receiving institutions, those first that accept most: in all, then as courses, then those that lose least."""
    return sorted(
        found,
        key=lambda one: (-one.summary.accepted, -one.summary.as_courses, one.summary.lost, one.institution_id),
    )


def _is_from_elsewhere(entry: entries.PlannedEntry, institution_id: int) -> bool:
    return isinstance(entry.course, entries.UnlistedCourse) or entry.course.institution_id != institution_id
