"""Laws that every audit keeps, whatever the program and the plan."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks import audit_digests
from gql_api.domain import audits, certificates, checker, entries, requirements
from tests.domain import reference, reference_programs, reference_rules
from tests.domain.literals import HERE, ON, THERE, audit, awards, course, possibilities, rule, took
from tests.domain.reference_programs import CODES, examples

View = entries.View
THEIRS = ("XX 1", "XX 2", "XX 3")


def first_goals(result, tree, view=View.COMPLETED):
    """The version met, and how many required and optional top-level requirements."""
    tops = {node.key: node.is_optional for node in tree.requirements}
    met = [tops[one.key] for one in result.requirements if one.depth == 0 and one.in_view(view).status.name == "MET"]
    return result.in_view(view).status.name == "MET", met.count(False), met.count(True)


def used(result, view):
    """The entries behind everything applied to leaves, once for each leaf."""
    leaves = [one for one in result.requirements if one.needed_children is None]
    return [id for one in leaves for applied in one.in_view(view).applied for id in applied.entry_ids]


@examples(30)
@given(reference_programs.trees(), reference_programs.plans(is_completed=False, most=8))
def test_no_course_is_used_twice_among_exclusive_requirements(tree, taken):
    assume(all(node.sharing is requirements.Sharing.EXCLUSIVE for _, node in requirements.walk(tree.requirements)))
    result = audit(tree, *taken)
    for view in View:
        assert len(used(result, view)) == len(set(used(result, view)))


@examples(30)
@given(
    reference_programs.trees(is_sharing=True),
    reference_programs.plans(is_completed=False, most=8),
    reference_programs.constraints,
    st.data(),
)
def test_the_order_of_nothing_matters(tree, taken, constraints, data):
    decided = data.draw(reference_programs.exceptions(tree, taken))
    chance = data.draw(st.randoms(use_true_random=False))

    def mixed(parts):
        return tuple(chance.sample(parts, len(parts)))

    def shuffled(node):
        return replace(
            node,
            children=mixed(tuple(map(shuffled, node.children))),
            options=mixed(node.options),
            constraints=node.constraints,
        )

    given_first = audit(tree, *taken, exceptions=decided, constraints=constraints)
    other = replace(tree, requirements=mixed(tuple(map(shuffled, tree.requirements))))
    given_second = audit(other, *mixed(taken), exceptions=mixed(decided), constraints=constraints)
    assert audit_digests.of(given_first) == audit_digests.of(given_second)


@examples(30)
@given(
    reference_programs.trees(),
    reference_programs.plans(most=6),
    st.sampled_from(CODES),
    st.sampled_from([1, 3, 4]),
    reference_programs.constraints,
)
def test_one_more_completed_course_never_lowers_what_is_met(tree, taken, code, amount, constraints):
    assume(code not in {one.course.code for one in taken})
    more = (*taken, took(course(code, credits=amount), "A", id=99))
    before = first_goals(audit(tree, *taken, constraints=constraints), tree)
    assert first_goals(audit(tree, *more, constraints=constraints), tree) >= before


@examples(30)
@given(reference_programs.trees(is_sharing=True), reference_programs.plans(is_completed=False, most=8))
def test_the_set_of_top_level_requirements_that_are_met_grows_from_view_to_view(tree, taken):
    result = audit(tree, *taken)
    tops = [one for one in result.requirements if one.depth == 0]
    met = [{one.key for one in tops if one.in_view(view).status.name == "MET"} for view in View]
    assert met[0] <= met[1] <= met[2]


@examples(30)
@given(reference_programs.trees(), reference_programs.plans(is_completed=False, most=7), st.data())
def test_the_checker_accepts_the_certificate_of_every_view(tree, taken, data):
    decided = data.draw(reference_programs.exceptions(tree, taken))
    question = certificates.case(tree, taken, possibilities(), decided, on=ON)
    result = audits.audit(tree, taken, possibilities(), decided, on=ON)
    for view in View:
        issued = certificates.of(result, question, view)
        verdict = checker.check(issued, question)
        assert verdict.is_accepted, verdict.reason
        assert (issued.claim.name == "MET") is (result.in_view(view).status.name in {"MET", "WAIVED"})


@st.composite
def transfers(draw):
    """Courses from elsewhere with rules that compete for them, beside own courses that no rule awards."""
    targets, own = CODES[1:5], CODES[5:]
    rules = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        sources = draw(st.lists(st.sampled_from(THEIRS), min_size=1, max_size=2, unique=True))
        target = draw(st.sampled_from(targets))
        rules.append(rule(number, [[one] for one in sources], awards(target, credits=None)))
    theirs = [took(course(code, at=THERE), id=number) for number, code in enumerate(THEIRS, 1)]
    mine = [took(code, id=10 + number) for number, code in enumerate(draw(st.lists(st.sampled_from(own), unique=True)))]
    return rules, [*theirs, *mine]


@examples(30)
@given(reference_programs.trees(), transfers())
def test_of_competing_rules_those_are_used_that_meet_the_most(tree, given_transfers):
    rules, taken = given_transfers

    def judge_of(tree, plan):
        return reference.Judge(tree, plan, here=HERE)

    try:
        best = reference_rules.best(tree, taken, rules, judge_of)
    except reference.TooManyWays:
        assume(False)
    assert first_goals(audit(tree, *taken, rules=rules), tree) == best
