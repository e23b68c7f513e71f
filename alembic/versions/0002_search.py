"""Search at a million courses: words and beginnings of titles, beginnings of codes, and a list of words to correct by.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_courses_code_key_prefix": "(code_key text_pattern_ops)",
    "ix_courses_title_prefix": "(lower(title) text_pattern_ops, id)",
    "ix_courses_title_words": "USING gin (ts_filter(search, '{b}'::\"char\"[]))",
}
"""On a table that may be large: built while others read and write."""
BEFORE = "ix_courses_search_text_trigram"
"""Compared spellings with every title there is."""
NOTE = """
CREATE FUNCTION note_title_words() RETURNS trigger LANGUAGE plpgsql AS $$
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
TRIGGER = """
CREATE TRIGGER note_title_words_of_{what} AFTER {event} ON courses
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_title_words()
"""
KNOWN = """
INSERT INTO title_words (word)
WITH parts AS MATERIALIZED (
    SELECT part FROM courses, string_to_table(title, ' ') AS split (part) GROUP BY part
), words AS MATERIALIZED (
    SELECT word FROM parts, unnest(tsvector_to_array(to_tsvector('simple', part))) AS split (word) GROUP BY word
)
SELECT word FROM words WHERE word ~ '^[[:alnum:]]+$' AND length(word) BETWEEN 3 AND 60
"""


def upgrade() -> None:
    """Create the words with their triggers, then the words of the courses there are, then the indexes."""
    op.create_table(
        "title_words",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_words")),
    )
    op.create_index("ix_title_words_word", "title_words", ["word"], unique=False)
    op.create_index(
        "ix_title_words_word_trigram",
        "title_words",
        ["word"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )
    op.execute(NOTE)
    op.execute(TRIGGER.format(what="new", event="INSERT"))
    op.execute(TRIGGER.format(what="changed", event="UPDATE"))
    op.execute(KNOWN)
    with op.get_context().autocommit_block():
        for name, definition in INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON courses {definition}")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {BEFORE}")


def downgrade() -> None:
    """Drop what was created."""
    with op.get_context().autocommit_block():
        op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {BEFORE} ON courses USING gin (search_text gin_trgm_ops)")
        for name in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
    op.execute("DROP TRIGGER IF EXISTS note_title_words_of_changed ON courses")
    op.execute("DROP TRIGGER IF EXISTS note_title_words_of_new ON courses")
    op.execute("DROP FUNCTION IF EXISTS note_title_words")
    op.drop_table("title_words")
