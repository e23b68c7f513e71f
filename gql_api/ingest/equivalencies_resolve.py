"""From staged rows to rules: names and codes looked up, the rows of a set put together, keys written.

Leaves two temporary tables: `rule_rows`, one row per file row with what it refers to, and `rules`, one row per rule
that can be loaded as far as its own rows tell. A rule with a wrong row is wrong as a whole.

A rule's key is `sources>receiver:awards`: alternatives joined by `|`, groups by `&`, awards by `,`, courses by id.
"""

from gql_api.ingest import contract, institution_names

# The part of a rule's key that one row tells: its source, and its award.
_SOURCE = "'c' || source_id"
_SOURCE_DETAILS = "concat_ws('/', 'c' || source_id, minimum_grade, minimum_score)"
_AWARD = """concat_ws(':', kind, CASE WHEN target_id IS NOT NULL THEN 'c' || target_id
    ELSE concat_ws(':', coalesce(subject, area), level, nullif(array_to_string(tags, '+'), '')) END)"""
_HAS_AWARD = "(outcome = 'AWARDS' OR outcome = 'NO_COURSE_ARTICULATED')"
_ROWS = """
CREATE TEMPORARY TABLE rule_rows ON COMMIT DROP AS
SELECT staged.at, staged.rule, staged.rule LIKE 's%' AS is_set, staged.is_broken,
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
    CASE WHEN target.id IS NULL THEN staged.tags ELSE '{}' END AS tags, staged.credits,
    CASE WHEN target.id IS NOT NULL THEN coalesce(staged.course_strength, staged.strength)
        ELSE staged.strength END AS strength,
    staged.status, staged.condition, staged.reason, staged.notes, staged.effective_from, staged.effective_until,
    staged.approved_by, staged.approved_on, staged.source, staged.given,
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
    FROM rule_rows WHERE is_set AND NOT is_wrong GROUP BY rule
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
# A row of its own is a rule of one source and one award at most: nothing of it needs to be put together.
_SOURCES = """
CREATE TEMPORARY TABLE rule_sources ON COMMIT DROP AS
SELECT rule, at, source_id, coalesce(source_group, 'c' || source_id) AS source_group, minimum_grade, minimum_score,
    0::bigint AS group_position
FROM rule_rows WHERE NOT is_wrong AND NOT is_set AND source_id IS NOT NULL
UNION ALL
SELECT rule, at, source_id, source_group, minimum_grade, minimum_score,
    dense_rank() OVER (PARTITION BY rule ORDER BY first_id, source_group) - 1
FROM (
    SELECT rule, min(at) AS at, source_id, coalesce(source_group, 'c' || source_id) AS source_group,
        (array_agg(minimum_grade ORDER BY at) FILTER (WHERE minimum_grade IS NOT NULL))[1] AS minimum_grade,
        (array_agg(minimum_score ORDER BY at) FILTER (WHERE minimum_score IS NOT NULL))[1] AS minimum_score,
        min(source_id) OVER (PARTITION BY rule, coalesce(source_group, 'c' || source_id)) AS first_id
    FROM rule_rows WHERE NOT is_wrong AND is_set AND source_id IS NOT NULL
    GROUP BY rule, source_id, coalesce(source_group, 'c' || source_id)
) AS members
"""
_AWARDS = f"""
CREATE TEMPORARY TABLE rule_awards ON COMMIT DROP AS
SELECT rule, at, kind, target_id, subject, area, level, tags, credits, to_code AS published_code, {_AWARD} AS key,
    0::bigint AS position
FROM rule_rows WHERE NOT is_wrong AND NOT is_set AND {_HAS_AWARD}
UNION ALL
SELECT rule, min(at), kind, target_id, subject, area, level, tags, sum(credits), min(to_code), {_AWARD},
    row_number() OVER (PARTITION BY rule ORDER BY min(at)) - 1
