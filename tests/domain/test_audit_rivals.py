"""Ways to award that differ only in what an item is called: the proof of one of them speaks for the other, or not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gql_api.domain import audit_limits, audit_rivals, statuses
from tests.domain.literals import (
    THERE,
    applied,
    audit,
    awards,
    constraint,
    course,
    pattern,
    pool,
    program,
    rule,
    takes,
    took,
)
from tests.domain.reference_programs import examples

Status = statuses.PlannedStatus
SUBJECTS = ("BIO", "CHEM", "ART")
CODES = tuple(f"{subject} {number}" for subject in SUBJECTS for number in (101, 201, 301))
TRANSFERRED = took(course("XX 1", at=THERE), id=1)
EITHER = rule(1, [["XX 1"]], awards("BIO 102")), rule(2, [["XX 1"]], awards("CHEM 102"))


@pytest.fixture(name="solved")
def _solved(solved, monkeypatch):
    """The boards that were solved, where nothing else says that a way to award need not be tried."""
    monkeypatch.setattr(audit_limits, "may_exceed", lambda *_: True)
    return solved


def several(count, **values):
    """A pool of several subjects, so many of which are needed."""
    distinct = constraint("MIN_DISTINCT_SUBJECTS", subjects=count)
    return pool("A", *(pattern(subject=one) for one in SUBJECTS), constraints=(distinct,), **values)


def test_a_name_that_no_constraint_tells_apart_is_not_tried(solved):
    tree = program(several(1, min_credits=6), pool("B", "ART 201"))
    result = audit(tree, TRANSFERRED, took("ART 101", id=2), took("ART 201", id=3), rules=EITHER)
    assert applied(result, "A") == ["ART 101", "BIO 102"]
    assert len(solved) == 1


def test_a_subject_that_would_add_nothing_is_not_tried(solved):
    tree = program(several(2, min_credits=9), pool("B", "ART 201", "BIO 101"))
    plan = TRANSFERRED, took("ART 101", id=2), took("BIO 101", id=3), took("ART 201", id=4), took("ART 301", id=5)
    assert audit(tree, *plan, rules=EITHER).is_met
    assert len(solved) == 1


def test_a_subject_that_is_missing_is_tried_and_followed(solved):
    tree = program(several(2, min_credits=6))
    result = audit(tree, TRANSFERRED, took("BIO 101", id=2), rules=EITHER)
    assert applied(result, "A") == ["BIO 101", "CHEM 102"]
    assert len(solved) == 2


def test_a_subject_that_may_have_no_more_credits_is_tried_otherwise(solved):
    most = constraint("MAX_CREDITS_PER_SUBJECT", credits=Decimal(3))
    tree = program(pool("A", pattern(subject="BIO"), pattern(subject="CHEM"), min_credits=6, constraints=(most,)))
    result = audit(tree, TRANSFERRED, took("BIO 101", id=2), rules=EITHER)
    assert applied(result, "A") == ["BIO 101", "CHEM 102"]
    assert len(solved) == 2


def test_what_fits_elsewhere_under_another_name_is_applied_there_in_either_way(solved):
    tree = program(several(1, min_credits=6), pool("B", "CHEM 102"))
    result = audit(tree, TRANSFERRED, took("BIO 101", id=2), took("ART 101", id=3), rules=EITHER)
    assert applied(result, "B") == ["CHEM 102"]
    assert result.is_met
    assert len(solved) == 1


def test_courses_still_to_be_taken_make_the_proof_of_every_view(solved):
    tree = program(several(2, min_credits=9), pool("B", "BIO 101"))
    plan = TRANSFERRED, took("ART 101", id=2), takes("BIO 101", id=3), took("ART 201", id=4)
    audit(tree, *plan, rules=EITHER)
    assert len(solved) == 2  # two views in which something is new


LIMITS = st.sampled_from(
    [
        constraint("MIN_DISTINCT_SUBJECTS", subjects=2),
        constraint("MIN_DISTINCT_SUBJECTS", subjects=3),
        constraint("MAX_CREDITS_PER_SUBJECT", credits=Decimal(3)),
        constraint("MAX_CREDITS_PER_SUBJECT", credits=Decimal(6)),
        constraint("MIN_CREDITS_AT_LEVEL", credits=Decimal(3), level=2000),
        constraint("MAX_CREDITS", credits=Decimal(6)),
    ]
)
POOLS = st.tuples(
    st.lists(st.sampled_from(SUBJECTS), min_size=1, max_size=3, unique=True),
    st.sampled_from([3, 6, 9]),
    st.lists(LIMITS, max_size=2, unique_by=lambda one: one.kind),
)


@st.composite
def awarding(draw):
    """Rules for two courses from elsewhere, each of which may become one of several of ours."""
    found = []
    for code in ("XX 1", "XX 2"):
        for target in draw(st.lists(st.sampled_from(("102", "202")), min_size=1, max_size=2)):
            subject = draw(st.sampled_from(SUBJECTS))
            found.append(rule(len(found) + 1, [[code]], awards(f"{subject} {target}")))
    return found


@examples(120)
@given(
    st.lists(POOLS, min_size=1, max_size=3),
    st.lists(st.sampled_from(CODES), max_size=6, unique=True),
    st.lists(st.booleans(), min_size=6, max_size=6),
    awarding(),
)
def test_no_way_that_the_proof_of_another_speaks_for_is_better(pools, codes, is_taken, rules):
    tree = program(
        *(
            pool(f"P{number}", *(pattern(subject=one) for one in names), min_credits=amount, constraints=tuple(limits))
            for number, (names, amount, limits) in enumerate(pools)
        )
    )
    mine = [
        (took if done else takes)(code, id=10 + number)
        for number, (code, done) in enumerate(zip(codes, is_taken, strict=False))
    ]
    plan = [TRANSFERRED, took(course("XX 2", at=THERE), id=2), *mine]
    quick = repr(audit(tree, *plan, rules=rules))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(audit_rivals, "is_no_better", lambda *_: False)
        patched.setattr(audit_limits, "may_exceed", lambda *_: True)
        assert repr(audit(tree, *plan, rules=rules)) == quick
