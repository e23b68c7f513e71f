"""The proof of an adoption: what was read and what is stored, compared before anything is committed."""

from decimal import Decimal
from typing import LiteralString, NamedTuple

import psycopg


class Check(NamedTuple):
    """One comparison; it holds where the two are equal."""

    name: str
    old: str
    new: str

    @property
    def holds(self) -> bool:
        """Whether the two are equal."""
        return self.old == self.new


CREATE: LiteralString = """
CREATE UNLOGGED TABLE adoption.gone AS
SELECT table_name, old_id, bool_or(outcome <> 'MERGED') AS is_lost FROM adoption.findings
WHERE outcome IN ('LEFT_OUT', 'TURNED', 'MERGED') GROUP BY table_name, old_id;
CREATE UNIQUE INDEX ON adoption.gone (table_name, old_id);
ANALYZE adoption.gone, adoption.findings
"""
_COURSES: LiteralString = """
SELECT count(*), count(here.course_id) FROM adoption.courses AS old
LEFT JOIN adoption.course_ids AS here ON here.old_id = old.id
WHERE NOT EXISTS (SELECT FROM adoption.gone WHERE table_name = 'courses' AND old_id = old.id AND is_lost)
"""
_COURSE_CREDITS: LiteralString = """
SELECT coalesce(sum(substring(said.meaning FROM '^[0-9.]+')::numeric), 0)::numeric(20, 3),
    coalesce(sum(course.credits_min), 0)::numeric(20, 3)
FROM adoption.courses AS old JOIN adoption.course_ids AS here ON here.old_id = old.id
LEFT JOIN courses AS course ON course.id = here.course_id
LEFT JOIN adoption.meanings AS said ON said.domain = 'courses.credits' AND said.said = old.credits
WHERE NOT EXISTS (SELECT FROM adoption.gone WHERE table_name = 'courses' AND old_id = old.id)
"""
# Joined by equal keys only: with a choice between them the planner would compare every rule with every other.
_RULES: LiteralString = """
WITH stored AS MATERIALIZED (
    SELECT DISTINCT source.course_id AS source_id, rule.receiving_institution_id,
        coalesce(award.course_id, 0) AS target_id
    FROM equivalency_sources AS source
    JOIN equivalencies AS rule ON rule.id = source.equivalency_id AND rule.recorded_until IS NULL
    LEFT JOIN equivalency_awards AS award ON award.equivalency_id = rule.id AND rule.outcome = 'AWARDS'
)
SELECT count(*), count(*) FILTER (WHERE same.source_id IS NOT NULL OR without.source_id IS NOT NULL)
FROM adoption.equivalencies AS old
LEFT JOIN adoption.course_ids AS sending ON sending.said = old.from_course_id
LEFT JOIN adoption.course_ids AS receiving ON receiving.said = old.to_course_id
LEFT JOIN stored AS same ON same.source_id = sending.course_id
    AND same.receiving_institution_id = receiving.institution_id AND same.target_id = receiving.course_id
LEFT JOIN stored AS without ON without.source_id = sending.course_id
    AND without.receiving_institution_id = receiving.institution_id AND without.target_id = 0
WHERE NOT EXISTS (SELECT FROM adoption.gone WHERE table_name = 'equivalencies' AND old_id = old.id AND is_lost)
"""
_PROGRAMS: LiteralString = """
SELECT count(*), count(program.id) FROM adoption.programs AS old
LEFT JOIN adoption.program_ids AS here ON here.old_id = old.id
LEFT JOIN programs AS program ON program.id = here.program_id
WHERE NOT EXISTS (SELECT FROM adoption.gone WHERE table_name = 'programs' AND old_id = old.id AND is_lost)
"""
_CURRENT: LiteralString = """
SELECT count(DISTINCT version.program_id), count(*) FILTER (WHERE version.is_current)
FROM program_versions AS version WHERE version.program_id IN (SELECT program_id FROM adoption.program_ids)
"""
_OPTIONS: LiteralString = """
SELECT count(*), count(*) FILTER (WHERE EXISTS (
    SELECT FROM program_versions AS version JOIN requirements AS node ON node.version_id = version.id
    JOIN requirement_options AS pooled ON pooled.requirement_id = node.id
    WHERE version.program_id = here.program_id AND version.state = 'PUBLISHED'
        AND pooled.course_code = key.meaning))
FROM adoption.group_course_options AS old
JOIN adoption.requirement_groups AS grouped ON grouped.id::text = old.group_id
JOIN adoption.program_requirements AS requirement ON requirement.id::text = grouped.requirement_id
JOIN adoption.program_ids AS here ON here.old_id::text = requirement.program_id
LEFT JOIN adoption.meanings AS key ON key.domain = 'courses.code' AND key.said = old.course_code
WHERE NOT EXISTS (SELECT FROM adoption.gone WHERE table_name = 'group_course_options' AND old_id = old.id)
"""
_PLANS: LiteralString = """
SELECT count(*), count(plan.id) FROM adoption.plans AS old
LEFT JOIN adoption.plan_ids AS here ON here.old_id = old.id LEFT JOIN plans AS plan ON plan.id = here.plan_id
"""
_ENTRIES: LiteralString = """
SELECT count(*), (SELECT count(*) FROM planned_courses AS entry
    JOIN adoption.plan_ids AS here ON here.plan_id = entry.plan_id AND here.is_new)
FROM adoption.plan_courses AS old JOIN adoption.plan_ids AS here ON here.old_id::text = old.plan_id AND here.is_new
WHERE NOT EXISTS (SELECT FROM adoption.gone WHERE table_name = 'plan_courses' AND old_id = old.id)
"""
_ENTRY_CREDITS: LiteralString = """
SELECT coalesce(sum(said.meaning::numeric), 0)::numeric(20, 3),
    (SELECT coalesce(sum(entry.credits), 0)::numeric(20, 3) FROM planned_courses AS entry
        JOIN adoption.plan_ids AS here ON here.plan_id = entry.plan_id AND here.is_new)
FROM adoption.plan_courses AS old JOIN adoption.plan_ids AS here ON here.old_id::text = old.plan_id AND here.is_new
JOIN adoption.course_ids AS course ON course.said = old.course_id AND course.course_id IS NOT NULL
JOIN adoption.meanings AS said ON said.domain = 'plan_courses.credits' AND said.said = old.credits
"""
# A plan's list as one text: of the old rows by what their words mean, of the stored plan by its own rows.
_LISTS: LiteralString = """
WITH before AS (
    SELECT here.plan_id, concat_ws('/', coalesce(course.course_id::text, left(listed.code, 120)), term.meaning,
        coalesce(status.meaning, CASE WHEN grade.meaning IS NULL THEN 'PLANNED' ELSE 'COMPLETED' END),
        coalesce(grade.meaning, CASE WHEN old.grade IS NULL AND lower(old.status) = 'failed' THEN 'F' END),
        CASE WHEN course.course_id IS NOT NULL THEN trim_scale(carried.meaning::numeric) END) AS line
    FROM adoption.plan_courses AS old
    JOIN adoption.plan_ids AS here ON here.old_id::text = old.plan_id AND here.is_new
    JOIN adoption.courses AS listed ON listed.id::text = old.course_id
    JOIN adoption.course_ids AS course ON course.said = old.course_id
    LEFT JOIN adoption.meanings AS status ON status.domain = 'plan_courses.status' AND status.said = old.status
    LEFT JOIN adoption.meanings AS grade ON grade.domain = 'plan_courses.grade' AND grade.said = old.grade
    LEFT JOIN adoption.meanings AS carried ON carried.domain = 'plan_courses.credits' AND carried.said = old.credits
    LEFT JOIN adoption.meanings AS term ON term.domain = 'plan_courses.term'
        AND term.said = concat_ws('|', old.semester, old.year)
), after AS (
    SELECT entry.plan_id, concat_ws('/', coalesce(entry.course_id::text, entry.unlisted_code),
        entry.season || ' ' || entry.year, entry.status, entry.grade, trim_scale(entry.credits)) AS line
    FROM planned_courses AS entry JOIN adoption.plan_ids AS here ON here.plan_id = entry.plan_id AND here.is_new
), lists AS (
    SELECT one.plan_id, one.list AS old, other.list AS new
    FROM (SELECT plan_id, md5(string_agg(line, ';' ORDER BY line COLLATE "C")) AS list FROM before GROUP BY 1) AS one
    FULL JOIN (SELECT plan_id, md5(string_agg(line, ';' ORDER BY line COLLATE "C")) AS list FROM after GROUP BY 1)
        AS other USING (plan_id)
)
SELECT count(*), count(*) FILTER (WHERE old = new) FROM lists
"""
_QUERIES: tuple[tuple[str, LiteralString], ...] = (
    ("courses: every old one is here, merged ones as another", _COURSES),
    ("courses: credits of those that are rows of their own", _COURSE_CREDITS),
    ("equivalencies: every old one has a rule with its source and its target", _RULES),
    ("programs: every old one is here", _PROGRAMS),
    ("programs: of each with versions exactly one is current", _CURRENT),
    ("programs: every option stands in a pool of its program", _OPTIONS),
    ("plans: every old one is here", _PLANS),
    ("plans: number of courses", _ENTRIES),
    ("plans: credits of courses", _ENTRY_CREDITS),
    ("plans with courses: their lists, each compared whole", _LISTS),
)


def of_tables(connection: psycopg.Connection) -> list[Check]:
    """Counts, sums and the course lists of all new plans."""
    for statement in CREATE.split(";\n"):
        connection.execute(statement)  # pyright: ignore[reportArgumentType] - parts of a literal
    found: list[Check] = []
    for name, query in _QUERIES:
        row = connection.execute(query).fetchone()
        if row is None:
            raise AssertionError  # aggregates without groups answer one row
        found.append(Check(name, _shown(row[0]), _shown(row[1])))
    return found


def _shown(number: int | Decimal) -> str:
    """A count, or credits with two decimals, and a third only where it says something."""
    return str(number).removesuffix("0") if isinstance(number, Decimal) else str(number)
