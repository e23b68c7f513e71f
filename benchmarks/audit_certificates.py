"""Certificates of the benchmark's audits, and false ones made from them, which the checker must refuse."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from gql_api.domain import audits, certificates, checker, checker_values, entries

Certificate = checker_values.Certificate
Claim = checker_values.Claim
NOBODY = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the checker said: of the certificate, and of how many false ones made from it."""

    claim: str
    is_accepted: bool
    reason: str
    altered: int
    believed: tuple[str, ...]
    """Which alterations were accepted: there must be none."""


def check(audit: audits.Audit, case: checker_values.Case, view: entries.View) -> Checked:
    """The certificate of one view, checked, and altered and checked again."""
    question = checker.Question(case)
    issued = certificates.issued(audit, question, view)
    verdict = checker.verdict(issued, question)
    false_ones = list(altered(issued))
    return Checked(
        claim=issued.claim.name,
        is_accepted=verdict.is_accepted,
        reason=verdict.reason,
        altered=len(false_ones),
        believed=tuple(name for name, one in false_ones if checker.verdict(one, question).is_accepted),
    )


def altered(given: Certificate) -> Iterator[tuple[str, Certificate]]:
    """Certificates that say something false, each with what was altered, and sealed anew so that this shows nothing.

    Last comes the certificate with the seal of another one.
    """
    found = [*_claims(given), *_assignments(given)]
    if given.conflict is not None:
        found += _conflicts(given, given.conflict)
    yield from ((name, certificates.sealed(one)) for name, one in found)
    yield "the seal of another certificate", replace(given, seal=certificates.sealed(found[0][1]).seal)


def _claims(given: Certificate) -> Iterator[tuple[str, Certificate]]:
    yield "another version", replace(given, version_id=given.version_id + 1)
    if given.amounts:
        first, *others = given.amounts
        more = replace(first, credits=first.credits + Decimal(1))
        yield "more beneath a requirement", replace(given, amounts=(more, *others))
    if given.claim is Claim.MET:
        yield "said not to be met", replace(given, claim=Claim.NOT_MET)
        yield "said to be unproved", replace(given, claim=Claim.UNPROVED, reason="no proof was looked for")
    else:
        yield "said to be met", replace(given, claim=Claim.MET, conflict=None, reason="")
    if given.met:
        yield "a met requirement left out", replace(given, met=given.met[:-1])
    yield "a requirement too many", replace(given, met=(*given.met, "0.0"))


def _assignments(given: Certificate) -> Iterator[tuple[str, Certificate]]:
    if not given.uses:
        return
    first, others = given.uses[0], given.uses[1:]
    yield "more credits", replace(given, uses=(replace(first, credits=first.credits + Decimal(1)), *others))
    yield "a course that was not taken", replace(given, uses=(replace(first, entry_ids=(NOBODY,)), *others))
    yield "a course used twice", replace(given, uses=(first, *given.uses))
    yield "another requirement", replace(given, uses=(replace(first, key="0.0"), *others))
    if given.claim is Claim.MET:
        yield "a needed course left out", replace(given, uses=others)
        rival = next((use for use in others if use.key != first.key), None)
        if rival is not None:
            both = (replace(first, entry_ids=rival.entry_ids), *others)
            yield "one course for two requirements", replace(given, uses=both)


def _conflicts(given: Certificate, conflict: checker_values.Conflict) -> Iterator[tuple[str, Certificate]]:
    def with_conflict(**values: object) -> Certificate:
        return replace(given, conflict=replace(conflict, **values))

    yield "no conflict", replace(given, conflict=None)
    yield "an empty conflict", with_conflict(nodes=())
    yield "more needed", with_conflict(needed=conflict.needed + 1)
    yield "less available", with_conflict(available=conflict.available - 1)
    yield "a node twice", with_conflict(nodes=(*conflict.nodes, conflict.nodes[0]))
    if len(conflict.nodes) > 1:
        yield "a node left out", with_conflict(nodes=conflict.nodes[1:])
    if conflict.courses:
        yield "a course left out", with_conflict(courses=conflict.courses[1:])
