"""The words of all titles, in which a misspelled word is looked up instead of in the titles themselves.

There are thousands of words where there are millions of titles: comparing spellings here, and then finding the right
words by the full-text index, takes milliseconds at any size.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from gql_api.domain import spellings
from gql_api.reads import course_filters, indexed, rows, statements
from gql_api.tables.courses import Course
from gql_api.tables.title_words import TitleWord

LIKELY, FAR = 0.5, 0.3
"""How much of a word must be in another one for that to be taken for the one that was meant, and to be suggested."""
MOST_LIKE = 8
"""Words that one may stand for, the most alike first."""
MOST_COMPARED = 100
"""Words whose letters are compared with those of one that was asked for, the most alike first."""
MOST_ASKED = 12
TIMES = 5
"""How much more frequent another word must be for one that titles have to be taken for a mistake."""
MOST_COUNTED = 100
_SHORTEST = 3
"""Letters of the shortest word that is kept."""
_WORD = re.compile(r"[^\W_]{2,}")


class Near(NamedTuple):
    """A word of titles, and how much of it is as it was asked for: of the whole word, and of the part most alike."""

    word: str
    likeness: float
    part: float


Found = Mapping[str, Sequence[Near]]
"""For each word asked for those spelled somewhat like it, the most alike first."""
Meant = Mapping[str, Sequence[str]]
"""For each word asked for those that it is taken for, best first; none where nothing is like it."""


def of(search: str) -> list[str]:
    """The words of a search in lower case, each once; the first dozen."""
    return list(dict.fromkeys(_WORD.findall(search.lower())))[:MOST_ASKED]


async def alike(connection: rows.Connection, asked: Sequence[str]) -> Found:
    """Words of titles that are spelled somewhat like those; an empty list where there is none."""
    if not asked:
        return {}
    await _THRESHOLD.every(connection, threshold=str(FAR))
    return rows.grouped((word, Near(*near)) for word, *near in await _ALIKE.every(connection, asked=list(asked)))


async def frequencies(connection: rows.Connection, words: Sequence[str]) -> Mapping[str, int]:
    """How many titles have each word as it is spelled, counted to `MOST_COUNTED`; found by the index of their stems."""
    if not words:
        return {}
    asking = partial(_FREQUENCIES.every, connection, words=list(words), most=MOST_COUNTED)
    return dict(await indexed.asked(connection, asking))


async def understood(connection: rows.Connection, search: str) -> Meant:
    """What each word of a search is taken for.

    Itself where titles have it, behind a word that differs by few letters and is `TIMES` as frequent, for titles have
    misspelled words, too. Else what differs by the fewest letters; else what holds most of it; else nothing.
    """
    asked = of(search)
    found = await alike(connection, asked)
    nearest = {word: corrections(word, found[word]) for word in asked}
    known = {word for word in asked if len(word) < _SHORTEST or any(one.word == word for one in found[word])}
    doubtful = {word: nearest[word] for word in known if nearest[word]}
    counted = [*doubtful, *(other for others in doubtful.values() for other in others)]
    totals = await frequencies(connection, counted)
    return {
        word: [*_far_more_frequent(word, nearest[word], totals), word]
        if word in known
        else nearest[word] or [one.word for one in found[word] if one.part >= LIKELY][:MOST_LIKE]
        for word in asked
    }


def corrections(word: str, near: Iterable[Near]) -> list[str]:
    """The words that differ from this one by the fewest letters, no more than are forgiven.

    Of equals those that begin alike; first the longest, since letters are rather left out than added.
    """
    most = spellings.forgiven(word)
    apart = [(spellings.mistakes(word, one.word, most=most), one.word) for one in near]
    ranked = [((mistakes, other[0] != word[0]), other) for mistakes, other in apart if mistakes]
    least = min((rank for rank, _ in ranked), default=None)
    return sorted((other for rank, other in ranked if rank == least), key=len, reverse=True)


def every(meant: Meant) -> str | None:
    """A text search query for one of the words meant for each; None where one has none, or all are as they were."""
    groups = list(meant.values())
    if not all(groups) or groups == [[word] for word in meant]:
        return None
    return " & ".join(f"({any_of(group)})" for group in groups)


def any_of(found: Iterable[str]) -> str:
    """A text search query for any of these words. They are letters and digits only, as the trigger keeps them."""
    return " | ".join(found)


def respelled(search: str, meant: Meant) -> str:
    """The search with each word as the first that it is taken for."""

    def respell(match: re.Match[str]) -> str:
        best = next(iter(meant.get(match[0].lower(), ())), match[0])
        return match[0] if best == match[0].lower() else best

    return _WORD.sub(respell, search)


def _far_more_frequent(word: str, others: Sequence[str], totals: Mapping[str, int]) -> list[str]:
    return [other for other in others if totals[other] > TIMES * totals[word]]


def _alike() -> rows.Select:
    words = statements.listed("words", asked=sa.Text())
    word = words.c.asked
    score = sa.func.similarity(col(TitleWord.word), word)
    part = sa.func.word_similarity(word, col(TitleWord.word))
    near = (
        sa.select(rows.element(col(TitleWord.word)).label("near"), score.label("score"), part.label("part"))
        .where(word.op("<%", is_comparison=True)(col(TitleWord.word)))
        .group_by(col(TitleWord.word))
        .order_by(score.desc(), col(TitleWord.word))
        .limit(MOST_COMPARED)
        .lateral("likeness")
    )
    return sa.select(word, near.c.near, near.c.score, near.c.part).select_from(words.join(near, sa.true()))


def _frequencies() -> rows.Select:
    words = statements.listed("words", words=sa.Text())
    word = words.c.words
    has_it = course_filters.TITLE_WORDS.op("@@", is_comparison=True)(sa.func.to_tsquery(course_filters.ENGLISH, word))
    is_spelled_so = sa.func.strpos(sa.func.lower(col(Course.title)), word) > sa.literal_column("0")
    some = sa.select(col(Course.id)).where(has_it, is_spelled_so).limit(sa.bindparam("most", type_=sa.Integer))
    total = sa.func.cardinality(sa.func.array(some.correlate_except(Course).scalar_subquery()))
    return sa.select(word, total).select_from(words)


_ALIKE = statements.Prepared(_alike())
_FREQUENCIES = statements.Prepared(_frequencies())
_THRESHOLD = statements.Prepared(
    sa.select(
        sa.func.set_config("pg_trgm.word_similarity_threshold", sa.bindparam("threshold", type_=sa.Text), sa.true())
    )
)
"""For the rest of the transaction."""
