from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gql_api import errors
from gql_api.ingest import contract

HEADER = "code,title,credits,institution"
ONE = f"{HEADER}\nMATH 101,Algebra,3,North College\n"


def lines(*rows, header=HEADER):
    return "\n".join([header, *rows]) + "\n"


def counts(result):
    return result.plan.new, result.plan.updated, result.plan.unchanged, result.plan.removed


def test_a_row_becomes_a_course_with_everything_the_file_says(importer):
    header = (
        "code,title,description,credits,institution,department,prerequisites,has_lab,course_type,tags,active_from,"
        "active_until"
    )
    row = (
        "bio-1004l, Life ,About life,1.5-3,North College,Biology,BIO 1001 or consent,TRUE,Lecture Lab,"
        "writing; science,2020-08-15,2030-05-31"
    )
    importer.load("courses", f"{header}\n{row}\n")
    assert importer.rows(
        "SELECT code, code_key, subject, number, subjects, level, title, description, credits_min, credits_max, "
        "credits_text, department, attributes, prerequisite_text, active_from::text, active_until::text FROM courses"
    ) == [
        (
            "bio-1004l",
            "BIO 1004L",
            "BIO",
            "1004L",
            ["BIO"],
            1000,
            "Life",
            "About life",
            Decimal("1.5"),
            Decimal(3),
            None,
            "Biology",
            {"has_lab": True, "course_type": "lecture_lab", "tags": ["science", "writing"]},
            "BIO 1001 or consent",
            "2020-08-15",
            "2030-05-31",
        )
    ]


def test_blank_cells_mean_not_known(importer):
    importer.load(
        "courses",
        lines(
            "MATH 101,Algebra,,,,,North College",
            header="code,title,credits,description,has_lab,course_type,institution",
        ),
    )
    assert importer.rows("SELECT credits_min, credits_max, description, attributes FROM courses") == [
        (None, None, None, {})
    ]


def test_published_credits_that_say_more_are_kept_as_text(importer):
    importer.load("courses", lines('MATH 101,Algebra,"5, max. 10",North College'))
    assert importer.rows("SELECT credits_min, credits_max, credits_text FROM courses") == [(5, 10, "5, max. 10")]


def test_the_second_run_finds_everything_unchanged_and_touches_nothing(importer):
    first = importer.load("courses", ONE)
    before = importer.everything()
    second = importer.load("courses", ONE)
    after = importer.everything()
    assert (counts(first), counts(second)) == ((1, 0, 0, 0), (0, 0, 1, 0))
    assert second.changes_nothing
    assert {table: rows for table, rows in after.items() if table != "audit_log"} == {
        table: rows for table, rows in before.items() if table != "audit_log"
    }


def test_a_changed_row_updates_its_course_and_counts_a_revision(importer):
    importer.load("courses", ONE)
    result = importer.load("courses", ONE.replace("Algebra", "College Algebra"))
    assert counts(result) == (0, 1, 0, 0)
    assert importer.rows("SELECT title, revision FROM courses") == [("College Algebra", 2)]


def test_a_column_that_the_file_lacks_keeps_what_is_stored(importer):
    importer.load("courses", lines("MATH 101,Algebra,3,North,About,true", header=HEADER + ",description,has_lab"))
    result = importer.load("courses", lines("MATH 101,Algebra,North", header="code,title,institution"))
    assert counts(result) == (0, 0, 1, 0)
    result = importer.load("courses", lines("MATH 101,Algebra,North,", header="code,title,institution,description"))
    assert counts(result) == (0, 1, 0, 0)
    assert importer.rows("SELECT credits_min, description, attributes FROM courses") == [(3, None, {"has_lab": True})]


def test_attributes_of_other_origin_are_kept(importer):
    importer.load("courses", ONE)
    importer.rows('UPDATE courses SET attributes = \'{"honors": true, "has_lab": true}\' RETURNING id')
    importer.load("courses", lines("MATH 101,Algebra,3,North College,", header=HEADER + ",has_lab"))
    assert importer.value("SELECT attributes FROM courses") == {"honors": True}


