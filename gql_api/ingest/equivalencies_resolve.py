"""From staged rows to rules: names and codes looked up, the rows of a set put together, keys written.

Leaves two temporary tables: `rule_rows`, one row per file row with what it refers to, and `rules`, one row per rule
that can be loaded as far as its own rows tell. A rule with a wrong row is wrong as a whole.

A rule's key is `sources>receiver:awards`: alternatives joined by `|`, groups by `&`, awards by `,`, courses by id.
"""

from gql_api.ingest import contract, institution_names

_ROWS = """
CREATE TEMPORARY TABLE rule_rows ON COMMIT DROP AS
SELECT staged.at, staged.rule, staged.is_broken,
    sending.owner AS sending, receiving.owner AS receiving,
    staged.from_key, staged.from_code, source.id AS source_id, staged.source_group, staged.minimum_grade,
    staged.minimum_score, staged.to_code,
    CASE WHEN staged.to_key IS NOT NULL THEN target.id END AS target_id, staged.to_key,
    staged.is_forced,
    CASE WHEN target.id IS NOT NULL AND NOT staged.is_forced THEN 'AWARDS' ELSE staged.outcome END AS outcome,
    CASE WHEN target.id IS NOT NULL THEN 'COURSE' ELSE staged.kind END AS kind,
    CASE WHEN target.id IS NULL THEN staged.subject END AS subject,
    CASE WHEN target.id IS NULL THEN staged.area END AS area,
    CASE WHEN target.id IS NULL THEN staged.level END AS level,
    CASE WHEN target.id IS NULL THEN staged.tags ELSE '{}' END AS tags,
    CASE WHEN target.id IS NOT NULL THEN coalesce(staged.course_strength, staged.strength)
        ELSE staged.strength END AS strength,
    false AS is_wrong
FROM staged_equivalencies AS staged
LEFT JOIN staged_institutions AS sending ON sending.ordinal = staged.sending
LEFT JOIN staged_institutions AS receiving ON receiving.ordinal = staged.receiving
LEFT JOIN LATERAL (
    SELECT id FROM courses WHERE institution_id = sending.owner AND code_key = staged.from_key
    UNION ALL
    SELECT course_id FROM course_aliases WHERE institution_id = sending.owner AND code_key = staged.from_key
    LIMIT 1) AS source ON true
LEFT JOIN LATERAL (
    SELECT id FROM courses WHERE institution_id = receiving.owner AND code_key = staged.to_key
    UNION ALL
    SELECT course_id FROM course_aliases WHERE institution_id = receiving.owner AND code_key = staged.to_key
    LIMIT 1) AS target ON true
"""
_WRONG = """
INSERT INTO staged_findings (at, column_name, severity, message)
SELECT wrong.at, wrong.column_name, 'ERROR', wrong.message FROM (
    SELECT rows.at, 'from_institution' AS column_name,
        format('There is no institution “%s”.%s Import it first, or correct the name.', institution.name,
            institution.hint) AS message
    FROM rule_rows AS rows JOIN staged_equivalencies AS staged USING (at)
    JOIN staged_institutions AS institution ON institution.ordinal = staged.sending WHERE rows.sending < 0
    UNION ALL
    SELECT rows.at, 'to_institution',
        format('There is no institution “%s”.%s Import it first, or correct the name.', institution.name,
            institution.hint)
    FROM rule_rows AS rows JOIN staged_equivalencies AS staged USING (at)
    JOIN staged_institutions AS institution ON institution.ordinal = staged.receiving WHERE rows.receiving < 0
    UNION ALL
    SELECT rows.at, 'from_course_code', format('There is no course %s at “%s”. Import its catalog first, or correct '
        'the code.', rows.from_code, institution.name)
    FROM rule_rows AS rows JOIN institutions AS institution ON institution.id = rows.sending
    WHERE rows.from_key IS NOT NULL AND rows.source_id IS NULL
    UNION ALL
    SELECT rows.at, 'to_course_code', format('There is no course %s at “%s”. Import its catalog first, correct the '
        'code, or say in equivalency_type what it stands for.', rows.to_code, institution.name)
    FROM rule_rows AS rows JOIN institutions AS institution ON institution.id = rows.receiving
    WHERE rows.to_code IS NOT NULL AND rows.target_id IS NULL
        AND (rows.outcome IS NULL OR rows.outcome = 'NO_COURSE_ARTICULATED')
) AS wrong
"""
_MARK_WRONG = """
UPDATE rule_rows AS rows SET is_wrong = true FROM (
    SELECT rule FROM rule_rows JOIN staged_findings USING (at) WHERE severity = 'ERROR'
    UNION SELECT rule FROM rule_rows WHERE is_broken
) AS wrong WHERE rows.rule = wrong.rule
"""
# Only sets have more rows than one; what is wrong with a set as a whole is told at its first row.
_WRONG_SETS = """
INSERT INTO staged_findings (at, column_name, severity, message)
SELECT sets.at, 'set_id', 'ERROR', format('The set “%s” %s', substring(sets.rule FROM ':(.*)'), CASE
    WHEN sets.sendings <> 1 OR sets.receivings <> 1 THEN 'must have one sending and one receiving institution.'
    WHEN NOT sets.has_source THEN 'has no row for the sending side. Add one, or correct its set_id.'
    WHEN sets.outcomes = 0 THEN 'has no row for the receiving side. Add one, or correct its set_id.'
    ELSE 'says both credit and no credit. A set has one outcome.' END)
FROM (
    SELECT rule, min(at) AS at, count(DISTINCT sending) AS sendings, count(DISTINCT receiving) AS receivings,
        bool_or(source_id IS NOT NULL) OR bool_and(outcome = 'NO_COURSE_ARTICULATED') AS has_source,
        count(DISTINCT outcome) AS outcomes
    FROM rule_rows WHERE rule LIKE 's%' AND NOT is_wrong GROUP BY rule
) AS sets
WHERE sets.sendings <> 1 OR sets.receivings <> 1 OR NOT sets.has_source OR sets.outcomes <> 1
"""
_LEFT_OUT_WITH_SET = """
INSERT INTO staged_findings (at, column_name, severity, message)
SELECT rows.at, 'set_id', 'ERROR', format('The row is left out with its set “%s”, of which another row is wrong.',
    substring(rows.rule FROM ':(.*)'))
FROM rule_rows AS rows WHERE rows.is_wrong AND NOT EXISTS (
    SELECT FROM staged_findings AS finding WHERE finding.at = rows.at AND finding.severity = 'ERROR')
"""
_SOURCES = """
CREATE TEMPORARY TABLE rule_sources ON COMMIT DROP AS
SELECT rule, min(at) AS at, source_id, coalesce(source_group, 'c' || source_id) AS source_group,
    (array_agg(minimum_grade ORDER BY at) FILTER (WHERE minimum_grade IS NOT NULL))[1] AS minimum_grade,
    (array_agg(minimum_score ORDER BY at) FILTER (WHERE minimum_score IS NOT NULL))[1] AS minimum_score,
    NULL::integer AS group_position
FROM rule_rows WHERE NOT is_wrong AND source_id IS NOT NULL
GROUP BY rule, source_id, coalesce(source_group, 'c' || source_id)
"""
_AWARDS = """
CREATE TEMPORARY TABLE rule_awards ON COMMIT DROP AS
SELECT rows.rule, min(rows.at) AS at, rows.kind, rows.target_id, rows.subject, rows.area, rows.level, rows.tags,
    sum(staged.credits) AS credits, min(rows.to_code) AS published_code,
    concat_ws(':', rows.kind, CASE WHEN rows.target_id IS NOT NULL THEN 'c' || rows.target_id
        ELSE concat_ws(':', coalesce(rows.subject, rows.area), rows.level, nullif(array_to_string(rows.tags, '+'), ''))
        END) AS key,
    row_number() OVER (PARTITION BY rows.rule ORDER BY min(rows.at)) - 1 AS position
FROM rule_rows AS rows JOIN staged_equivalencies AS staged USING (at)
WHERE NOT rows.is_wrong AND (rows.outcome = 'AWARDS' OR (rows.outcome = 'NO_COURSE_ARTICULATED'))
GROUP BY rows.rule, rows.kind, rows.target_id, rows.subject, rows.area, rows.level, rows.tags
"""
_RULES = """
CREATE TEMPORARY TABLE rules ON COMMIT DROP AS
WITH heads AS (
    SELECT rows.rule, min(rows.at) AS at, max(rows.at) AS last_at, max(rows.sending) AS sending,
        max(rows.receiving) AS receiving,
        max(rows.outcome) AS outcome,
        CASE WHEN bool_or(rows.strength = 'CONDITIONAL') THEN 'CONDITIONAL' WHEN bool_or(rows.strength = 'PARTIAL')
            THEN 'PARTIAL' ELSE 'DIRECT' END AS strength,
        (array_agg(staged.status ORDER BY at) FILTER (WHERE staged.status IS NOT NULL))[1] AS status,
        (array_agg(staged.condition ORDER BY at) FILTER (WHERE staged.condition IS NOT NULL))[1] AS condition,
        (array_agg(staged.reason ORDER BY at) FILTER (WHERE staged.reason IS NOT NULL))[1] AS reason,
        string_agg(staged.notes, '; ' ORDER BY at) AS notes,
        min(staged.effective_from) AS effective_from,
        max(staged.effective_until) AS effective_until,
        (array_agg(staged.approved_by ORDER BY at) FILTER (WHERE staged.approved_by IS NOT NULL))[1] AS approved_by,
        min(staged.approved_on) AS approved_on,
        (array_agg(staged.source ORDER BY at) FILTER (WHERE staged.source IS NOT NULL))[1] AS source,
        min(array_to_string(staged.given, ',')) AS given
    FROM rule_rows AS rows JOIN staged_equivalencies AS staged USING (at, rule)
    WHERE NOT rows.is_wrong GROUP BY rows.rule
), source_groups AS (
    SELECT rule, source_group, string_agg('c' || source_id, '|' ORDER BY source_id) AS members,
        string_agg(concat_ws('/', 'c' || source_id, minimum_grade, minimum_score), '|' ORDER BY source_id) AS details
    FROM rule_sources GROUP BY rule, source_group
), sources AS (
    SELECT rule, string_agg(members, '&' ORDER BY members COLLATE "C") AS members,
        string_agg(details, '&' ORDER BY members COLLATE "C") AS details
    FROM source_groups GROUP BY rule
), awards AS (
    SELECT rule, string_agg(key, ',' ORDER BY key COLLATE "C") AS keys,
        string_agg(concat_ws('/', key, trim_scale(credits), published_code), ',' ORDER BY key COLLATE "C") AS details
    FROM rule_awards GROUP BY rule
)
SELECT heads.*, coalesce(sources.members, '@' || heads.sending) || '>' || heads.receiving AS choice_key,
    CASE WHEN outcome = 'AWARDS' THEN awards.keys ELSE concat_ws(',', outcome, awards.keys) END AS award_key,
    coalesce(sources.details, '') AS source_details, coalesce(awards.details, '') AS award_details,
    NULL::text AS rule_key, NULL::text AS action, NULL::bigint AS stored_id, NULL::text AS stored,
    NULL::bigint AS first_at, NULL::bigint AS id
FROM heads LEFT JOIN sources USING (rule) LEFT JOIN awards USING (rule)
"""
_POSITIONS = """
UPDATE rule_sources AS source SET group_position = ordered.position FROM (
    SELECT rule, source_group, row_number() OVER (PARTITION BY rule ORDER BY min(source_id), source_group) - 1
        AS position
    FROM rule_sources GROUP BY rule, source_group
) AS ordered WHERE source.rule = ordered.rule AND source.source_group = ordered.source_group
"""


def resolve(run: contract.Run) -> None:
    """Make `rule_rows`, `rule_sources`, `rule_awards` and `rules`, with an error for every row that cannot be."""
    cursor = run.cursor
    institution_names.resolve(cursor)
    institution_names.hint(cursor)
    for statement in (
        "CREATE INDEX ON staged_equivalencies (at)",
        "ANALYZE staged_equivalencies, staged_institutions",
        _ROWS,
        "CREATE INDEX ON rule_rows (rule)",
        "ANALYZE rule_rows",
        _WRONG,
        _MARK_WRONG,
        _WRONG_SETS,
        _MARK_WRONG,
        _LEFT_OUT_WITH_SET,
        _SOURCES,
        _AWARDS,
        _POSITIONS,
        "CREATE INDEX ON rule_sources (rule)",
        "CREATE INDEX ON rule_awards (rule)",
        "ANALYZE rule_sources, rule_awards",
        _RULES,
        "UPDATE rules SET rule_key = choice_key || ':' || award_key",
        "CREATE INDEX ON rules (choice_key)",
        "CREATE INDEX ON rules (rule_key)",
        "ANALYZE rules",
    ):
        cursor.execute(statement)
