"""Certificates: the checker accepts every one that is issued, and none that was altered."""

import itertools
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from gql_api.domain import (
    audit_exceptions,
    audits,
    certificate_words,
    certificates,
    checker,
    checker_kept,
    checker_values,
    entries,
)
from tests.domain import reference_programs
from tests.domain.literals import (
    ON,
    awards,
    constraint,
    course,
    group,
    option,
    plans,
    pool,
    possibilities,
    program,
    rule,
    takes,
    took,
    unlisted,
)
from tests.domain.reference_programs import examples

Claim = checker_values.Claim
View = entries.View


def certified(tree, *taken, rules=(), exceptions=(), constraints=(), decisions=(), view=View.PLANNED, **policies):
    """The case, and the certificate of one view of its audit."""
    given = (tree, taken, possibilities(*rules, decisions=decisions, **policies), exceptions)
    case = certificates.case(*given, on=ON, constraints=constraints)
    audit = audits.audit(*given, on=ON, constraints=constraints)
    return case, certificates.of(audit, case, view)


def said(tree, *taken, **given):
    """The claim and the sentence of a certificate that the checker accepts."""
    case, issued = certified(tree, *taken, **given)
    verdict = checker.check(issued, case)
    assert verdict.is_accepted, verdict.reason
    return issued.claim, certificate_words.sentence(issued)


def test_a_version_that_is_met_carries_its_assignment():
    tree = program(pool("A", "MATH 101", "MATH 102"), pool("B", "MATH 101"))
    case, issued = certified(tree, took("MATH 101", id=1), took("MATH 102", id=2))
    assert issued.claim is Claim.MET
    assert {(use.key, use.entry_ids) for use in issued.uses} == {("A", (2,)), ("B", (1,))}
    assert checker.check(issued, case) == checker_values.Verdict(is_accepted=True)
    assert certificate_words.sentence(issued) == (
        "The version is met: two courses fill every requirement, none of them used twice."
    )


def test_requirements_that_compete_are_a_conflict_with_numbers():
    tree = program(*(pool(key, "MATH 101", "MATH 102") for key in "ABC"), pool("D", "ART 1"))
    claim, sentence = said(tree, took("MATH 101"), took("MATH 102"), took("ART 1"))
    assert claim is Claim.NOT_MET
    assert sentence == "These three requirements need three courses, two of yours fit: “A”, “B” and “C”."


@pytest.mark.parametrize(
    ("tree", "taken", "sentence"),
    [
        (
            program(pool("A", "MATH 101")),
            [took("ART 1")],
            "“A” needs one course, and none of yours fits.",
        ),
        (
            program(pool("A", "MATH 101", "MATH 102", min_credits=9)),
            [took("MATH 101"), took("MATH 102")],
            "“A” needs 9.00 credits, and the courses of yours that fit carry 6.00.",
        ),
        (
            program(pool("A", "MATH 101"), total=30),
            [took("MATH 101")],
            "30.00 credits are needed; all of yours together are 3.00 at most.",
        ),
        (
            program(pool("A", "MATH 101", min_courses=0), total=1, residency=1),
            [],
            "1.00 credit is needed; all of yours together are 0.00 at most.",
        ),
        (
            program(pool("A", "MATH 101"), gpa=3),
            [took("MATH 101", "C")],
            "A grade point average of 3.00 is needed; it is 2.00.",
        ),
    ],
)
def test_what_one_requirement_or_total_lacks_is_said_in_its_own_unit(tree, taken, sentence):
    assert said(tree, *taken) == (Claim.NOT_MET, sentence)


def test_credits_that_fit_no_window_are_a_conflict_though_there_are_enough_courses():
    tree = program(pool("A", option("MATH 1"), option("MATH 2"), min_credits=6, max_credits=7))
    claim, sentence = said(tree, took(course("MATH 1", credits=4)), took(course("MATH 2", credits=4)))
    assert claim is Claim.NOT_MET
    assert sentence == "“A” cannot be met by the two courses of yours that fit, whichever way they are used."


def test_an_average_within_a_requirement_is_left_unproved_with_the_reason():
    tree = program(pool("A", "MATH 101", constraints=(constraint("MIN_GPA", gpa=Decimal("3.5")),)))
    claim, sentence = said(tree, took("MATH 101", "C"))
    assert claim is Claim.UNPROVED
    assert "not proved" in sentence
    assert "an average" in sentence


@pytest.mark.parametrize(
    "given",
    [
        {"exceptions": [audit_exceptions.Waiver(key="A")]},
        {"exceptions": [audit_exceptions.Substitution(key="A", entry_id=1)]},
        {"rules": [rule(1, "BIO 9", awards("MATH 101"))], "extra": [took("BIO 9", at=2)]},
        {
            "rules": [rule(1, [["BIO 8"], ["BIO 9"]], awards("MATH 101"))],
            "extra": [took("BIO 8", at=2), took("BIO 9", at=2)],
        },
    ],
)
def test_decisions_and_equivalencies_are_followed_by_the_checker_itself(given):
    given = dict(given)
    tree = program(pool("A", "MATH 101"), pool("B", "ART 1"))
    taken = [took("HIST 7", id=1), took("ART 1"), *given.pop("extra", [])]
    assert said(tree, *taken, **given)[0] is Claim.MET
    assert said(tree, *taken)[0] is Claim.NOT_MET


