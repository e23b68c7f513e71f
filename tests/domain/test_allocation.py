"""The laws of the allocation: exclusive, irredundant, independent of order, and optimal where courses are counted."""

import itertools
from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gql_api.domain import entries, requirements
from tests.domain.literals import (
    applied,
    audit,
    course,
    found,
    group,
    option,
    pattern,
    plans,
    pool,
    program,
    standing,
    takes,
    took,
)

View = entries.View
CODES = [f"{subject} {number}" for subject in ("BIO", "CHEM") for number in (101, 102, 201, 301)]
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

options = st.lists(st.sampled_from(CODES), min_size=1, max_size=5, unique=True)
counting = st.lists(st.tuples(options, st.integers(1, 3)), min_size=1, max_size=5)
transcripts = st.lists(st.sampled_from(CODES), max_size=7, unique=True)


def counted(leaves):
    """A program of plain pools that each need so many courses."""
    return program(*(pool(f"R{n}", *names, min_courses=needed) for n, (names, needed) in enumerate(leaves)))


def transcript(names):
    return [took(name, id=number) for number, name in enumerate(sorted(names), 1)]


def most_met(leaves, names):
    """The greatest number of pools that the courses can meet, by trying every set of pools and every assignment."""
    for size in range(len(leaves), 0, -1):
        for chosen in itertools.combinations(leaves, size):
            slots = [frozenset(pool_options) for pool_options, needed in chosen for _ in range(needed)]
            if len(slots) <= len(names) and can_fill(slots, frozenset(names)):
                return size
    return 0


def can_fill(slots, names):
    if not slots:
        return True
    return any(can_fill(slots[1:], names - {name}) for name in slots[0] & names)


@QUICK
@given(counting, transcripts)
@example([(["BIO 101", "BIO 102"], 1), (["BIO 101"], 1)], ["BIO 101", "BIO 102"])
@example([(["BIO 101", "BIO 102"], 2), (["BIO 101"], 1), (["BIO 102"], 1)], ["BIO 101", "BIO 102"])
def test_of_pools_that_count_courses_as_many_are_met_as_possible(leaves, names):
    assert audit(counted(leaves), *transcript(names)).views[0].requirements_met == most_met(leaves, names)


@QUICK
@given(counting, transcripts, st.sampled_from(CODES))
def test_one_more_completed_course_never_lowers_the_number_met(leaves, names, another):
    before = audit(counted(leaves), *transcript(names)).views[0].requirements_met
    after = audit(counted(leaves), *transcript({*names, another})).views[0].requirements_met
    assert after >= before


# Programs with everything: nested choices, credits, maxima, optional parts, and courses of different weight.
leaf_values = st.one_of(
    st.fixed_dictionaries({"min_courses": st.integers(1, 3)}),
    st.fixed_dictionaries({"min_credits": st.integers(1, 9)}),
    st.fixed_dictionaries({"min_credits": st.integers(1, 6), "max_credits": st.integers(6, 9)}),
    st.fixed_dictionaries({"min_courses": st.integers(1, 2), "max_courses": st.integers(2, 3)}),
    st.just({"min_courses": 0}),
)
leaves = st.tuples(options, leaf_values, st.booleans())


@st.composite
def trees(draw):
    numbers = itertools.count()

    def leaf():
        names, values, is_optional = draw(leaves)
        return pool(f"L{next(numbers)}", *names, is_optional=is_optional, **values)

    def node():
        if draw(st.booleans()):
            return leaf()
        children = [leaf() for _ in range(draw(st.integers(1, 3)))]
        needed = draw(st.none() | st.integers(0, len(children)))
        beneath = draw(st.none() | st.integers(1, 8))
        return group(f"G{next(numbers)}", *children, min_children=needed, min_credits_beneath=beneath)

    return program(*(node() for _ in range(draw(st.integers(1, 4)))))


@st.composite
def plans_of_all_kinds(draw):
    made = []
    for number, name in enumerate(draw(transcripts), 1):
        kind = draw(st.sampled_from([took, takes, plans]))
        made.append(kind(course(name, credits=draw(st.sampled_from([1, 3, 4]))), id=number))
    return made


