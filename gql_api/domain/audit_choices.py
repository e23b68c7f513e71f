"""Which of several competing equivalencies an audit uses: the alternatives that it tries.

The stand-alone order of `articulation` comes first. Beside it stands what follows when a rule that competes for a
course is left out, then when two are, and so on, up to a bound.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gql_api.domain import articulation, equivalencies, grants

MOST_CHOICES = 8
"""Ways of awarding that are tried in one view."""
BOUND = "more ways to follow competing equivalencies than the solver could compare within its bound"
"""Why an allocation is not proven where there are more ways, and the solver did not decide among them either."""
Awards = tuple[articulation.Awarded, ...]


def choices(
    case: articulation.Case, kept: Sequence[articulation.Awarded] = (), *, by_faces: bool = True
) -> Iterator[Awards]:
    """The ways to award the case's credit, the stand-alone order first. What is in `kept` stands in all of them.

    As long as there are fewer than `MOST_CHOICES`, they are all there are. `by_faces` says that an item may stand for
    all that its rules alone award: nothing in the program tells them apart but being named.
    """
    waiting: list[frozenset[int]] = [frozenset()]
    known, given = set(waiting), set[str]()
    while waiting and len(given) < MOST_CHOICES:
        dropped = waiting.pop(0)
        awarded = articulation.articulate(_without(case, dropped), kept)
        signature = repr([(award.rule and award.rule.id, [one.id for one in award.used]) for award in awarded])
        if signature not in given:
            given.add(signature)
            yield awarded
        for award in awarded[len(kept) :]:
            if award.rule is None or not _competes(award, awarded, case, by_faces=by_faces):
                continue
            more = dropped | {award.rule.id}
            if more not in known and len(known) < MOST_CHOICES * 2:
                known.add(more)
                waiting.append(more)


def _without(case: articulation.Case, dropped: frozenset[int]) -> articulation.Case:
    if not dropped:
        return case
    return replace(case, matches=tuple(match for match in case.matches if match.rule.id not in dropped))


def _competes(award: articulation.Awarded, awarded: Awards, case: articulation.Case, *, by_faces: bool) -> bool:
    """Whether another rule for the same courses is left out that their item does not carry as a face anyway."""
    is_single = len(award.grants) == 1 and len(award.used) == 1
    credited = {grant.target.id for one in awarded if one is not award for grant in one.grants if grant.target}
    receiver, amount = case.possibilities.receiver, award.credits
    return any(
        not is_single
        or not by_faces
        or len(rule.groups) > 1
        or len(rule.awards) > 1
        or rule.strength is not equivalencies.Strength.DIRECT
        or any(one.course is not None and one.course.id in credited for one in rule.awards)
        or grants.of(rule.awards, award.used, receiver)[0].credits != amount
        for rule in award.alternatives
        if rule.awards
    )