def test_a_course_taken_under_a_refused_rule_or_grade_proves_nothing():
    tree = program(pool("A", "MATH 101"))
    good = rule(1, [["BIO 9"]], awards("MATH 101"))
    case, issued = certified(tree, took("BIO 9", at=2, id=1), rules=[good])
    assert issued.claim is Claim.MET
    refused = replace(good, status=certificates.articulation_rules.equivalencies.RuleStatus.DENIED)
    asked = replace(
        good, groups=(tuple(replace(one, minimum_grade=audits.entries.grades.Grade.A) for one in good.groups[0]),)
    )
    for other in (refused, asked):
        changed = replace(case, possibilities=possibilities(other))
        assert not checker.check(issued, changed).is_accepted


def altered(issued):
    """Certificates with one part changed, each with whether it says what cannot be true, however it is sealed."""
    yield "another version", replace(issued, version_id=issued.version_id + 1), True
    for claim in Claim:
        if claim is not issued.claim:
            yield f"claims {claim.name}", replace(issued, claim=claim), True
    yield "another reason", replace(issued, reason=issued.reason + "!"), issued.claim is not Claim.UNPROVED
    if issued.met:
        yield "less met", replace(issued, met=issued.met[1:]), True
        yield "renamed met", replace(issued, met=("no such key", *issued.met[1:])), True
    for place, amount in enumerate(issued.amounts):
        others = issued.amounts[:place], issued.amounts[place + 1 :]
        for name, other in (
            ("key", replace(amount, key=amount.key + "x")),
            ("courses", replace(amount, courses=amount.courses + 1)),
            ("credits", replace(amount, credits=amount.credits + 1)),
        ):
            yield f"amount's {name}", replace(issued, amounts=(*others[0], other, *others[1])), True
        yield "amount dropped", replace(issued, amounts=others[0] + others[1]), True
    yield from altered_uses(issued)
    if issued.conflict is not None:
        yield from altered_conflicts(issued, issued.conflict)


def altered_uses(issued):
    for place, use in enumerate(issued.uses):
        before, after = issued.uses[:place], issued.uses[place + 1 :]
        yield "use dropped", replace(issued, uses=before + after), bool(use.key)
        yield "use doubled", replace(issued, uses=(*issued.uses, use)), True
        for name, other in (
            ("key", replace(use, key=use.key + "x")),
            ("entries", replace(use, entry_ids=(-1,))),
            ("course", replace(use, course_id=-1)),
            ("name", replace(use, counts_as="NO SUCH 1")),
            ("credits", replace(use, credits=use.credits + 1)),
            ("rule", replace(use, rule_id=-1)),
        ):
            yield f"use's {name}", replace(issued, uses=(*before, other, *after)), True
    for one, other in itertools.combinations(range(len(issued.uses)), 2):
        first, second = issued.uses[one], issued.uses[other]
        if first.key != second.key:
            swapped = list(issued.uses)
            swapped[one], swapped[other] = replace(first, key=second.key), replace(second, key=first.key)
            yield "uses swapped", replace(issued, uses=tuple(swapped)), False  # it may be another right assignment


def altered_conflicts(issued, conflict):
    def changed(**values):
        return replace(issued, conflict=replace(conflict, **values))

    yield "no conflict", replace(issued, conflict=None), True
    yield "more needed", changed(needed=conflict.needed + 1), True
    yield "more available", changed(available=conflict.available + 1), True
    yield "another unit", changed(is_in_credits=not conflict.is_in_credits), True
    yield "no nodes", changed(nodes=()), True
    yield "a course more", changed(courses=(*conflict.courses, (-1,))), True
    for place, node in enumerate(conflict.nodes):
        before, after = conflict.nodes[:place], conflict.nodes[place + 1 :]
        yield "node dropped", changed(nodes=before + after), True
        yield "node doubled", changed(nodes=(*conflict.nodes, node)), True
        yield "node's key", changed(nodes=(*before, replace(node, key=node.key + "x"), *after)), True
        yield "node's name", changed(nodes=(*before, replace(node, name=node.name + "x"), *after)), True
        yield "node's needs", changed(nodes=(*before, replace(node, needs=(node.needs or 0) + 1), *after)), True
    for key in issued.met:
        node = checker_values.ConflictNode(key=key, name=key, needs=1)
        yield "a node more", changed(nodes=(*conflict.nodes, node)), True
    for place in range(len(conflict.courses)):
        yield "course dropped", changed(courses=conflict.courses[:place] + conflict.courses[place + 1 :]), True


