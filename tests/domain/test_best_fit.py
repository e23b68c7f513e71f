"""Best fit: what remains, the order, and bounds that never promise too much."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gql_api.domain import audits, best_fit, best_fit_bounds, best_fit_matching
from gql_api.reads import audits as inputs
from tests.domain import literals as a


def offer(number, tree, *taken, rules=(), name=None, **values):
    return best_fit.Offer(
        program_id=number,
        name=name or f"Program {number}",
        given=inputs.AuditInput(
            plan_id=1,
            tree=replace(tree, version_id=number),
            entries=taken,
            possibilities=a.possibilities(*rules, **values),
        ),
    )


def remaining(tree, *taken, **values):
    return best_fit.remaining(tree, a.audit(tree, *taken, **values))


def test_what_remains_are_the_credits_that_are_needed_and_three_for_a_course():
    tree = a.program(a.pool("credits", a.pattern(subject="ART"), min_credits=9), a.pool("courses", "AA 101", "BB 101"))

    assert remaining(tree) == 12
    assert remaining(tree, a.took("ART 101"), a.took("AA 101")) == 6
    assert remaining(tree, *[a.took(f"ART {one}") for one in (101, 102, 103)], a.plans("AA 101")) == 0


def test_of_a_choice_only_the_smallest_parts_remain():
    tree = a.program(
        a.group(
            "choice",
            a.pool("long", "AA 101", "AA 102", "AA 103", min_courses=3),
            a.pool("short", "BB 101", "BB 102", min_courses=2),
            a.pool("extra", "CC 101", is_optional=True),
            min_children=1,
        ),
        a.pool("optional", "DD 101", is_optional=True),
    )

    assert remaining(tree) == 3
    assert remaining(tree, a.took("CC 101")) == 0


def test_totals_remain_where_they_ask_for_more():
    tree = a.program(a.pool("core", "AA 101"), total=30, residency=12)

    assert remaining(tree, a.took("AA 101")) == 27


def test_a_waived_requirement_leaves_nothing():
    tree = a.program(a.pool("core", "AA 101"))

    assert remaining(tree, exceptions=(audits.audit_exceptions.Waiver(key="core"),)) == 0


def test_programs_are_ranked_by_what_remains_then_by_name():
    short, long = a.program(a.pool("core", "AA 101")), a.program(a.pool("core", "AA 101", "BB 101", min_courses=2))
    offers = [
        offer(1, long),
        offer(2, short, name="Zoology"),
        offer(3, short, name="Art"),
        offer(4, short, a.took("AA 101")),
    ]

    found = best_fit.rank(offers, on=a.ON, first=3)

    assert [(fit.offer.program_id, fit.remaining, fit.is_proven) for fit in found] == [
        (4, 0, True),
        (3, 3, True),
        (2, 3, True),
    ]
    assert best_fit.rank(offers[::-1], on=a.ON, first=3) == found


def test_only_programs_that_could_be_among_the_first_are_audited(monkeypatch):
    audited = []
    whole = best_fit.audits.audit
    monkeypatch.setattr(
        best_fit.audits, "audit", lambda tree, *rest, **more: audited.append(tree) or whole(tree, *rest, **more)
    )
    far = a.program(a.pool("core", *[f"X {one}" for one in range(101, 111)], min_courses=10))
    offers = [offer(number, far) for number in range(1, 200)] + [offer(999, a.program(a.pool("core", "AA 101")))]

    [first] = best_fit.rank(offers, on=a.ON, first=1)

    assert first.offer.program_id == 999
    assert [tree.version_id for tree in audited] == [999]


def test_a_ranking_that_ran_into_its_bound_says_what_is_proven():
    # The bound from below lets a course count in every part of a choice, which an audit does not.
    tempting = a.program(a.group("both", a.pool("one", "AA 101"), a.pool("two", "AA 101"), min_children=2))
    offers = [offer(number, tempting, a.took("AA 101")) for number in range(1, 6)]

    found = best_fit.rank(offers, on=a.ON, first=3, most_audits=2)

    assert [(fit.remaining, fit.is_proven) for fit in found] == [(3, False), (3, False)]


def test_courses_that_parts_compete_for_are_counted_once_in_the_bound():
    tree = a.program(a.pool("one", "AA 101"), a.pool("two", "AA 101"), a.pool("art", "ART 101", min_credits=3))

    assert best_fit_bounds.Bounds().remaining(offer(1, tree, a.took("AA 101"), a.took("ART 101")).given) == 3


def test_the_largest_matching_moves_courses_to_make_room():
    assert best_fit_matching.most([[0, 1], [0]], {0: 1, 1: 1}, [1, 1]) == 2
    assert best_fit_matching.most([[0], [0], [0, 1]], {0: 2, 1: 1}, [1, 1, 1]) == 3
    assert best_fit_matching.most([[0, 1]], {0: 1, 1: 1}, [2]) == 2
    assert best_fit_matching.most([[0], [0]], {0: 1}, [1, 1]) == 1


CODES = ["AA 101", "AA 201", "BB 101", "BB 301"]
RULES = [
    a.rule(1, "X 1", a.awards("AA 101")),
    a.rule(2, "X 1", a.awards("BB 101"), a.awards("BB 301")),
    a.rule(3, ["X 1", "X 2"], a.awards("AA 201", credits=5)),
    a.rule(4, "X 2", a.elective(subject="BB", level=1000)),
]


@st.composite
def trees(draw):
    tops = []
    for place in range(draw(st.integers(1, 3))):
        names = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True))
        options = [*names, a.pattern(subject="BB")] if draw(st.booleans()) else names
        amount = (
            {"min_courses": draw(st.integers(1, 3))}
            if draw(st.booleans())
            else {"min_credits": draw(st.integers(1, 9))}
        )
        tops.append(a.pool(f"top{place}", *options, **amount))
    if draw(st.booleans()):
        tops.append(
            a.group("group", *[a.pool(f"part{one}", *CODES[one : one + 2]) for one in range(3)], min_children=2)
        )
    if draw(st.booleans()):
        tops.append(a.pool("free", is_residual=True, min_credits=6))
    return a.program(*tops, total=draw(st.sampled_from([None, 9])))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    tree=trees(),
    own=st.sets(st.sampled_from(CODES)),
    away=st.sets(st.sampled_from(["X 1", "X 2"])),
    rules=st.sets(st.sampled_from(range(len(RULES)))),
    granted=st.sampled_from(list(a.articulation_rules.institutions.CreditsGranted)),
)
def test_no_audit_finds_less_than_the_bound(tree, own, away, rules, granted):
    taken = [a.took(code) for code in sorted(own)] + [a.took(code, at=a.THERE) for code in sorted(away)]
    one = offer(1, tree, *taken, rules=[RULES[place] for place in sorted(rules)], credits_granted=granted)

    bound = best_fit_bounds.Bounds().remaining(one.given)
    [fit] = best_fit.rank([one], on=a.ON, first=1)

    assert bound <= fit.remaining


def test_programs_that_are_put_last_come_last_whatever_remains_in_them():
    small = [offer(number, a.program(a.pool("core", f"AA {number}"))) for number in (1, 2)]
    large = [
        offer(number, a.program(a.pool("core", *(f"BB {one}" for one in range(number)), min_courses=number)))
        for number in (3, 4, 5)
    ]
    ranking = best_fit.Ranking([*large, *small], on=a.ON)

    def ids(count, last=()):
        fits = ranking.first(count, last)
        assert all(fit.is_proven for fit in fits)
        return [fit.offer.program_id for fit in fits]

    assert ids(2) == [1, 2]
    assert ids(2, {1}) == [2, 3]
    assert ids(5, {1, 4}) == [2, 3, 5, 1, 4]
    assert ids(2) == [1, 2]
