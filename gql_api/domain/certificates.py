"""Certificates: what an audit says of a version in one view, with the proof that anybody can check.

A version that is met carries its assignment. One that is not carries a conflict: a few requirements that cannot all be
met by the courses at hand, found with the checker's own search, so that the checker finds it again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from gql_api.domain import (
    articulation_rules,
    audit_exceptions,
    audit_results,
    certificate_conflicts,
    checker_assignments,
    checker_constraints,
    checker_kept,
    checker_pieces,
    checker_questions,
    checker_trees,
    checker_values,
    courses,
    entries,
    requirements,
)

Certificate = checker_values.Certificate
Case = checker_values.Case
Claim = checker_values.Claim
Status = audit_results.RequirementStatus
View = entries.View
Kind = checker_values.RulingKind
Question = checker_questions.Question
_MET = frozenset({Status.MET, Status.WAIVED})


def case(
    tree: requirements.ProgramTree,
    taken: Iterable[entries.PlannedEntry],
    possibilities: articulation_rules.Possibilities,
    exceptions: Sequence[audit_exceptions.PlanException] = (),
    *,
    on: date,
    constraints: tuple[requirements.Constraint, ...] = (),
) -> checker_values.Case:
    """The question that an audit answered, as the checker takes it; the arguments are those of `audits.audit`."""
    return checker_values.Case(
        tree=tree,
        entries=tuple(sorted(taken, key=lambda entry: entry.id)),
        possibilities=possibilities,
        on=on,
        rulings=tuple(_ruling(one) for one in exceptions),
        constraints=constraints,
    )


def of(audit: audit_results.Audit, case: checker_values.Case, view: View = View.PLANNED) -> checker_values.Certificate:
    """The certificate of one view of an audit of that case."""
    return issued(audit, Question(case), view)


def issued(
    audit: audit_results.Audit, question: checker_questions.Question, view: View = View.PLANNED
) -> checker_values.Certificate:
    """The same, where the question is to be used again, such as by the checker."""
    draft = Certificate(
        version_id=audit.version_id,
        view=view,
        claim=Claim.MET,
        uses=tuple(_uses(audit, question.tree, view)),
        met=tuple(one.key for one in audit.requirements if one.in_view(view).status in _MET),
        amounts=tuple(_amount(one, view) for one in audit.requirements),
    )
    tree = question.case.tree
    if tree.total_credits is not None or tree.residency_credits is not None:
        draft = _with_totals(draft, question)
    if audit.in_view(view).status is not Status.MET:
        draft = certificate_conflicts.with_conflict(draft, question, _kept(audit, question.tree, view))
    elif (missing := _unshown(draft, question)) is not None:
        draft = certificate_conflicts.unproved(draft, f"no choice of credit was found that shows the {missing.value}")
    return sealed(draft)


def sealed(certificate: checker_values.Certificate) -> checker_values.Certificate:
    """The certificate with the seal of what it says."""
    return replace(certificate, seal=checker_values.seal(certificate))


def _kept(audit: audit_results.Audit, tree: checker_trees.Tree, view: View) -> checker_values.Kept | None:
    """The optional requirements at the top that the next narrower view met, with what it applied."""
    narrower = checker_kept.below(view)
    if narrower is None:
        return None
    tops = [one for one in audit.requirements if one.parent_id is None and one.is_optional]
    met = [one for one in tops if one.in_view(narrower).status is Status.MET]
    if not met:
        return None
    return checker_values.Kept(
        keys=tuple(one.key for one in met),
        names=tuple(one.name for one in met),
        uses=tuple(_uses(audit, tree, narrower)),
    )


def _amount(result: audit_results.RequirementResult, view: entries.View) -> checker_values.Amount:
    shown = result.in_view(view)
    return checker_values.Amount(key=result.key, courses=shown.courses, credits=shown.credits)


def _uses(audit: audit_results.Audit, tree: checker_trees.Tree, view: entries.View) -> Iterable[checker_values.Use]:
    for result in audit.requirements:
        if not tree.places[tree.by_key[result.key]].is_leaf:
            continue
        for applied in result.in_view(view).applied:
            yield checker_values.Use(
                key=result.key,
                entry_ids=applied.entry_ids,
                counts_as=applied.counts_as,
                credits=applied.credits,
                rule_id=applied.rule_id,
                course_id=None if applied.course is None else applied.course.id,
            )


def _with_totals(draft: checker_values.Certificate, question: checker_questions.Question) -> checker_values.Certificate:
    """The certificate with the credit that no requirement uses and that counts all the same, the most valued first."""
    case, possible = question.case, question.pieces(draft.view)
    assignment = checker_assignments.read(question.tree, possible, draft.uses)
    if isinstance(assignment, str):
        return draft
    used = assignment.beneath(checker_trees.ROOT)
    beside: list[checker_pieces.Piece] = []
    ceilings = [one for one in case.constraints if checker_constraints.is_ceiling(one)]
    candidates = [piece for piece in possible if _counts(piece)]
    for piece in sorted(candidates, key=lambda piece: (not piece.is_own, -piece.credits)):
        both = [*used, *beside]
        is_free = not any(_is_same(piece, other) for other in both)
        is_free = is_free and not any(checker_pieces.exclude_each_other(piece, other, case) for other in both)
        if is_free and all(checker_constraints.is_kept(one, [*both, piece], case) for one in ceilings):
            beside.append(piece)
    return replace(draft, uses=(*draft.uses, *(_beside(piece) for piece in beside)))


def _counts(piece: checker_pieces.Piece) -> bool:
    return piece.is_accepted and piece.level != courses.DEVELOPMENTAL and piece.credits > Decimal(0)


def _is_same(one: checker_pieces.Piece, other: checker_pieces.Piece) -> bool:
    return one.source == other.source and one.slot == other.slot


def _beside(piece: checker_pieces.Piece) -> checker_values.Use:
    return checker_values.Use(
        key="",
        entry_ids=piece.entry_ids,
        counts_as=piece.label,
        credits=piece.credits,
        rule_id=piece.rule_id,
        course_id=None if piece.course is None else piece.course.id,
    )


def _unshown(draft: checker_values.Certificate, question: checker_questions.Question) -> checker_values.TotalKey | None:
    assignment = checker_assignments.read(question.tree, question.pieces(draft.view), draft.uses)
    return None if isinstance(assignment, str) else checker_assignments.missing_total(assignment, question.case)


def _ruling(exception: audit_exceptions.PlanException) -> checker_values.Ruling:
    match exception:
        case audit_exceptions.Waiver():
            return checker_values.Ruling(kind=Kind.WAIVE, key=exception.key)
        case audit_exceptions.Substitution():
            return checker_values.Ruling(kind=Kind.SUBSTITUTE, key=exception.key, entry_id=exception.entry_id)
        case audit_exceptions.Force():
            return checker_values.Ruling(kind=Kind.FORCE, key=exception.key, entry_id=exception.entry_id)
        case audit_exceptions.Forbid():
            return checker_values.Ruling(kind=Kind.FORBID, key=exception.key, entry_id=exception.entry_id)
        case audit_exceptions.Limit():
            return checker_values.Ruling(
                kind=Kind.LIMIT, key=exception.key, credits=exception.credits, courses=exception.courses
            )
