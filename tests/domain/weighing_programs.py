"""Random programs that ask for credits beneath parts which may hold more than they need, and plans for them.

What a part may take beyond its minimum counts for the credits above it, so the best is seldom the least: ranges and
choices that are met by one course are filled with several, and everything else wants the same ones.
"""

import itertools

from hypothesis import strategies as st

from gql_api.domain import grades, requirements
from tests.domain.literals import (
    THERE,
    awards,
    constraint,
    course,
    entry,
    group,
    option,
    pattern,
    pool,
    program,
    rule,
    statuses,
)

CODES = tuple(f"{subject} {level}0{number}" for subject in ("BIO", "ART") for level in "12" for number in "123")
CREDITS = (1, 2, 3, 3, 4, 5)
FOREIGN = ("PHYS 1", "PHYS 2")
Status = statuses.PlannedStatus


def _key(numbers):
    return f"N{next(numbers)}"


@st.composite
def _range(draw, numbers):
    """Anything of a subject, one course or as many as one likes; now and then with a maximum."""
    subject, level = draw(st.sampled_from(["BIO", "ART"])), draw(st.sampled_from([None, 1000, 2000]))
    limits = draw(st.sampled_from([{}, {}, {}, {"max_courses": 2}, {"max_credits": 6}, {"min_courses": 2}]))
    named = [option(code, is_excluded=True) for code in draw(st.lists(st.sampled_from(CODES), max_size=1))]
    return pool(_key(numbers), pattern(subject=subject, level_from=level), *named, **{"min_courses": 1, **limits})


@st.composite
def _named(draw, numbers, most=4):
    """One course of a few, or so many credits of them."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=most, unique=True))
    asked = draw(st.sampled_from([{"min_courses": 1}, {"min_courses": 1}, {"min_courses": 2}, {"min_credits": 4}]))
    if draw(st.integers(0, 7)) == 0:
        asked = {**asked, "constraints": (constraint("MAX_CREDITS_PER_SUBJECT", credits=draw(st.integers(3, 8))),)}
    return pool(_key(numbers), *[option(code, is_preferred=draw(st.booleans())) for code in codes], **asked)


@st.composite
def _choice(draw, numbers, depth):
    parts = [draw(_part(numbers, depth - 1)) for _ in range(draw(st.integers(2, 4)))]
    needed = draw(st.none() | st.integers(1, len(parts)))
    return group(_key(numbers), *parts, min_children=needed)


@st.composite
def _weighing(draw, numbers, depth):
    """So many credits of whatever is met beneath."""
    parts = [draw(_part(numbers, depth - 1)) for _ in range(draw(st.integers(1, 4)))]
    asked = draw(st.integers(3, 14))
    needed = 0 if draw(st.integers(0, 7)) else draw(st.integers(1, len(parts)))
    limits = draw(st.sampled_from([{}, {}, {}, {}, {"max_credits": asked + 1}]))
    return group(_key(numbers), *parts, min_children=needed, min_credits_beneath=asked, **limits)


def _part(numbers, depth):
    leaves = _range(numbers) | _named(numbers, most=1) | _named(numbers)
    return leaves if depth <= 0 else leaves | _choice(numbers, depth) | _weighing(numbers, depth)


@st.composite
def trees(draw, *, most=4, depth=2):
    """Programs of a requirement of credits beneath others, and of what competes with it for the same courses."""
    numbers = itertools.count(1)
    tops = [draw(_weighing(numbers, depth))]
    for _ in range(draw(st.integers(1, most - 1))):
        kind = draw(st.integers(0, 4))
        tops.append(draw(_weighing(numbers, depth) if kind == 0 else _part(numbers, min(kind, depth))))
    if draw(st.integers(0, 4)) == 0:
        tops.append(pool(_key(numbers), is_residual=True, min_credits=draw(st.integers(2, 9))))
    optional = draw(st.integers(0, len(tops) * 2))
    tops = [_with(node, is_optional=place == optional) for place, node in enumerate(tops)]
    return program(*draw(st.permutations(tops)))


def _with(node, **values):
    return requirements.Requirement(**{**{name: getattr(node, name) for name in node.__slots__}, **values})


@st.composite
def plans(draw, *, least=4, most=9, is_completed=False):
    """Plans of courses of unlike credits, earned, running and planned."""
    made = []
    kinds = [Status.COMPLETED] if is_completed else [Status.COMPLETED, Status.COMPLETED, *Status][:5]
    for number, code in enumerate(
        draw(st.lists(st.sampled_from(CODES), min_size=least, max_size=most, unique=True)), 1
    ):
        status = draw(st.sampled_from(kinds))
        grade = grades.Grade.B.value if status is Status.COMPLETED else None
        made.append(entry(course(code, credits=draw(st.sampled_from(CREDITS))), status=status, grade=grade, id=number))
    return tuple(made)


@st.composite
def competing(draw):
    """Courses from elsewhere, each with rules of which one may be followed: entries and rules."""
    taken, rules = [], []
    for number, code in enumerate(draw(st.lists(st.sampled_from(FOREIGN), max_size=2, unique=True)), 1):
        taken.append(
            entry(course(code, THERE, credits=draw(st.sampled_from(CREDITS))), at=THERE, grade="B", id=100 + number)
        )
        for target in draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True)):
            rules.append(rule(len(rules) + 1, code, awards(target)))
    return tuple(taken), tuple(rules)
