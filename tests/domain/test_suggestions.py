"""Suggestions: what is eligible, what never is, and what comes first."""

from gql_api.domain import audit_exceptions, courses, statuses, suggestions, suggestions_open, verdicts
from gql_api.reads import audits as inputs
from tests.domain import literals as a

Verdict = verdicts.Verdict


def program(tree, *taken, exceptions=(), rules=()):
    """The plan against the program, with what an audit says of it."""
    given = inputs.AuditInput(
        plan_id=1, tree=tree, entries=taken, possibilities=a.possibilities(*rules), exceptions=exceptions
    )
    return suggestions_open.of(given, given.audit(a.ON))


def suggested(tree, *taken, catalog, other=None, rules=(), may_take=lambda _: Verdict.YES, **values):
    """The suggestions by requirement; `catalog` are codes or courses."""
    mine = program(tree, *taken, rules=rules, **values)
    offered = [a.course(one) if isinstance(one, str) else one for one in catalog]
    return suggestions.suggest(mine, suggestions.candidates(mine, offered, rules), other, may_take)


def codes(found):
    return [one.course.code for one in found]


def test_every_unmet_requirement_gets_the_courses_that_it_takes_and_a_met_one_none():
    tree = a.program(
        a.pool("math", "MATH 101", "MATH 102"), a.pool("art", a.pattern(subject="ART")), a.pool("met", "X 1")
    )

    found = suggested(tree, a.took("X 1"), catalog=["MATH 101", "MATH 102", "ART 101", "HIST 101"])

    assert {key: codes(one) for key, one in found.items()} == {
        "math": ["MATH 101", "MATH 102"],
        "art": ["ART 101"],
        "": ["ART 101", "MATH 101", "MATH 102"],
    }


def test_a_course_of_the_plan_is_never_suggested_nor_one_that_is_the_same_or_excludes_it():
    tree = a.program(a.pool("core", a.pattern(level_from=1000), min_courses=5))
    sister = a.course("PHIL 210", same=("MATH 210",))
    rival = a.course("STAT 101", exclusion_group_id=7)
    taken = [
        a.plans(a.course("MATH 210", same=("PHIL 210",))),
        a.took("ART 101", "F"),
        a.plans(a.course("PSY 5", exclusion_group_id=7)),
    ]

    found = suggested(tree, *taken, catalog=[sister, rival, "MATH 210", "ART 101", "ART 102"])

    assert codes(found["core"]) == ["ART 102"]


def test_a_developmental_course_is_never_suggested():
    tree = a.program(a.pool("core", "MATH 098", "MATH 101"))

    assert codes(suggested(tree, catalog=["MATH 098", "MATH 101"])["core"]) == ["MATH 101"]


def test_what_a_pattern_excludes_or_bounds_exclude_is_not_suggested():
    tree = a.program(
        a.pool(
            "core",
            a.pattern(subject="ART", number_from="101", number_to="199"),
            a.option("ART 110", is_excluded=True),
            min_credits=3,
            min_credits_per_course=2,
        )
    )

    found = suggested(tree, catalog=["ART 101", "ART 110", "ART 201", a.course("ART 105", credits=1)])

    assert codes(found["core"]) == ["ART 101"]


def test_what_completes_a_requirement_comes_first():
    tree = a.program(a.pool("core", "AA 101", "ZZ 401", min_credits=4))

    found = suggested(tree, catalog=["AA 101", a.course("ZZ 401", credits=4)])["core"]

    assert codes(found) == ["ZZ 401", "AA 101"]
    assert [one.completes for one in found] == [("core",), ()]


def test_completing_goes_up_as_far_as_the_parts_suffice():
    tree = a.program(
        a.group(
            "whole",
            a.group("choice", a.pool("left", "AA 101"), a.pool("right", "BB 101"), min_children=1),
            a.pool("rest", "CC 101"),
        )
    )

    alone = suggested(tree, catalog=["AA 101", "CC 101"])
    last = suggested(tree, a.took("CC 101"), catalog=["AA 101"])

    assert alone["left"][0].completes == ("left", "choice")
    assert last["left"][0].completes == ("left", "choice", "whole")


