"""Old plans and their courses: written set-based, after everything that they refer to.

A plan is known again by its code: one that is here already stays as it is, with its courses.
"""

from typing import LiteralString

import psycopg

from gql_api.ingest import adoption_codes, institution_names

CREATE: LiteralString = """
CREATE UNLOGGED TABLE adoption.institution_ids (said text PRIMARY KEY, institution_id bigint NOT NULL);
CREATE UNLOGGED TABLE adoption.plan_ids (old_id bigint PRIMARY KEY, plan_id bigint NOT NULL, is_new boolean NOT NULL)
"""
_NAMED: LiteralString = """
SELECT DISTINCT institution FROM adoption.courses WHERE institution IS NOT NULL
UNION SELECT DISTINCT institution FROM adoption.programs WHERE institution IS NOT NULL
"""
_COURSES: LiteralString = """
CREATE UNLOGGED TABLE adoption.course_ids AS
SELECT old.id AS old_id, old.id::text AS said, found.id AS course_id, place.institution_id
FROM adoption.courses AS old
LEFT JOIN adoption.institution_ids AS place ON place.said = coalesce(old.institution, %(institution)s::text)
LEFT JOIN adoption.meanings AS key ON key.domain = 'courses.code' AND key.said = old.code
LEFT JOIN LATERAL (
    SELECT id FROM courses WHERE institution_id = place.institution_id AND code_key = key.meaning
    UNION ALL
    SELECT course_id FROM course_aliases
    WHERE institution_id = place.institution_id AND code_key = key.meaning
    LIMIT 1) AS found ON true;
CREATE UNIQUE INDEX ON adoption.course_ids (said);
ANALYZE adoption.course_ids
"""
_PLANS: LiteralString = """
INSERT INTO adoption.plan_ids (old_id, plan_id, is_new)
SELECT made.old_id, coalesce(stored.id, nextval(pg_get_serial_sequence('plans', 'id'))), stored.id IS NULL
FROM (SELECT * FROM adoption.plan_codes ORDER BY old_id) AS made
LEFT JOIN LATERAL (SELECT id FROM plans WHERE code_hmac = ANY (made.digests) LIMIT 1) AS stored ON true
"""
_INSERT_PLANS: LiteralString = """
INSERT INTO plans (id, code_hmac, code_key_id, name, student_name, student_email, advisor_email, status,
    target_version_id, current_version_id, created_at, updated_at)
SELECT place.plan_id, made.digests[1], %(key_id)s, left(old.plan_name, 200), left(old.student_name, 200),
    left(old.student_email, 254), left(old.advisor_email, 254), coalesce(status.meaning, 'ACTIVE'),
    target.id, present.id, coalesce(created.meaning::timestamptz, now()),
    coalesce(updated.meaning::timestamptz, created.meaning::timestamptz, now())
FROM adoption.plans AS old
JOIN adoption.plan_ids AS place ON place.old_id = old.id AND place.is_new
JOIN adoption.plan_codes AS made ON made.old_id = old.id
LEFT JOIN adoption.meanings AS status ON status.domain = 'plans.status' AND status.said = old.status
LEFT JOIN adoption.meanings AS created ON created.domain = 'plans.time' AND created.said = old.created_at
LEFT JOIN adoption.meanings AS updated ON updated.domain = 'plans.time' AND updated.said = old.updated_at
LEFT JOIN adoption.program_ids AS aimed ON aimed.old_id::text = old.program_id
LEFT JOIN program_versions AS target ON target.program_id = aimed.program_id AND target.is_current
LEFT JOIN adoption.program_ids AS enrolled ON enrolled.old_id::text = old.current_program_id
LEFT JOIN program_versions AS present ON present.program_id = enrolled.program_id AND present.is_current
ORDER BY place.plan_id
"""
_NO_PROGRAM: LiteralString = """
INSERT INTO adoption.findings (table_name, old_id, column_name, outcome, reason, remedy)
SELECT 'plans', old.id, side.column_name, 'CHANGED', CASE
        WHEN here.old_id IS NULL THEN format('There is no program with id %%s here; the plan has none.', side.said)
        ELSE format('The program with id %%s has no requirements; the plan follows none.', side.said) END,
    'Choose a program for the plan.'
FROM adoption.plans AS old
CROSS JOIN LATERAL (VALUES ('program_id', old.program_id), ('current_program_id', old.current_program_id))
    AS side (column_name, said)
LEFT JOIN adoption.program_ids AS here ON here.old_id::text = side.said
LEFT JOIN program_versions AS version ON version.program_id = here.program_id AND version.is_current
WHERE side.said IS NOT NULL AND version.id IS NULL
"""
_LOST_ENTRIES: LiteralString = """
INSERT INTO adoption.findings (table_name, old_id, column_name, outcome, reason, remedy)
SELECT 'plan_courses', old.id, CASE WHEN plan.id IS NULL THEN 'plan_id' ELSE 'course_id' END, 'LEFT_OUT', CASE
        WHEN plan.id IS NULL THEN format('There is no plan with id %%s.', coalesce(old.plan_id, '(blank)'))
        ELSE format('There is no course with id %%s.', coalesce(old.course_id, '(blank)')) END,
    CASE WHEN plan.id IS NULL THEN 'None is possible: nobody can see the row.'
        ELSE 'Ask the student which course it was, and enter it by hand.' END
FROM adoption.plan_courses AS old
LEFT JOIN adoption.plans AS plan ON plan.id::text = old.plan_id
LEFT JOIN adoption.course_ids AS course ON course.said = old.course_id
WHERE plan.id IS NULL OR course.old_id IS NULL
"""
_UNLISTED: LiteralString = """
INSERT INTO adoption.findings (table_name, old_id, column_name, outcome, reason, remedy)
SELECT 'plan_courses', old.id, 'course_id', 'CHANGED',
    format('The course %%s is not in the catalog here; the plan keeps it in words, as an unlisted course.',
        coalesce(course.code, 'with id ' || course.id)), 'Replace it by a course of the catalog, if there is one.'
FROM adoption.plan_courses AS old
JOIN adoption.plan_ids AS place ON place.old_id::text = old.plan_id
JOIN adoption.course_ids AS found ON found.said = old.course_id AND found.course_id IS NULL
JOIN adoption.courses AS course ON course.id = found.old_id
"""
_INSERT_ENTRIES: LiteralString = """
INSERT INTO planned_courses (plan_id, course_id, unlisted_institution, unlisted_code, unlisted_title, unlisted_credits,
    year, season, status, grade, credits, is_repeat, notes, created_at, updated_at)
SELECT entry.plan_id, entry.course_id,
    CASE WHEN entry.course_id IS NULL THEN left(entry.institution, 200) END,
    CASE WHEN entry.course_id IS NULL THEN left(entry.code, 120) END,
    CASE WHEN entry.course_id IS NULL
        THEN coalesce(left(entry.title, 300), left(entry.code, 120), 'Unknown course') END,
    CASE WHEN entry.course_id IS NULL THEN coalesce(entry.credits, entry.catalog_credits, 0) END,
    split_part(entry.term, ' ', 2)::integer, split_part(entry.term, ' ', 1), entry.status, entry.grade,
    CASE WHEN entry.course_id IS NOT NULL THEN entry.credits END,
    entry.course_id IS NOT NULL AND row_number() OVER (
        PARTITION BY entry.plan_id, entry.course_id ORDER BY entry.term_key NULLS LAST, entry.id) > 1,
    left(entry.notes, 2000), plan.created_at, plan.updated_at
FROM adoption.entries AS entry JOIN plans AS plan ON plan.id = entry.plan_id
ORDER BY entry.plan_id, entry.id
"""
_ENTRIES: LiteralString = """
CREATE UNLOGGED TABLE adoption.entries AS
SELECT old.id, place.plan_id, found.course_id, course.institution, course.code, course.title,
    carried.meaning::numeric AS credits, catalog.meaning_number AS catalog_credits, term.meaning AS term,
    split_part(term.meaning, ' ', 2)::integer * 10 + array_position(ARRAY['WINTER', 'SPRING', 'SUMMER', 'FALL'],
        split_part(term.meaning, ' ', 1)) AS term_key,
    coalesce(status.meaning, CASE WHEN grade.meaning IS NULL THEN 'PLANNED' ELSE 'COMPLETED' END) AS status,
    coalesce(grade.meaning, CASE WHEN old.grade IS NULL AND lower(old.status) = 'failed' THEN 'F' END) AS grade,
    nullif(concat_ws(E'\\n', old.notes,
        CASE WHEN old.grade IS NOT NULL AND grade.meaning IS NULL THEN 'Grade before: ' || old.grade END,
        CASE WHEN term.said IS NOT NULL AND term.meaning IS NULL
            THEN 'Term before: ' || concat_ws(' ', old.semester, old.year) END,
        'Counted before for: ' || nullif(concat_ws(' / ', old.requirement_category, grouped.group_name), '')), '')
        AS notes
FROM adoption.plan_courses AS old
JOIN adoption.plan_ids AS place ON place.old_id::text = old.plan_id AND place.is_new
JOIN adoption.course_ids AS found ON found.said = old.course_id
JOIN adoption.courses AS course ON course.id = found.old_id
LEFT JOIN LATERAL (SELECT substring(meaning FROM '^[0-9.]+')::numeric AS meaning_number FROM adoption.meanings
    WHERE domain = 'courses.credits' AND said = course.credits) AS catalog ON found.course_id IS NULL
LEFT JOIN adoption.meanings AS status ON status.domain = 'plan_courses.status' AND status.said = old.status
LEFT JOIN adoption.meanings AS grade ON grade.domain = 'plan_courses.grade' AND grade.said = old.grade
LEFT JOIN adoption.meanings AS carried ON carried.domain = 'plan_courses.credits' AND carried.said = old.credits
LEFT JOIN adoption.meanings AS term ON term.domain = 'plan_courses.term'
    AND term.said = concat_ws('|', old.semester, old.year)
LEFT JOIN adoption.requirement_groups AS grouped ON grouped.id::text = old.requirement_group_id;
ANALYZE adoption.entries
"""