WRONG = (
    ("MATH 101,Algebra,three,North", "credits", "“three” is not a number of credits. Write 3, 0.5 or 1-4."),
    ("MATH 101,Algebra,4-1,North", "credits", "“4-1” has a minimum above its maximum. Write the smaller number first."),
    ("MATH 101,Algebra,1000,North", "credits", "“1000” is too much: at most 999.99 credits."),
    ("MATH 101,Algebra,-3,North", "credits", "“-3” is not a number of credits. Write 3, 0.5 or 1-4."),
    ("MATH,Algebra,3,North", "code", "“MATH” cannot be split into a subject and a number. Write it as MATH 101."),
    (",Algebra,3,North", "code", "The course code is empty. Write subject and number, such as MATH 101."),
    ("MATH 101, ,3,North", "title", "The title is empty. Write the course's title."),
    ("MATH 101,Algebra,3,", "institution", "The row names no institution. Fill the column, or name one for all."),
    (
        f"MATH 101,{'x' * 301},3,North",
        "title",
        "The cell has 301 characters; at most 300 are kept. Shorten it.",
    ),
    (
        "MATH 101,Algebra,3",
        None,
        "The row has 3 cells where the header has 4. Is a delimiter or a quote missing?",
    ),
)


def test_wrong_rows_are_named_with_their_columns_and_nothing_is_loaded(importer):
    before = importer.everything()
    result = importer.load("courses", lines("PHYS 101,Motion,3,North", *(row for row, _, _ in WRONG)))
    assert not result.is_committed
    assert result.invalid_rows == len(WRONG)
    assert [each for each in importer.findings(result) if each[0] == "ERROR"] == [
        ("ERROR", number, column, message) for number, (_, column, message) in enumerate(WRONG, start=3)
    ]
    assert importer.everything() == before


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("has_lab", "perhaps", "“perhaps” is neither true nor false. Write true, false, yes or no."),
        (
            "course_type",
            "magic",
            (
                "“magic” is no type of course. Write one of: lecture, lecture_lab, lab_only, research, seminar, "
                "independent_study."
            ),
        ),
        ("active_from", "soon", "“soon” is not a date. Write it as 2025-08-15."),
    ],
)
def test_attributes_and_dates_are_checked(importer, column, cell, message):
    result = importer.load("courses", lines(f"MATH 101,Algebra,3,North,{cell}", header=f"{HEADER},{column}"))
    assert importer.findings(result)[0] == ("ERROR", 2, column, message)


def test_every_error_of_a_row_is_told_at_once(importer):
    result = importer.load("courses", lines("MATH,,x,"))
    assert result.invalid_rows == 1
    assert [finding[2] for finding in importer.findings(result)] == ["code", "credits", "institution", "title"]


def test_skip_invalid_loads_the_rest_and_lists_what_was_left_out(importer):
    result = importer.load("courses", lines("PHYS 101,Motion,3,North", "MATH 101,Algebra,x,North"), skip_invalid=True)
    assert result.is_committed
    assert importer.rows("SELECT code FROM courses") == [("PHYS 101",)]
    assert [finding[:2] for finding in importer.findings(result) if finding[0] == "ERROR"] == [("ERROR", 3)]
    assert importer.value("SELECT rows_invalid FROM import_jobs") == 1


def test_an_unknown_institution_is_created_with_a_warning_and_its_initials(importer):
    result = importer.load("courses", lines("MATH 101,Algebra,3,University Of New Orleans"))
    assert importer.findings(result) == [
        (
            "WARNING",
            2,
            "institution",
            "The institution “University Of New Orleans” is new and will be created: four-year, abbreviation UNO.",
        )
    ]
    assert importer.rows("SELECT name, abbreviation, kind FROM institutions") == [
        ("University Of New Orleans", "UNO", "FOUR_YEAR")
    ]


