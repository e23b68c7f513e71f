"""What a file of courses would change: one pass over the staged rows beside the stored ones, in SQL.

`course_changes` has a row for every staged row with its `action`: invalid, repeat, placeholder, new, updated or
unchanged. The first row with a course's key is kept; the others are repeats.
"""

from gql_api import errors
from gql_api.ingest import contract, courses_rows, findings, institution_names, staging

_KEEP_WHAT_THE_FILE_OMITS = """
UPDATE staged_courses AS staged SET
    description = CASE WHEN position('description' IN given) > 0 THEN staged.description ELSE course.description END,
    credits_min = CASE WHEN position('credits' IN given) > 0 THEN staged.credits_min ELSE course.credits_min END,
    credits_max = CASE WHEN position('credits' IN given) > 0 THEN staged.credits_max ELSE course.credits_max END,
    credits_text = CASE WHEN position('credits' IN given) > 0 THEN staged.credits_text ELSE course.credits_text END,
    department = CASE WHEN position('department' IN given) > 0 THEN staged.department ELSE course.department END,
    prerequisite_text =
        CASE WHEN position('prerequisites' IN given) > 0 THEN staged.prerequisite_text
        ELSE course.prerequisite_text END,
    active_from = CASE WHEN position('active_from' IN given) > 0 THEN staged.active_from ELSE course.active_from END,
    active_until = CASE WHEN position('active_until' IN given) > 0 THEN staged.active_until
        WHEN %(replace)s AND course.active_until <= %(on)s THEN NULL ELSE course.active_until END
FROM staged_institutions AS institution, courses AS course
WHERE institution.ordinal = staged.institution AND course.institution_id = institution.id
    AND course.code_key = staged.code_key AND given <> %(all)s
"""
# The cells' digest tells exact repeats from differing ones; the rows themselves stay in the staging table.
_COMPARE = """
CREATE TEMPORARY TABLE course_changes ON COMMIT DROP AS
SELECT compared.at, compared.institution, compared.owner, compared.code_key, compared.first_at, compared.course_id,
    compared.stored, compared.content, compared.first_content, compared.code, compared.first_code,
    compared.first_order,
    CASE
        WHEN compared.owner < 0 AND NOT %(create)s THEN 'invalid'
        WHEN compared.first_at <> compared.at THEN 'repeat'
        WHEN compared.placeholder IS NOT NULL THEN 'placeholder'
        WHEN compared.course_id IS NULL THEN 'new'
        WHEN compared.differs THEN 'updated'
        ELSE 'unchanged'
    END AS action
FROM (
    SELECT staged.at, staged.institution, institution.owner, staged.code_key, staged.placeholder, staged.code,
        first_value(staged.at) OVER same AS first_at,
        first_value(staged.code) OVER same AS first_code,
        upper(staged.code) <> upper(first_value(staged.code) OVER same) AND position('/' IN staged.subject) > 0
            AS first_order,
        content.digest AS content, first_value(content.digest) OVER same AS first_content,
        course.id AS course_id, course.xmin::text AS stored,
        (course.code, course.title, course.description, course.credits_min, course.credits_max, course.credits_text,
            course.department, course.attributes, course.prerequisite_text, course.active_from, course.active_until)
        IS DISTINCT FROM (staged.code, staged.title, staged.description, staged.credits_min, staged.credits_max,
            staged.credits_text, staged.department,
            jsonb_strip_nulls(course.attributes || staged.attributes), staged.prerequisite_text,
            staged.active_from, staged.active_until) AS differs
    FROM staged_courses AS staged
    JOIN staged_institutions AS institution ON institution.ordinal = staged.institution
    CROSS JOIN LATERAL (SELECT md5(ROW(staged.title, staged.description, staged.credits_min, staged.credits_max,
        staged.credits_text, staged.department, staged.attributes, staged.prerequisite_text, staged.active_from,
        staged.active_until)::text) AS digest) AS content
    LEFT JOIN courses AS course ON course.institution_id = institution.id AND course.code_key = staged.code_key
    WINDOW same AS (PARTITION BY institution.owner, staged.code_key ORDER BY staged.at)
) AS compared
"""
_UNKNOWN_INSTITUTIONS = """
INSERT INTO staged_findings (at, column_name, severity, message)
SELECT planned.at, 'institution', 'ERROR', format('There is no institution “%s”.%s Correct the name, import the '
    'institution first, or create it with --create-institutions.', institution.name, institution.hint)
FROM course_changes AS planned JOIN staged_institutions AS institution ON institution.ordinal = planned.institution
WHERE planned.action = 'invalid'
"""
_REPEATS = f"""
INSERT INTO staged_findings (at, column_name, severity, message)
SELECT planned.at, 'code', 'WARNING', CASE
    WHEN planned.first_order THEN format('“%s” is “%s” of %s with its subjects in another order: one course.',
        planned.code, planned.first_code, earlier.place)
    WHEN planned.content = planned.first_content THEN
        format('“%s” repeats %s exactly.', planned.code, earlier.place)
    ELSE format('“%s” stands in %s already, with other values (%s). The first row is kept.',
        planned.code, earlier.place, concat_ws(', ',
            CASE WHEN later.title <> first.title THEN format('title “%s”', first.title) END,
            CASE WHEN later.description IS DISTINCT FROM first.description THEN 'description' END,
            CASE WHEN (later.credits_min, later.credits_max, later.credits_text) IS DISTINCT FROM
                (first.credits_min, first.credits_max, first.credits_text) THEN 'credits' END,
            CASE WHEN later.department IS DISTINCT FROM first.department THEN 'department' END,
            CASE WHEN later.attributes <> first.attributes THEN 'attributes' END,
            CASE WHEN later.prerequisite_text IS DISTINCT FROM first.prerequisite_text THEN 'prerequisites' END,
            CASE WHEN (later.active_from, later.active_until) IS DISTINCT FROM
                (first.active_from, first.active_until) THEN 'dates' END))
    END
FROM course_changes AS planned
JOIN staged_courses AS later ON later.at = planned.at
JOIN staged_courses AS first ON first.at = planned.first_at
CROSS JOIN LATERAL (SELECT {findings.place("planned.first_at", beside="planned.at")} AS place) AS earlier
WHERE planned.action = 'repeat'
"""  # noqa: S608 - of constants only
_PLACEHOLDERS = """
INSERT INTO staged_findings (at, column_name, severity, message)
SELECT staged.at, 'code', 'SKIPPED', staged.code || ' ' || staged.placeholder
FROM course_changes AS planned JOIN staged_courses AS staged USING (at) WHERE planned.action = 'placeholder'
"""
_CONTESTED_ALIASES = """
INSERT INTO staged_findings (at, column_name, severity, message)
SELECT min(claim.at), 'code', 'WARNING', format('“%s” is a member of the cross-listings %s. It leads to none of them.',
    claim.alias, string_agg(DISTINCT claim.code_key, ' and ' ORDER BY claim.code_key))
FROM (
    SELECT planned.at, planned.owner, planned.code_key, member || ' ' || staged.number AS alias
    FROM course_changes AS planned
    JOIN staged_courses AS staged USING (at), string_to_table(staged.subject, '/') AS member
    WHERE planned.action IN ('new', 'updated', 'unchanged') AND position('/' IN staged.subject) > 0
    UNION ALL
    SELECT NULL, course.institution_id, course.code_key, member || ' ' || course.number
    FROM courses AS course, unnest(course.subjects) AS member
    WHERE cardinality(course.subjects) > 1
        AND course.institution_id IN (SELECT owner FROM course_changes)
) AS claim
WHERE NOT EXISTS (SELECT FROM course_changes AS own WHERE own.owner = claim.owner AND own.code_key = claim.alias
        AND own.action IN ('new', 'updated', 'unchanged'))
    AND NOT EXISTS (SELECT FROM courses AS own
        WHERE own.institution_id = claim.owner AND own.code_key = claim.alias)
GROUP BY claim.owner, claim.alias
HAVING count(DISTINCT claim.code_key) > 1 AND min(claim.at) IS NOT NULL
"""
_COUNTS = """
SELECT count(*) FILTER (WHERE action = 'new'), count(*) FILTER (WHERE action = 'updated'),
    count(*) FILTER (WHERE action = 'unchanged'),
    count(DISTINCT (owner, code_key)) FILTER (WHERE action = 'repeat' AND NOT first_order),
    count(*) FILTER (WHERE action = 'repeat' AND first_order)
FROM course_changes
"""
_DIGEST = """
SELECT md5(string_agg(concat_ws(':', action, owner, code_key, CASE WHEN action = 'updated' THEN stored END), ','
    ORDER BY owner, code_key, at)) FROM course_changes WHERE action IN ('new', 'updated', 'unchanged')
"""
_REMOVED = """
CREATE TEMPORARY TABLE removed_courses ON COMMIT DROP AS
SELECT course.id, course.code, course.xmin::text AS stored FROM courses AS course
WHERE course.institution_id = %(scope)s AND (course.active_until IS NULL OR course.active_until > %(on)s)
    AND NOT EXISTS (SELECT FROM course_changes AS planned WHERE planned.course_id = course.id)
"""
_REMOVED_IN_USE = """
INSERT INTO staged_findings (at, column_name, severity, message)
SELECT NULL, 'code', 'ERROR', format('%s is not in the file and %s. It is archived only on confirmation.',
    removed.code, used.by)
FROM removed_courses AS removed CROSS JOIN LATERAL (SELECT concat_ws(' and ',
    CASE WHEN EXISTS (SELECT FROM planned_courses AS entry WHERE entry.course_id = removed.id)
        THEN 'stands in plans' END,
    CASE WHEN EXISTS (SELECT FROM requirement_options AS choice WHERE choice.course_id = removed.id)
        THEN 'is an option of requirements' END,
    CASE WHEN EXISTS (SELECT FROM equivalency_sources AS source JOIN equivalencies AS rule
            ON rule.id = source.equivalency_id WHERE source.course_id = removed.id AND rule.recorded_until IS NULL)
        OR EXISTS (SELECT FROM equivalency_awards AS award JOIN equivalencies AS rule
            ON rule.id = award.equivalency_id WHERE award.course_id = removed.id AND rule.recorded_until IS NULL)
        THEN 'is part of equivalencies' END) AS by) AS used
WHERE used.by <> ''
"""


