from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gql_api import errors
from gql_api.ingest import contract

HEADER = "from_code,from_institution,to_code,to_institution,type"
CATALOG = """code,title,credits,institution
BIO 1A,Life A,3,North
BIO 1AH,Life A honors,3,North
BIO 1B,Life B,3,North
MATH 1,Sums,3,North
ART 1,Colour,3,North
BIO 101,Biology,4,South
BIO 102,Biology lab,1,South
MATH 101,Algebra,3,South
MATH/STAT 431,Chance,3,South
GSOC 1000,Society,3,South
"""
ONE = f"{HEADER}\nMATH 1,North,MATH 101,South,direct\n"


@pytest.fixture(autouse=True)
def catalog(importer):
    importer.load("courses", CATALOG)


def lines(*rows, header=HEADER):
    return "\n".join([header, *rows]) + "\n"


def counts(result):
    return result.plan.new, result.plan.updated, result.plan.unchanged, result.plan.removed


def said(importer, result, severity):
    return [finding[1:] for finding in importer.findings(result) if finding[0] == severity]


def rules(importer):
    """Each current rule: outcome, strength, its groups of sources, its awards."""
    return importer.rows("""
        SELECT rule.outcome, rule.strength,
            (SELECT string_agg(members, ' and ' ORDER BY members) FROM (
                SELECT string_agg(course.code, ' or ' ORDER BY course.code) AS members
                FROM equivalency_sources AS source JOIN courses AS course ON course.id = source.course_id
                WHERE source.equivalency_id = rule.id GROUP BY source.group_position) AS source_groups),
            (SELECT string_agg(concat_ws(' ', award.kind, course.code, award.subject, award.area, award.level::text,
                    nullif(array_to_string(award.tags, '+'), ''), trim_scale(award.credits)::text), ', '
                    ORDER BY award.position)
                FROM equivalency_awards AS award LEFT JOIN courses AS course ON course.id = award.course_id
                WHERE award.equivalency_id = rule.id)
        FROM equivalencies AS rule WHERE rule.recorded_until IS NULL ORDER BY rule.id
    """)


TARGETS = (
    ("MATH 101", "direct", "AWARDS", "DIRECT", "COURSE MATH 101"),
    ("math-101", "direct", "AWARDS", "DIRECT", "COURSE MATH 101"),
    ("STAT 431", "direct", "AWARDS", "DIRECT", "COURSE MATH/STAT 431"),
    ("MATH 101", "partial", "AWARDS", "PARTIAL", "COURSE MATH 101"),
    ("MATH 101", "elective", "AWARDS", "PARTIAL", "COURSE MATH 101"),
    ("MATH 2000NE", "direct", "AWARDS", "DIRECT", "SUBJECT_ELECTIVE MATH 2000"),
    ("MATH EL", "elective", "AWARDS", "DIRECT", "SUBJECT_ELECTIVE MATH"),
    ("KINS ACT", "elective", "AWARDS", "DIRECT", "SUBJECT_ELECTIVE KINS act"),
    ("MATH 299", "elective", "AWARDS", "DIRECT", "SUBJECT_ELECTIVE MATH 2000"),
    ("GHUM 1000", "direct", "AWARDS", "DIRECT", "GENERAL_ELECTIVE humanities 1000"),
    ("GSOC 1000", "direct", "AWARDS", "DIRECT", "COURSE GSOC 1000"),
    ("GEN EL", "elective", "AWARDS", "DIRECT", "GENERAL_ELECTIVE general"),
    ("NDC", "no_credit", "NO_CREDIT", "DIRECT", None),
    ("1000NE", "", "NO_CREDIT", "DIRECT", None),
    ("", "no credit", "NO_CREDIT", "DIRECT", None),
    ("MATH 101", "NO_CREDIT", "NO_CREDIT", "DIRECT", None),
    ("SPANISH CONF", "department_review", "DEPARTMENT_REVIEW", "DIRECT", None),
    ("GEN CONF", "", "DEPARTMENT_REVIEW", "DIRECT", None),
)