def test_initials_that_collide_are_left_out_for_both(importer):
    result = importer.load("courses", lines("MATH 101,Algebra,3,UW-Milwaukee", "MATH 101,Algebra,3,UW-Madison"))
    assert {finding[3].partition(": ")[2] for finding in importer.findings(result)} == {
        "four-year, without an abbreviation, since its initials collide."
    }
    assert importer.rows("SELECT abbreviation FROM institutions") == [(None,), (None,)]


def test_an_unknown_institution_is_an_error_where_none_may_be_created(importer):
    result = importer.load("courses", ONE, create_institutions=False)
    assert importer.findings(result) == [
        (
            "ERROR",
            2,
            "institution",
            (
                "There is no institution “North College”. Correct the name, import the institution first, or create it "
                "with --create-institutions."
            ),
        )
    ]
    assert importer.value("SELECT count(*) FROM institutions") == 0


def test_a_misspelled_institution_is_an_error_that_names_the_one_that_was_meant_and_changes_nothing(importer):
    importer.load(
        "institutions", "name,abbreviation,aliases\nDelgado Community College,DCC,Delgado\nTulane University,,\n"
    )
    before = importer.everything()
    names = ("Delgado Comunity College", "DCCC", "tulane univrsity", "Harvard")
    rows = [f"MATH 10{number},Algebra,3,{name}" for number, name in enumerate(names)]
    result = importer.load("courses", lines(*rows), create_institutions=False)
    remedy = "Correct the name, import the institution first, or create it with --create-institutions."
    assert importer.findings(result) == [
        ("ERROR", row, "institution", f"There is no institution “{name}”.{meant} {remedy}")
        for row, name, meant in (
            (2, "Delgado Comunity College", " Did you mean “Delgado Community College”?"),
            (3, "DCCC", " Did you mean “Delgado Community College”?"),
            (4, "tulane univrsity", " Did you mean “Tulane University”?"),
            (5, "Harvard", ""),
        )
    ]
    assert importer.everything() == before


def test_institutions_are_found_by_name_alias_and_abbreviation_in_any_case(importer):
    importer.load("institutions", "name,abbreviation,aliases\nNorth College,NC,The North;Northern\n")
    names = ("north  college", "THE NORTH", "nc")
    rows = [f"MATH 10{number},Algebra,3,{name}" for number, name in enumerate(names)]
    result = importer.load("courses", lines(*rows), create_institutions=False)
    assert counts(result) == (3, 0, 0, 0)
    assert importer.value("SELECT count(DISTINCT institution_id) FROM courses") == 1


def test_the_option_names_the_institution_of_rows_that_name_none(importer):
    importer.load("courses", "code,title\nMATH 101,Algebra\n", institution="North College")
    assert importer.value("SELECT name::text FROM institutions") == "North College"


def test_repeats_are_listed_and_the_first_row_is_kept(importer):
    result = importer.load(
        "courses",
        lines(
            "MATH 101,Algebra,3,North",
            "math-101,Algebra,3,North",
            "MATH 101,Geometry,4,North",
            "MATH 101,Algebra,3,South",
        ),
    )
    assert counts(result) == (2, 0, 0, 0)
    assert result.plan.notes == ("1 code is repeated; the first row of each is kept.",)
    assert [finding for finding in importer.findings(result) if finding[2] == "code"] == [
        ("WARNING", 3, "code", "“math-101” repeats row 2 exactly."),
        (
            "WARNING",
            4,
            "code",
            "“MATH 101” stands in row 2 already, with other values (title “Algebra”, credits). The first row is kept.",
        ),
    ]
    assert importer.rows("SELECT DISTINCT title FROM courses") == [("Algebra",)]


