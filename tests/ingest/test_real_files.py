"""The real files load completely, to the row: the numbers here were counted from the files by other means."""

import csv
import gzip
import resource
import sys
import time
from collections import defaultdict

import pytest

from gql_api import errors
from gql_api.domain import codes, equivalencies

DELGADO, UNO = "delgado-uno/Dcc_courses_92525_updated.csv", "delgado-uno/Uno_courses_92525_updated.csv"
UNO_RULES = "delgado-uno/uno-dcc-equivs-92525.csv"
LARGE_COURSES, LARGE_RULES = "wisconsin-texas/courses.csv.gz", "wisconsin-texas/equivalencies.csv.gz"


def counts(result):
    return result.plan.new, result.plan.updated, result.plan.unchanged, result.plan.removed


def rows_of(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def tell(text):
    """Times are shown (with -s), never judged: the machine is shared."""
    sys.stdout.write(f"\n{text}")


def said(importer, result, *words):
    return [finding for finding in importer.findings(result) if all(word in finding[3] for word in words)]


def test_the_catalogs_of_delgado_and_new_orleans(importer, real_data):
    delgado = importer.load("courses", real_data / DELGADO)
    assert (counts(delgado), delgado.invalid_rows, delgado.skipped_rows) == ((202, 0, 0, 0), 0, 0)
    uno = importer.load("courses", real_data / UNO)
    assert (counts(uno), uno.invalid_rows, uno.skipped_rows) == ((3378, 0, 0, 0), 0, 94)
    assert uno.plan.notes == ("20 codes are repeated; the first row of each is kept.",)
    assert importer.rows("SELECT name::text, abbreviation::text FROM institutions ORDER BY id") == [
        ("Delgado Community College", "DCC"),
        ("University Of New Orleans", "UNO"),
    ]
    assert importer.value("SELECT count(*) FROM courses WHERE department = 'PLACEHOLDER'") > 2_800
    assert importer.value("SELECT count(*) FROM courses WHERE code LIKE '%NE' OR title ILIKE '%no equivalent%'") == 0
    assert importer.value("SELECT title FROM courses WHERE code = 'ASLS 101'") == "AMERICAN SIGN LANGUAGE I"
    again = importer.load("courses", real_data / DELGADO, real_data / UNO)
    assert counts(again) == (0, 0, 3580, 0)


def test_the_equivalencies_of_delgado_and_new_orleans(importer, real_data):
    importer.load("courses", real_data / DELGADO, real_data / UNO)
    result = importer.load("equivalencies", real_data / UNO_RULES)
    assert (counts(result), result.invalid_rows) == ((117, 0, 0, 0), 0)
    assert len(said(importer, result, "repeats row")) == 7
    assert len(said(importer, result, "at most one of them counts")) == 5
    assert importer.rows(
        "SELECT award.kind, count(*), count(*) FILTER (WHERE award.published_code LIKE '%NE') "
        "FROM equivalency_awards AS award GROUP BY award.kind ORDER BY award.kind"
    ) == [("COURSE", 76, 0), ("GENERAL_ELECTIVE", 8, 0), ("SUBJECT_ELECTIVE", 33, 33)]
    assert importer.rows("SELECT DISTINCT area, level FROM equivalency_awards WHERE area IS NOT NULL") == [
        ("humanities", 1000)
    ]
    assert importer.value("SELECT count(*) FROM courses") == 3580
    assert counts(importer.load("equivalencies", real_data / UNO_RULES)) == (0, 0, 117, 0)


@pytest.fixture(scope="module")
def large(real_data):
    return {name: rows_of(real_data / name) for name in (LARGE_COURSES, LARGE_RULES)}


def test_the_colleges_of_wisconsin_and_texas(importer, real_data, large):
    begun = time.perf_counter()
    importer.load("institutions", real_data / "wisconsin-texas/institutions.csv.gz")
    assert importer.rows("SELECT count(*), count(abbreviation) FROM institutions") == [(31, 23)]

    keys = {(row["institution"], codes.parse(row["code"]).key) for row in large[LARGE_COURSES]}
    placeholders = {key for key in keys if key[1].endswith("NE")} | {("University of New Orleans", "GHUM 1000")}
    result = importer.load("courses", real_data / LARGE_COURSES, create_institutions=False)
    assert len(large[LARGE_COURSES]) == 39_754
    assert (counts(result), result.invalid_rows) == ((len(keys) - len(placeholders), 0, 0, 0), 0)
    assert (counts(result)[0], result.skipped_rows) == (37_884, 94)
    tell(f"courses: {time.perf_counter() - begun:.1f} s")
    _every_code_is_found(importer, large[LARGE_COURSES], placeholders)

    begun = time.perf_counter()
    result = importer.load("equivalencies", real_data / LARGE_RULES, skip_invalid=True)
    rules, contradictory = _rules(large[LARGE_RULES])
    assert len(large[LARGE_RULES]) == 20_171
    assert len(contradictory) == 49
    assert (counts(result), result.invalid_rows) == ((20_008, 0, 0, 0), 98)
    assert counts(result)[0] == len(rules) - 98 + 29
    assert len(said(importer, result, "The same courses earn")) == 98
    assert importer.rows("SELECT outcome, count(*) FROM equivalencies GROUP BY outcome ORDER BY outcome") == [
        ("AWARDS", 12_336),
        ("DEPARTMENT_REVIEW", 184),
        ("NO_CREDIT", 7_488),
    ]
    assert importer.value("SELECT count(*) FROM courses") == 37_884
    tell(f"equivalencies: {time.perf_counter() - begun:.1f} s")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 400 * 1024  # the parsed files of this test included

    assert counts(importer.load("courses", real_data / LARGE_COURSES)) == (0, 0, 37_884, 0)
    assert counts(importer.load("equivalencies", real_data / LARGE_RULES, skip_invalid=True)) == (0, 0, 20_008, 0)


def _every_code_is_found(importer, rows, placeholders):
    """Each published code parses, its own key parses to itself, and it leads to one course or is a placeholder."""
    found = set(importer.rows(
        "SELECT institution.name::text, course.code_key FROM courses AS course "
        "JOIN institutions AS institution ON institution.id = course.institution_id UNION "
        "SELECT institution.name::text, alias.code_key FROM course_aliases AS alias "
        "JOIN institutions AS institution ON institution.id = alias.institution_id"
    ))  # fmt: skip
    lost = []
    for row in rows:
        code = codes.parse(row["code"])
        key = (row["institution"], code.key)
        if codes.parse(code.key) != code or not (key in found or key in placeholders):
            lost.append(key)
    assert lost == []


def _rules(rows):
    """The distinct unlinked rules, and the sources with both credit and no credit at one institution."""
    rules, said_of = set(), defaultdict(set)
    for row in rows:
        if not row["set_id"]:
            source = (row["from_institution"], codes.parse(row["from_code"]).key, row["to_institution"])
            rules.add((source, _target(row["to_code"])))
            said_of[source].add(row["type"] == "no_credit")
    return rules, [source for source, kinds in said_of.items() if len(kinds) == 2]


def _target(code):
    try:
        return codes.parse(code).key
    except errors.InvalidInput:
        return equivalencies.placeholder(code) or code