def agree(tree, taken, *, is_proved):
    """Every view's certificate is accepted; none that was altered is, and a new seal saves only what may be true."""
    given = (tree, taken, possibilities())
    case = certificates.case(*given, on=ON)
    audit = audits.audit(*given, on=ON)
    for view in View:
        issued = certificates.of(audit, case, view)
        verdict = checker.check(issued, case)
        assert verdict.is_accepted, (view, verdict.reason)
        assert (issued.claim is Claim.MET) == (audit.in_view(view).status.name == "MET")
        assert issued.claim is not Claim.UNPROVED or not is_proved
        if issued.conflict is not None:
            assert len(issued.conflict.nodes) <= checker_values.MOST_CONFLICT_NODES
        for name, other, is_false in altered(issued):
            assert not checker.check(other, case).is_accepted, name
            if is_false:
                assert not checker.check(certificates.sealed(other), case).is_accepted, name


@examples(25)
@given(reference_programs.trees(), reference_programs.plans(is_completed=False))
def test_the_checker_accepts_what_is_issued_and_nothing_that_was_altered(tree, taken):
    agree(tree, taken, is_proved=True)


@examples(25)
@given(reference_programs.trees(is_sharing=True), reference_programs.plans(is_completed=False, most=5))
def test_the_same_holds_where_requirements_share(tree, taken):
    agree(tree, taken, is_proved=False)


def kept_and_costly():
    """One course, then two more: the narrower view meets the optional requirement with what the other needs."""
    tree = program(
        pool("L1", is_residual=True, min_courses=1, is_optional=True),
        pool("L2", is_residual=True, min_credits=5, max_credits=5),
    )
    one, three = course("ART 1", credits=1), course("ART 3", credits=3)
    return tree, (took(one, id=1), took(three, id=2), takes(course("ART 2", credits=1), id=3))


def test_an_optional_requirement_that_is_kept_and_costs_the_version_is_part_of_the_conflict():
    tree, taken = kept_and_costly()
    case, issued = certified(tree, *taken)
    assert issued.claim is Claim.NOT_MET
    assert [node.key for node in issued.conflict.nodes] == ["L1", "L2"]
    assert (issued.kept.keys, issued.kept.names) == (("L1",), ("L1",))
    assert checker.check(issued, case) == checker_values.Verdict(is_accepted=True)
    assert certificate_words.sentence(issued) == (
        "These two requirements need four courses, three of yours fit: “L1” and “L2”. "
        "“L1” is optional, and kept because less of the plan meets it already."
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"keys": (), "names": ()},
        {"keys": ("L2",), "names": ("L2",)},
        {"keys": ("L1", "L2"), "names": ("L1", "L2")},
        {"names": ("L2",)},
        {"uses": ()},
        {"uses": "twice"},
        {"uses": "planned"},
    ],
    ids=str,
)
def test_what_is_kept_must_be_met_by_the_narrower_view(changed):
    case, issued = certified(*_flat(kept_and_costly()))
    uses = issued.kept.uses
    others = {"twice": uses * 2, "planned": tuple(replace(use, entry_ids=(3,)) for use in uses)}
    if changed.get("uses") in others:
        changed = {"uses": others[changed["uses"]]}
    other = certificates.sealed(replace(issued, kept=replace(issued.kept, **changed)))
    assert not checker.check(other, case).is_accepted
    assert not checker.check(certificates.sealed(replace(issued, kept=None)), case).is_accepted


def _flat(given):
    tree, taken = given
    return tree, *taken


def test_nothing_is_kept_where_no_view_is_narrower():
    case, issued = certified(*_flat(kept_and_costly()))
    question = checker.Question(case)
    assert checker_kept.problem(issued.kept, issued, question) is None
    assert checker_kept.problem(issued.kept, replace(issued, view=View.COMPLETED), question) is not None
    assert checker_kept.problem(issued.kept, replace(issued, met=("L2",)), question) is not None


def test_a_conflict_of_more_than_twelve_requirements_is_no_proof():
    tree = program(*(pool(f"R{number:02}", *(f"MATH {place}" for place in range(1, 13))) for number in range(13)))
    claim, sentence = said(tree, *(took(f"MATH {place}") for place in range(1, 13)))
    assert claim is Claim.UNPROVED
    assert "13 requirements" in sentence


def test_a_conflict_names_the_parts_of_a_group_and_not_the_group():
    tree = program(group("G", pool("A", "MATH 101"), pool("B", "MATH 102")), pool("C", "MATH 101"))
    _, issued = certified(tree, took("MATH 101"), took("MATH 102"))
    assert [node.key for node in issued.conflict.nodes] == ["A", "C"]


def test_a_choice_stands_in_a_conflict_as_a_whole():
    choice = group("G", pool("A", "MATH 101"), pool("B", "MATH 102"), min_children=1)
    tree = program(choice, pool("C", "MATH 101"), pool("D", "MATH 102"))
    _, issued = certified(tree, took("MATH 101"), took("MATH 102"))
    assert [node.key for node in issued.conflict.nodes] == ["G", "C", "D"]


def test_unlisted_courses_and_planned_ones_count_only_where_they_do():
    tree = program(pool("A", "MATH 101"), total=6)
    taken = (plans("MATH 101"), unlisted("Underwater Basket Weaving"))
    assert said(tree, *taken)[0] is Claim.NOT_MET
    assert said(tree, *taken, took("ART 9"))[0] is Claim.MET
    assert said(tree, *taken, took("ART 9"), view=View.COMPLETED)[0] is Claim.NOT_MET