def test_then_come_what_counts_in_both_what_may_be_taken_what_is_preferred_and_the_lower_level():
    names = ["AA 401", "BB 301", "CC 201", "DD 101", "EE 101"]
    tree = a.program(
        a.pool("core", *names[:2], a.option("CC 201", is_preferred=True), *names[3:]),
    )
    other = program(a.program(a.pool("theirs", "AA 401")))
    allowed = {"AA 401": Verdict.NO, "BB 301": Verdict.YES, "EE 101": Verdict.NO}

    found = suggested(
        tree,
        catalog=names,
        other=other,
        may_take=lambda course: allowed.get(course.code, Verdict.UNKNOWN),
    )["core"]

    assert codes(found) == ["AA 401", "BB 301", "CC 201", "DD 101", "EE 101"]
    assert [one.counts_in_both for one in found] == [True, False, False, False, False]
    assert [one.is_preferred for one in found] == [False, False, True, False, False]
    assert found[0].prerequisites is Verdict.NO


def test_what_the_other_program_needs_no_more_does_not_count_in_both():
    tree = a.program(a.pool("core", "AA 101", "BB 101"))
    done = program(a.program(a.pool("theirs", "AA 101", "BB 101")), a.took("BB 101"))
    optional = program(a.program(a.pool("theirs", "AA 101", is_optional=True)))
    chosen = program(
        a.program(a.group("either", a.pool("one", "AA 101"), a.pool("two", "CC 101"), min_children=1)),
        a.took("CC 101"),
    )

    for other in (done, optional, chosen):
        [first] = suggested(tree, catalog=["AA 101"], other=other)["core"]
        assert not first.counts_in_both


def test_a_course_of_another_college_is_suggested_through_its_rule_and_counts_in_both_programs():
    tree = a.program(a.pool("core", "MATH 101"))
    away = a.course("M 1", at=a.THERE)
    rules = (a.rule(5, "M 1", a.awards("MATH 101")),)
    theirs = a.requirements.ProgramTree(
        version_id=2, institution_id=a.THERE, requirements=a.placed([a.pool("home", a.option("M 1", at=a.THERE))])
    )
    given = inputs.AuditInput(plan_id=1, tree=theirs, entries=(), possibilities=a.possibilities(to=a.THERE))
    other = suggestions_open.of(given, given.audit(a.ON))

    found = suggested(tree, catalog=["MATH 101", away], rules=rules, other=other)["core"]

    assert [(one.course.code, one.counts_as, one.rule_id, one.counts_in_both) for one in found] == [
        ("M 1", "MATH 101", 5, True),
        ("MATH 101", "MATH 101", None, False),
    ]


def test_a_rule_that_is_refused_conditional_or_of_several_sources_suggests_nothing():
    tree = a.program(a.pool("core", "MATH 101"))
    away = [a.course("M 1", at=a.THERE), a.course("M 2", at=a.THERE)]
    weak = (
        a.rule(1, "M 1", a.awards("MATH 101"), status=suggestions.equivalencies.RuleStatus.DENIED),
        a.rule(2, "M 1", a.awards("MATH 101"), strength=suggestions.equivalencies.Strength.CONDITIONAL),
        a.rule(3, ["M 1", "M 2"], a.awards("MATH 101")),
    )

    assert codes(suggested(tree, catalog=["MATH 101", *away], rules=weak)["core"]) == ["MATH 101"]


