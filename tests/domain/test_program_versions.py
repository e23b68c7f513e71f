from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gql_api.domain import program_versions, requirements

Kind = requirements.ConstraintKind
CONSTRAINTS = st.lists(
    st.builds(
        requirements.Constraint,
        kind=st.sampled_from(Kind),
        credits=st.sampled_from([None, Decimal(3), Decimal("3.000"), Decimal(10)]),
        level=st.sampled_from([None, 1000, 2000]),
        description=st.sampled_from([None, "a"]),
        scope=st.builds(requirements.Scope, subjects=st.frozensets(st.sampled_from(["A", "B", "C"]))),
        id=st.integers(0, 9),
    ),
    max_size=6,
)


def content(*nodes, **facts):
    return program_versions.VersionContent(requirements=nodes, **facts)


@given(constraints=CONSTRAINTS, data=st.data())
def test_the_order_and_ids_of_constraints_say_nothing(constraints, data):
    node = requirements.Requirement(key="a", name="A", constraints=tuple(constraints))
    shuffled = tuple(replace(one, id=7) for one in data.draw(st.permutations(constraints)))
    one = program_versions.canonical(content(node, constraints=tuple(constraints)))
    other = program_versions.canonical(content(replace(node, constraints=shuffled), constraints=shuffled))
    assert one == other
    assert str(one.constraints) == str(program_versions.canonical(one).constraints)


def test_ids_positions_and_where_codes_led_say_nothing():
    option = requirements.CourseOption(course_id=None, code="ENG 101", institution_id=1)
    child = requirements.Requirement(key="b", name="B", options=(option,), id=3, position=9)
    parent = requirements.Requirement(key="a", name="A", children=(child,), id=2, position=5)
    plain = replace(
        parent, id=0, position=0, children=(replace(child, id=0, position=0, options=(replace(option, course_id=8),)),)
    )
    assert program_versions.canonical(content(parent)) == program_versions.canonical(content(plain))


def test_names_amounts_and_the_order_of_requirements_and_options_say_something():
    first = requirements.CourseOption(course_id=1, code="ENG 101", institution_id=1)
    second = requirements.CourseOption(course_id=2, code="ENG 102", institution_id=1)
    one = requirements.Requirement(key="a", name="A", options=(first, second), min_credits=Decimal(3))
    other = requirements.Requirement(key="b", name="B")
    base = program_versions.canonical(content(one, other))
    for changed in (
        content(other, one),
        content(replace(one, options=(second, first)), other),
        content(replace(one, name="B"), other),
        content(replace(one, min_credits=Decimal(4)), other),
        content(one, other, total_credits=Decimal(60)),
    ):
        assert program_versions.canonical(changed) != base


def test_nodes_are_located_before_their_children_with_their_paths():
    tree = content(
        requirements.Requirement(
            key="a",
            name="A",
            children=(requirements.Requirement(key="b", name="B"), requirements.Requirement(key="c", name="C")),
        ),
        requirements.Requirement(key="d", name="D"),
    )
    assert [
        (here.node.key, here.parent_key, here.depth, ".".join(here.path)) for here in program_versions.located(tree)
    ] == [
        ("a", None, 0, "requirements.0"),
        ("b", "a", 1, "requirements.0.children.0"),
        ("c", "a", 1, "requirements.0.children.1"),
        ("d", None, 0, "requirements.1"),
    ]
