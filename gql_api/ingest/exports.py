"""The catalog as files that imports read: an import of an export finds everything unchanged.

Programs are JSON (`program_exports`), everything else CSV. PostgreSQL writes those files itself (COPY), so that memory
does not grow with them. Texts that begin like a formula are data, here as in imports. The notes of a rule with several
rows stand on the first: an import joins them.
"""

from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from gql_api import errors
from gql_api.ingest import program_exports

_INSTITUTIONS: LiteralString = """
SELECT name, abbreviation,
    (SELECT string_agg(alias.alias::text, '|' ORDER BY alias.alias) FROM institution_aliases alias
     WHERE alias.institution_id = one.id) AS aliases,
    lower(kind) AS kind, lower(calendar) AS calendar, location, lower(credits_granted) AS credits_granted,
    lower(equivalency_date) AS equivalency_date, lower(credit_repeat) AS credit_repeat, lower(gpa_repeat) AS gpa_repeat,
    replace(replace(pass_proves, '_PLUS', '+'), '_MINUS', '-') AS pass_proves,
    replace(replace(minimum_transfer_grade, '_PLUS', '+'), '_MINUS', '-') AS minimum_transfer_grade,
    sophomore_credits, junior_credits, senior_credits, credit_tolerance
FROM institutions one
WHERE {institution}::citext IS NULL OR one.name = {institution} OR one.abbreviation = {institution}
ORDER BY one.name, one.id
"""
_COURSES: LiteralString = """
SELECT course.code, course.title, course.description,
    coalesce(course.credits_text, CASE WHEN course.credits_min = course.credits_max
        THEN trim_scale(course.credits_min)::text
        ELSE trim_scale(course.credits_min) || '-' || trim_scale(course.credits_max) END) AS credits,
    owner.name AS institution, course.department, course.prerequisite_text AS prerequisites,
    course.attributes ->> 'has_lab' AS has_lab, course.attributes ->> 'course_type' AS course_type,
    (SELECT string_agg(tag, '|' ORDER BY tag) FROM jsonb_array_elements_text(course.attributes -> 'tags') tag) AS tags,
    course.active_from, course.active_until
FROM courses course JOIN institutions owner ON owner.id = course.institution_id
WHERE {institution}::citext IS NULL OR owner.name = {institution} OR owner.abbreviation = {institution}
ORDER BY owner.name, course.code_key COLLATE "C"
"""
_EQUIVALENCIES: LiteralString = """
WITH exported AS (
    SELECT rule.*, sender.name AS sending, receiver.name AS receiving,
        (SELECT count(*) FROM equivalency_sources s WHERE s.equivalency_id = rule.id) AS sources,
        (SELECT count(*) FROM equivalency_awards a WHERE a.equivalency_id = rule.id) AS awards
    FROM equivalencies rule
    JOIN institutions sender ON sender.id = rule.sending_institution_id
    JOIN institutions receiver ON receiver.id = rule.receiving_institution_id
    WHERE rule.recorded_until IS NULL AND ({institution}::citext IS NULL
        OR receiver.name = {institution} OR receiver.abbreviation = {institution})
), sides AS (
    SELECT source.equivalency_id AS rule, 1 AS side, source.group_position AS place, source.id,
        course.code, source.minimum_grade, source.minimum_score, NULL::numeric AS credits, NULL::text AS kind
    FROM equivalency_sources source JOIN courses course ON course.id = source.course_id
    UNION ALL
    SELECT award.equivalency_id, 2, award.position, award.id,
        coalesce(award.published_code, course.code, award.area,
            award.subject || ' ' || coalesce(left(award.level::text, 1) || 'XXX', 'EL')),
        NULL, NULL, award.credits, award.kind
    FROM equivalency_awards award LEFT JOIN courses course ON course.id = award.course_id
), rows AS (
    SELECT exported.id AS rule, 1 AS side, source.place, source.id AS part, source.code AS from_code,
        source.minimum_grade, source.minimum_score,
        CASE WHEN is_plain THEN award.code END AS to_code,
        CASE WHEN is_plain THEN award.credits END AS credits,
        CASE WHEN is_plain THEN award.kind END AS kind, is_plain
    FROM exported
    CROSS JOIN LATERAL (SELECT exported.sources <= 1 AND exported.awards <= 1 AS is_plain) shape
    LEFT JOIN sides source ON source.rule = exported.id AND source.side = 1
    LEFT JOIN sides award ON award.rule = exported.id AND award.side = 2 AND is_plain
    UNION ALL
    SELECT exported.id, 2, award.place, award.id, NULL, NULL, NULL, award.code, award.credits, award.kind, false
    FROM exported JOIN sides award ON award.rule = exported.id AND award.side = 2
    WHERE exported.sources > 1 OR exported.awards > 1
)
SELECT from_code AS from_course_code, exported.sending AS from_institution, to_code AS to_course_code,
    exported.receiving AS to_institution, lower(exported.strength) AS equivalency_type,
    CASE WHEN exported.outcome <> 'AWARDS' THEN lower(exported.outcome)
        WHEN rows.kind IS NOT NULL THEN lower(rows.kind) END AS outcome,
    lower(exported.strength) AS strength, lower(exported.status) AS status, exported.condition, exported.reason,
    CASE WHEN row_number() OVER (PARTITION BY exported.id ORDER BY rows.side, rows.place, rows.part) = 1
        THEN exported.notes END AS notes, trim_scale(rows.credits) AS credits,
    replace(replace(rows.minimum_grade, '_PLUS', '+'), '_MINUS', '-') AS min_grade, rows.minimum_score AS min_score,
    exported.effective_from, exported.effective_until,
    CASE WHEN NOT rows.is_plain THEN exported.id END AS set_id,
    CASE WHEN NOT rows.is_plain THEN CASE rows.side WHEN 1 THEN 'from' ELSE 'to' END END AS side,
    CASE WHEN NOT rows.is_plain AND rows.side = 1 THEN rows.place END AS group,
    exported.approved_by, exported.approved_on, exported.source
FROM exported JOIN rows ON rows.rule = exported.id
ORDER BY exported.receiving, exported.sending, exported.id, rows.side, rows.place, rows.part
"""
PROGRAMS = "programs"
KINDS: dict[str, LiteralString] = {
    "institutions": _INSTITUTIONS,
    "courses": _COURSES,
    "equivalencies": _EQUIVALENCIES,
}
"""What can be exported besides programs, by the name of the import that reads it."""


