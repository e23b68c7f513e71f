"""Random small programs and plans with everything that a requirement can ask for, to compare with the reference."""

import itertools
import os
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from gql_api.domain import audit_exceptions, grades, requirements
from tests.domain.literals import attributes, constraint, course, entry, group, option, pattern, pool, program
from tests.domain.literals import statuses as kinds

CODES = ("BIO 99", "BIO 101", "BIO 201", "BIO 301", "CHEM 101", "CHEM 201", "ART 101", "ART 202")
MANY = tuple(f"{subject} {level}0{number}" for subject in ("BIO", "CHEM", "ART") for level in "123" for number in "123")
TAGS = {"BIO 101": ("lab",), "CHEM 201": ("lab", "writing"), "ART 202": ("writing",)}
SUBJECTS = ("BIO", "CHEM", "ART")
GRADES = ("A", "A", "B", "B", "C", "C-", "D", "P", "F", None)
FACTOR = float(os.environ.get("GQL_API_EXAMPLES", "1"))
"""How many times the usual number of examples is tried: `GQL_API_EXAMPLES=20 pytest tests/domain` takes minutes."""
Sharing = requirements.Sharing


def examples(count):
    """Settings for so many examples, more where the environment asks for them."""
    return settings(
        max_examples=round(count * FACTOR),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )


scopes = st.builds(
    requirements.Scope,
    subjects=st.frozensets(st.sampled_from(SUBJECTS), max_size=2),
    level_from=st.none() | st.sampled_from([1000, 2000]),
    attribute=st.none() | st.sampled_from(["lab", "writing"]),
)
level_values = st.sampled_from([1000, 2000, 3000])
minimum_constraints = st.one_of(
    st.builds(constraint, st.just("MIN_CREDITS"), credits=st.integers(1, 7), scope=scopes),
    st.builds(constraint, st.just("MIN_COURSES"), courses=st.integers(1, 2), scope=scopes),
    st.builds(constraint, st.just("MIN_CREDITS_AT_LEVEL"), credits=st.integers(1, 6), level=level_values),
    st.builds(constraint, st.just("MIN_COURSES_AT_LEVEL"), courses=st.integers(1, 2), level=level_values),
    st.builds(
        constraint,
        st.just("MIN_COURSES_WITH_ATTRIBUTE"),
        courses=st.just(1),
        attribute=st.sampled_from(["lab", "writing"]),
    ),
    st.builds(constraint, st.just("MIN_DISTINCT_SUBJECTS"), subjects=st.integers(1, 3)),
)
maximum_constraints = st.one_of(
    st.builds(constraint, st.just("MAX_CREDITS"), credits=st.integers(3, 8), scope=scopes),
    st.builds(constraint, st.just("MAX_COURSES"), courses=st.integers(1, 2), scope=scopes),
    st.builds(constraint, st.just("MAX_CREDITS_AT_LEVEL"), credits=st.integers(0, 5), level=level_values),
    st.builds(
        constraint,
        st.just("MAX_CREDITS_WITH_ATTRIBUTE"),
        credits=st.integers(0, 5),
        attribute=st.sampled_from(["lab", "writing"]),
    ),
    st.builds(constraint, st.just("MAX_CREDITS_PER_SUBJECT"), credits=st.integers(2, 6)),
    st.builds(constraint, st.just("MAX_PASS_FAIL_CREDITS"), credits=st.integers(0, 4)),
    st.builds(constraint, st.just("MIN_GRADE"), grade=st.sampled_from([grades.Grade.C, grades.Grade.B]), scope=scopes),
)
constraints = st.lists(minimum_constraints | maximum_constraints, max_size=1).map(tuple)

patterns = st.builds(
    pattern,
    subject=st.none() | st.sampled_from(SUBJECTS),
    number_from=st.none() | st.sampled_from(["100", "200"]),
    number_to=st.none() | st.sampled_from(["199", "299"]),
    level_from=st.none() | st.sampled_from([1000, 2000]),
    attribute=st.none() | st.sampled_from(["lab", "writing"]),
)
leaf_amounts = st.one_of(
    st.fixed_dictionaries({"min_courses": st.integers(1, 3)}),
    st.fixed_dictionaries({"min_credits": st.integers(1, 9)}),
    st.fixed_dictionaries({"min_credits": st.integers(1, 6), "max_credits": st.integers(4, 9)}),
    st.fixed_dictionaries({"min_courses": st.integers(1, 2), "max_courses": st.integers(2, 3)}),
    st.fixed_dictionaries({"min_courses": st.integers(1, 2), "min_credits": st.integers(1, 7)}),
    st.just({"min_courses": 0}),
)
per_course = st.sampled_from(
    [{}, {}, {}, {"min_credits_per_course": 3}, {"max_credits_per_course": 3}, {"min_grade": grades.Grade.C}]
)