def test_where_only_a_constraint_is_open_what_it_does_not_look_at_is_not_suggested():
    tree = a.program(
        a.group(
            "science",
            a.pool("biology", a.pattern(subject="BIO"), min_courses=1),
            constraints=(a.constraint("MIN_COURSES_WITH_ATTRIBUTE", courses=1, attribute="has_lab"),),
        )
    )
    lab = a.course("BIO 110", attributes=courses.Attributes(has_lab=True))

    found = suggested(tree, a.took("BIO 101"), catalog=["BIO 102", lab])

    assert codes(found["science"]) == ["BIO 110"]
    assert found["science"][0].completes == ("science",)


def test_a_maximum_that_a_course_would_pass_keeps_it_out():
    tree = a.program(
        a.pool(
            "art",
            a.pattern(level_from=1000),
            min_credits=6,
            constraints=(a.constraint("MAX_CREDITS_PER_SUBJECT", credits=3),),
        )
    )

    found = suggested(tree, a.took("ART 101"), catalog=["ART 102", "HIST 101"])["art"]

    assert codes(found) == ["HIST 101"]
    assert found[0].completes == ("art",)


def test_a_waived_requirement_gets_no_suggestions():
    tree = a.program(a.pool("core", "AA 101"), a.pool("art", "BB 101"))

    found = suggested(tree, catalog=["AA 101", "BB 101"], exceptions=(audit_exceptions.Waiver(key="core"),))

    assert set(found) == {"art", ""}


def test_free_electives_take_any_countable_course():
    tree = a.program(a.pool("free", is_residual=True, min_credits=6))

    found = suggested(tree, catalog=["AA 101", "MATH 098", a.course("X 1", at=a.THERE)])["free"]

    assert codes(found) == ["AA 101"]


def test_the_order_of_the_catalog_changes_nothing():
    tree = a.program(a.pool("core", a.pattern(level_from=1000), min_courses=3))
    names = [f"ART {number}" for number in range(101, 120)]

    assert suggested(tree, catalog=names) == suggested(tree, catalog=names[::-1])


def test_what_is_looked_for_is_what_the_open_leaves_name_and_describe():
    tree = a.program(
        a.pool("core", "AA 101", a.pattern(subject="ART", level_from=2000)),
        a.pool("met", "X 1", a.pattern(subject="X")),
        a.pool("free", is_residual=True, min_credits=3),
    )
    mine = program(tree, a.took("X 1"))

    assert suggestions_open.named(mine.leaves) == {a.id_of("AA 101")}
    assert set(suggestions_open.patterns(mine.leaves)) == {
        suggestions_open.Pattern(institution_id=a.HERE, subject="ART", level_from=2000),
        suggestions_open.Pattern(institution_id=a.HERE),
    }


def test_a_planned_course_meets_a_requirement_so_that_nothing_more_is_suggested():
    tree = a.program(a.pool("core", "AA 101", "BB 101"))
    planned = a.entry("AA 101", status=statuses.PlannedStatus.PLANNED)

    assert set(suggested(tree, planned, catalog=["BB 101"])) == {""}


def test_the_parts_of_a_choice_that_is_made_and_what_an_earlier_view_met_get_no_suggestions():
    made = a.group("science", a.pool("bio", "BIO 1"), a.pool("chem", "CHEM 1", "CHEM 2"), min_children=1)
    moved = a.group("core", a.pool("intro", "MATH 1", "MATH 2"), a.pool("more", "MATH 3"))
    tree = a.program(made, moved, a.pool("free", is_residual=True, min_credits=6))

    mine = program(tree, a.took("BIO 1"), a.took("MATH 1"), a.plans("ART 1"))
    found = suggested(tree, a.took("BIO 1"), a.took("MATH 1"), a.plans("ART 1"), catalog=["CHEM 1", "MATH 2", "MATH 3"])

    results = {result.key: result.status.name for result in mine.audit.requirements}
    assert (results["chem"], results["intro"], results["core"]) == ("UNMET", "MET", "PARTIAL")
    assert {key: codes(one) for key, one in found.items()} == {
        "core": ["MATH 2", "MATH 3"],
        "more": ["MATH 3"],
        "": ["MATH 2", "MATH 3"],
    }
