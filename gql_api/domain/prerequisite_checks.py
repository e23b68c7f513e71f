"""Whether what a plan holds satisfies a prerequisite at some time: YES, NO or UNKNOWN, with the leaves that decide.

>>> answer = satisfied(tree, record, when)
>>> answer.verdict, answer.decided_by.sentence
(NO, 'MATH 101 (Fall 2026) is too late: it must be taken in an earlier term or session than Fall 2026.')

Any-of is YES if one member is YES, all-of is NO if one is NO; what cannot be told (a consent, a text that is not
understood, a grade that is not recorded) leaves the rest UNKNOWN.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from gql_api.domain import (
    prerequisite_courses,
    prerequisite_findings,
    prerequisite_records,
    prerequisite_totals,
    prerequisites,
    verdicts,
)

Answer: TypeAlias = prerequisite_findings.Answer
Finding: TypeAlias = prerequisite_findings.Finding
Problem: TypeAlias = prerequisite_findings.Problem
Verdict: TypeAlias = verdicts.Verdict
When: TypeAlias = prerequisite_records.When


def satisfied(
    tree: prerequisites.Prerequisite | None, record: prerequisite_records.Record, when: When | None
) -> Answer:
    """The answer for a course taken at `when` (none: after everything in the plan); no tree asks for nothing."""
    match tree:
        case None:
            return Answer(verdict=Verdict.YES)
        case prerequisites.AllOf():
            return _joined(tree.members, record, when, verdicts.all_of)
        case prerequisites.AnyOf():
            return _joined(tree.members, record, when, verdicts.any_of)
        case prerequisites.AtLeast():
            return _joined(tree.members, record, when, lambda given: verdicts.at_least(given, tree.needed))
        case prerequisites.Not():
            return _excluded(satisfied(tree.member, record, when))
        case _:
            finding = _leaf(tree, record, when)
            return Answer(verdict=finding.verdict, deciding=(finding,))


def _joined(
    members: Sequence[prerequisites.Prerequisite],
    record: prerequisite_records.Record,
    when: When | None,
    join: Callable[[list[Verdict]], Verdict],
) -> Answer:
    """The members' answers joined; those decide that agree with the whole."""
    answers = [satisfied(member, record, when) for member in members]
    verdict = join([answer.verdict for answer in answers])
    deciding = tuple(one for answer in answers if answer.verdict is verdict for one in answer.deciding)
    return Answer(verdict=verdict, deciding=deciding)


def _excluded(answer: Answer) -> Answer:
    """The opposite. A course that no catalog has is not in the plan: nobody is shut out by it."""
    known = [_absent(one) for one in answer.deciding]
    verdict = {Verdict.YES: Verdict.NO, Verdict.NO: Verdict.YES, Verdict.UNKNOWN: Verdict.UNKNOWN}[answer.verdict]
    if answer.verdict is Verdict.UNKNOWN and all(one.verdict is Verdict.NO for one in known):
        verdict = Verdict.YES
    problem = {Verdict.NO: Problem.EXCLUDED, Verdict.UNKNOWN: Problem.NEEDS_REVIEW, Verdict.YES: None}[verdict]
    return Answer(
        verdict=verdict,
        deciding=tuple(
            replace(one, verdict=verdict, problem=problem, sentence=_shut(one) if problem else one.sentence)
            for one in known
        ),
    )


def _absent(finding: Finding) -> Finding:
    is_unknown = finding.verdict is Verdict.UNKNOWN and isinstance(finding.leaf, prerequisites.CourseNeeded)
    return replace(finding, verdict=Verdict.NO) if is_unknown and finding.course_id is None else finding


def _shut(finding: Finding) -> str:
    if isinstance(finding.leaf, prerequisites.CourseNeeded) and finding.verdict is Verdict.YES:
        return f"It is not open to students with credit for {finding.leaf.code}, which the plan has."
    return finding.sentence


def _leaf(leaf: prerequisites.Leaf, record: prerequisite_records.Record, when: When | None) -> Finding:
    match leaf:
        case prerequisites.CourseNeeded():
            return prerequisite_courses.found(leaf, record, when)
        case prerequisites.StandingNeeded():
            return prerequisite_totals.standing(leaf, record, when)
        case prerequisites.CreditsNeeded():
            return prerequisite_totals.earned(leaf, record, when)
        case prerequisites.AverageNeeded():
            return prerequisite_totals.average(leaf, record, when)
        case prerequisites.Note():
            return Finding(leaf=leaf, verdict=Verdict.YES, sentence=f"“{leaf.text}” asks for nothing.")
        case prerequisites.ScoreNeeded():
            return _reviewed(leaf, f"Scores and placements are not known here: “{leaf.text}”.")
        case prerequisites.Consent():
            return _reviewed(leaf, f"Ask for it: “{leaf.text}”.")
        case prerequisites.Unparsed():
            return _reviewed(leaf, f"Read it yourself: “{leaf.text}”.")


def _reviewed(leaf: prerequisites.Leaf, sentence: str) -> Finding:
    return Finding(leaf=leaf, verdict=Verdict.UNKNOWN, sentence=sentence, problem=Problem.NEEDS_REVIEW)
