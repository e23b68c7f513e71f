"""What nobody can meet, by requirement, in words for students."""

from gql_api.domain import health, health_impasses, requirements
from tests.domain import literals as a


def found(tree, *codes, **values):
    catalog = health.Catalog(courses={a.id_of(code): a.course(code, **values) for code in codes})
    return health_impasses.of(tree, catalog, on=a.ON)


def test_a_version_that_somebody_can_finish_has_no_impasses():
    impasses = found(a.program(a.pool("core", "BIO 1")), "BIO 1")

    assert (impasses.can_be_finished, impasses.by_key) == (True, {})


def test_a_pool_smaller_than_its_minimum_is_told_of_it_and_of_what_contains_it():
    tree = a.program(a.group("major", a.pool("core", "BIO 1", "BIO 2", min_credits=9), a.pool("lab", "BIO 3")))
    impasses = found(tree, "BIO 1", "BIO 2", "BIO 3")
    sentence = "As published it cannot be met: “core” needs 9 credits; its 2 courses carry 6 at most."

    assert impasses.can_be_finished is False
    assert impasses.by_key == {"core": sentence, "major": sentence}


def test_requirements_that_need_one_course_are_told_of_each_other():
    impasses = found(
        a.program(a.pool("one", "BIO 1"), a.pool("two", "BIO 1"), a.pool("three", "BIO 2")), "BIO 1", "BIO 2"
    )
    sentence = "As published it cannot be met beside others: “one” and “two” both need BIO 1, which counts once."

    assert impasses.by_key == {"one": sentence, "two": sentence}


def test_a_part_that_a_program_can_do_without_is_told_and_the_program_can_be_finished():
    choice = a.group("choice", a.pool("open", "BIO 1"), a.pool("closed", "BIO 2", min_courses=2), min_children=1)
    impasses = found(a.program(choice), "BIO 1", "BIO 2")

    assert impasses.can_be_finished is True
    assert list(impasses.by_key) == ["closed"]


def test_a_message_that_says_that_it_cannot_be_met_does_not_say_so_twice():
    lonely = requirements.Requirement(key="lab", name="Lab", options=(a.pattern(subject="PHYS"),), min_courses=1)
    impasses = found(a.program(lonely), "BIO 1")

    assert impasses.by_key == {"lab": "As published, “Lab” cannot be met: no course fits it."}