def test_what_targets_mean_and_that_no_course_is_made_of_them(importer):
    importer.load("courses", "code,title,institution\n" + "".join(f"T {n},Trial,North\n" for n in range(len(TARGETS))))
    before = importer.value("SELECT count(*) FROM courses")
    content = lines(*(f"T {n},North,{target},South,{kind}" for n, (target, kind, *_) in enumerate(TARGETS)))
    result = importer.load("equivalencies", content)
    assert counts(result) == (len(TARGETS), 0, 0, 0)
    assert rules(importer) == [
        (outcome, strength, f"T {n}", award) for n, (_, _, outcome, strength, award) in enumerate(TARGETS)
    ]
    assert importer.value("SELECT count(*) FROM courses") == before


@pytest.mark.parametrize(
    ("outcome", "target", "award"),
    [
        ("SUBJECT_ELECTIVE", "MATH 101", "SUBJECT_ELECTIVE MATH 1000"),
        ("general elective", "Fine arts", "GENERAL_ELECTIVE fine arts"),
        ("course", "MATH 101", "COURSE MATH 101"),
    ],
)
def test_the_column_outcome_is_stronger_than_the_type(importer, outcome, target, award):
    importer.load("equivalencies", lines(f"MATH 1,North,{target},South,direct,{outcome}", header=f"{HEADER},outcome"))
    assert rules(importer) == [("AWARDS", "DIRECT", "MATH 1", award)]


def test_a_code_named_as_placeholder_is_elective_credit(importer):
    options = {"placeholders": frozenset({"XFER 999"})}
    importer.load("equivalencies", lines("MATH 1,North,XFER 999,South,direct"), **options)
    assert rules(importer) == [("AWARDS", "DIRECT", "MATH 1", "SUBJECT_ELECTIVE XFER 9000")]


def test_a_target_for_which_nothing_is_articulated_needs_no_source(importer):
    importer.load("equivalencies", lines(",North,MATH 101,South,no_course_articulated"))
    assert rules(importer) == [("NO_COURSE_ARTICULATED", "DIRECT", None, "COURSE MATH 101")]


@pytest.mark.parametrize("kind", ["", "unspecified"])
def test_a_type_that_says_nothing_is_direct_with_a_warning(importer, kind):
    result = importer.load("equivalencies", lines(f"MATH 1,North,MATH 101,South,{kind}"))
    what = f"“{kind}”" if kind else "blank"
    assert said(importer, result, "WARNING") == [
        (2, "equivalency_type", f"The type is {what} and was taken as direct. Write it into the file.")
    ]


def test_a_rule_keeps_everything_its_row_says(importer):
    header = (
        f"{HEADER},strength,status,condition,reason,notes,credits,min_grade,min_score,effective_from,effective_until,"
        "approved_by,approved_on,source"
    )
    row = (
        "MATH 1,North,MATH 101,South,direct,conditional,proposed,after an interview,new,level=L,2.5,c-,3,2020-08-15,"
        "08/14/2030,Registrar,2020-01-02,letter"
    )
    importer.load("equivalencies", lines(row, header=header))
    assert importer.rows(
        "SELECT strength, status, condition, reason, notes, effective_from::text, effective_until::text, approved_by, "
        "approved_on::text, source, recorded_by FROM equivalencies"
    ) == [
        (
            "CONDITIONAL",
            "PROPOSED",
            "after an interview",
            "new",
            "level=L",
            "2020-08-15",
            "2030-08-14",
            "Registrar",
            "2020-01-02",
            "letter",
            "test",
        )
    ]
    assert importer.rows("SELECT minimum_grade, minimum_score FROM equivalency_sources") == [("C_MINUS", 3)]
    assert importer.rows("SELECT credits, published_code FROM equivalency_awards") == [(Decimal("2.5"), "MATH 101")]


SETS = f"{HEADER},set_id,side,group,credits,min_grade"


