"""How published prerequisites are read: the rules one by one, what is kept when nothing is understood, real texts."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import prerequisites as measured
from gql_api.domain import grades, prerequisites, prerequisites_parsing

FLOOR = 0.99
"""The share of comparable published trees that agree; measured: 99.4 %."""
Timing, Standing = prerequisites.Timing, prerequisites.Standing


def joined(sign):
    return lambda node: f"({sign.join(map(shown, node.members))})"


def course(node):
    grade = f"[{node.minimum_grade.value}]" if node.minimum_grade else ""
    return node.code + grade + {Timing.BEFORE: "", Timing.CONCURRENT: "~", Timing.COREQUISITE: "="}[node.timing]


def quoted(word):
    return lambda node: f"{word}“{node.text}”"


WRITTEN = {
    type(None): lambda _: None,
    prerequisites.AllOf: joined(" & "),
    prerequisites.AnyOf: joined(" | "),
    prerequisites.AtLeast: lambda node: f"{node.needed} of {joined(', ')(node)}",
    prerequisites.Not: lambda node: f"not {shown(node.member)}",
    prerequisites.CourseNeeded: course,
    prerequisites.StandingNeeded: lambda node: f"<{node.standing.value}>",
    prerequisites.CreditsNeeded: lambda node: f"<{node.credits} credits>",
    prerequisites.AverageNeeded: lambda node: f"<average {node.minimum}>",
    prerequisites.ScoreNeeded: quoted("score"),
    prerequisites.Consent: quoted("consent"),
    prerequisites.Unparsed: quoted("?"),
    prerequisites.Note: quoted("note"),
}


def shown(node):
    """A tree in one line: `(MATH 1[C] | STAT 2~) & <junior>`."""
    return WRITTEN[type(node)](node)


CASES = [
    # what joins
    ("MATH 101 or MATH 102", "(MATH 101 | MATH 102)"),
    ("MATH 101 and MATH 102", "(MATH 101 & MATH 102)"),
    ("MATH 101, STAT 102, and ENGL 1", "(MATH 101 & STAT 102 & ENGL 1)"),
    ("MATH 101, STAT 102 or ENGL 1", "(MATH 101 | STAT 102 | ENGL 1)"),
    ("MATH 101, STAT 102, or ENGL 1", "(MATH 101 | STAT 102 | ENGL 1)"),
    ("MATH 101; STAT 102", "(MATH 101 & STAT 102)"),
    ("(MATH 1 or MATH 2) and (STAT 1 or STAT 2)", "((MATH 1 | MATH 2) & (STAT 1 | STAT 2))"),
    ("(MATH 1 and MATH 2) or STAT 1", "((MATH 1 & MATH 2) | STAT 1)"),
    ("MATH 1 and MATH 2, or STAT 1", "((MATH 1 & MATH 2) | STAT 1)"),
    (
        "ECON 101, 102, or 111 and MATH 211, 217 or 275",
        "((ECON 101 | ECON 102 | ECON 111) & (MATH 211 | MATH 217 | MATH 275))",
    ),
    ("MATH 1 and MATH 2 or consent of instructor", "((MATH 1 & MATH 2) | consent“consent of instructor”)"),
    ("jr st, Chem 501(P) or cons instr; or grad st.", "((<junior> & Chem 501) | consent“cons instr” | <graduate>)"),
    ("EE 3320 (or, for majors, CS 4341)", "(EE 3320 | (?“for majors” & CS 4341))"),
    ("MATH 98 or placement", "(MATH 98 | score“placement”)"),
    ("MATH 98 (C), MATH 99, or math placement test", "(MATH 98[C] | MATH 99 | score“math placement test”)"),
    ("MATH 101 and placement", "(MATH 101 & score“placement”)"),
    ("two of MATH 101, 102, and 103", "2 of (MATH 101, MATH 102, MATH 103)"),
    ("one of the following: MATH 101, STAT 102", "(MATH 101 | STAT 102)"),
    # codes
    ("MATH 101 and 102", "(MATH 101 & MATH 102)"),
    ("MATH 101/102 and ENGL 1", "((MATH 101 | MATH 102) & ENGL 1)"),
    ("MATH/STAT 431", "MATH/STAT 431"),
    ("C&amp;E SOC 140 or A A E 101", "(C&E SOC 140 | A A E 101)"),
    ("bio1004 or BIO-6500G or MED SC-V 500", "(bio1004 | BIO-6500G | MED SC-V 500)"),
    ("ACCTG (101) 105 and BIOL 4V80", "(ACCTG (101) 105 & BIOL 4V80)"),
    ("PSYCH 202 (or PSYCH 201 prior to Spring 2017)", "(PSYCH 202 | (PSYCH 201 & ?“prior to Spring 2017”))"),
    # grades and time
    ("MATH 101 with a C or better", "MATH 101[C]"),
    ("MATH 101 (C-) or STAT 2", "(MATH 101[C-] | STAT 2)"),
    ("MATH 101, with a minimum grade of B+", "MATH 101[B+]"),
    ("(CE 1 or CS 1) with a grade of C or better", "(CE 1[C] | CS 1[C])"),
    ("CE 1 or CS 1 with a grade of C or better", "(CE 1 | CS 1[C])"),
    ("A grade of at least a C- in either MATH 1 or in MATH 2; ENGL 3", "((MATH 1[C-] | MATH 2[C-]) & ENGL 3)"),
    ('P: a "C-" or better in MATH 1', "MATH 1[C-]"),
    ("MATH 101 or concurrent enrollment", "MATH 101~"),
    ("MATH 101; may be taken concurrently", "MATH 101~"),
    ("A 1 and (completion of or concurrent enrollment in B 2, 3, and 4)", "(A 1 & B 2~ & B 3~ & B 4~)"),
    ("MATH 1. Corequisite: PHYS 2. (Same as STAT 1)", "(MATH 1 & PHYS 2= & note“(Same as STAT 1)”)"),
    ("Prerequisite or Corequisite: PHYS 2 or PHYS 3.", "(PHYS 2~ | PHYS 3~)"),
    # what is no course
    ("Junior or senior standing", "<junior>"),
    ("Junior standing and SOC 1, SOC 2, or HIST 3", "(<junior> & (SOC 1 | SOC 2 | HIST 3))"),
    ("12 credits completed and a minimum GPA of 2.5", "(<12 credits> & <average 2.5>)"),
    ("placement into MATH 221", "score“placement into MATH 221”"),
    ("Score of at least 75% in ALEKS or MATH 2312", "(score“Score of at least 75% in ALEKS” | MATH 2312)"),
    ("department consent required", "consent“department consent required”"),
    ("MATH 1. Not open to students with credit for MATH 2 or 3", "(MATH 1 & not (MATH 2 | MATH 3))"),
    ("BIOL 1. Recommended: BIOL 2", "(BIOL 1 & note“Recommended: BIOL 2”)"),
    # what is not understood
    ("admission to the program", "?“admission to the program”"),
    ("CS majors and CS 1", "(?“CS majors” & CS 1)"),
    ("an adequate background in MATH 101", "?“an adequate background in MATH 101”"),
    ("Visual and Performing Arts majors", "?“Visual and Performing Arts majors”"),
    ("MATH 1 ) or ((MATH 2", "(MATH 1 | MATH 2)"),
    ("or and", "?“or and”"),
    # nothing
    ("None.", None),
    ("  ", None),
    (None, None),
]


@pytest.mark.parametrize(("text", "tree"), CASES)
def test_a_text_is_read_as_people_mean_it(text, tree):
    assert shown(prerequisites_parsing.parse(text)) == tree


def test_what_is_no_course_has_its_numbers():
    text = "45 credits; 2.25 gpa; score of 60 in the placement test"
    assert prerequisites_parsing.parse(text) == prerequisites.AllOf(
        members=(
            prerequisites.CreditsNeeded(credits=Decimal(45), text="45 credits"),
            prerequisites.AverageNeeded(minimum=Decimal("2.25"), text="2.25 gpa"),
            prerequisites.ScoreNeeded(minimum=60, text="score of 60 in the placement test"),
        )
    )


def test_a_cross_listed_code_is_found_under_each_of_its_codes():
    (course,) = prerequisites.courses(prerequisites_parsing.parse("STAT/MATH 431 (C)"))
    assert course.keys == ("MATH/STAT 431", "MATH 431", "STAT 431")
    assert course.minimum_grade is grades.Grade.C


WORDS = st.sampled_from(
    ["MATH 101", "STAT 2", "102", "and", "or", ",", ";", ".", "(", ")", "with a C or better", "consent of instructor",
     "junior standing", "12 credits", "admission", "not open to students with credit for", "two of", "/",
     "Corequisite:"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=14))
def test_no_course_is_ever_lost_whatever_the_text(words):
    text = " ".join(words)
    tree = prerequisites_parsing.parse(text)
    for code in set(re.findall(r"MATH 101|STAT 2\b", text)):
        assert tree is not None
        leaves = {course.code for course in prerequisites.courses(tree)}
        kept = " ".join(getattr(node, "text", "") for node in prerequisites.walk(tree))
        assert code in leaves or code in kept, (text, tree)


@given(st.text(max_size=200))
def test_any_text_at_all_is_read(text):
    tree = prerequisites_parsing.parse(text)
    assert (tree is None) == bool(re.search(prerequisites_parsing.NOTHING, text, re.IGNORECASE))


def test_deep_parentheses_and_long_texts_are_read():
    assert shown(prerequisites_parsing.parse("(" * 4000 + "MATH 1" + ")" * 4000)) == "MATH 1"
    many = prerequisites_parsing.parse(", ".join(f"MATH {place}" for place in range(100, 900)))
    assert len(prerequisites.courses(many)) == 800


def test_the_published_trees_of_real_texts_agree_and_no_course_is_lost(real_data):
    found = measured.report(measured.rows(real_data / "wisconsin-texas" / "prerequisites.jsonl.gz"))
    assert len(found.judgements) == 2658
    assert found.lost == ()
    assert found.agreement >= FLOOR
    assert found.count("agrees") >= 1300
    assert found.with_unparsed <= 360