FROM rule_rows WHERE NOT is_wrong AND is_set AND {_HAS_AWARD}
GROUP BY rule, kind, target_id, subject, area, level, tags
"""  # noqa: S608 - of constants only
_RULES = f"""
CREATE TEMPORARY TABLE rules ON COMMIT DROP AS
WITH heads AS (
    SELECT rule, min(at) AS at, max(at) AS last_at, max(sending) AS sending, max(receiving) AS receiving,
        max(outcome) AS outcome,
        CASE WHEN bool_or(strength = 'CONDITIONAL') THEN 'CONDITIONAL' WHEN bool_or(strength = 'PARTIAL')
            THEN 'PARTIAL' ELSE 'DIRECT' END AS strength,
        (array_agg(status ORDER BY at) FILTER (WHERE status IS NOT NULL))[1] AS status,
        (array_agg(condition ORDER BY at) FILTER (WHERE condition IS NOT NULL))[1] AS condition,
        (array_agg(reason ORDER BY at) FILTER (WHERE reason IS NOT NULL))[1] AS reason,
        string_agg(notes, '; ' ORDER BY at) AS notes,
        min(effective_from) AS effective_from,
        max(effective_until) AS effective_until,
        (array_agg(approved_by ORDER BY at) FILTER (WHERE approved_by IS NOT NULL))[1] AS approved_by,
        min(approved_on) AS approved_on,
        (array_agg(source ORDER BY at) FILTER (WHERE source IS NOT NULL))[1] AS source,
        min(given) AS given
    FROM rule_rows WHERE NOT is_wrong AND is_set GROUP BY rule
), source_groups AS (
    SELECT rule, source_group, string_agg({_SOURCE}, '|' ORDER BY source_id) AS members,
        string_agg({_SOURCE_DETAILS}, '|' ORDER BY source_id) AS details
    FROM rule_sources WHERE rule LIKE 's%' GROUP BY rule, source_group
), sources AS (
    SELECT rule, string_agg(members, '&' ORDER BY members COLLATE "C") AS members,
        string_agg(details, '&' ORDER BY members COLLATE "C") AS details
    FROM source_groups GROUP BY rule
), awards AS (
    SELECT rule, string_agg(key, ',' ORDER BY key COLLATE "C") AS keys,
        string_agg(concat_ws('/', key, trim_scale(credits), published_code), ',' ORDER BY key COLLATE "C") AS details
    FROM rule_awards WHERE rule LIKE 's%' GROUP BY rule
), told AS (
    SELECT rule, at, at AS last_at, sending, receiving, outcome,
        CASE WHEN strength IN ('CONDITIONAL', 'PARTIAL') THEN strength ELSE 'DIRECT' END AS strength, status,
        condition, reason, notes, effective_from, effective_until, approved_by, approved_on, source, given,
        {_SOURCE} AS members, CASE WHEN source_id IS NOT NULL THEN {_SOURCE_DETAILS} ELSE '' END AS source_details,
        CASE WHEN {_HAS_AWARD} THEN {_AWARD} END AS award_keys,
        CASE WHEN {_HAS_AWARD} THEN concat_ws('/', {_AWARD}, trim_scale(credits), to_code) ELSE '' END
            AS award_details
    FROM rule_rows WHERE NOT is_wrong AND NOT is_set
    UNION ALL
    SELECT heads.*, sources.members, coalesce(sources.details, ''), awards.keys, coalesce(awards.details, '')
    FROM heads LEFT JOIN sources USING (rule) LEFT JOIN awards USING (rule)
), keyed AS (
    SELECT told.*, coalesce(members, '@' || sending) || '>' || receiving AS choice_key,
        CASE WHEN outcome = 'AWARDS' THEN award_keys ELSE concat_ws(',', outcome, award_keys) END AS award_key
    FROM told
)
SELECT keyed.*, choice_key || ':' || award_key AS rule_key, 'new' AS action, NULL::bigint AS stored_id,
    NULL::text AS stored, at AS first_at
FROM keyed
"""  # noqa: S608 - of constants only


def resolve(run: contract.Run) -> None:
    """Make `rule_rows`, `rule_sources`, `rule_awards` and `rules`, with an error for every row that cannot be."""
    cursor = run.cursor
    institution_names.resolve(cursor)
    institution_names.hint(cursor)
    for statement in (
        "ANALYZE staged_equivalencies (at, rule, sending, receiving, from_key, to_key), staged_institutions",
        _ROWS,
        "ANALYZE rule_rows (at, rule, is_set, sending, receiving, source_id, target_id, outcome)",
        _WRONG,
        _MARK_WRONG,
        _WRONG_SETS,
        _MARK_WRONG,
        _LEFT_OUT_WITH_SET,
        _SOURCES,
        _AWARDS,
        _RULES,
        "ANALYZE rule_sources (rule), rule_awards (rule), rules (at, rule, choice_key, rule_key, effective_from)",
    ):
        cursor.execute(statement)