def find_institutions(connection: psycopg.Connection, default: str | None) -> None:
    """Fill `adoption.institution_ids` with what the names of the file lead to."""
    known = institution_names.known(connection.cursor())
    named = [str(said) for (said,) in connection.execute(_NAMED).fetchall()] + ([default] if default else [])
    found = {said: known[key] for said in named if (key := " ".join(said[:200].lower().split())) in known}
    connection.cursor().executemany("INSERT INTO adoption.institution_ids VALUES (%s, %s)", sorted(found.items()))


def find_courses(connection: psycopg.Connection, default: str | None) -> None:
    """Make `adoption.course_ids`: which stored course each old one is, none where it is not here."""
    first, *others = _COURSES.split(";\n")
    connection.execute(first, {"institution": default})  # pyright: ignore[reportArgumentType] - parts of a literal
    for statement in others:
        connection.execute(statement)  # pyright: ignore[reportArgumentType] - the same


def load(connection: psycopg.Connection, keys: adoption_codes.Keys) -> int:
    """Carry the plans with their courses; how many plans are new."""
    connection.execute(_PLANS)
    connection.execute("ANALYZE adoption.plan_ids, adoption.plan_codes")
    connection.execute(_NO_PROGRAM, {})
    connection.execute(_INSERT_PLANS, {"key_id": keys.id})
    connection.execute(_LOST_ENTRIES, {})
    connection.execute(_UNLISTED, {})
    for statement in _ENTRIES.split(";\n"):
        connection.execute(statement)  # pyright: ignore[reportArgumentType] - parts of a literal
    connection.execute(_INSERT_ENTRIES)
    connection.execute("ANALYZE plans, planned_courses")
    row = connection.execute("SELECT count(*) FROM adoption.plan_ids WHERE is_new").fetchone()
    return 0 if row is None else int(row[0])
