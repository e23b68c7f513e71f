"""Statements have one plan, made without knowing their parameters: none of these plans reads the courses whole."""

from benchmarks import data
from gql_api import database
from gql_api.reads import (
    articulation,
    audit_plans,
    course_references,
    course_values,
    health,
    impasses,
    prerequisite_names,
    prerequisites,
    requirement_trees,
    rule_values,
    statements,
    suggestions,
    suggestions_demands,
    transfers,
    what_if,
)

MODULES = (
    articulation,
    audit_plans,
    course_references,
    course_values,
    health,
    impasses,
    prerequisite_names,
    prerequisites,
    requirement_trees,
    rule_values,
    suggestions,
    suggestions_demands,
    transfers,
    what_if,
)
SIZE = data.Sizes(institutions=60, courses_each=100, programs=0, plans=0)


def of_module(module) -> list[statements.Prepared]:
    found = [more for one in vars(module).values() for more in (one.values() if isinstance(one, dict) else [one])]
    return [one for one in found if isinstance(one, statements.Prepared) and not one._is_planned_each_time]


def reads_courses_whole(plan) -> bool:
    """Whether the plan reads every course, in the order of the table or of its key."""
    is_whole = plan["Node Type"] == "Seq Scan" or ("Index Cond" not in plan and "pk_" in plan.get("Index Name", ""))
    is_mine = is_whole and plan["Relation Name"] == "courses"
    return is_mine or any(map(reads_courses_whole, plan.get("Plans", [])))


def test_no_statement_of_audits_and_their_surroundings_reads_all_courses(filled) -> None:
    prepared = {module.__name__: of_module(module) for module in MODULES}
    assert sum(map(len, prepared.values())) >= len(MODULES)
    with database.connect(filled) as connection:
        for name, found in prepared.items():
            for one in found:
                row = connection.execute(f"EXPLAIN (GENERIC_PLAN, FORMAT JSON) {one.text}".encode()).fetchone()
                assert not reads_courses_whole(row[0][0]["Plan"]), (name, one.text)
