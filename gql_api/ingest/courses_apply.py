"""Writes what `courses_plan` planned, set-based: new courses, changed ones, archived ones, and the codes of members
of cross-listings, under which a course is found as well.
"""

from gql_api.ingest import contract, institution_names

_INSERT = """
INSERT INTO courses (institution_id, code, code_key, subject, number, subjects, level, title, description, credits_min,
    credits_max, credits_text, department, attributes, prerequisite_text, active_from, active_until, created_at,
    updated_at)
SELECT institution.id, staged.code, staged.code_key, staged.subject, staged.number,
    string_to_array(staged.subject, '/'), staged.level, staged.title, staged.description, staged.credits_min,
    staged.credits_max, staged.credits_text, staged.department,
    jsonb_strip_nulls(staged.attributes), staged.prerequisite_text, staged.active_from, staged.active_until,
    coalesce(times.created_at, now()), coalesce(times.updated_at, now())
FROM course_changes AS change
JOIN staged_courses AS staged USING (at)
LEFT JOIN staged_times AS times USING (at)
JOIN staged_institutions AS institution ON institution.ordinal = staged.institution
WHERE change.action = 'new'
ORDER BY change.at
"""
_UPDATE = """
UPDATE courses AS course SET
    code = staged.code, title = staged.title, description = staged.description, credits_min = staged.credits_min,
    credits_max = staged.credits_max, credits_text = staged.credits_text, department = staged.department,
    attributes = jsonb_strip_nulls(course.attributes || staged.attributes),
    prerequisite_text = staged.prerequisite_text, active_from = staged.active_from,
    active_until = staged.active_until, revision = course.revision + 1, updated_at = now(),
    prerequisites = CASE WHEN course.prerequisite_text IS NOT DISTINCT FROM staged.prerequisite_text
        THEN course.prerequisites END
FROM course_changes AS change JOIN staged_courses AS staged USING (at)
WHERE change.action = 'updated' AND course.id = change.course_id
"""
_ARCHIVE = """
UPDATE courses AS course SET active_until = greatest(%(on)s, course.active_from), revision = course.revision + 1,
    updated_at = now()
FROM removed_courses AS removed WHERE course.id = removed.id
"""
# The members of a cross-listing lead to it unless a course of its own has the code or two cross-listings claim it.
_CLAIMS = """
CREATE TEMPORARY TABLE alias_claims ON COMMIT DROP AS
SELECT course.institution_id, member || ' ' || course.number AS code_key, min(course.id) AS course_id,
    count(*) AS claims
FROM courses AS course, unnest(course.subjects) AS member
WHERE cardinality(course.subjects) > 1 AND course.institution_id IN (SELECT id FROM staged_institutions)
GROUP BY course.institution_id, member || ' ' || course.number
"""
_DROP_ALIASES = """
DELETE FROM course_aliases AS alias USING staged_institutions AS institution
WHERE alias.institution_id = institution.id AND (
    EXISTS (SELECT FROM courses AS own
        WHERE own.institution_id = alias.institution_id AND own.code_key = alias.code_key)
    OR EXISTS (SELECT FROM alias_claims AS claim
        WHERE claim.institution_id = alias.institution_id AND claim.code_key = alias.code_key AND claim.claims > 1))
"""
_ADD_ALIASES = """
INSERT INTO course_aliases (course_id, institution_id, code_key)
SELECT claim.course_id, claim.institution_id, claim.code_key FROM alias_claims AS claim
WHERE claim.claims = 1 AND NOT EXISTS (SELECT FROM courses AS own
    WHERE own.institution_id = claim.institution_id AND own.code_key = claim.code_key)
ON CONFLICT (institution_id, code_key) DO NOTHING
"""


def apply(run: contract.Run) -> None:
    """Write the plan just made."""
    cursor = run.cursor
    institution_names.create(cursor)
    cursor.execute(_INSERT)
    cursor.execute(_UPDATE)
    if run.options.mode is contract.Mode.REPLACE:
        cursor.execute(_ARCHIVE, {"on": run.options.on})
    for statement in (_CLAIMS, "ANALYZE alias_claims", _DROP_ALIASES, _ADD_ALIASES):
        cursor.execute(statement)