def test_orderings_of_one_cross_listing_are_one_course_found_under_every_member(importer):
    result = importer.load(
        "courses", lines("STAT/MATH 431,Chance,3,North", "MATH/STAT 431,Chance,3,North", "MATH 500,Other,3,North")
    )
    assert counts(result) == (2, 0, 0, 0)
    assert [finding[3] for finding in importer.findings(result) if finding[2] == "code"] == [
        "“MATH/STAT 431” is “STAT/MATH 431” of row 2 with its subjects in another order: one course."
    ]
    assert importer.rows("SELECT code, code_key, subjects FROM courses WHERE level = 4000") == [
        ("STAT/MATH 431", "MATH/STAT 431", ["MATH", "STAT"])
    ]
    assert importer.rows("SELECT code_key FROM course_aliases ORDER BY 1") == [("MATH 431",), ("STAT 431",)]


def test_a_course_of_its_own_wins_over_an_alias_whenever_it_comes(importer):
    importer.load("courses", lines("MATH/STAT 431,Chance,3,North"))
    importer.load("courses", lines("STAT 431,Statistics,3,North"))
    assert importer.rows("SELECT code_key FROM course_aliases") == [("MATH 431",)]


def test_an_alias_that_two_courses_claim_leads_to_neither(importer):
    result = importer.load("courses", lines("MATH/STAT 431,Chance,3,North", "STAT/ECON 431,Money,3,North"))
    assert (
        "WARNING",
        2,
        "code",
        "“STAT 431” is a member of the cross-listings ECON/STAT 431 and MATH/STAT 431. It leads to none of them.",
    ) in importer.findings(result)
    assert importer.rows("SELECT code_key FROM course_aliases ORDER BY 1") == [("ECON 431",), ("MATH 431",)]


def test_an_alias_claimed_by_a_later_file_is_taken_back(importer):
    importer.load("courses", lines("MATH/STAT 431,Chance,3,North"))
    importer.load("courses", lines("STAT/ECON 431,Money,3,North"))
    assert importer.rows("SELECT code_key FROM course_aliases ORDER BY 1") == [("ECON 431",), ("MATH 431",)]


def test_placeholders_are_skipped_and_listed(importer):
    header = HEADER + ",department"
    result = importer.load(
        "courses",
        lines(
            "ENGL 1000NE,No equivalent,3,North,PLACEHOLDER",
            "GHUM 1000,General Humanities Elective,3,North,PLACEHOLDER",
            "XFER 999,Transfer,3,North,",
            "ART EL,Art elective,3,North,",
            "ENGL 1157,Composition,3,North,PLACEHOLDER",
            "GHUM 1000,General Humanities Elective,3,South,Humanities",
            header=header,
        ),
        placeholders=frozenset({"xfer  999"}),
    )
    assert result.skipped_rows == 4
    assert [finding[1:] for finding in importer.findings(result) if finding[0] == "SKIPPED"] == [
        (2, "code", "ENGL 1000NE is a placeholder, no course (its title says so). It is skipped."),
        (
            3,
            "code",
            "GHUM 1000 is a generic elective, no course. It is skipped; equivalencies to it become elective credit.",
        ),
        (4, "code", "XFER 999 was named as a placeholder. It is skipped."),
        (5, "code", "ART EL is a placeholder, no course. It is skipped; equivalencies to it become outcomes."),
    ]
    assert importer.rows("SELECT code FROM courses ORDER BY id") == [("ENGL 1157",), ("GHUM 1000",)]


def test_unknown_columns_and_latin_1_are_one_warning_each(importer):
    content = "code,title,credits,institution,colour,smell\nMATH 101,Éléments,3,North,red,sweet\n".encode("latin-1")
    result = importer.load("courses", content)
    assert [finding[3] for finding in importer.findings(result) if finding[1] == 1] == [
        "Columns that mean nothing here were not read: “colour”, “smell”.",
        "The file is not UTF-8 and was read as Windows-1252 (latin-1). Save it as UTF-8.",
    ]
    assert importer.value("SELECT title FROM courses") == "Éléments"


def replacing(importer, content, **options):
    return importer.load("courses", content, institution="North", mode=contract.Mode.REPLACE, **options)


