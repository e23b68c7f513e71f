"""Writes what `equivalencies_plan` planned. A stored rule is never changed: it is closed, and another begins."""

from gql_api.ingest import contract, staging

_SEQUENCE = "SELECT pg_get_serial_sequence('equivalencies', 'id')"
_NUMBER = """
CREATE TEMPORARY TABLE numbered_rules ON COMMIT DROP AS
SELECT rule, nextval(%(sequence)s::regclass) AS id
FROM (SELECT rule FROM rules WHERE action IN ('new', 'updated') ORDER BY at) AS ordered
"""
_CLOSE = """
UPDATE equivalencies AS stored SET recorded_until = now(), revision = stored.revision + 1
FROM rules WHERE rules.action = 'updated' AND stored.id = rules.stored_id
"""
_INSERT = """
INSERT INTO equivalencies (id, sending_institution_id, receiving_institution_id, choice_set_id, rule_key, outcome,
    strength, status, condition, reason, effective_from, effective_until, source, approved_by, approved_on, notes,
    recorded_by)
SELECT numbered.id, rules.sending, rules.receiving,
    CASE WHEN rules.outcome <> 'NO_CREDIT' THEN coalesce(choice.id, stored.choice_set_id)
        ELSE stored.choice_set_id END,
    rules.rule_key, rules.outcome, rules.strength, coalesce(rules.status, 'APPROVED'), rules.condition, rules.reason,
    rules.effective_from, rules.effective_until, rules.source, rules.approved_by, rules.approved_on, rules.notes,
    %(actor)s
FROM rules JOIN numbered_rules AS numbered USING (rule)
LEFT JOIN equivalencies AS stored ON stored.id = rules.stored_id
LEFT JOIN (SELECT choice_key, choice_sets.id FROM choice_sets JOIN rule_choices USING (choice_key)) AS choice
    USING (choice_key)
"""
_SOURCES = """
INSERT INTO equivalency_sources (equivalency_id, group_position, course_id, minimum_grade, minimum_score)
SELECT numbered.id, source.group_position, source.source_id, source.minimum_grade, source.minimum_score
FROM numbered_rules AS numbered JOIN rule_sources AS source USING (rule)
ORDER BY numbered.id, source.group_position, source.source_id
"""
_AWARDS = """
INSERT INTO equivalency_awards (equivalency_id, position, kind, course_id, subject, area, level, tags, credits,
    published_code)
SELECT numbered.id, award.position, award.kind, award.target_id, award.subject, award.area, award.level, award.tags,
    award.credits, award.published_code
FROM numbered_rules AS numbered JOIN rule_awards AS award USING (rule) ORDER BY numbered.id, award.position
"""
_SUPERSEDE = """
UPDATE equivalencies AS stored SET superseded_by_id = numbered.id
FROM rules JOIN numbered_rules AS numbered USING (rule)
WHERE rules.action = 'updated' AND stored.id = rules.stored_id
"""
_CHOICE_SETS = """
INSERT INTO choice_sets (receiving_institution_id, choice_key)
SELECT split_part(choice_key, '>', 2)::bigint, choice_key FROM rule_choices ORDER BY choice_key
ON CONFLICT (choice_key) DO NOTHING
"""
# What is new was linked as it was written; what was stored before is linked here.
_LINK = """
UPDATE equivalencies AS stored SET choice_set_id = choice_sets.id
FROM choice_sets JOIN rule_choices USING (choice_key)
WHERE split_part(stored.rule_key, ':', 1) = choice_sets.choice_key AND stored.recorded_until IS NULL
    AND stored.outcome <> 'NO_CREDIT' AND stored.choice_set_id IS DISTINCT FROM choice_sets.id
"""
# A rule that is gone held until today: what has begun gets an end, what has not is closed without another.
_END = (
    """
    UPDATE removed_rules AS removed SET ended_id = nextval(pg_get_serial_sequence('equivalencies', 'id'))
    FROM equivalencies AS stored
    WHERE stored.id = removed.id AND (stored.effective_from IS NULL OR stored.effective_from <= %(on)s)
    """,
    """
    UPDATE equivalencies AS stored SET recorded_until = now(), revision = stored.revision + 1
    FROM removed_rules AS removed WHERE stored.id = removed.id
    """,
    """
    INSERT INTO equivalencies (id, sending_institution_id, receiving_institution_id, choice_set_id, rule_key, outcome,
        strength, status, condition, reason, effective_from, effective_until, source, approved_by, approved_on, notes,
        recorded_by)
    SELECT removed.ended_id, stored.sending_institution_id, stored.receiving_institution_id, stored.choice_set_id,
        stored.rule_key, stored.outcome, stored.strength, stored.status, stored.condition, stored.reason,
        stored.effective_from, %(on)s, stored.source, stored.approved_by, stored.approved_on, stored.notes, %(actor)s
    FROM removed_rules AS removed JOIN equivalencies AS stored ON stored.id = removed.id
    WHERE removed.ended_id IS NOT NULL ORDER BY stored.id
    """,
    """
    INSERT INTO equivalency_sources (equivalency_id, group_position, course_id, minimum_grade, minimum_score)
    SELECT removed.ended_id, source.group_position, source.course_id, source.minimum_grade, source.minimum_score
    FROM removed_rules AS removed JOIN equivalency_sources AS source ON source.equivalency_id = removed.id
    WHERE removed.ended_id IS NOT NULL ORDER BY source.id
    """,
    """
    INSERT INTO equivalency_awards (equivalency_id, position, kind, course_id, subject, area, level, tags, credits,
        published_code)
    SELECT removed.ended_id, award.position, award.kind, award.course_id, award.subject, award.area, award.level,
        award.tags, award.credits, award.published_code
    FROM removed_rules AS removed JOIN equivalency_awards AS award ON award.equivalency_id = removed.id
    WHERE removed.ended_id IS NOT NULL ORDER BY award.id
    """,
    """
    UPDATE equivalencies AS stored SET superseded_by_id = removed.ended_id
    FROM removed_rules AS removed WHERE stored.id = removed.id
    """,
)


def apply(run: contract.Run) -> None:
    """Write the plan just made."""
    cursor = run.cursor
    parameters = {"actor": run.options.actor, "on": run.options.on, "sequence": staging.text(run, _SEQUENCE)}
    cursor.execute(_CHOICE_SETS)
    cursor.execute(_NUMBER, parameters)
    cursor.execute("ANALYZE numbered_rules, rule_choices (choice_key)")
    for statement in (_CLOSE, _INSERT, _SOURCES, _AWARDS, _SUPERSEDE):
        cursor.execute(statement, parameters)
    if run.options.mode is contract.Mode.REPLACE:
        for statement in _END:
            cursor.execute(statement, parameters)
    cursor.execute(_LINK)
