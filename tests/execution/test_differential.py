"""Operations drawn at random, executed breadth first and by graphql-core: the answers are the same.

A few hundred run in the ordinary suite; `GQL_API_DIFFERENTIAL=5000` runs that many, three in five of them over the real
schema with the demo data, the others over the schema of `unruly.py`, where everything fails that can.
docs/execution.md says what "the same" means.
"""

import asyncio
import os
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from graphql import validate
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from hypothesis import strategies as st
from strawberry.types import ExecutionResult

from gql_api import access
from gql_api.schema import execution, ids
from tests.execution import comparing, generating, unruly

ASKED = int(os.environ.get("GQL_API_DIFFERENTIAL", "240"))
SEEDS = st.integers(0, 2**64 - 1)
DRAWN = settings(
    deadline=None,
    database=None,
    derandomize="GQL_API_DIFFERENTIAL" not in os.environ,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.target],  # a failing operation is short enough, and shrinking takes minutes
)
# Oracle's: coroutines of siblings that graphql-core leaves behind when a null goes up.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")

Run = Callable[[str, dict[str, Any]], tuple[ExecutionResult, ExecutionResult]]


def assert_answers_are_the_same(run: Run, text: str, variables: dict[str, Any]) -> None:
    note(f"{text}\n{variables}")
    fallen = execution.fallbacks.total
    engine, oracle = run(text, variables)
    assert execution.fallbacks.total == fallen
    comparing.assert_same(engine, oracle)
    if comparing.has_propagated(engine) or comparing.has_propagated(oracle):
        everything, every = run(comparing.unpropagated(text), variables)
        comparing.assert_exactly_same(everything, every)
        comparing.assert_true_errors(engine, every)


def drawing(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - repeatable is what it must be


def unruly_value(random: Random, scalar: str, _name: str) -> Any:
    pools: dict[str, list[Any]] = {
        "Int": [0, 1, 2, 3, 5, 8, 60, -1],
        "String": ["", "a", "b c", "é"],
        "Boolean": [True, False],
    }
    return random.choice(pools[scalar])


UNRULY = unruly.schemas()


@settings(DRAWN, max_examples=ASKED * 2 // 5)
@given(seed=SEEDS, kind=st.sampled_from(["query", "query", "query", "mutation"]), is_kept=st.booleans())
def test_a_schema_that_fails_everywhere_is_answered_the_same(seed, kind, is_kept) -> None:
    engine, oracle = UNRULY
    text, variables = generating.operation(drawing(seed), oracle._schema, unruly_value, kind=kind)
    assume(not validate(oracle._schema, comparing.parsed(text)))

    def run(text: str, variables: dict[str, Any]) -> tuple[ExecutionResult, ExecutionResult]:
        async def both() -> tuple[ExecutionResult, ExecutionResult]:
            if is_kept:  # as the endpoint keeps it
                ours = comparing.prepared(engine, text).execute(variables, unruly.Context())
            else:
                ours = engine.execute(text, variables, context_value=unruly.Context())
            return (
                await comparing.finished(ours),
                await comparing.finished(oracle.execute(text, variables, context_value=unruly.Context())),
            )

        return asyncio.run(both())

    assert_answers_are_the_same(run, text, variables)


@pytest.fixture(scope="module")
def known(pair) -> dict[str, list[Any]]:
    """What the demo data knows, for arguments that find something."""
    found = pair.one(
        pair.oracle,
        """{ institutions { nodes { id name abbreviation } edges { cursor } }
             courses(first: 30) { nodes { id code title subject } edges { cursor } }
             equivalencies { nodes { id } }
             programs { nodes { id name currentVersion { id allRequirements { id } } } } }""",
    )
    assert found.errors is None
    data = found.data
    colleges, courses = data["institutions"]["nodes"], data["courses"]["nodes"]
    programs = data["programs"]["nodes"]
    versions = [one["currentVersion"] for one in programs if one["currentVersion"]]
    plans = [ids.encode("Plan", key) for key in (1, 2, 99)]
    institutions = [one["id"] for one in colleges]
    return {
        "ID": [
            *institutions,
            *[one["id"] for one in courses[:8]],
            *[one["id"] for one in data["equivalencies"]["nodes"][:5]],
            *[one["id"] for one in programs],
            *[one["id"] for one in versions],
            *[one["id"] for one in versions[0]["allRequirements"][:3]],
            *plans,
            "nonsense",
        ],
        "institution": institutions,
        "to": institutions,
        "plan": plans,
        "String": ["", "biology", "no such thing", *[one["name"] for one in [*colleges, *programs]]],
        "code": [one["code"] for one in courses[:10]] + ["???"],
        "abbreviation": [one["abbreviation"] for one in colleges],
        "after": [data["courses"]["edges"][3]["cursor"], data["institutions"]["edges"][0]["cursor"], "no cursor"],
        "subject": [one["subject"] for one in courses[:5]],
        "first": [0, 1, 2, 3, 20, 101],
        "last": [0, 1, 2],
        "level": [0, 1000, 2000, 17],
        "year": [2023, 2024, 2025, 1],
        "Int": [0, 1, 5],
        "Boolean": [True, False],
        "Credits": ["3.00", 4, "0.5"],
        "Date": ["2024-09-01"],
        "Float": [1.5],
        "DateTime": ["2024-09-01T00:00:00+00:00"],
    }


# A plan's code lets the viewer into the plan from that moment on: what others then see depends on the order of fields.
ORDERED = frozenset({"Query.plan", "ServerInfo.python"})
VIEWERS = [
    access.ANONYMOUS,
    access.ADMINISTRATOR,
    access.plan_holder(1),
]


@settings(DRAWN, max_examples=ASKED * 3 // 5)
@given(seed=SEEDS, viewer=st.sampled_from(VIEWERS))
def test_the_real_schema_is_answered_the_same(pair, known, seed, viewer) -> None:
    schema = pair.oracle._schema

    def value(random: Random, scalar: str, name: str) -> Any:
        pool = known.get(name) if scalar in {"ID", "String", "Int"} else None
        return random.choice(pool if pool and random.random() < 0.8 else known[scalar])

    text, variables = generating.operation(drawing(seed), schema, value, depth=5, leave_out=ORDERED)
    assume(not validate(schema, comparing.parsed(text)))

    assert_answers_are_the_same(lambda text, variables: pair.run(text, variables, viewer), text, variables)
