"""Descriptions for strangers: the values of enumerations say what they mean in a sentence."""

import pytest

from gql_api.schema import root

SCHEMA = root.schema._schema
SENTENCES = (
    "AcademicCalendar",
    "EquivalencyStatus",
    "Grade",
    "InstitutionKind",
    "PlanStatus",
    "PlannedStatus",
    "ProgramKind",
    "ProgramVersionState",
    "TransferStatusKind",
)


@pytest.mark.parametrize("name", SENTENCES)
def test_every_value_is_described_by_a_sentence(name) -> None:
    for value, held in SCHEMA.get_type(name).values.items():
        assert held.description.endswith("."), value
        assert len(held.description.split()) >= 2, value


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("Grade", "AU", "Audited: attended without credit."),
        ("Grade", "A_MINUS", "The letter grade A-: earns credit."),
        ("Grade", "F", "Failed: earns no credit, and counts as 0 in an average."),
        ("PlanStatus", "ACTIVE", "The student follows it; every new plan is active."),
        ("TransferStatusKind", "NOT_EVALUATED", "No rule speaks of it: nobody has looked at it yet."),
    ],
)
def test_a_value_says_what_it_means(name, value, text) -> None:
    assert SCHEMA.get_type(name).values[value].description == text


def test_days_and_moments_show_how_they_are_written() -> None:
    assert SCHEMA.get_type("Date").description == "A day, ISO 8601: 2025-08-15."
    assert "2025-08-15T14:30:00+00:00" in SCHEMA.get_type("DateTime").description
