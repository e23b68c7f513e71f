"""Finding the conflict of a version that is not met: the fewest requirements that show it."""

from collections.abc import Iterator
from dataclasses import replace

from gql_api.domain import (
    checker_conflicts,
    checker_kept,
    checker_questions,
    checker_rules,
    checker_search,
    checker_trees,
    checker_values,
    conflict_search,
)

Certificate = checker_values.Certificate
Claim = checker_values.Claim
Answer = checker_search.Answer


def with_conflict(
    draft: checker_values.Certificate, question: checker_questions.Question, kept: checker_values.Kept | None = None
) -> checker_values.Certificate:
    """The certificate of a version that is not met, with its conflict or with the reason why there is none.

    `kept` are all optional requirements that the next narrower view met; the certificate names those that it needs.
    """
    case = question.case
    if any(checker_rules.is_too_many(rule, case.entries, case) for rule in case.possibilities.rules):
        return unproved(draft, "an equivalency can be followed in too many ways")
    work = question.problem(draft.view)
    nodes = _nodes(work, set(draft.met))
    if len(nodes.nodes) > checker_values.MOST_CONFLICT_NODES:
        return unproved(draft, f"the smallest conflict that was found has {len(nodes.nodes)} requirements")
    if nodes.nodes:
        conflict = checker_conflicts.described(work, list(nodes.nodes))
        return replace(draft, claim=Claim.NOT_MET, conflict=conflict)
    for total in checker_values.TotalKey:
        if (found := checker_conflicts.of_total(total, work)) is not None:
            return replace(draft, claim=Claim.NOT_MET, conflict=found)
    if kept is not None and (beside := _beside(draft, work, kept)) is not None:
        return beside
    if nodes.is_undecided:
        return unproved(draft, f"{checker_search.MOST_STEPS:,} steps of the search were not enough")
    return unproved(draft, "counts and credits alone do not rule it out: an average, shared courses or doubts decide")


def _beside(
    draft: checker_values.Certificate, work: checker_conflicts.Problem, kept: checker_values.Kept
) -> checker_values.Certificate | None:
    """The certificate with a conflict between the version and what is kept, where there is a small one."""
    tops = [checker_trees.ROOT, *(work.tree.by_key[key] for key in kept.keys)]
    found = conflict_search.smallest(work.model, tops).nodes
    if not 0 < len(found) <= checker_values.MOST_CONFLICT_NODES:
        return None
    conflict = checker_conflicts.described(work, list(found))
    needed = checker_kept.parts(work.tree, conflict, kept.uses)
    return replace(draft, claim=Claim.NOT_MET, conflict=conflict, kept=needed if needed.keys else None)


def unproved(draft: checker_values.Certificate, reason: str) -> checker_values.Certificate:
    """The certificate that says only what is assigned, and why there is no proof of the rest."""
    return replace(draft, claim=Claim.UNPROVED, reason=reason)


def _nodes(work: checker_conflicts.Problem, met: set[str]) -> conflict_search.Found:
    """One requirement that nothing meets, deepest first; else several that compete."""
    for node in _open(work.tree, met):
        if checker_search.solve(work.model, frozenset({node})).answer is Answer.IMPOSSIBLE:
            return conflict_search.smallest(work.model, [node])
    return conflict_search.smallest(work.model, [checker_trees.ROOT])


def _open(tree: checker_trees.Tree, met: set[str]) -> Iterator[int]:
    """The nodes that the program needs and that are not met, those without such children first."""
    open_ones = [
        index
        for index in sorted(tree.mandatory())
        if index != checker_trees.ROOT and tree.places[index].node.key not in met
    ]
    above = {tree.places[index].parent for index in open_ones}
    yield from (index for index in open_ones if index not in above)