def test_rows_of_a_set_are_one_rule_with_all_sources_needed_and_credits_split(importer):
    result = importer.load(
        "equivalencies",
        lines(
            "BIO 1A,North,,South,direct,s1,from,,,C",
            "BIO 1B,North,,South,direct,s1,from,,,",
            ",North,BIO 101,South,direct,s1,to,,4,",
            ",North,BIO 102,South,direct,s1,to,,1,",
            ",North,BIO EL,South,elective,s1,to,,1.5,",
            header=SETS,
        ),
    )
    assert counts(result) == (1, 0, 0, 0)
    assert said(importer, result, "WARNING") == []
    assert rules(importer) == [
        ("AWARDS", "DIRECT", "BIO 1A and BIO 1B", "COURSE BIO 101 4, COURSE BIO 102 1, SUBJECT_ELECTIVE BIO 1.5")
    ]
    assert importer.rows("SELECT minimum_grade FROM equivalency_sources ORDER BY course_id") == [("C",), (None,)]


def test_a_group_of_a_set_names_alternatives(importer):
    importer.load(
        "equivalencies",
        lines(
            "BIO 1A,North,,South,direct,s1,from,first,,",
            "BIO 1AH,North,,South,direct,s1,from,first,,",
            "BIO 1B,North,BIO 101,South,direct,s1,,,,",
            header=SETS,
        ),
    )
    assert rules(importer) == [("AWARDS", "DIRECT", "BIO 1A or BIO 1AH and BIO 1B", "COURSE BIO 101")]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (
            ["BIO 1A,North,,South,direct,s1,from,,,"],
            [(2, "set_id", "The set “s1” has no row for the receiving side. Add one, or correct its set_id.")],
        ),
        (
            [",North,BIO 101,South,direct,s1,to,,,"],
            [(2, "set_id", "The set “s1” has no row for the sending side. Add one, or correct its set_id.")],
        ),
        (
            ["BIO 1A,North,BIO 101,South,direct,s1,,,,", ",North,NDC,South,no_credit,s1,to,,,"],
            [
                (2, "set_id", "The set “s1” says both credit and no credit. A set has one outcome."),
                (3, "set_id", "The row is left out with its set “s1”, of which another row is wrong."),
            ],
        ),
        (
            ["BIO 1A,North,BIO 101,South,direct,s1,,,,", "BIO 101,South,BIO 102,South,direct,s1,,,,"],
            [
                (2, "set_id", "The set “s1” must have one sending and one receiving institution."),
                (3, "set_id", "The row is left out with its set “s1”, of which another row is wrong."),
            ],
        ),
        (
            ["BIO 1A,North,,South,direct,s1,from,,,Z", ",North,BIO 101,South,direct,s1,to,,,"],
            [
                (
                    2,
                    "min_grade",
                    (
                        "“Z” is not a grade. Known grades: A+, A, A-, B+, B, B-, C+, C, C-, D+, D, D-, F, P, NP, CR, "
                        "NC, "
                        "S, U, TR, W, WF, I, IP, AU, NR, E."
                    ),
                ),
                (3, "set_id", "The row is left out with its set “s1”, of which another row is wrong."),
            ],
        ),
        (
            ["BIO 1A,North,,South,direct,s1,left,,,", ",North,BIO 101,South,direct,s1,to,,,"],
            [
                (2, "side", "“left” is no side. Write from or to."),
                (3, "set_id", "The row is left out with its set “s1”, of which another row is wrong."),
            ],
        ),
    ],
    ids=["no target", "no source", "two outcomes", "two colleges", "wrong member", "no side"],
)
def test_a_set_is_previewed_whole_or_not_at_all(importer, rows, found):
    result = importer.load("equivalencies", lines(*rows, header=SETS), skip_invalid=True)
    assert said(importer, result, "ERROR") == found
    assert rules(importer) == []


