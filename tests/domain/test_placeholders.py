import pytest

from gql_api.domain import equivalencies

Kind = equivalencies.AwardKind
Outcome = equivalencies.Outcome


@pytest.mark.parametrize(
    ("text", "subject", "level"),
    [
        ("FA 1000NE", "FA", 1000),
        ("BIOS 2000NE", "BIOS", 2000),
        ("ACCTG EL", "ACCTG", None),
        ("BUS ADM EL", "BUS ADM", None),
        ("Nat. Sci. EL", "NAT. SCI.", None),
        ("ART ELEC", "ART", None),
        ("HIST 1XXX", "HIST", 1000),
        ("HIST XXX", "HIST", None),
        ("HIST 2***", "HIST", 2000),
        ("  art   el ", "ART", None),
    ],
)
def test_elective_credit_of_a_subject(text, subject, level):
    assert equivalencies.placeholder(text) == equivalencies.Placeholder(
        outcome=Outcome.AWARDS, kind=Kind.SUBJECT_ELECTIVE, subject=subject, level=level
    )


@pytest.mark.parametrize(
    ("text", "area", "level"),
    [("GHUM 1000", "humanities", 1000), ("GSCI 2000", "science", 2000), ("GEN EL", "general", None)],
)
def test_elective_credit_of_a_general_area(text, area, level):
    assert equivalencies.placeholder(text) == equivalencies.Placeholder(
        outcome=Outcome.AWARDS, kind=Kind.GENERAL_ELECTIVE, area=area, level=level
    )


@pytest.mark.parametrize("text", ["NDC", "DNT", "TRANSNC", "1000NE", "ndc", "No Credit"])
def test_evaluated_and_nothing_earned(text):
    assert equivalencies.placeholder(text) == equivalencies.Placeholder(outcome=Outcome.NO_CREDIT)


@pytest.mark.parametrize(
    ("text", "subject"), [("SPANISH CONF", "SPANISH"), ("GEN CONF", "GEN"), ("CONF", None), ("ADM OFF", None)]
)
def test_the_department_decides(text, subject):
    assert equivalencies.placeholder(text) == equivalencies.Placeholder(
        outcome=Outcome.DEPARTMENT_REVIEW, subject=subject
    )


@pytest.mark.parametrize(
    "text",
    [
        "BIOL 104",
        "NSE 2000A",
        "ONE 100",
        "GEN 1000",
        "GHUM 1001",
        "EL 101",
        "A&S 1119",
        "R1A",
        "MED SC-V 500",
        "PE 100",
    ],
)
def test_a_code_of_its_own_is_no_placeholder(text):
    assert equivalencies.placeholder(text) is None
