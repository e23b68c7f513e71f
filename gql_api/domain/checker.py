"""The checker: whether a certificate stands, from the question alone.

It shares no code with the engine that makes audits: what is eligible, what rules grant, what is met and what is
impossible it works out for itself, slowly and in full. An import contract keeps it so.
"""

from gql_api.domain import (
    checker_assignments,
    checker_conflicts,
    checker_kept,
    checker_model,
    checker_questions,
    checker_rules,
    checker_trees,
    checker_values,
)

Claim = checker_values.Claim
Case = checker_values.Case
Certificate = checker_values.Certificate
Verdict = checker_values.Verdict
Question = checker_questions.Question


def check(certificate: checker_values.Certificate, case: checker_values.Case) -> checker_values.Verdict:
    """Whether the certificate's claim follows from the case; the reason is the first thing that is wrong.

    An accepted UNPROVED certificate says only that its assignment is right and does not meet the version.
    """
    return verdict(certificate, Question(case))


def verdict(certificate: checker_values.Certificate, question: checker_questions.Question) -> checker_values.Verdict:
    """The same of a question that more than one certificate is about."""
    reason = _problem(certificate, question)
    return checker_values.Verdict(is_accepted=reason is None, reason=reason or "")


def _problem(certificate: checker_values.Certificate, question: checker_questions.Question) -> str | None:
    case, tree = question.case, question.tree
    if certificate.version_id != case.tree.version_id:
        return "The certificate is about another version."
    assignment = checker_assignments.read(tree, question.pieces(certificate.view), certificate.uses)
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
    if (wrong := _claim_problem(certificate, question, is_met=is_met)) is not None:
        return wrong
    return None if certificate.seal == checker_values.seal(certificate) else "It was changed after it was issued."


def _claim_problem(
    certificate: checker_values.Certificate, question: checker_questions.Question, *, is_met: bool
) -> str | None:
    conflict, kept = certificate.conflict, certificate.kept
    match certificate.claim:
        case Claim.MET:
            if conflict is not None or kept is not None or certificate.reason:
                return "A version that is met has no conflict and no reason."
            return None if is_met else "The assignment does not meet the version."
        case Claim.UNPROVED:
            if conflict is not None or kept is not None or not certificate.reason:
                return "What is not proved has a reason and no conflict."
            return "The assignment meets the version." if is_met else None
        case Claim.NOT_MET:
            if conflict is None or certificate.reason:
                return "A version that is not met has a conflict and no other reason."
    given = question.case
    if any(checker_rules.is_too_many(rule, given.entries, given) for rule in given.possibilities.rules):
        return "A rule can be followed in too many ways to be checked."
    if kept is not None and (wrong := checker_kept.problem(kept, certificate, question)) is not None:
        return wrong
    tops = frozenset[int]() if kept is None else frozenset(question.tree.by_key[key] for key in kept.keys)
    return checker_conflicts.problem(conflict, question.problem(certificate.view), tops)