WRONG = (
    (
        "MATH 9,North,MATH 101,South,direct",
        "from_course_code",
        "There is no course MATH 9 at “North”. Import its catalog first, or correct the code.",
    ),
    (
        "MATH 1,North,MATH 999,South,direct",
        "to_course_code",
        (
            "There is no course MATH 999 at “South”. Import its catalog first, correct the code, or say in "
            "equivalency_type what it stands for."
        ),
    ),
    (
        "MATH 1,Nowhere,MATH 101,South,direct",
        "from_institution",
        "There is no institution “Nowhere”. Import it first, or correct the name.",
    ),
    (
        "MATH 1,North,MATH 101,Nowhere,direct",
        "to_institution",
        "There is no institution “Nowhere”. Import it first, or correct the name.",
    ),
    (
        "MATH 1,North,MATH 101,South,maybe",
        "equivalency_type",
        (
            "“maybe” is no type of equivalency. Write one of: direct, partial, conditional, elective, no_credit, "
            "department_review, no_course_articulated, unspecified."
        ),
    ),
    (
        "MATH 1,North,???,South,direct",
        "to_course_code",
        "“???” is neither a course code nor a known placeholder. Write it as MATH 101, or fill outcome.",
    ),
    (
        "MATH 1,North,,South,direct",
        "to_course_code",
        "The row names no receiving course. Fill the column, or say no_credit.",
    ),
    (
        ",North,MATH 101,South,direct",
        "from_course_code",
        "The row names no sending course. Fill the column.",
    ),
    (
        "MATH 1,North,MATH 101,South,conditional",
        "condition",
        "The rule is conditional and names no condition. Fill the column condition.",
    ),
    ("MATH 1,North,MATH 101,,direct", "to_institution", "The row names no institution. Fill the column."),
)


def test_wrong_rows_are_named_and_nothing_is_loaded_or_created(importer):
    before = importer.everything()
    result = importer.load("equivalencies", lines("ART 1,North,MATH 101,South,direct", *(row for row, _, _ in WRONG)))
    assert not result.is_committed
    assert said(importer, result, "ERROR") == [
        (number, column, message) for number, (_, column, message) in enumerate(WRONG, start=3)
    ]
    assert importer.everything() == before


def test_the_second_run_finds_everything_unchanged(importer):
    content = lines(
        "MATH 1,North,MATH 101,South,direct,,,,3,C",
        "BIO 1A,North,,South,direct,s1,from,g,,",
        "BIO 1AH,North,,South,direct,s1,from,g,,B",
        ",North,BIO 101,South,direct,s1,to,,4,",
        ",North,BIO EL,South,elective,s1,to,,1.50,",
        "ART 1,North,NDC,South,no_credit,,,,,",
        "ART 1,North,ART EL,North,elective,,,,2,",
        header=SETS,
    )
    assert counts(importer.load("equivalencies", content)) == (4, 0, 0, 0)
    before = importer.everything()
    again = importer.load("equivalencies", content)
    assert counts(again) == (0, 0, 4, 0)
    after = importer.everything()
    assert {table: rows for table, rows in after.items() if table != "audit_log"} == {
        table: rows for table, rows in before.items() if table != "audit_log"
    }


def test_a_change_closes_the_old_rule_and_begins_another(importer):
    importer.load("equivalencies", lines("MATH 1,North,MATH 101,South,direct,3", header=f"{HEADER},credits"))
    result = importer.load("equivalencies", lines("MATH 1,North,MATH 101,South,partial,2", header=f"{HEADER},credits"))
    assert counts(result) == (0, 1, 0, 0)
    assert importer.rows(
        "SELECT rule.strength, rule.recorded_until IS NULL, rule.superseded_by_id IS NULL, award.credits "
        "FROM equivalencies AS rule JOIN equivalency_awards AS award ON award.equivalency_id = rule.id "
        "ORDER BY rule.id"
    ) == [("DIRECT", False, False, 3), ("PARTIAL", True, True, 2)]


def test_a_column_that_the_file_lacks_keeps_what_is_stored(importer):
    importer.load("equivalencies", lines("MATH 1,North,MATH 101,South,direct,by letter", header=f"{HEADER},notes"))
    assert counts(importer.load("equivalencies", ONE)) == (0, 0, 1, 0)
    assert importer.value("SELECT notes FROM equivalencies") == "by letter"


def test_repeats_of_a_row_are_warnings(importer):
    result = importer.load(
        "equivalencies",
        lines(
            "MATH 1,North,MATH 101,South,direct",
            "math-1,north,MATH  101,SOUTH,direct",
            "MATH 1,North,MATH 101,South,partial",
        ),
    )
    assert counts(result) == (1, 0, 0, 0)
    assert said(importer, result, "WARNING") == [
        (3, "to_course_code", "The row repeats row 2 exactly."),
        (
            4,
            "to_course_code",
            "The rule of this row stands in row 2 already, with other values. The first row is kept.",
        ),
    ]