@QUICK
@given(trees(), plans_of_all_kinds(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(tree, taken, random):
    shuffled = list(taken)
    random.shuffle(shuffled)
    tops = list(tree.requirements)
    random.shuffle(tops)
    assert repr(audit(tree, *taken)) == repr(audit(replace(tree, requirements=tuple(tops)), *shuffled))


@QUICK
@given(trees(), plans_of_all_kinds())
def test_no_course_is_used_twice_and_maxima_hold(tree, taken):
    result = audit(tree, *taken)
    for view in View:
        leaves = [one for one in result.requirements if one.needed_children is None]
        used = [id for one in leaves for given in one.in_view(view).applied for id in given.entry_ids]
        assert len(used) == len(set(used))
    by_key = {node.key: node for node in nodes(tree.requirements)}
    for one in result.requirements:
        node = by_key[one.key]
        for given_view in one.views:
            assert node.max_courses is None or given_view.courses <= node.max_courses
            assert node.max_credits is None or given_view.credits <= node.max_credits


def nodes(siblings):
    for node in siblings:
        yield node
        yield from nodes(node.children)


@QUICK
@given(trees(), plans_of_all_kinds())
def test_what_is_said_to_be_met_is_met(tree, taken):
    result = audit(tree, *taken)
    by_key = {one.key: one for one in result.requirements}
    for node in nodes(tree.requirements):
        for view in View:
            given_view = by_key[node.key].in_view(view)
            assert (given_view.status.name == "MET") is is_met(node, by_key, view)
            assert (given_view.fraction == 1) is (given_view.status.name == "MET")


def is_met(node, by_key, view):
    given_view = by_key[node.key].in_view(view)
    children = [
        is_met(child, by_key, view) for child in node.children if node.min_children is not None or not child.is_optional
    ]
    needed = len(children) if node.min_children is None else node.min_children
    return (
        sum(children) >= needed
        and given_view.courses >= (node.min_courses or 0)
        and given_view.credits >= (node.min_credits or 0)
        and given_view.credits >= (node.min_credits_beneath or 0)
    )


@QUICK
@given(trees(), plans_of_all_kinds())
def test_a_wider_view_keeps_the_top_level_requirements_that_a_narrower_one_met(tree, taken):
    result = audit(tree, *taken)
    for one in result.requirements:
        if one.depth == 0:
            met = [given_view.status.name == "MET" for given_view in one.views]
            assert met == sorted(met)
    percents = [given_view.requirements_met for given_view in result.views]
    assert percents == sorted(percents)


@QUICK
@given(trees(), plans_of_all_kinds())
def test_nothing_is_applied_that_a_met_requirement_does_not_need(tree, taken):
    result = audit(tree, *taken)
    for top in tree.requirements:
        if any(node.is_optional for node in nodes(top.children)):
            continue  # optional parts use what nothing needs, on purpose
        held = {node.key: [one.credits for one in found(result, node.key).views[0].applied] for node in nodes((top,))}
        if not holds(top, held):
            continue
        for key in [node.key for node in nodes((top,)) if not node.children]:
            for place in range(len(held[key])):
                assert not holds(top, {**held, key: held[key][:place] + held[key][place + 1 :]})


def whole(node, held):
    """The credits that count for a node: those of its own pool, and those of its parts that are met."""
    if not node.children:
        return list(held[node.key])
    return [amount for child in node.children if holds(child, held) for amount in whole(child, held)]


def holds(node, held):
    """Whether a node is met by these credits at its leaves; beneath it only whole parts count."""
    amounts = whole(node, held)
    children = [holds(child, held) for child in node.children]
    needed = len(children) if node.min_children is None else node.min_children
    return (
        sum(children) >= needed
        and len(amounts) >= (node.min_courses or 0)
        and sum(amounts) >= max(node.min_credits or 0, node.min_credits_beneath or 0)
    )


# --- single cases ---


def test_a_single_pool_is_not_starved_by_a_wider_one():
    tree = program(pool("WIDE", "BIO 101", "BIO 102"), pool("NARROW", "BIO 101"))
    result = audit(tree, took("BIO 101"), took("BIO 102"))
    assert (applied(result, "WIDE"), applied(result, "NARROW")) == (["BIO 102"], ["BIO 101"])


def test_a_chain_of_exchanges_is_followed():
    tree = program(
        pool("A", "BIO 101", "BIO 102"),
        pool("B", "BIO 102", "BIO 201"),
        pool("C", "BIO 201", "BIO 301"),
        pool("D", "BIO 101"),
    )
    result = audit(tree, took("BIO 101"), took("BIO 102"), took("BIO 201"), took("BIO 301"))
    assert [standing(result, key) for key in "ABCD"] == ["MET"] * 4


def test_two_small_requirements_are_met_rather_than_one_large():
    tree = program(pool("BIG", "BIO 101", "BIO 102", min_courses=2), pool("A", "BIO 101"), pool("B", "BIO 102"))
    result = audit(tree, took("BIO 101"), took("BIO 102"))
    assert [standing(result, key) for key in ("BIG", "A", "B")] == ["UNMET", "MET", "MET"]


def test_a_choice_gives_way_where_another_requirement_needs_its_course():
    tree = program(group("EITHER", pool("A", "BIO 101"), pool("B", "BIO 102"), min_children=1), pool("C", "BIO 101"))
    result = audit(tree, took("BIO 101"), took("BIO 102"))
    assert (standing(result, "EITHER"), standing(result, "C")) == ("MET", "MET")
    assert applied(result, "C") == ["BIO 101"]


def test_a_maximum_of_credits_is_met_by_the_right_combination():
    taken = [
        took(course(f"BIO {number}", credits=size))
        for number, size in [(101, 4), (102, 4), (103, 4), (104, 3), (105, 3)]
    ]
    tree = program(pool("A", pattern(subject="BIO"), min_credits=10, max_credits=10))
    result = audit(tree, *taken)
    assert standing(result, "A") == "MET"
    assert found(result, "A").views[0].credits == 10


def test_credits_are_exchanged_between_pools():
    large, small = course("BIO 101", credits=4), course("BIO 102", credits=3)
    tree = program(pool("A", "BIO 101", "BIO 102", min_credits=3), pool("B", "BIO 101", min_credits=4))
    result = audit(tree, took(large), took(small))
    assert (applied(result, "A"), applied(result, "B")) == (["BIO 102"], ["BIO 101"])


def test_a_requirement_that_needs_nothing_is_met_and_uses_nothing():
    tree = program(pool("A", "BIO 101", min_courses=0), group("G", pool("B", "BIO 101"), min_children=0))
    result = audit(tree, took("BIO 101"))
    assert [standing(result, key) for key in "AG"] == ["MET", "MET"]
    assert (applied(result, "A"), applied(result, "G")) == ([], [])


def test_optional_requirements_take_only_what_is_left():
    tree = program(pool("A", "BIO 101", is_optional=True), pool("B", "BIO 101", "BIO 102"))
    assert [standing(audit(tree, took("BIO 101")), key) for key in "AB"] == ["UNMET", "MET"]
    assert [standing(audit(tree, took("BIO 101"), took("BIO 102")), key) for key in "AB"] == ["MET", "MET"]


def test_free_electives_take_what_nothing_else_needs():
    tree = program(pool("FREE", is_residual=True, min_credits=3), pool("A", "BIO 101"))
    result = audit(tree, took("BIO 101"), took("ART 1"))
    assert (applied(result, "FREE"), applied(result, "A")) == (["ART 1"], ["BIO 101"])


def test_a_shared_requirement_looks_without_using_up():
    shared = group("WRITING", pool("W", "BIO 101"))
    shared = replace(shared, sharing=requirements.Sharing.SHARED)
    result = audit(program(pool("A", "BIO 101"), shared), took("BIO 101"))
    assert (standing(result, "A"), standing(result, "WRITING")) == ("MET", "MET")
    assert found(result, "W").views[0].applied[0].is_shared


def test_requirements_share_up_to_the_cap_of_their_pair():
    tree = sharing(max_courses=1)
    result = audit(tree, took("BIO 101"), took("BIO 102"))
    assert [standing(result, key) for key in "AB"] == ["MET", "PARTIAL"]  # one of the two is shared
    result = audit(sharing(max_courses=2), took("BIO 101"), took("BIO 102"))
    assert [standing(result, key) for key in "AB"] == ["MET", "MET"]
    result = audit(sharing(max_credits=Decimal(5)), took("BIO 101"), took("BIO 102"))
    assert [standing(result, key) for key in "AB"] == ["MET", "PARTIAL"]
    result = audit(sharing(max_courses=1), took("BIO 101"), took("BIO 102"), took("BIO 103"))
    assert [standing(result, key) for key in "AB"] == ["MET", "MET"]


def sharing(**caps):
    names = ("BIO 101", "BIO 102", "BIO 103")
    share = requirements.Share(with_key="B", **caps)
    return program(pool("A", *names, min_courses=2, share_with=(share,)), pool("B", *names, min_courses=2))


def test_credits_beneath_a_node_come_from_whatever_is_beneath():
    tree = program(
        group(
            "G", pool("A", "BIO 101"), pool("B", "BIO 102"), pool("C", "BIO 201"), min_children=0, min_credits_beneath=6
        )
    )
    assert standing(audit(tree, took("BIO 101")), "G") == "PARTIAL"
    assert standing(audit(tree, took("BIO 101"), took("BIO 201")), "G") == "MET"


def test_a_nested_part_counts_whole_or_not_at_all():
    lab = group("LAB", pool("X", "BIO 101"), pool("Y", "BIO 102"))
    tree = program(group("G", lab, pool("A", "BIO 201"), min_children=0, min_credits_beneath=6))
    result = audit(tree, took("BIO 101"), took("BIO 102"), took("BIO 201"))
    assert sorted(applied(result, "G")) == ["BIO 101", "BIO 102"]


def test_preferred_courses_are_used_where_nothing_else_changes():
    tree = program(pool("A", "BIO 101", option("BIO 102", is_preferred=True)), pool("B", "BIO 102", "BIO 201"))
    result = audit(tree, took("BIO 101"), took("BIO 102"), took("BIO 201"))
    assert (applied(result, "A"), applied(result, "B")) == (["BIO 102"], ["BIO 201"])


def test_completed_courses_are_used_before_running_and_planned_ones():
    tree = program(pool("A", "BIO 101", "BIO 102", "BIO 201"))
    result = audit(tree, plans("BIO 101"), takes("BIO 102"), took("BIO 201"))
    assert applied(result, "A") == ["BIO 201"]


def test_many_requirements_that_compete_are_met_as_far_as_courses_reach():
    names = [f"BIO {number}" for number in range(101, 161)]
    tree = program(*(pool(f"R{start}", *names[start : start + 12], min_courses=3) for start in range(0, 48, 2)))
    result = audit(tree, *(took(name) for name in names))
    assert result.views[0].requirements_met == 19  # 58 of the courses are wanted, three each
