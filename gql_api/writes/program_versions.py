"""Program versions with their whole trees on a plain connection, set-based. Nothing here commits.

A published version is immutable: an erratum is a new revision of its term (`insert`), to which the plans move
(`move_plans`), while the old one is archived (`archive`).
"""

import psycopg

from gql_api import errors
from gql_api.domain import program_versions, requirement_checks, statuses, terms
from gql_api.writes import requirement_rows

_INSERT = """
INSERT INTO program_versions (
    program_id, year, season, term_key, state, revision, total_credits, residency_credits, minimum_gpa, notes,
    published_at
)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, CASE WHEN %s THEN now() END)
RETURNING id
"""
_LINK = """
UPDATE requirement_options AS o SET course_id = found.course_id
FROM (
    SELECT DISTINCT ON (o.id) o.id, coalesce(c.id, a.course_id) AS course_id
    FROM requirements r
    JOIN requirement_options o ON o.requirement_id = r.id AND o.course_code IS NOT NULL AND o.course_id IS NULL
    LEFT JOIN courses c ON c.institution_id = o.institution_id AND c.code_key = o.course_code
    LEFT JOIN course_aliases a ON a.institution_id = o.institution_id AND a.code_key = o.course_code
    WHERE r.version_id = %s AND coalesce(c.id, a.course_id) IS NOT NULL
) AS found
WHERE o.id = found.id
"""


def refuse_unfit(content: program_versions.VersionContent) -> None:
    """Raise for the first thing that is wrong with the content.

    Raises:
        InvalidInput: with the path within the content.
    """
    for problem in requirement_checks.problems(content):
        raise errors.InvalidInput(problem.message, path=problem.path)


def insert(
    cursor: psycopg.Cursor,
    program_id: int,
    *,
    term: terms.Term,
    state: statuses.VersionState,
    revision: int,
    content: program_versions.VersionContent,
) -> int:
    """A new version with its tree, not current; its id.

    Raises:
        InvalidInput: the content is unfit; see `refuse_unfit`.
    """
    refuse_unfit(content)
    facts = (content.total_credits, content.residency_credits, content.minimum_gpa, content.notes)
    is_published = state is statuses.VersionState.PUBLISHED
    row = cursor.execute(
        _INSERT,
        (program_id, term.year, term.season.name, term.sort_key, state.name, revision, *facts, is_published),
    ).fetchone()
    if row is None:
        raise AssertionError  # INSERT … RETURNING of one row answers one row
    version_id = int(row[0])
    _insert_tree(cursor, version_id, content)
    return version_id


def rewrite_draft(cursor: psycopg.Cursor, version_id: int, content: program_versions.VersionContent) -> None:
    """Replace what a draft says.

    Raises:
        InvalidInput: the content is unfit; see `refuse_unfit`.
        Conflict: the version is no draft.
    """
    refuse_unfit(content)
    cursor.execute(
        "UPDATE program_versions SET total_credits = %s, residency_credits = %s, minimum_gpa = %s, notes = %s, "
        "updated_at = now() WHERE id = %s AND state = 'DRAFT'",
        (content.total_credits, content.residency_credits, content.minimum_gpa, content.notes, version_id),
    )
    if cursor.rowcount != 1:
        raise errors.Conflict("Only a draft can be rewritten; a published version gets a new revision.")
    cursor.execute("DELETE FROM requirement_constraints WHERE version_id = %s", (version_id,))
    cursor.execute("DELETE FROM requirements WHERE version_id = %s", (version_id,))
    _insert_tree(cursor, version_id, content)


def archive(cursor: psycopg.Cursor, version_id: int) -> None:
    """Take a version out of use; it stays readable."""
    cursor.execute(
        "UPDATE program_versions SET state = 'ARCHIVED', is_current = false, updated_at = now() WHERE id = %s",
        (version_id,),
    )


def move_plans(cursor: psycopg.Cursor, old_id: int, new_id: int) -> int:
    """Let the plans that follow one revision follow another; how many moved."""
    cursor.execute(
        "UPDATE plans SET revision = revision + 1, updated_at = now(), "
        "target_version_id = CASE WHEN target_version_id = %(old)s THEN %(new)s ELSE target_version_id END, "
        "current_version_id = CASE WHEN current_version_id = %(old)s THEN %(new)s ELSE current_version_id END "
        "WHERE target_version_id = %(old)s OR current_version_id = %(old)s",
        {"old": old_id, "new": new_id},
    )
    return cursor.rowcount


def make_current(cursor: psycopg.Cursor, program_id: int, version_id: int) -> None:
    """Make a published version the program's current one, and no other."""
    cursor.execute(
        "UPDATE program_versions SET is_current = false, updated_at = now() "
        "WHERE program_id = %s AND is_current AND id <> %s",
        (program_id, version_id),
    )
    cursor.execute(
        "UPDATE program_versions SET is_current = true, updated_at = now() WHERE id = %s AND NOT is_current",
        (version_id,),
    )


def link_options(cursor: psycopg.Cursor, version_id: int) -> int:
    """Connect options whose course did not exist when they were stored, and does now; how many.

    The version is marked as changed: readers keep the tree of a version that is not.
    """
    cursor.execute(_LINK, (version_id,))
    linked = cursor.rowcount
    if linked:
        cursor.execute("UPDATE program_versions SET updated_at = now() WHERE id = %s", (version_id,))
    return linked


def _insert_tree(cursor: psycopg.Cursor, version_id: int, content: program_versions.VersionContent) -> None:
    count = requirement_rows.node_count(content)
    ids = [int(row[0]) for row in cursor.execute(requirement_rows.ALLOCATE, (count,)).fetchall()]
    for statement, parameter in requirement_rows.inserts(version_id, content, ids):
        cursor.execute(statement, (parameter,))
