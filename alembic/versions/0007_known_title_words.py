"""A new course costs less: where all words of its title are known, nothing is grouped, sorted and inserted.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NOTE = """
CREATE OR REPLACE FUNCTION note_title_words() RETURNS trigger LANGUAGE plpgsql AS $$
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
BEFORE = """
CREATE OR REPLACE FUNCTION note_title_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO title_words (word)
    WITH parts AS MATERIALIZED (
        SELECT part FROM changed, string_to_table(changed.title, ' ') AS split (part) GROUP BY part
    ), words AS MATERIALIZED (
        SELECT word FROM parts, unnest(tsvector_to_array(to_tsvector('simple', part))) AS split (word) GROUP BY word
    )
    SELECT words.word FROM words
    WHERE NOT EXISTS (SELECT FROM title_words known WHERE known.word = words.word)
        AND words.word ~ '^[[:alnum:]]+$' AND length(words.word) BETWEEN 3 AND 60;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Look for a new word first where few courses changed."""
    op.execute(NOTE)


def downgrade() -> None:
    """Note words as before."""
    op.execute(BEFORE)
