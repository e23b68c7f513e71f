import pytest

from gql_api import errors
from gql_api.ingest import contract


def counts(result):
    return result.plan.new, result.plan.updated, result.plan.unchanged, result.plan.removed


def errors_of(importer, result):
    return [finding[1:] for finding in importer.findings(result) if finding[0] == "ERROR"]


FULL = (
    "Name;Short Name;Aliases;Level;Calendar;Location;credits_granted;equivalency_date;credit_repeat;gpa_repeat;"
    "pass_proves;minimum_transfer_grade;sophomore_credits;junior_credits;senior_credits;credit_tolerance;sources\n"
    "North  College;NC;The North|Old North;2-year;quarter;Townsville;source;most_favourable;latest;all;b-;C;24;54;84;"
    "0.5;x\n"
)


def test_a_row_becomes_an_institution_with_its_policies(importer):
    assert counts(importer.load("institutions", FULL)) == (1, 0, 0, 0)
    assert importer.rows(
        "SELECT name::text, abbreviation::text, kind, calendar, location, credits_granted, equivalency_date, "
        "credit_repeat, gpa_repeat, pass_proves, minimum_transfer_grade, sophomore_credits::float, "
        "junior_credits::float, senior_credits::float, credit_tolerance::float FROM institutions"
    ) == [
        (
            "North College", "NC", "TWO_YEAR", "QUARTER", "Townsville", "SOURCE", "MOST_FAVOURABLE", "LATEST", "ALL",
            "B_MINUS", "C", 24, 54, 84, 0.5,
        )
    ]  # fmt: skip
    assert importer.rows("SELECT alias::text FROM institution_aliases ORDER BY id") == [("Old North",), ("The North",)]
    assert counts(importer.load("institutions", FULL)) == (0, 0, 1, 0)


def test_policies_have_their_defaults_and_the_abbreviation_is_made_of_initials(importer):
    importer.load("institutions", "name\nUniversity of New Orleans\nDelgado Community College\n")
    assert importer.rows("SELECT abbreviation::text, kind, calendar, pass_proves FROM institutions ORDER BY id") == [
        ("UNO", "FOUR_YEAR", "SEMESTER", "C"),
        ("DCC", "TWO_YEAR", "SEMESTER", "C"),
    ]


def test_initials_that_collide_are_left_empty_with_a_warning_for_each(importer):
    importer.load("institutions", "name\nUtah Valley\n")
    result = importer.load("institutions", "name\nUpper Village\nUW-Milwaukee\nUW-Madison\nNorth\n")
    assert importer.findings(result) == [
        ("WARNING", row, "abbreviation", (f"“{name}” gets no abbreviation, since its initials collide. "
            "Write one into the file."))
        for row, name in ((2, "Upper Village"), (3, "UW-Milwaukee"), (4, "UW-Madison"))
    ]  # fmt: skip
    assert [row[0] for row in importer.rows("SELECT abbreviation::text FROM institutions ORDER BY id")] == [
        "UV", None, None, None, "N",
    ]  # fmt: skip


def test_case_and_white_space_do_not_make_another_institution(importer):
    importer.load("institutions", "name,location\nUniversity Of New Orleans,LA\n")
    result = importer.load("institutions", "name,location\nuniversity of  new orleans,Louisiana\n")
    assert counts(result) == (0, 1, 0, 0)
    assert importer.rows("SELECT name::text, location, revision FROM institutions") == [
        ("University Of New Orleans", "Louisiana", 2)
    ]


def test_blank_cells_of_policies_and_missing_columns_change_nothing(importer):
    importer.load("institutions", FULL)
    assert counts(importer.load("institutions", "name,calendar\nNorth College,\n")) == (0, 0, 1, 0)


def test_wrong_rows_are_named_and_nothing_is_loaded(importer):
    importer.load("institutions", FULL)
    before = importer.everything()
    header = "name,abbreviation,aliases,kind,sophomore_credits"
    result = importer.load(
        "institutions",
        f"{header}\n"
        f",,,2-year,\nSouth,nc,,,\nEast,,old north,,\nWest,,,big,\nFar,,,,99\nDeep,,{'x' * 201},,\nGood,,,,\n",
    )
    assert errors_of(importer, result) == [
        (2, "name", "The name is empty. Write the institution's name."),
        (3, "abbreviation", "The abbreviation “nc” is taken by another institution. Choose another."),
        (4, "aliases", "“old north” is a name of another institution. Remove it here or there."),
        (5, "kind", "“big” is no kind of institution. Write one of: two_year, four_year, examining_body."),
        (6, "sophomore_credits", "The thresholds of standing must ascend, such as 30, 60, 90."),
        (7, "aliases", "An alias has more than 200 characters. Separate aliases by semicolons."),
    ]
    assert importer.everything() == before


def test_a_repeated_name_is_a_warning(importer):
    result = importer.load("institutions", "name\nNorth\nNORTH\n")
    assert importer.findings(result) == [
        ("WARNING", 3, "name", "“NORTH” stands in row 2 already. The first row is kept.")
    ]
    assert counts(result) == (1, 0, 0, 0)


def test_institutions_are_never_replaced(importer):
    with pytest.raises(errors.InvalidInput, match=r"^Institutions cannot be replaced"):
        importer.load("institutions", "name\nNorth\n", mode=contract.Mode.REPLACE)
