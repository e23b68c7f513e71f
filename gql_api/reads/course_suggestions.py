"""What a search that finds little or nothing was perhaps meant to be: what a client shows behind “Did you mean”.

* A search that was corrected: the search as it was understood.
* A code that no course has: the codes of that number under subjects that begin alike.
* Few matches, of a word that is spelled almost like a much more frequent one (titles have misspelled words, too): the
  search with that word.
* Nothing else: titles with words spelled somewhat like those of the search.
"""

import sqlalchemy as sa
from sqlmodel import col

from gql_api.domain import codes
from gql_api.reads import course_filters, rows, statements, title_words
from gql_api.reads.course_filters import Filter
from gql_api.tables.courses import Course

MOST = 5
FEW = 3
"""So many matches do not prove that a word is spelled right."""
MOST_COMPARED = 1_000
"""Titles whose spelling is compared with that of a search."""


async def of(connection: rows.Connection, wanted: Filter, found: int) -> list[str]:
    """Other searches, best first, where `found` courses (more than `FEW` need not be told apart) match this one."""
    if found and wanted.respelled is not None:
        return [wanted.respelled]
    code = course_filters.code_of(wanted.search or "")
    if not wanted.search or found > FEW or (found and code is not None):
        return []
    suggested = await _codes(connection, code) if code is not None else []
    if suggested:
        return suggested
    meant = await title_words.understood(connection, wanted.search)
    like = title_words.respelled(wanted.search, meant)
    if found or code is not None:
        suggested = [] if like == wanted.search or not all(meant.values()) else [like]
    return suggested if suggested or found else await _titles(connection, meant, like)


async def _titles(connection: rows.Connection, meant: title_words.Meant, like: str) -> list[str]:
    """Titles with words spelled like those of the search, best first."""
    lacking = [word for word, words in meant.items() if not words]
    near = await title_words.alike(connection, lacking)
    alike = [words or [one.word for one in near[word][: title_words.MOST_LIKE]] for word, words in meant.items()]
    words = title_words.any_of(dict.fromkeys(word for each in alike for word in each))
    return [title for (title,) in await _SIMILAR.every(connection, corrected=words, search=like)] if words else []


async def _codes(connection: rows.Connection, code: str) -> list[str]:
    """Codes of other subjects that begin alike, with the same number."""
    parsed = codes.parse(code)
    begins = parsed.subject[:2]
    given = {"code": begins, "code_end": rows.after(begins), "ending": f"% {parsed.number}", "like": code}
    return [key for (key,) in await _CODES.every(connection, **given)]


def _same_number() -> rows.Select:
    key = rows.element(col(Course.code_key))
    begins = rows.between(key, sa.bindparam("code", type_=sa.Text), sa.bindparam("code_end", type_=sa.Text))
    ends = key.like(sa.bindparam("ending", type_=sa.Text))
    likeness = sa.func.similarity(key, sa.bindparam("like", type_=sa.Text))
    return sa.select(key).where(begins, ends).group_by(key).order_by(likeness.desc(), key).limit(MOST)


def _similar() -> rows.Select:
    corrected = sa.bindparam("corrected", type_=sa.Text)
    meant = sa.func.to_tsquery(course_filters.ENGLISH, corrected)
    has_words = course_filters.TITLE_WORDS.op("@@", is_comparison=True)(sa.select(meant).scalar_subquery())
    some = sa.select(col(Course.title)).where(has_words).limit(MOST_COMPARED).subquery("some")
    search, title = sa.bindparam("search", type_=sa.Text), sa.func.lower(some.c.title)
    has_it, is_it = sa.func.word_similarity(search, title), sa.func.similarity(search, title)
    # One of the titles that differ by capitals alone: that with the fewest, which reads best.
    best = sa.select(sa.func.max(some.c.title)).group_by(title).order_by(has_it.desc(), is_it.desc(), title)
    return best.limit(MOST)


_CODES = statements.Prepared(_same_number())
_SIMILAR = statements.Prepared(_similar())
