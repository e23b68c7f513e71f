"""The files of delgado-uno load completely, to the row: the numbers here were counted by other means.

Those of wisconsin-texas do in test_real_commands.py.
"""

DELGADO, UNO = "delgado-uno/Dcc_courses_92525_updated.csv", "delgado-uno/Uno_courses_92525_updated.csv"
UNO_RULES = "delgado-uno/uno-dcc-equivs-92525.csv"


def counts(result):
    return result.plan.new, result.plan.updated, result.plan.unchanged, result.plan.removed


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
