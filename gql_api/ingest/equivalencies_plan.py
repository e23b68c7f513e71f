"""What a file of equivalencies would change, and what in it contradicts itself or what is stored.

Every row of `rules` gets its `action`: repeat, wrong, new, updated or unchanged; `known` is one that is stored and not
yet compared. A rule is known again by its key and the day from which it holds. Rules are born `new` and most stay so:
each statement changes only the rows that are something else.
"""

from typing import LiteralString

from gql_api import errors
from gql_api.ingest import contract, equivalencies_resolve, findings, institution_names, staging

_FIRST = """
UPDATE rules SET first_at = several.first_at, action = 'repeat'
FROM (SELECT rule_key, effective_from, min(at) AS first_at FROM rules GROUP BY 1, 2 HAVING count(*) > 1) AS several
WHERE rules.rule_key = several.rule_key AND rules.effective_from IS NOT DISTINCT FROM several.effective_from
    AND rules.at <> several.first_at
"""
_REPEATS = f"""
INSERT INTO staged_findings (at, column_name, severity, message)
SELECT later.at, 'to_course_code', 'WARNING', CASE WHEN
    (later.source_details, later.award_details, later.strength, later.status, later.condition, later.reason,
        later.notes, later.effective_until, later.approved_by, later.approved_on, later.source)
    IS NOT DISTINCT FROM
    (first.source_details, first.award_details, first.strength, first.status, first.condition, first.reason,
        first.notes, first.effective_until, first.approved_by, first.approved_on, first.source)
    THEN format('The row repeats %s exactly.', earlier.place)
    ELSE format('The rule of this row stands in %s already, with other values. The first row is kept.',
        earlier.place) END
FROM rules AS later JOIN rules AS first
    ON first.at = later.first_at AND first.rule_key = later.rule_key
CROSS JOIN LATERAL (SELECT {findings.place("first.at", beside="later.at")} AS place) AS earlier
WHERE later.action = 'repeat'
"""  # noqa: S608 - of constants only
# A file that lacks a column says nothing of it: what is stored stays.
_STORED = """
UPDATE rules SET action = 'known', stored_id = stored.id, stored = stored.xmin::text,
    status = CASE WHEN given LIKE '%status%' THEN rules.status ELSE stored.status END,
    condition = CASE WHEN given LIKE '%condition%' THEN rules.condition ELSE stored.condition END,
    reason = CASE WHEN given LIKE '%reason%' THEN rules.reason ELSE stored.reason END,
    notes = CASE WHEN given LIKE '%notes%' THEN rules.notes ELSE stored.notes END,
    approved_by = CASE WHEN given LIKE '%approved_by%' THEN rules.approved_by ELSE stored.approved_by END,
    approved_on = CASE WHEN given LIKE '%approved_on%' THEN rules.approved_on ELSE stored.approved_on END,
    source = CASE WHEN given LIKE '%source%' THEN rules.source ELSE stored.source END
FROM equivalencies AS stored
WHERE rules.action = 'new' AND stored.rule_key = rules.rule_key AND stored.recorded_until IS NULL
    AND stored.effective_from IS NOT DISTINCT FROM rules.effective_from
"""
_STORED_SOURCES = """
CREATE TEMPORARY TABLE stored_sources ON COMMIT DROP AS
SELECT id, string_agg(details, '&' ORDER BY members COLLATE "C") AS details FROM (
    SELECT source.equivalency_id AS id, string_agg('c' || source.course_id, '|' ORDER BY source.course_id) AS members,
        string_agg(concat_ws('/', 'c' || source.course_id, source.minimum_grade, source.minimum_score), '|'
            ORDER BY source.course_id) AS details
    FROM equivalency_sources AS source WHERE source.equivalency_id IN (SELECT stored_id FROM rules)
    GROUP BY source.equivalency_id, source.group_position
) AS source_groups GROUP BY id
"""
_STORED_AWARDS = """
CREATE TEMPORARY TABLE stored_awards ON COMMIT DROP AS
SELECT id, string_agg(concat_ws('/', key, credits, published_code), ',' ORDER BY key COLLATE "C") AS details FROM (
    SELECT award.equivalency_id AS id, award.published_code, trim_scale(award.credits) AS credits,
        concat_ws(':', award.kind, CASE WHEN award.course_id IS NOT NULL THEN 'c' || award.course_id
            ELSE concat_ws(':', coalesce(award.subject, award.area), award.level,
                nullif(array_to_string(award.tags, '+'), '')) END) AS key
    FROM equivalency_awards AS award WHERE award.equivalency_id IN (SELECT stored_id FROM rules)
) AS awards GROUP BY id
"""
_COMPARE = """
UPDATE rules SET action = CASE WHEN
    (stored.outcome, stored.strength, stored.status, stored.condition, stored.reason, stored.notes,
        stored.effective_until, stored.approved_by, stored.approved_on, stored.source,
        coalesce(sources.details, ''), coalesce(awards.details, ''))
    IS DISTINCT FROM
    (rules.outcome, rules.strength, coalesce(rules.status, 'APPROVED'), rules.condition, rules.reason, rules.notes,
        rules.effective_until, rules.approved_by, rules.approved_on, rules.source,
        rules.source_details, rules.award_details)
    THEN 'updated' ELSE 'unchanged' END
FROM equivalencies AS stored
LEFT JOIN stored_sources AS sources ON sources.id = stored.id
LEFT JOIN stored_awards AS awards ON awards.id = stored.id
WHERE stored.id = rules.stored_id AND rules.action = 'known'
"""
_CURRENT = """
CREATE TEMPORARY TABLE approved_rules ON COMMIT DROP AS
SELECT choice_key, at, outcome, coalesce(effective_from, '-infinity'::date) AS since,
    coalesce(effective_until, 'infinity'::date) AS until, rule_key
FROM rules
WHERE action IN ('new', 'known') AND coalesce(status, 'APPROVED') = 'APPROVED' AND outcome <> 'NO_COURSE_ARTICULATED'
UNION ALL
SELECT split_part(stored.rule_key, ':', 1), NULL, stored.outcome, coalesce(stored.effective_from, '-infinity'::date),
    coalesce(stored.effective_until, 'infinity'::date), stored.rule_key
FROM equivalencies AS stored
WHERE NOT %(replace)s AND stored.recorded_until IS NULL AND stored.status = 'APPROVED'
    AND stored.outcome <> 'NO_COURSE_ARTICULATED'
    AND split_part(stored.rule_key, ':', 1) IN (SELECT choice_key FROM rules)
    AND NOT EXISTS (SELECT FROM rules AS own WHERE own.stored_id = stored.id)
"""
_CONTRADICTIONS = f"""
INSERT INTO staged_findings (at, column_name, severity, message)
SELECT DISTINCT ON (one.at) one.at, 'to_course_code', 'ERROR', format('The same courses earn %s here and %s %s. '
    'Remove one of the two, or give them dates that do not overlap.',
    CASE WHEN one.outcome = 'NO_CREDIT' THEN 'nothing' ELSE 'credit' END,
    CASE WHEN one.outcome = 'NO_CREDIT' THEN 'credit' ELSE 'nothing' END,
    CASE WHEN other.at IS NULL THEN 'by a rule that is stored'
        ELSE 'in ' || {findings.place("other.at", beside="one.at")} END)
FROM approved_rules AS one JOIN approved_rules AS other ON other.choice_key = one.choice_key
    AND (one.outcome, other.outcome) IN (('NO_CREDIT', 'AWARDS'), ('AWARDS', 'NO_CREDIT'))
    AND one.since <= other.until AND other.since <= one.until
WHERE one.at IS NOT NULL
ORDER BY one.at, other.at NULLS LAST
"""  # noqa: S608 - of constants only
_MARK_CONTRADICTIONS = """
UPDATE rules SET action = 'wrong' FROM staged_findings AS finding
WHERE finding.at = rules.at AND finding.severity = 'ERROR' AND rules.action IN ('new', 'known')
"""
_WITHOUT_WRONG = """
DELETE FROM approved_rules AS one USING rules WHERE rules.at = one.at AND rules.action = 'wrong'
"""
_CHOICES = """
CREATE TEMPORARY TABLE rule_choices ON COMMIT DROP AS
SELECT one.choice_key, count(DISTINCT one.rule_key) AS rules, min(one.at) AS at,
    array_agg(DISTINCT one.at ORDER BY one.at) FILTER (WHERE one.at IS NOT NULL) AS places
FROM approved_rules AS one
WHERE one.outcome <> 'NO_CREDIT'
    AND EXISTS (SELECT FROM approved_rules AS other WHERE other.choice_key = one.choice_key
        AND other.outcome <> 'NO_CREDIT' AND other.rule_key <> one.rule_key
        AND one.since <= other.until AND other.since <= one.until)
GROUP BY one.choice_key
"""
_CHOICE_WARNINGS = f"""
INSERT INTO staged_findings (at, column_name, severity, message)
SELECT choice.at, 'to_course_code', 'WARNING', format('%s alternatives for the same courses at the same institution '
    '(%s%s): at most one of them counts.', choice.rules, listed.places,
    CASE WHEN choice.rules > cardinality(choice.places) THEN ' and what is stored' ELSE '' END)
FROM rule_choices AS choice CROSS JOIN LATERAL (
    SELECT string_agg({findings.place("each.at", beside="choice.at")}, ', ' ORDER BY each.at) AS places
    FROM unnest(choice.places) AS each (at)) AS listed
WHERE choice.at IS NOT NULL
"""  # noqa: S608 - of constants only
# The target is the whole award side; sources of one college only, since of two colleges it is always "or".
_SHARED_TARGETS = """
WITH shared AS (
    SELECT sending, receiving, award_key, min(at) AS first_at, max(at) AS last_at FROM rules
    WHERE action IN ('new', 'updated', 'unchanged') AND outcome = 'AWARDS' AND award_key LIKE 'COURSE:%'
    GROUP BY sending, receiving, award_key HAVING count(DISTINCT choice_key) > 1
)
SELECT (SELECT count(*) FROM shared), first_at, last_at,
    (SELECT string_agg(code, ' with ' ORDER BY code) FROM courses WHERE id IN (
        SELECT found[1]::bigint FROM regexp_matches(award_key, 'COURSE:c([0-9]+)', 'g') AS found)),
    (SELECT name FROM institutions WHERE id = receiving), (SELECT name FROM institutions WHERE id = sending)
FROM shared ORDER BY first_at, award_key LIMIT 1
"""
_COUNTS = """
SELECT count(*) FILTER (WHERE action = 'new'), count(*) FILTER (WHERE action = 'updated'),
    count(*) FILTER (WHERE action = 'unchanged'), count(*) FILTER (WHERE action = 'repeat') FROM rules
"""
_DIGEST = """
SELECT md5(string_agg(concat_ws(' ', action, rule_key, effective_from, CASE WHEN action = 'updated' THEN stored END),
    ';' ORDER BY rule_key, effective_from, at)) FROM rules WHERE action IN ('new', 'updated', 'unchanged')
"""
_REMOVED = """
CREATE TEMPORARY TABLE removed_rules ON COMMIT DROP AS
SELECT stored.id, stored.rule_key, stored.xmin::text AS stored, NULL::bigint AS ended_id
FROM equivalencies AS stored
WHERE stored.recorded_until IS NULL AND stored.receiving_institution_id = %(scope)s
    AND (stored.effective_until IS NULL OR stored.effective_until > %(on)s)
    AND NOT EXISTS (SELECT FROM rules WHERE rules.stored_id = stored.id)
"""
_REMOVED_IN_USE = """
INSERT INTO staged_findings (at, column_name, severity, message)
SELECT NULL, NULL, 'ERROR', format('%s rules that are not in the file were used for decisions on students'' courses. '
    'They are ended only on confirmation.', count(*))
FROM removed_rules AS removed
WHERE EXISTS (SELECT FROM transfer_decisions AS decision WHERE decision.equivalency_id = removed.id)
HAVING count(*) > 0
"""


