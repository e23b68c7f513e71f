"""The checker: whether a certificate stands, from the question alone.

It shares no code with the engine that makes audits: what is eligible, what rules grant, what is met and what is
impossible it works out for itself, slowly and in full. An import contract keeps it so.
"""

from gql_api.domain import (
    checker_assignments,
    checker_conflicts,
    checker_model,
    checker_pieces,
    checker_rules,
    checker_trees,
    checker_values,
)

Claim = checker_values.Claim
Case = checker_values.Case
Certificate = checker_values.Certificate
Verdict = checker_values.Verdict


def check(certificate: checker_values.Certificate, case: checker_values.Case) -> checker_values.Verdict:
    """Whether the certificate's claim follows from the case; the reason is the first thing that is wrong.

    An accepted UNPROVED certificate says only that its assignment is right and does not meet the version.
    """
    reason = _problem(certificate, case)
    return checker_values.Verdict(is_accepted=reason is None, reason=reason or "")


def _problem(certificate: checker_values.Certificate, case: checker_values.Case) -> str | None:
    if certificate.version_id != case.tree.version_id:
        return "The certificate is about another version."
    tree = checker_trees.Tree(case)
    assignment = checker_assignments.read(case, tree, certificate)
    if isinstance(assignment, str):
        return assignment
    if (broken := checker_assignments.problem(assignment, case)) is not None:
        return broken
    met = checker_assignments.met(assignment, case)
    if certificate.met != tuple(tree.places[index].node.key for index in sorted(met) if index != checker_trees.ROOT):
        return "The requirements that the assignment meets are not those that the certificate names."
    stated = [(one.key, one.courses, checker_model.parts(one.credits)) for one in certificate.amounts]
    if stated != checker_assignments.amounts(assignment):
        return "The assignment does not amount to what the certificate says."
    missing = checker_assignments.missing_total(assignment, case)
    is_met = checker_trees.ROOT in met and missing is None
    if (wrong := _claim_problem(certificate, case, tree, is_met=is_met)) is not None:
        return wrong
    return None if certificate.seal == checker_values.seal(certificate) else "It was changed after it was issued."


def _claim_problem(
    certificate: checker_values.Certificate, case: checker_values.Case, tree: checker_trees.Tree, *, is_met: bool
) -> str | None:
    conflict = certificate.conflict
    match certificate.claim:
        case Claim.MET:
            if conflict is not None or certificate.reason:
                return "A version that is met has no conflict and no reason."
            return None if is_met else "The assignment does not meet the version."
        case Claim.UNPROVED:
            if conflict is not None or not certificate.reason:
                return "What is not proved has a reason and no conflict."
            return "The assignment meets the version." if is_met else None
        case Claim.NOT_MET:
            if conflict is None or certificate.reason:
                return "A version that is not met has a conflict and no other reason."
    found = checker_pieces.pieces(case, certificate.view)
    if any(checker_rules.is_too_many(rule, case.entries, case) for rule in case.possibilities.rules):
        return "A rule can be followed in too many ways to be checked."
    return checker_conflicts.problem(conflict, case, tree, found)