def test_unlinked_alternatives_become_one_choice_set_with_one_warning(importer):
    result = importer.load(
        "equivalencies", lines("MATH 1,North,MATH 101,South,direct", "MATH 1,North,MATH EL,South,elective")
    )
    assert said(importer, result, "WARNING") == [
        (
            2,
            "to_course_code",
            "2 alternatives for the same courses at the same institution (row 2, row 3): at most one of them counts.",
        )
    ]
    assert (
        importer.value("SELECT count(DISTINCT choice_set_id) FROM equivalencies WHERE choice_set_id IS NOT NULL") == 1
    )
    assert importer.value("SELECT count(choice_set_id) FROM equivalencies") == 2


def test_an_alternative_of_a_stored_rule_joins_it_in_a_choice_set(importer):
    importer.load("equivalencies", ONE)
    importer.load("equivalencies", lines("MATH 1,North,MATH EL,South,elective"))
    assert importer.rows("SELECT count(choice_set_id), count(DISTINCT choice_set_id) FROM equivalencies") == [(2, 1)]


def test_rules_that_hold_one_after_the_other_are_no_alternatives(importer):
    header = f"{HEADER},effective_from,effective_until"
    result = importer.load(
        "equivalencies",
        lines(
            "MATH 1,North,MATH 101,South,direct,,2020-12-31",
            "MATH 1,North,STAT 431,South,direct,2021-01-01,",
            header=header,
        ),
    )
    assert said(importer, result, "WARNING") == []
    assert importer.value("SELECT count(choice_set_id) FROM equivalencies") == 0


def test_rows_of_another_file_are_named_with_it(importer):
    first = lines("MATH 1,North,MATH 101,South,direct", "ART 1,North,ART EL,South,elective")
    second = lines("MATH 1,North,NDC,South,no_credit", "ART 1,North,MATH 101,South,direct")
    result = importer.load("equivalencies", first, second)
    remedy = "Remove one of the two, or give them dates that do not overlap."
    assert said(importer, result, "ERROR") == [
        (2, "to_course_code", f"a.csv: The same courses earn credit here and nothing in row 2 of b.csv. {remedy}"),
        (2, "to_course_code", f"b.csv: The same courses earn nothing here and credit in row 2 of a.csv. {remedy}"),
    ]
    assert said(importer, result, "WARNING") == [
        (
            3,
            "to_course_code",
            (
                "a.csv: 2 alternatives for the same courses at the same institution (row 3, row 3 of b.csv): at most "
                "one of them counts."
            ),
        )
    ]


def test_credit_and_no_credit_at_once_are_errors_of_both_rows(importer):
    content = lines(
        "MATH 1,North,MATH 101,South,direct", "MATH 1,North,NDC,South,no_credit", "ART 1,North,ART EL,South,elective"
    )
    result = importer.load("equivalencies", content, skip_invalid=True)
    remedy = "Remove one of the two, or give them dates that do not overlap."
    assert said(importer, result, "ERROR") == [
        (2, "to_course_code", f"The same courses earn credit here and nothing in row 3. {remedy}"),
        (3, "to_course_code", f"The same courses earn nothing here and credit in row 2. {remedy}"),
    ]
    assert result.invalid_rows == 2
    assert rules(importer) == [("AWARDS", "DIRECT", "ART 1", "SUBJECT_ELECTIVE ART")]


def test_credit_against_a_stored_no_credit_is_an_error(importer):
    importer.load("equivalencies", lines("MATH 1,North,NDC,South,no_credit"))
    result = importer.load("equivalencies", ONE)
    assert said(importer, result, "ERROR") == [
        (
            2,
            "to_course_code",
            (
                "The same courses earn credit here and nothing by a rule that is stored. Remove one of the two, or "
                "give "
                "them dates that do not overlap."
            ),
        )
    ]