def plan(run: contract.Run) -> contract.Plan:
    """Make the rules of the staged rows and say what is new, changed, contradictory or gone."""
    cursor = run.cursor
    is_replace = run.options.mode is contract.Mode.REPLACE
    equivalencies_resolve.resolve(run)
    for statement in (_FIRST, _REPEATS, _STORED):
        cursor.execute(statement)
    cursor.execute(_CURRENT, {"replace": is_replace})
    cursor.execute("ANALYZE approved_rules (choice_key, at, outcome, rule_key)")
    for statement in (_CONTRADICTIONS, _MARK_CONTRADICTIONS, _WITHOUT_WRONG, _CHOICES, _CHOICE_WARNINGS):
        cursor.execute(statement)
    cursor.execute("UPDATE rules SET stored_id = NULL WHERE action = 'wrong' AND stored_id IS NOT NULL")
    analyse: LiteralString = "ANALYZE rules (at, action, stored_id), stored_sources, stored_awards"
    for statement in (_STORED_SOURCES, _STORED_AWARDS, analyse, _COMPARE):
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
        notes=_notes(run, repeats=counts[3]),
    )


def _plan_removal(run: contract.Run) -> tuple[int, str]:
    """Find the rules of the receiving institution that the file has not.

    Raises:
        InvalidInput: no scope was named, it is unknown, or rows are wrong or of other receiving institutions.
    """
    scope = institution_names.known(run.cursor).get(" ".join((run.options.institution or "").lower().split()))
    if scope is None:
        raise errors.InvalidInput("Replacing needs the receiving institution whose rules the files list. Name it.")
    if staging.count(run, "SELECT count(*) FROM rules WHERE receiving <> %s", (scope,)):
        raise errors.InvalidInput("Replacing: every row must be of the receiving institution that was named.")
    wrong = "SELECT count(*) FROM staged_findings WHERE severity = 'ERROR'"
    if run.options.skip_invalid and staging.count(run, wrong):
        raise errors.InvalidInput("Replacing: correct the wrong rows first; what they mean to keep is not known.")
    run.cursor.execute(_REMOVED, {"scope": scope, "on": run.options.on})
    if not run.options.confirm_removal:
        run.cursor.execute(_REMOVED_IN_USE)
    digest = "SELECT md5(string_agg(id || ':' || stored, ',' ORDER BY id)) FROM removed_rules"
    return staging.count(run, "SELECT count(*) FROM removed_rules"), f"-{staging.text(run, digest)}"


def _notes(run: contract.Run, *, repeats: int) -> tuple[str, ...]:
    notes: list[str] = []
    if repeats:
        notes.append(f"{findings.counted(repeats, 'row repeats', 'rows repeat')} a rule; the first of each is kept.")
    choices = staging.count(run, "SELECT count(*) FROM rule_choices")
    if choices:
        times = findings.counted(choices, "time", "times")
        notes.append(f"{times} the same courses have alternatives: of each set at most one counts.")
    shared = run.cursor.execute(_SHARED_TARGETS).fetchone()
    if shared is not None:
        notes.append(_shared(run, *shared))
    return tuple(notes)


def _shared(run: contract.Run, count: int, first_at: int, last_at: int, *names: str) -> str:
    """That targets are reached in several ways; the first of them is named, with two of its rows."""
    code, receiving, sending = names
    first, last = run.findings.place(first_at), run.findings.place(last_at)
    others = findings.counted(count - 1, "more target is", "more targets are")
    so = f" {others} reached like that too." if count > 1 else ""
    return (
        f"{code} of {receiving} is reached by different courses of {sending} ({first} and {last}): or, or and? They "
        f"were taken as “or”; courses needed together are rows of one set_id.{so}"
    )
