"""The words of course titles: against them a misspelled search is corrected."""

from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Field, SQLModel

from gql_api.tables import columns
from gql_api.tables.courses import Course

NOTE = """
CREATE FUNCTION note_title_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT EXISTS (SELECT FROM changed OFFSET 20) OR EXISTS (
        SELECT FROM changed, unnest(tsvector_to_array(to_tsvector('simple', changed.title))) AS split (word)
        WHERE length(split.word) BETWEEN 3 AND 60
            AND NOT EXISTS (SELECT FROM title_words known WHERE known.word = split.word)
    )) THEN
        INSERT INTO title_words (word)
        WITH parts AS MATERIALIZED (
            SELECT part FROM changed, string_to_table(changed.title, ' ') AS split (part) GROUP BY part
        ), words AS MATERIALIZED (
            SELECT word FROM parts, unnest(tsvector_to_array(to_tsvector('simple', part))) AS split (word) GROUP BY word
        )
        SELECT words.word FROM words
        WHERE NOT EXISTS (SELECT FROM title_words known WHERE known.word = words.word)
            AND words.word ~ '^[[:alnum:]]+$' AND length(words.word) BETWEEN 3 AND 60;
    END IF;
    RETURN NULL;
END $$
"""
"""Once per statement, and for each different part of its titles once: a hundred thousand titles have some thousand
words, and taking titles apart costs more than the rest. A few courses, whose words mostly are known, are only asked for
a new one: that takes half as long. It neither locks nor waits: two transactions that bring the same new word at the
same time leave it twice, which readers do not mind. Words of courses that are gone stay."""
ON_INSERT = """
CREATE TRIGGER note_title_words_of_new AFTER INSERT ON courses
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_title_words()
"""
ON_UPDATE = """
CREATE TRIGGER note_title_words_of_changed AFTER UPDATE ON courses
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_title_words()
"""


class TitleWord(SQLModel, table=True):
    """A word, in lower case, that some title has or had."""

    __tablename__: ClassVar[Any] = "title_words"
    __table_args__ = (
        sa.Index("ix_title_words_word", "word"),
        sa.Index(
            "ix_title_words_word_trigram",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
    )

    id: int | None = columns.identity()
    word: str = Field(min_length=3, max_length=60)


for _statement in (NOTE, ON_INSERT, ON_UPDATE):
    event.listen(SQLModel.metadata.tables[str(Course.__tablename__)], "after_create", sa.DDL(_statement))