def plan(run: contract.Run) -> contract.Plan:
    """Make `course_changes` (and, in mode REPLACE, `removed_courses`) anew and say what is in it."""
    cursor, options = run.cursor, run.options
    is_replace = options.mode is contract.Mode.REPLACE
    institution_names.resolve(cursor)
    if options.create_institutions:
        institution_names.announce(run)
    else:
        institution_names.hint(cursor)
    cursor.execute("CREATE INDEX ON staged_courses (at)")
    cursor.execute("ANALYZE staged_courses (at, institution, code_key, subject, given), staged_institutions")
    cursor.execute(
        _KEEP_WHAT_THE_FILE_OMITS, {"replace": is_replace, "on": options.on, "all": ",".join(courses_rows.OPTIONAL)}
    )
    cursor.execute(_COMPARE, {"create": options.create_institutions})
    cursor.execute("ANALYZE course_changes (at, institution, owner, code_key, course_id, first_at, action)")
    for statement in (_UNKNOWN_INSTITUTIONS, _REPEATS, _PLACEHOLDERS, _CONTESTED_ALIASES):
        cursor.execute(statement)
    removed, removed_digest = _plan_removal(run) if is_replace else (0, "")
    counts = cursor.execute(_COUNTS).fetchone()
    if counts is None:
        raise AssertionError  # an aggregate without groups answers one row
    return contract.Plan(
        new=counts[0],
        updated=counts[1],
        unchanged=counts[2],
        removed=removed,
        digest=f"{staging.text(run, _DIGEST)}{removed_digest}",
        notes=_notes(repeated=counts[3], merged=counts[4]),
    )


