"""Connections over HTTP: pages, cursors, totals, filters, and what is refused."""

import pytest

pytestmark = pytest.mark.anyio

PAGE = """
query ($first: Int, $after: String, $last: Int, $before: String, $order: CourseOrder, $filter: CourseFilter) {
  courses(first: $first, after: $after, last: $last, before: $before, orderBy: $order, filter: $filter) {
    totalCount totalCountIsExact
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { code title } }
  }
}
"""


async def page(ask, **variables):
    return (await ask(PAGE, variables))["data"]["courses"]


async def refusal(ask, **variables) -> tuple[str, str]:
    error = (await ask(PAGE, variables))["errors"][0]
    return error["extensions"]["code"], error["message"]


@pytest.mark.parametrize("order", ["CODE", "TITLE"])
async def test_walking_forward_and_backward_gives_the_same_list(ask, order) -> None:
    forward, after = [], None
    while True:
        part = await page(ask, first=17, after=after, order=order)
        forward += [edge["node"] for edge in part["edges"]]
        after = part["pageInfo"]["endCursor"]
        if not part["pageInfo"]["hasNextPage"]:
            break
    backward, before = [], None
    while True:
        part = await page(ask, last=17, before=before, order=order)
        backward = [edge["node"] for edge in part["edges"]] + backward
        before = part["pageInfo"]["startCursor"]
        if not part["pageInfo"]["hasPreviousPage"]:
            break

    assert forward == backward
    assert len(forward) == part["totalCount"]
    assert len({(one["code"], one["title"]) for one in forward}) == len(forward)


async def test_a_search_is_paged_by_relevance_without_repeats(ask) -> None:
    seen, after = [], None
    while True:
        part = await page(ask, first=5, after=after, filter={"search": "biology"})
        seen += [edge["node"]["code"] for edge in part["edges"]]
        after = part["pageInfo"]["endCursor"]
        if not part["pageInfo"]["hasNextPage"]:
            break

    assert len(seen) == len(set(seen)) == part["totalCount"]


async def test_no_limit_is_twenty_and_zero_is_none(ask) -> None:
    assert len((await page(ask))["edges"]) == 20
    assert (await page(ask, first=0))["edges"] == []


async def test_a_total_is_counted_only_when_asked(ask, statements) -> None:
    with statements() as executed:
        await ask("{ courses(first: 1) { nodes { code } } }")

    assert len(executed) == 1


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"first": -1}, "first must be from 0 to 100"),
        ({"first": 101}, "first must be from 0 to 100"),
        ({"first": 1, "last": 1}, "Give first or last, not both"),
        ({"after": "nonsense"}, "This is not a cursor"),
        ({"after": ""}, "This is not a cursor"),
        ({"after": "WyJDT0RFIixudWxsLDFd"}, "This is not a cursor"),
        ({"after": "WyJDT0RFIiwiQSIsInRydWUiXQ"}, "This is not a cursor"),
        ({"after": "WyJUSVRMRSIsIkEiLDFd", "order": "CODE"}, "This cursor belongs to another list"),
        ({"order": "RELEVANCE"}, "RELEVANCE needs filter.search"),
        ({"filter": {"search": "x" * 201}}, "at most 200"),
        ({"filter": {"level": [150]}}, "multiple of 1000"),
        ({"filter": {"institution": ["nonsense"]}}, "is not an id"),
        ({"filter": {"subject": ["A"] * 101}}, "at most 100"),
        ({"filter": {"search": "biology"}, "last": 3}, "goes forward only"),
    ],
)
async def test_wrong_arguments_are_invalid_input_with_the_remedy(ask, variables, message) -> None:
    code, text = await refusal(ask, **variables)

    assert code == "INVALID_INPUT"
    assert message in text


async def test_a_cursor_of_another_search_is_refused(ask) -> None:
    first = await page(ask, first=1, filter={"search": "biology"})

    code, _ = await refusal(ask, first=1, after=first["pageInfo"]["endCursor"], filter={"search": "history"})

    assert code == "INVALID_INPUT"


async def test_credits_are_refused_as_floats_and_accepted_as_text_or_integer(ask) -> None:
    assert (await page(ask, filter={"credits": {"minimum": "4.00"}}))["totalCount"] == (
        await page(ask, filter={"credits": {"minimum": 4}})
    )["totalCount"]
    answer = await ask(PAGE, {"filter": {"credits": {"minimum": 4.0}}})
    assert "data" not in answer or answer["data"] is None


async def test_courses_that_fit_a_requirement_or_articulate_are_found(ask) -> None:
    found = (
        await ask(
            """{
              institution(abbreviation: "ARSU") { id }
              program(institution: "ARSU", name: "Biology") { currentVersion { allRequirements { id key } } }
            }"""
        )
    )["data"]
    composition = next(
        one["id"] for one in found["program"]["currentVersion"]["allRequirements"] if one["key"] == "composition"
    )

    fitting = await page(ask, filter={"fitsRequirement": composition})
    articulating = await page(ask, first=100, filter={"articulatesTo": found["institution"]["id"]})

    assert [edge["node"]["code"] for edge in fitting["edges"]] == ["ENGL 1010", "ENGL 1020"]
    assert "ENG 101" in {edge["node"]["code"] for edge in articulating["edges"]}


@pytest.mark.parametrize("field", ["institutions", "equivalencies", "programs"])
async def test_every_root_list_walks_to_its_total(ask, field) -> None:
    seen, after, total = [], None, None
    while True:
        fields = "totalCount nodes { id } pageInfo { hasNextPage endCursor }"
        query = f"query ($after: String) {{ {field}(first: 7, after: $after) {{ {fields} }} }}"
        part = (await ask(query, {"after": after}))["data"][field]
        seen += [node["id"] for node in part["nodes"]]
        after, total = part["pageInfo"]["endCursor"], part["totalCount"]
        if not part["pageInfo"]["hasNextPage"]:
            break

    assert len(seen) == len(set(seen)) == total
    assert total > 0


async def test_nested_lists_are_paged_apart_for_every_parent(ask, statements) -> None:
    query = """{ courses(first: 30) { nodes {
        equivalencies(first: 1) { totalCount nodes { id } pageInfo { hasNextPage } }
    } } }"""
    with statements() as executed:
        nodes = (await ask(query))["data"]["courses"]["nodes"]

    assert all(len(one["equivalencies"]["nodes"]) == min(1, one["equivalencies"]["totalCount"]) for one in nodes)
    assert all(
        one["equivalencies"]["pageInfo"]["hasNextPage"] == (one["equivalencies"]["totalCount"] > 1) for one in nodes
    )
    assert len(executed) == 3
