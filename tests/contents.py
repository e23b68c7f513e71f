"""Everything that a database holds, without what differs between two equal ones: ids and times."""

import hashlib

from gql_api import database

TABLES = {
    "institutions": "SELECT name, abbreviation, kind FROM institutions",
    "courses": "SELECT i.name, c.code, c.title, c.description, c.credits_min, c.credits_max, c.department, "
    "c.attributes, c.prerequisite_text, c.revision FROM courses c JOIN institutions i ON i.id = c.institution_id",
    "equivalencies": "SELECT s.name, r.name, e.outcome, e.strength, e.status, e.condition, e.notes, e.approved_by, "
    "e.approved_on, e.choice_set_id IS NOT NULL, (SELECT array_agg(c.code_key ORDER BY x.id) "
    "FROM equivalency_sources x JOIN courses c ON c.id = x.course_id WHERE x.equivalency_id = e.id), "
    "(SELECT array_agg((a.kind, a.subject, a.area, a.published_code, c.code_key) ORDER BY a.id) "
    "FROM equivalency_awards a LEFT JOIN courses c ON c.id = a.course_id WHERE a.equivalency_id = e.id) "
    "FROM equivalencies e JOIN institutions s ON s.id = e.sending_institution_id "
    "JOIN institutions r ON r.id = e.receiving_institution_id",
    "programs": "SELECT p.name, p.degree_type, p.description, p.revision, v.term_key, v.state, v.is_current, "
    "v.revision, v.total_credits FROM programs p LEFT JOIN program_versions v ON v.program_id = p.id",
    "requirements": "SELECT p.name, v.term_key, r.key, r.name, r.position, r.min_courses, r.min_credits, "
    "r.min_credits_beneath, r.min_credits_per_course, r.is_optional, r.is_residual, (SELECT array_agg((o.course_code, "
    "c.code_key, o.is_preferred) ORDER BY o.position) FROM requirement_options o LEFT JOIN courses c "
    "ON c.id = o.course_id WHERE o.requirement_id = r.id), (SELECT array_agg((k.kind, k.credits, k.courses, k.level, "
    "k.attribute) ORDER BY k.position) FROM requirement_constraints k WHERE k.requirement_id = r.id) "
    "FROM requirements r JOIN program_versions v ON v.id = r.version_id JOIN programs p ON p.id = v.program_id",
    "plans": "SELECT encode(p.code_hmac, 'hex'), p.code_key_id, p.name, p.student_name, p.student_email, "
    "p.advisor_email, p.status, v.term_key, w.term_key, p.revision FROM plans p "
    "LEFT JOIN program_versions v ON v.id = p.target_version_id "
    "LEFT JOIN program_versions w ON w.id = p.current_version_id",
    "planned_courses": "SELECT encode(p.code_hmac, 'hex'), c.code_key, e.unlisted_code, e.unlisted_title, "
    "e.unlisted_credits, e.year, e.season, e.status, e.grade, e.credits, e.is_repeat, e.pinned_key, e.notes "
    "FROM planned_courses e JOIN plans p ON p.id = e.plan_id LEFT JOIN courses c ON c.id = e.course_id",
    "import_jobs": "SELECT kind, state, rows_new, rows_updated, rows_unchanged, rows_invalid FROM import_jobs",
    "audit_log": "SELECT action, entity, details FROM audit_log",
}


def of(url: str) -> dict[str, tuple[int, str]]:
    """The number of rows of each table, and a digest of them."""
    found = {}
    with database.connect(url) as connection:
        for table, query in TABLES.items():
            lines = sorted(repr(row) for row in connection.execute(query).fetchall())
            found[table] = (len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest())
    return found
