"""Checking what a wider view keeps: optional requirements at the top that the next narrower view meets.

A wider view is the best among the allocations that keep the top-level requirements which narrower ones met. Required
ones are needed for the version in any case; an optional one may stand in its way, and then only a conflict that names
it shows why the version is not met. That the narrower view meets it is shown by the narrower view's assignment.
"""

from gql_api.domain import checker_assignments, checker_questions, checker_trees, checker_values, entries

Kept = checker_values.Kept
Question = checker_questions.Question


def below(view: entries.View) -> entries.View | None:
    """The next narrower view; it keeps in its turn what is met below it."""
    return None if view.rank == 0 else list(entries.View)[view.rank - 1]


def parts(tree: checker_trees.Tree, conflict: checker_values.Conflict, uses: tuple[checker_values.Use, ...]) -> Kept:
    """What the conflict needs to be kept: the optional requirements at the top that its nodes are, or are beneath."""
    lines = {place.node.key: place.line for place in tree.places}
    tops = {lines[node.key][1] for node in conflict.nodes if len(lines.get(node.key, ())) > 1}
    found = [tree.places[top].node for top in sorted(tops) if tree.places[top].node.is_optional]
    return Kept(keys=tuple(one.key for one in found), names=tuple(one.name for one in found), uses=uses)


def problem(kept: Kept, certificate: checker_values.Certificate, question: Question) -> str | None:
    """What is wrong with what a certificate says is kept; none where the narrower view and this one both meet it."""
    tree, narrower = question.tree, below(certificate.view)
    conflict = certificate.conflict
    if narrower is None or conflict is None or not kept.keys or kept != parts(tree, conflict, kept.uses):
        return "What is kept are not the optional requirements of the conflict."
    assignment = checker_assignments.read(tree, question.pieces(narrower), kept.uses)
    if isinstance(assignment, str):
        return assignment
    if (broken := checker_assignments.problem(assignment, question.case)) is not None:
        return broken
    met = {tree.places[index].node.key for index in checker_assignments.met(assignment, question.case)}
    if not set(kept.keys) <= met & set(certificate.met):
        return "The narrower view does not meet what is kept, or this one does not keep it."
    return None