def write(connection: psycopg.Connection[Any], kind: str, file: Path, institution: str | None = None) -> int:
    """Write the file, whole or not at all; how many rows follow its header, or how many programs it has.

    `institution` is a name or an abbreviation. Equivalencies are those that the institution grants, as they are
    recorded now; what they were before is in backups only.

    Raises:
        NotFound: there is no such institution.
    """
    if institution is not None and not _is_known(connection, institution):
        raise errors.NotFound(f"There is no institution “{institution}”. Give its name or its abbreviation.")
    partial = file.with_name(f".{file.name}.partial")
    try:
        if kind == PROGRAMS:
            count = program_exports.write(connection, partial, institution)
        else:
            count = _write_rows(connection, KINDS[kind], partial, institution)
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)
    return count


def _write_rows(connection: psycopg.Connection[Any], query: LiteralString, file: Path, institution: str | None) -> int:
    with file.open("wb") as written, psycopg.ClientCursor(connection) as cursor:
        chosen = sql.SQL(query).format(institution=sql.Literal(institution))
        with cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER)").format(chosen)) as copy:
            for part in copy:
                written.write(part)
        return cursor.rowcount


def _is_known(connection: psycopg.Connection[Any], institution: str) -> bool:
    query = "SELECT FROM institutions WHERE name = %(name)s OR abbreviation = %(name)s"
    return connection.execute(query, {"name": institution}).fetchone() is not None
