"""The words of all titles, in which a misspelled word is looked up instead of in the titles themselves.

There are thousands of words where there are millions of titles: comparing spellings here, and then finding the right
words by the full-text index, takes milliseconds at any size.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlmodel import col

from gql_api.reads import rows, statements
from gql_api.tables.title_words import TitleWord

LIKELY, FAR = 0.5, 0.3
"""How alike a word must be spelled to be taken for the one that was meant, and to be suggested."""
MOST_LIKE = 8
"""Words that one may stand for, the most alike first."""
MOST_ASKED = 12
_WORD = re.compile(r"[^\W_]{2,}")


def of(search: str) -> list[str]:
    """The words of a search in lower case, each once; the first dozen."""
    return list(dict.fromkeys(_WORD.findall(search.lower())))[:MOST_ASKED]


async def alike(connection: rows.Connection, asked: Sequence[str], likeness: float) -> Mapping[str, list[str]]:
    """For each word those of titles that are spelled like it, best first; an empty list where there is none."""
    if not asked:
        return {}
    await _THRESHOLD.every(connection, threshold=str(likeness))
    return rows.grouped((word, near) for word, near in await _ALIKE.every(connection, asked=list(asked)))


def _alike() -> rows.Select:
    words = statements.listed("words", asked=sa.Text())
    word = words.c.asked
    score = sa.func.similarity(col(TitleWord.word), word)
    near = (
        sa.select(rows.element(col(TitleWord.word)).label("near"))
        .where(word.op("<%", is_comparison=True)(col(TitleWord.word)))
        .group_by(col(TitleWord.word))
        .order_by(score.desc(), col(TitleWord.word))
        .limit(MOST_LIKE)
        .lateral("likeness")
    )
    return sa.select(word, near.c.near).select_from(words.join(near, sa.true()))


_ALIKE = statements.Prepared(_alike())
_THRESHOLD = statements.Prepared(
    sa.select(
        sa.func.set_config("pg_trgm.word_similarity_threshold", sa.bindparam("threshold", type_=sa.Text), sa.true())
    )
)
"""For the rest of the transaction."""


def every(asked: Sequence[str], found: Mapping[str, list[str]]) -> str | None:
    """A text search query for one of the words meant for each; None where one has none: nothing can match."""
    groups = [found[word] for word in asked]
    return " & ".join(f"({any_of(group)})" for group in groups) if groups and all(groups) else None


def any_of(found: Iterable[str]) -> str:
    """A text search query for any of these words. They are letters and digits only, as the trigger keeps them."""
    return " | ".join(found)