def test_credit_after_no_credit_has_ended_is_fine_also_when_the_file_ends_it(importer):
    header = f"{HEADER},effective_from,effective_until"
    importer.load("equivalencies", lines("MATH 1,North,NDC,South,no_credit,,", header=header))
    result = importer.load(
        "equivalencies",
        lines(
            "MATH 1,North,NDC,South,no_credit,,2024-12-31",
            "MATH 1,North,MATH 101,South,direct,2025-01-01,",
            header=header,
        ),
    )
    assert counts(result) == (1, 1, 0, 0)
    assert result.is_committed


def test_different_courses_with_one_target_are_asked_about_once(importer):
    result = importer.load(
        "equivalencies",
        lines(
            "BIO 1A,North,BIO 101,South,direct",
            "BIO 1B,North,BIO 101,South,direct",
            "ART 1,North,GEN EL,South,elective",
        ),
    )
    assert result.plan.notes == (
        (
            "BIO 101 of South is reached by different courses of North (row 2 and row 3): or, or and? They were taken "
            "as “or”; courses needed together are rows of one set_id."
        ),
    )
    assert said(importer, result, "WARNING") == []


def test_of_several_shared_targets_the_first_is_named_and_the_others_counted(importer):
    pairs = [("BIO 1A", "BIO 101"), ("BIO 1B", "BIO 101"), ("ART 1", "MATH 101"), ("MATH 1", "MATH 101")]
    result = importer.load("equivalencies", lines(*(f"{one},North,{to},South,direct" for one, to in pairs)))
    [note] = result.plan.notes
    assert note.startswith("BIO 101 of South is reached by different courses of North (row 2 and row 3): or, or and?")
    assert note.endswith("rows of one set_id. 1 more target is reached like that too.")


def test_an_existing_course_wins_over_its_reading_as_a_placeholder(importer):
    importer.load("courses", "code,title,institution\nGHUM 1000,Humanities,North\n")
    importer.load("equivalencies", lines("MATH 101,South,GHUM 1000,North,direct"))
    assert rules(importer) == [("AWARDS", "DIRECT", "MATH 101", "COURSE GHUM 1000")]


def test_replacing_ends_what_the_receiving_institution_no_longer_accepts(importer):
    importer.load(
        "equivalencies",
        lines(
            "MATH 1,North,MATH 101,South,direct",
            "ART 1,North,ART EL,South,elective",
            "MATH 101,South,MATH 1,North,direct",
        ),
    )
    options = {"mode": contract.Mode.REPLACE, "institution": "South"}
    result = importer.load("equivalencies", ONE, **options)
    assert counts(result) == (0, 0, 1, 1)
    ended = (
        "SELECT effective_until::text, recorded_until IS NULL FROM equivalencies WHERE outcome = 'AWARDS' ORDER BY id"
    )
    assert importer.rows(ended) == [(None, True), (None, False), (None, True), ("2025-11-24", True)]
    assert counts(importer.load("equivalencies", ONE, **options)) == (0, 0, 1, 0)


def test_replacing_needs_its_scope(importer):
    with pytest.raises(errors.InvalidInput, match=r"^Replacing needs the receiving institution"):
        importer.load("equivalencies", ONE, mode=contract.Mode.REPLACE)
    with pytest.raises(errors.InvalidInput, match=r"^Replacing: every row must be of the receiving institution"):
        importer.load("equivalencies", ONE, mode=contract.Mode.REPLACE, institution="North")


ROWS = (
    "BIO 1A,North,BIO 101,South,direct",
    "BIO 1A,North,BIO EL,South,elective",
    "BIO 1B,North,BIO 101,South,direct",
    "MATH 1,North,MATH 101,South,direct",
    "MATH 1,North,NDC,South,no_credit",
    "ART 1,North,ART EL,South,",
    "ART 9,North,ART EL,South,elective",
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(ROWS))
def test_the_order_of_rows_that_repeat_nothing_does_not_matter(importer, order):
    expected = importer.preview("equivalencies", lines(*ROWS))
    result = importer.preview("equivalencies", lines(*order))
    assert (counts(result), result.plan.digest) == (counts(expected), expected.plan.digest)
    assert (result.invalid_rows, result.warnings) == (expected.invalid_rows, expected.warnings)
