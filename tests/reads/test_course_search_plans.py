"""Which indexes a search uses: EXPLAIN of the statements that are really sent, on a seeded database."""

import os
import re

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks import data, words
from gql_api import database
from gql_api.reads import course_filters, course_search, pages
from tests.conftest import copied

pytestmark = pytest.mark.anyio

SIZE = data.sizes(0.05)
FREQUENT = words.WORDS[0]
RARE = max((word for course in range(1, 100) for word in data.title_of(course).lower().split()), key=words.WORDS.index)
MISSPELLED = RARE[:4] + RARE[5:]
SCANNED = re.compile(r"Seq Scan on (courses|title_words)\b")
USED = re.compile(r"(?:Index Scan|Index Only Scan|Bitmap Index Scan) (?:using|on) (\w+)")


@pytest.fixture(scope="module")
def filled(cluster, administration, template):
    """The URL of a database with 5,000 courses."""
    name = f"searched_{os.getpid()}"
    with copied(administration, template, name):
        url = cluster.url_of(name)
        with database.connect(url) as connection:
            data.fill(connection, SIZE, "a secret that is long enough for plan codes")
            connection.commit()
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE")
        yield url


class Searched:
    """A search: its titles, and for every statement that it sent the plan of PostgreSQL."""

    def __init__(self, titles: list[str], plans: list[str]) -> None:
        self.titles = titles
        self.plans = plans

    @property
    def indexes(self) -> set[str]:
        return {name for plan in self.plans for name in USED.findall(plan)}

    @property
    def most_rows(self) -> int:
        """The largest number of rows that a node of a plan gave."""
        return max(int(number) for plan in self.plans for number in re.findall(r"actual rows=(\d+)", plan))


async def search(url: str, text: str, **more) -> Searched:
    engine = create_async_engine(url)
    sent: list[tuple] = []
    sa.event.listen(
        engine.sync_engine, "before_cursor_execute", lambda _c, _k, text, given, *_: sent.append((text, given))
    )
    async with engine.begin() as connection:
        wanted = await course_search.understood(connection, course_filters.Filter(search=text, **more))
        order = course_search.relevance(wanted)
        page = await course_search.page(connection, wanted, order, pages.Window(limit=20))
        plans = []
        for statement, given in sent.copy():
            if "set_config" in statement:
                await connection.exec_driver_sql(statement, given)
            if "courses" not in statement and "title_words" not in statement:
                continue
            explained = f"EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) {statement}"
            lines = await connection.exec_driver_sql(explained, given)
            plans.append("\n".join(line for (line,) in lines))
    await engine.dispose()
    return Searched([row.title for row in page.rows], plans)


async def test_a_rare_word_is_found_by_the_indexes_of_words(filled):
    found = await search(filled, RARE)
    assert found.titles
    assert RARE in found.titles[0].lower()
    assert {"ix_courses_search", "ix_courses_title_words", "ix_courses_title_prefix"} <= found.indexes
    assert not any(SCANNED.search(plan) for plan in found.plans)


async def test_a_code_is_found_by_the_indexes_of_codes_and_words(filled):
    found = await search(filled, "basc 2000")
    assert len(found.titles) == SIZE.institutions
    assert {"ix_courses_code_key_prefix", "ix_courses_search"} <= found.indexes
    assert not any(SCANNED.search(plan) for plan in found.plans)


async def test_a_misspelled_word_is_corrected_without_reading_every_title(filled):
    found = await search(filled, MISSPELLED)
    assert any(RARE in title.lower() for title in found.titles)
    assert {"ix_courses_search", "ix_courses_title_words"} <= found.indexes
    assert not any("Seq Scan on courses" in plan for plan in found.plans)


async def test_of_a_frequent_word_no_more_than_the_candidates_are_read(filled, monkeypatch):
    monkeypatch.setattr(course_search, "MOST_MATCHES", 100)
    found = await search(filled, FREQUENT)
    assert len(found.titles) == 20
    ranked = [int(rows) for plan in found.plans for rows in re.findall(r"Sort \(actual rows=(\d+)", plan)]
    assert max(ranked) <= 100
    assert "ix_courses_title_words" in found.indexes


async def test_filters_narrow_the_candidates_themselves(filled):
    everywhere = await search(filled, FREQUENT)
    here = await search(filled, FREQUENT, institution_ids=(SIZE.institutions,))
    assert len(everywhere.titles) == len(here.titles) == 20
    assert set(here.titles) != set(everywhere.titles)


async def test_a_search_is_planned_for_its_words_each_time(filled):
    engine = create_async_engine(filled)
    async with engine.begin() as connection:
        await course_search.understood(connection, course_filters.Filter(search=RARE))
        mode = await connection.scalar(sa.text("SHOW plan_cache_mode"))
    async with engine.begin() as connection:
        after = await connection.scalar(sa.text("SHOW plan_cache_mode"))
    await engine.dispose()
    assert (mode, after) == ("force_custom_plan", "auto")


async def test_a_word_that_no_course_has_is_not_looked_for_in_every_course(filled):
    found = await search(filled, "qqxxzzy")
    assert found.titles == []
    assert "ix_courses_search" in found.indexes
    assert not any("Seq Scan on courses" in plan for plan in found.plans)


async def test_after_a_search_every_way_of_reading_is_allowed_again(filled):
    engine = create_async_engine(filled)
    async with engine.begin() as connection:
        wanted = await course_search.understood(connection, course_filters.Filter(search=MISSPELLED))
        await course_search.page(connection, wanted, course_search.relevance(wanted), pages.Window(limit=5))
        allowed = await connection.scalar(sa.text("SHOW enable_seqscan"))
    await engine.dispose()
    assert allowed == "on"


def test_the_planner_knows_that_hardly_any_course_is_cross_listed(filled):
    with database.connect(filled) as connection:
        plan = connection.execute("EXPLAIN SELECT FROM courses WHERE cardinality(subjects) > 1").fetchall()
    estimate = re.search(r"rows=(\d+)", plan[0][0])
    assert estimate is not None
    assert int(estimate[1]) <= SIZE.courses / 100