def test_replacing_archives_what_the_file_does_not_list_and_deletes_nothing(importer):
    importer.load("courses", lines("MATH 101,Algebra,3,North", "MATH 102,More,3,North", "MATH 101,Algebra,3,South"))
    result = replacing(importer, lines("MATH 102,More,3,North", "MATH 103,New,3,North"))
    assert counts(result) == (1, 0, 1, 1)
    assert importer.rows("SELECT code, active_until::text FROM courses ORDER BY id") == [
        ("MATH 101", "2025-11-24"),
        ("MATH 102", None),
        ("MATH 101", None),
        ("MATH 103", None),
    ]
    assert counts(replacing(importer, lines("MATH 102,More,3,North", "MATH 103,New,3,North"))) == (0, 0, 2, 0)


def test_replacing_takes_an_archived_course_back_when_it_is_listed_again(importer):
    importer.load("courses", lines("MATH 101,Algebra,3,North", "MATH 102,More,3,North"))
    replacing(importer, lines("MATH 102,More,3,North"))
    assert counts(replacing(importer, lines("MATH 101,Algebra,3,North", "MATH 102,More,3,North"))) == (0, 1, 1, 0)
    assert importer.rows("SELECT DISTINCT active_until FROM courses") == [(None,)]


def test_replacing_refuses_to_archive_what_is_in_use_until_confirmed(importer):
    importer.load("courses", lines("MATH 101,Algebra,3,North", "MATH 102,More,3,North", "MATH 1,Sums,3,South"))
    importer.load(
        "equivalencies",
        "from_code,from_institution,to_code,to_institution,type\nMATH 1,South,MATH 101,North,direct\n",
    )
    before = importer.everything()
    result = replacing(importer, lines("MATH 102,More,3,North"))
    assert not result.is_committed
    assert importer.findings(result) == [
        (
            "ERROR",
            None,
            "code",
            "MATH 101 is not in the file and is part of equivalencies. It is archived only on confirmation.",
        )
    ]
    assert importer.everything() == before
    assert replacing(importer, lines("MATH 102,More,3,North"), confirm_removal=True).plan.removed == 1


@pytest.mark.parametrize(
    ("institution", "content", "options", "message"),
    [
        (None, ONE, {}, "Replacing needs the institution whose courses the files list completely. Name it."),
        ("Nowhere", ONE, {}, "Replacing needs the institution whose courses the files list completely. Name it."),
        (
            "South",
            ONE,
            {},
            "Replacing: every row must be of the institution that was named as the scope.",
        ),
        (
            "North College",
            ONE + "MATH,x,3,North College\n",
            {"skip_invalid": True},
            "Replacing: correct the wrong rows first; what they mean to keep is not known.",
        ),
    ],
)
def test_replacing_needs_a_scope_and_a_file_without_errors(importer, institution, content, options, message):
    importer.load("courses", ONE + "MATH 101,Algebra,3,South\n")
    before = importer.everything()
    with pytest.raises(errors.InvalidInput) as refused:
        importer.load("courses", content, institution=institution, mode=contract.Mode.REPLACE, **options)
    assert refused.value.message == message
    assert importer.everything() == before


ROWS = tuple(
    f"{subject} {number},{title},3,{college}"
    for number, (subject, title, college) in enumerate(
        [
            ("MATH", "Algebra", "North"),
            ("MATH/STAT", "Chance", "North"),
            ("STAT/ECON", "Money", "North"),
            ("ART", "Colour", "South"),
            ("ENGL", "No equivalent", "South"),
            ("BIO", "Life", "UW-Milwaukee"),
            ("BIO", "Cells", "UW-Madison"),
        ],
        start=101,
    )
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(ROWS))
def test_the_order_of_rows_that_repeat_nothing_does_not_matter(importer, order):
    expected = importer.preview("courses", lines(*ROWS))
    result = importer.preview("courses", lines(*order))
    assert counts(result) == counts(expected)
    assert sorted(finding[3] for finding in importer.findings(result)) == sorted(
        finding[3] for finding in importer.findings(expected)
    )
