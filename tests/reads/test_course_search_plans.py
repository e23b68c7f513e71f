"""Which indexes a search uses: EXPLAIN of the statements that are really sent, on a seeded database."""

import re

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from benchmarks import data, recording, words
from gql_api import database
from gql_api.reads import (
    course_filters,
    course_matches,
    course_search,
    course_suggestions,
    pages,
    title_words,
)

pytestmark = pytest.mark.anyio

SIZE = data.sizes(0.05)
FREQUENT = words.WORDS[0]
RARE = max((word for course in range(1, 100) for word in data.title_of(course).lower().split()), key=words.WORDS.index)
MISSPELLED = RARE[:4] + RARE[5:]
WHOLE = frozenset({"title", "total_count", "facets", "institutions", "subjects", "levels"})
SCANNED = re.compile(r"Seq Scan on (courses|title_words)\b")
USED = re.compile(r"(?:Index Scan|Index Only Scan|Bitmap Index Scan) (?:using|on) (\w+)")


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
    wanted = course_filters.Filter(search=text, **more)
    found, plans = await planned(url, lambda on: course_search.searched(on, wanted, pages.Window(limit=20), WHOLE))
    return Searched([row.title for row in found.page.rows], plans)


async def suggested(url: str, text: str, found: int) -> Searched:
    return Searched(
        *await planned(url, lambda on: course_suggestions.of(on, course_filters.Filter(search=text), found))
    )


async def counted(url: str, words: list[str]) -> Searched:
    found, plans = await planned(url, lambda on: title_words.frequencies(on, words))
    return Searched(list(found), plans)


async def planned(url, asking):
    """What is answered, and the plans of the statements that were sent for it."""
    opened = database.Database.open(url)
    with recording.recorded() as sent:
        async with opened.reading() as session:
            found = await asking(session)
    await opened.close()
    reading = [one for one in sent if one.is_raw]
    with database.connect(url) as connection:
        return found, [explained(connection, one) for one in reading]


def explained(connection: psycopg.Connection, sent: recording.Sent) -> str:
    """How PostgreSQL executes a statement once more, planned as it was."""
    is_narrowed = "WITH words" not in sent.text and "title_words" not in sent.text
    connection.execute(f"SET plan_cache_mode = force_{'custom' if is_narrowed else 'generic'}_plan".encode())
    connection.execute(f"SET enable_seqscan = {'off' if is_narrowed else 'on'}".encode())
    connection.execute("DEALLOCATE ALL")
    connection.execute(f"PREPARE asked AS {sent.text}".encode())
    given = sql.SQL(", ").join(sql.Literal(None if one is None else one.decode()) for one in sent.parameters)
    execute = sql.SQL("EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) EXECUTE asked ({})").format(given)
    return "\n".join(line for (line,) in connection.execute(execute))


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


async def test_how_frequent_words_are_and_which_codes_have_a_number_is_told_by_indexes(filled):
    found = await suggested(filled, f"{RARE} 2000", 0)
    assert "ix_courses_code_key_prefix" in found.indexes or "ix_courses_code_key_id" in found.indexes
    assert "ix_title_words_word_trigram" in found.indexes
    found = await counted(filled, [RARE, FREQUENT])
    assert found.indexes == {"ix_courses_title_words"}


async def test_of_a_frequent_word_no_more_than_the_candidates_are_ranked(filled, monkeypatch):
    monkeypatch.setattr(course_matches, "MOST_MATCHES", 100)
    found = await search(filled, FREQUENT)
    assert len(found.titles) == 20
    by_place = [
        int(times) for plan in found.plans for times in re.findall(r"Tid Scan on courses \w*.*loops=(\d+)", plan)
    ]
    assert max(by_place) <= 100 + course_matches.MOST_BEGINNING
    assert "ix_courses_title_words" in found.indexes


async def test_everything_about_a_search_is_told_by_one_statement_that_finds_its_matches_once(filled):
    found = await search(filled, FREQUENT)
    (plan,) = found.plans
    assert plan.count("Bitmap Index Scan on ix_courses_search") == 1
    assert plan.count("CTE matches") == 1


async def test_filters_narrow_the_candidates_themselves(filled):
    everywhere = await search(filled, FREQUENT)
    here = await search(filled, FREQUENT, institution_ids=(SIZE.institutions,))
    assert len(everywhere.titles) == len(here.titles) == 20
    assert set(here.titles) != set(everywhere.titles)


async def test_a_narrowed_search_reads_by_index_also_where_the_planner_expects_thousands(filled):
    for text in (FREQUENT, RARE, MISSPELLED):
        found = await search(filled, text, institution_ids=(1, 2, 3), levels=(1000, 2000))
        assert not any(SCANNED.search(plan) for plan in found.plans)


async def test_a_word_that_no_course_has_is_not_looked_for_in_every_course(filled):
    found = await search(filled, "qqxxzzy")
    assert found.titles == []
    assert "ix_courses_search" in found.indexes
    assert not any("Seq Scan on courses" in plan for plan in found.plans)


async def test_after_a_search_every_way_of_reading_is_allowed_again(filled):
    opened = database.Database.open(filled)
    async with opened.reading() as session:
        wanted = course_filters.Filter(search=MISSPELLED, levels=(1000,))
        await course_search.searched(session, wanted, pages.Window(limit=5))
        allowed = (await session.execute(sa.text("SHOW enable_seqscan"))).scalar_one()
    await opened.close()
    assert allowed == "on"


def test_the_planner_knows_that_hardly_any_course_is_cross_listed(filled):
    with database.connect(filled) as connection:
        plan = connection.execute("EXPLAIN SELECT FROM courses WHERE cardinality(subjects) > 1").fetchall()
    estimate = re.search(r"rows=(\d+)", plan[0][0])
    assert estimate is not None
    assert int(estimate[1]) <= SIZE.courses / 100