def _plan_removal(run: contract.Run) -> tuple[int, str]:
    """Find what the scope has and the file has not.

    Raises:
        InvalidInput: no scope was named, it is unknown, or rows are wrong or of other institutions.
    """
    scope = institution_names.known(run.cursor).get(" ".join((run.options.institution or "").lower().split()))
    if scope is None:
        raise errors.InvalidInput("Replacing needs the institution whose courses the files list completely. Name it.")
    if staging.count(run, "SELECT count(*) FROM staged_institutions WHERE owner <> %s", (scope,)):
        raise errors.InvalidInput("Replacing: every row must be of the institution that was named as the scope.")
    wrong = "SELECT count(*) FROM staged_findings WHERE severity = 'ERROR'"
    if run.options.skip_invalid and staging.count(run, wrong):
        raise errors.InvalidInput("Replacing: correct the wrong rows first; what they mean to keep is not known.")
    run.cursor.execute(_REMOVED, {"scope": scope, "on": run.options.on})
    if not run.options.confirm_removal:
        run.cursor.execute(_REMOVED_IN_USE)
    digest = "SELECT md5(string_agg(id || ':' || stored, ',' ORDER BY id)) FROM removed_courses"
    return staging.count(run, "SELECT count(*) FROM removed_courses"), f"-{staging.text(run, digest)}"


def _notes(*, repeated: int, merged: int) -> tuple[str, ...]:
    notes: list[str] = []
    if repeated:
        is_repeated = findings.counted(repeated, "code is", "codes are")
        notes.append(f"{is_repeated} repeated; the first row of each is kept.")
    if merged:
        lists = findings.counted(merged, "row lists", "rows list")
        notes.append(f"{lists} a cross-listing in another order; each is one course.")
    return tuple(notes)
