"""The checker of audits stands alone: a proof is worth little where the checker shares code with the engine."""

import grimp
import pytest

VALUES = {
    "articulation_rules",
    "codes",
    "courses",
    "credits",
    "entries",
    "equivalencies",
    "grades",
    "institutions",
    "requirements",
    "statuses",
    "terms",
    "wording",
}


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("gql_api", cache_dir=None)


def modules(graph):
    return {name for name in graph.modules if name.startswith("gql_api.domain.checker")}


def test_it_imports_values_and_itself_and_nothing_that_decides(graph):
    own = modules(graph)
    reached = set().union(*(graph.find_upstream_modules(module) for module in own)) - own
    domain = {name.removeprefix("gql_api.domain.") for name in reached if name.startswith("gql_api.domain.")}
    assert domain <= VALUES


def test_nothing_of_the_engine_imports_it(graph):
    engine = ("allocation", "audit", "solver", "eligibility", "reductions", "model")
    own = modules(graph)
    for module in graph.modules:
        if module.removeprefix("gql_api.domain.").startswith(engine):
            assert not graph.find_upstream_modules(module) & own, module
