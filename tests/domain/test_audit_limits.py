"""What is not worked out: ways to award that cannot be better, items made twice, versions prepared twice."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gql_api.domain import (
    allocation_fitting,
    audit_limits,
    audit_rivals,
    audit_tree,
    credit_items,
    entries,
    grades,
    statuses,
)
from tests.domain import reference_programs
from tests.domain.literals import (
    HERE,
    ON,
    THERE,
    applied,
    audit,
    awards,
    constraint,
    course,
    elective,
    option,
    pattern,
    plans,
    pool,
    possibilities,
    program,
    rule,
    takes,
    took,
)
from tests.domain.reference_programs import examples
from tests.domain.test_audit_laws import THEIRS, transfers

Status = statuses.PlannedStatus
STATUSES = st.sampled_from([Status.COMPLETED, Status.COMPLETED, Status.IN_PROGRESS, Status.PLANNED])
ELECTIVES = st.tuples(st.sampled_from(THEIRS), st.sampled_from(reference_programs.SUBJECTS))
EITHER = rule(1, [["XX 1"]], awards("BIO 101")), rule(2, [["XX 1"]], awards("CHEM 101"))
TRANSFERRED = took(course("XX 1", at=THERE), id=1)


@examples(60)
@given(
    reference_programs.trees(most=4),
    transfers(),
    st.lists(STATUSES, min_size=12, max_size=12),
    st.lists(ELECTIVES, max_size=2),
)
def test_no_way_to_award_that_is_not_tried_is_better(tree, given_transfers, standings, electives):
    rules, taken = given_transfers
    rules += [rule(50 + number, [[one]], elective(subject)) for number, (one, subject) in enumerate(electives)]
    plan = [
        replace(one, status=standing, grade=one.grade if standing is Status.COMPLETED else None)
        for one, standing in zip(taken, standings, strict=False)
    ]
    quick = repr(audit(tree, *plan, rules=rules))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(audit_limits, "may_exceed", lambda *_: True)
        patched.setattr(audit_rivals, "is_no_better", lambda *_: False)
        assert repr(audit(tree, *plan, rules=rules)) == quick


def test_a_way_to_award_is_not_solved_where_nothing_could_be_better_than_what_is_there(solved, monkeypatch):
    tree = program(pool("A", "BIO 101", "CHEM 101"), pool("B", pattern(subject="ART"), min_credits=6))
    prefers = program(pool("A", "BIO 101", option("CHEM 101", is_preferred=True)))
    plan = TRANSFERRED, took("ART 1", id=2), took("ART 2", id=3), took("ART 3", id=4)
    distinct = constraint("MIN_DISTINCT_SUBJECTS", subjects=1)
    quick = audit(tree, *plan, rules=EITHER, constraints=(distinct,))
    assert len(solved) == 1
    assert applied(audit(prefers, TRANSFERRED, rules=EITHER), "A") == ["CHEM 101"]
    solved.clear()
    monkeypatch.setattr(audit_limits, "may_exceed", lambda *_: True)
    monkeypatch.setattr(audit_rivals, "is_no_better", lambda *_: False)
    assert audit(tree, *plan, rules=EITHER, constraints=(distinct,)) == quick
    assert len(solved) == 2


def test_a_way_to_award_that_meets_more_is_solved(solved):
    lab = constraint("MIN_COURSES_AT_LEVEL", courses=1, level=2000)
    tree = program(pool("A", pattern(subject="BIO"), pattern(subject="CHEM"), min_credits=3, constraints=(lab,)))
    rules = rule(1, [["XX 1"]], awards("BIO 101")), rule(2, [["XX 1"]], awards("CHEM 201"))
    assert applied(audit(tree, TRANSFERRED, rules=rules), "A") == ["CHEM 201"]
    assert len(solved) == 2


def test_fewer_planned_courses_are_reason_enough_to_try_another_way():
    lab = constraint("MIN_COURSES_AT_LEVEL", courses=1, level=2000)
    tree = program(pool("A", pattern(subject="BIO"), pattern(subject="CHEM"), min_credits=3, constraints=(lab,)))
    rules = rule(1, [["XX 1"]], awards("BIO 101")), rule(2, [["XX 1"]], awards("CHEM 201"))
    result = audit(tree, TRANSFERRED, plans("BIO 301", id=2), takes("BIO 302", id=3), rules=rules)
    assert applied(result, "A") == ["CHEM 201"]


def fitted(fitting, nodes, *plan):
    receiver = possibilities().receiver
    items = credit_items.items(plan, (), receiver, entries.View.PLANNED)
    return allocation_fitting.board(nodes, (), items, receiver.credit_tolerance, fitting=fitting)


def version(tree, *, on=ON):
    frame = audit_tree.Frame(institution_id=HERE, on=on, pass_proves=grades.Grade.C)
    return audit_tree.prepared(tree, (), frame)


def test_an_item_that_equals_one_seen_before_is_that_one_with_its_fits():
    nodes = version(program(pool("A", "BIO 101"))).nodes
    fitting = allocation_fitting.Fitting(nodes)
    plan = took("BIO 101", id=1), took("ART 101", id=2)
    one, other = fitted(fitting, nodes, *plan), fitted(fitting, nodes, *plan)
    assert [mine is yours for mine, yours in zip(one.items, other.items, strict=True)] == [True, True]
    assert one.fits[1][1] is other.fits[1][1]
    assert other.fits[1][1].face is other.items[1].main


def test_a_course_that_changed_in_the_catalog_is_looked_at_anew():
    leaves = version(program(pool("A", pattern(subject="BIO", level_from=2000)))).leaves
    before, after = course("BIO 101"), replace(course("BIO 201"), id=course("BIO 101").id)
    faces = [credit_items.Face(course=one, award=None, credits=one.credits_min) for one in (before, after, before)]
    assert [dict(leaves.taking(face)) for face in faces] == [{}, {1: False}, {}]


def test_a_version_is_prepared_once_a_day():
    tree, other = program(pool("A", "BIO 101")), program(pool("A", "BIO 101"))
    known = version(tree)
    assert version(tree) is known
    assert version(other) is not known
    assert version(tree, on=ON.replace(year=2026)) is not known


def test_as_many_versions_stay_prepared_as_have_no_more_requirements_and_options_in_all(monkeypatch):
    small = [program(pool("A", "BIO 101")) for _ in range(20)]
    # Each has three: what holds for the program, a requirement, a course.
    monkeypatch.setattr(audit_tree, "MOST_HELD", 3 * len(small))
    known = [version(tree) for tree in small]
    assert all(version(tree) is one for tree, one in zip(small, known, strict=True))
    version(program(pool("A", "BIO 101", "BIO 201", "BIO 301", "BIO 401")))
    assert [version(tree) is one for tree, one in zip(small[2:], known[2:], strict=True)] == [True] * 18
    assert [version(tree) is one for tree, one in zip(small[:2], known[:2], strict=True)] == [False] * 2


def test_what_is_prepared_holds_the_keys_of_the_whole_tree():
    nodes = version(program(pool("A", "BIO 101"), pool("B", "BIO 201"))).nodes
    assert nodes[1].pool.keys == {"A", "B"}


def test_an_audit_makes_its_longer_answers_when_they_are_asked_for():
    asked = []
    result = audit(program(pool("A", "BIO 101")), took("BIO 101"), took("ART 101"))
    for name in ("requirements", "unapplied", "articulation"):
        made = getattr(result._pending, name)
        object.__setattr__(result._pending, name, lambda name=name, made=made: (asked.append(name), made())[1])
    assert (result.status.name, asked) == ("MET", [])
    assert [one.key for one in result.requirements] == ["A"]
    assert result.requirements is result.requirements
    assert [one.reason.name for one in result.unapplied] == ["NO_OPTION"]
    assert result.articulation == ()
    assert asked == ["requirements", "unapplied", "articulation"]


def test_an_audit_is_copied_compared_and_printed_with_all_of_its_answers():
    tree, plan = program(pool("A", "BIO 101")), (took("BIO 101", id=1), took("ART 101", id=2))
    result = audit(tree, *plan)
    assert repr(replace(result, pins=())) == repr(result) == repr(audit(tree, *plan))
    assert replace(result, pins=()) == result == audit(tree, *plan)
    assert replace(result, pins=(), version_id=2) != result
    with pytest.raises(AttributeError, match="an audit has no 'grade'"):
        _ = result.grade
