"""The numbers of docs/planning.md are those of the code."""

from pathlib import Path

import pytest

from gql_api.domain import best_fit, gap_plans, suggestions
from gql_api.reads import best_fit as programs
from gql_api.reads import suggestions as catalog
from gql_api.schema import guard

TEXT = " ".join((Path(__file__).parents[2] / "docs" / "planning.md").read_text("utf-8").split())
WORDS = {5: "five", 10: "ten"}


@pytest.mark.parametrize(
    "claim",
    [
        f"may have {WORDS[guard.LIMITS.searches]} of `whatIf`",
        f"the first {catalog.MOST_OF_PATTERN} courses by level and code",
        f"the first {catalog.MOST_OF_PATTERN} of each pattern",
        f"At most {suggestions.MOST} are given for a requirement",
        f"as far as {WORDS[catalog.MOST_STEPS]} steps lead",
        f"goes on, at most {gap_plans.MOST_ROUNDS} times",
        f"looks at up to {programs.MOST:,} programs",
        f"are audited, at most {best_fit.MOST_AUDITS}.",
    ],
)
def test_a_number_is_what_the_code_says(claim):
    assert claim in TEXT