@st.composite
def _options(draw, codes):
    named = st.lists(st.sampled_from(codes), min_size=1, max_size=len(codes) // 2, unique=True)
    found = [option(code, is_preferred=draw(st.booleans())) for code in draw(named)]
    if draw(st.integers(0, 3)) == 0:
        found = [draw(patterns)]
        found += [option(code, is_excluded=True) for code in draw(st.lists(st.sampled_from(codes), max_size=2))]
    return found


@st.composite
def _leaf(draw, numbers, codes):
    amounts = draw(leaf_amounts)
    is_residual = draw(st.integers(0, 7)) == 0
    return pool(
        f"L{next(numbers)}",
        *([] if is_residual else draw(_options(codes))),
        is_residual=is_residual,
        is_optional=draw(st.integers(0, 4)) == 0,
        constraints=draw(constraints) if draw(st.integers(0, 2)) == 0 else (),
        **amounts,
        **draw(per_course),
    )


@st.composite
def _node(draw, numbers, depth, codes):
    if depth == 0 or draw(st.booleans()):
        return draw(_leaf(numbers, codes))
    children = [draw(_node(numbers, depth - 1, codes)) for _ in range(draw(st.integers(1, 3)))]
    limits = draw(st.sampled_from([{}, {}, {}, {"max_courses": 2}, {"max_credits": 6}]))
    return group(
        f"G{next(numbers)}",
        *children,
        min_children=draw(st.none() | st.integers(0, len(children))),
        min_credits_beneath=draw(st.none() | st.none() | st.integers(1, 8)),
        is_optional=draw(st.integers(0, 5)) == 0,
        sharing=Sharing.SHARED if draw(st.integers(0, 7)) == 0 else Sharing.EXCLUSIVE,
        constraints=draw(constraints) if draw(st.integers(0, 2)) == 0 else (),
        **limits,
    )


@st.composite
def trees(draw, *, is_sharing=False, most=3, codes=CODES):
    """Programs of one to three (or `most`) top-level requirements, nested up to three deep."""
    numbers = itertools.count(1)
    tops = [draw(_node(numbers, 2, codes)) for _ in range(draw(st.integers(1, most)))]
    if is_sharing:
        tops = [draw(_node(numbers, 1, codes)), draw(_node(numbers, 1, codes)), *tops[2:]]
        caps = draw(st.sampled_from([{}, {"max_courses": 1}, {"max_credits": Decimal(3)}, {"max_courses": 2}]))
        tops[0] = _sharing(tops[0], requirements.Share(with_key=tops[1].key, **caps))
    return program(*tops)


def _sharing(node, share):
    return requirements.Requirement(
        **{**{name: getattr(node, name) for name in node.__slots__}, "share_with": (share,)}
    )


@st.composite
def plans(draw, *, is_completed=True, least=3, most=6, codes=CODES):
    """Plans of different courses; of all kinds unless they are completed."""
    made = []
    for number, code in enumerate(
        draw(st.lists(st.sampled_from(codes), min_size=least, max_size=most, unique=True)), 1
    ):
        status = kinds.PlannedStatus.COMPLETED
        if not is_completed:
            status = draw(
                st.sampled_from([status, status, kinds.PlannedStatus.IN_PROGRESS, kinds.PlannedStatus.PLANNED])
            )
        taken = course(code, credits=draw(st.sampled_from([1, 3, 3, 4])), attributes=attributes(*TAGS.get(code, ())))
        grade = draw(st.sampled_from(GRADES)) if status is kinds.PlannedStatus.COMPLETED else None
        made.append(entry(taken, status=status, grade=grade, id=number))
    return tuple(made)


@st.composite
def exceptions(draw, tree, taken):
    """Decisions about nodes of the tree and entries of the plan."""
    keys = [node.key for _, node in requirements.walk(tree.requirements)]
    leaves = [node.key for _, node in requirements.walk(tree.requirements) if node.is_leaf]
    ids = [one.id for one in taken]
    found = []
    for _ in range(draw(st.integers(0, 2))):
        key = draw(st.sampled_from(keys))
        found.append(
            draw(
                st.sampled_from(
                    [
                        audit_exceptions.Waiver(key=key),
                        audit_exceptions.Limit(key=draw(st.sampled_from(leaves)), courses=1),
                        *(audit_exceptions.Forbid(key=key, entry_id=id) for id in ids),
                        *(audit_exceptions.Substitution(key=key, entry_id=id) for id in ids),
                    ]
                )
            )
        )
    return tuple(found)
