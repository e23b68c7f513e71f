"""The first tables: catalog, equivalencies, programs, plans, decisions, imports, audit log.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

EXTENSIONS = ("citext", "pg_trgm")
"""Both are trusted: the database's owner may create them. Kept on downgrade, since others may use them."""


def upgrade() -> None:
    """Create everything."""
    for extension in EXTENSIONS:
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("entity", sa.String(length=60), nullable=False),
        sa.Column("entity_id", sa.BigInteger(), nullable=True),
        sa.Column("details", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("request_id", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_index("ix_audit_log_at_id", "audit_log", ["at", "id"], unique=False)
    op.create_index("ix_audit_log_entity_entity_id", "audit_log", ["entity", "entity_id", "id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("input_hash", sa.LargeBinary(), nullable=False),
        sa.Column("entity_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("octet_length(input_hash) = 32", name=op.f("ck_idempotency_keys_input_hash_is_sha256")),
        sa.CheckConstraint("octet_length(key_hash) = 32", name=op.f("ck_idempotency_keys_key_hash_is_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_idempotency_keys_key_hash")),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "import_jobs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("options", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("rows_new", sa.Integer(), nullable=False),
        sa.Column("rows_updated", sa.Integer(), nullable=False),
        sa.Column("rows_unchanged", sa.Integer(), nullable=False),
        sa.Column("rows_removed", sa.Integer(), nullable=False),
        sa.Column("rows_invalid", sa.Integer(), nullable=False),
        sa.Column("rows_skipped", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=2000), nullable=True),
        sa.CheckConstraint(
            "state IN ('PREVIEWED', 'COMMITTED', 'DISCARDED', 'INTERRUPTED', 'FAILED')",
            name=op.f("ck_import_jobs_state_known"),
        ),
        sa.CheckConstraint("octet_length(content_hash) = 32", name=op.f("ck_import_jobs_content_hash_is_sha256")),
        sa.CheckConstraint("rows_invalid >= 0", name=op.f("ck_import_jobs_rows_invalid_not_negative")),
        sa.CheckConstraint("rows_new >= 0", name=op.f("ck_import_jobs_rows_new_not_negative")),
        sa.CheckConstraint("rows_removed >= 0", name=op.f("ck_import_jobs_rows_removed_not_negative")),
        sa.CheckConstraint("rows_skipped >= 0", name=op.f("ck_import_jobs_rows_skipped_not_negative")),
        sa.CheckConstraint("rows_unchanged >= 0", name=op.f("ck_import_jobs_rows_unchanged_not_negative")),
        sa.CheckConstraint("rows_updated >= 0", name=op.f("ck_import_jobs_rows_updated_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_jobs")),
    )
    op.create_index("ix_import_jobs_content_hash", "import_jobs", ["content_hash"], unique=False)
    op.create_index("ix_import_jobs_created_at_id", "import_jobs", ["created_at", "id"], unique=False)
    op.create_table(
        "institutions",
        sa.Column("name", postgresql.CITEXT(), nullable=False),
        sa.Column("abbreviation", postgresql.CITEXT(), nullable=True),
        sa.Column("kind", sa.String(length=40), server_default="FOUR_YEAR", nullable=False),
        sa.Column("calendar", sa.String(length=40), server_default="SEMESTER", nullable=False),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("credits_granted", sa.String(length=40), server_default="MINIMUM", nullable=False),
        sa.Column("equivalency_date", sa.String(length=40), server_default="WHEN_TAKEN", nullable=False),
        sa.Column("credit_repeat", sa.String(length=40), server_default="BEST", nullable=False),
        sa.Column("gpa_repeat", sa.String(length=40), server_default="BEST", nullable=False),
        sa.Column("pass_proves", sa.String(length=40), server_default="C", nullable=False),
        sa.Column("minimum_transfer_grade", sa.String(length=40), nullable=True),
        sa.Column("sophomore_credits", sa.Numeric(precision=7, scale=3), server_default="30", nullable=False),
        sa.Column("junior_credits", sa.Numeric(precision=7, scale=3), server_default="60", nullable=False),
        sa.Column("senior_credits", sa.Numeric(precision=7, scale=3), server_default="90", nullable=False),
        sa.Column("credit_tolerance", sa.Numeric(precision=7, scale=3), server_default="0", nullable=False),
        sa.Column("term_calendar", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("calendar IN ('SEMESTER', 'QUARTER')", name=op.f("ck_institutions_calendar_known")),
        sa.CheckConstraint(
            "credit_repeat IN ('BEST', 'LATEST', 'ALL')", name=op.f("ck_institutions_credit_repeat_known")
        ),
        sa.CheckConstraint(
            "credits_granted IN ('MINIMUM', 'TARGET', 'SOURCE')", name=op.f("ck_institutions_credits_granted_known")
        ),
        sa.CheckConstraint(
            "equivalency_date IN ('WHEN_TAKEN', 'WHEN_EVALUATED', 'MOST_FAVOURABLE')",
            name=op.f("ck_institutions_equivalency_date_known"),
        ),
        sa.CheckConstraint("gpa_repeat IN ('BEST', 'LATEST', 'ALL')", name=op.f("ck_institutions_gpa_repeat_known")),
        sa.CheckConstraint(
            "kind IN ('TWO_YEAR', 'FOUR_YEAR', 'EXAMINING_BODY')", name=op.f("ck_institutions_kind_known")
        ),
        sa.CheckConstraint(
            "minimum_transfer_grade IN ('A_PLUS', 'A', 'A_MINUS', 'B_PLUS', 'B', 'B_MINUS', 'C_PLUS', 'C', 'C_MINUS', 'D_PLUS', 'D', 'D_MINUS', 'F', 'P', 'NP', 'CR', 'NC', 'S', 'U', 'TR', 'W', 'WF', 'I', 'IP', 'AU', 'NR', 'E')",
            name=op.f("ck_institutions_minimum_transfer_grade_known"),
        ),
        sa.CheckConstraint(
            "pass_proves IN ('A_PLUS', 'A', 'A_MINUS', 'B_PLUS', 'B', 'B_MINUS', 'C_PLUS', 'C', 'C_MINUS', 'D_PLUS', 'D', 'D_MINUS', 'F', 'P', 'NP', 'CR', 'NC', 'S', 'U', 'TR', 'W', 'WF', 'I', 'IP', 'AU', 'NR', 'E')",
            name=op.f("ck_institutions_pass_proves_known"),
        ),
        sa.CheckConstraint("credit_tolerance >= 0", name=op.f("ck_institutions_credit_tolerance_not_negative")),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_institutions_name_not_blank")),
        sa.CheckConstraint(
            "sophomore_credits <= junior_credits AND junior_credits <= senior_credits",
            name=op.f("ck_institutions_standings_ordered"),
        ),
        sa.CheckConstraint("sophomore_credits >= 0", name=op.f("ck_institutions_sophomore_credits_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institutions")),
        sa.UniqueConstraint("abbreviation", name=op.f("uq_institutions_abbreviation")),
        sa.UniqueConstraint("name", name=op.f("uq_institutions_name")),
    )
    op.create_index(
        "ix_institutions_name_trigram",
        "institutions",
        [sa.literal_column("(name::text) gin_trgm_ops")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "choice_sets",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("receiving_institution_id", sa.BigInteger(), nullable=False),
        sa.Column("choice_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receiving_institution_id"],
            ["institutions.id"],
            name=op.f("fk_choice_sets_receiving_institution_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choice_sets")),
        sa.UniqueConstraint("choice_key", name=op.f("uq_choice_sets_choice_key")),
    )
    op.create_index(
        "ix_choice_sets_receiving_institution_id", "choice_sets", ["receiving_institution_id"], unique=False
    )
    op.create_table(
        "cross_list_groups",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_cross_list_groups_institution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cross_list_groups")),
        sa.UniqueConstraint("institution_id", "name", name=op.f("uq_cross_list_groups_institution_id_name")),
    )
    op.create_table(
        "exclusion_groups",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_exclusion_groups_institution_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusion_groups")),
        sa.UniqueConstraint("institution_id", "name", name=op.f("uq_exclusion_groups_institution_id_name")),
    )
    op.create_table(
        "import_findings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=True),
        sa.Column("column_name", sa.String(), nullable=True),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.CheckConstraint(
            "severity IN ('ERROR', 'WARNING', 'SKIPPED')", name=op.f("ck_import_findings_severity_known")
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["import_jobs.id"], name=op.f("fk_import_findings_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_findings")),
    )
    op.create_index("ix_import_findings_job_id_id", "import_findings", ["job_id", "id"], unique=False)
    op.create_table(
        "institution_aliases",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("alias", postgresql.CITEXT(), nullable=False),
        sa.CheckConstraint("length(trim(alias)) > 0", name=op.f("ck_institution_aliases_alias_not_blank")),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_institution_aliases_institution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution_aliases")),
        sa.UniqueConstraint("alias", name=op.f("uq_institution_aliases_alias")),
    )
    op.create_index(
        "ix_institution_aliases_alias_trigram",
        "institution_aliases",
        [sa.literal_column("(alias::text) gin_trgm_ops")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index("ix_institution_aliases_institution_id", "institution_aliases", ["institution_id"], unique=False)
    op.create_table(
        "programs",
        sa.Column("name", postgresql.CITEXT(), nullable=False),
        sa.Column("degree_type", postgresql.CITEXT(), nullable=False),
        sa.Column("kind", sa.String(length=40), server_default="DEGREE", nullable=False),
        sa.Column("description", sa.String(length=5000), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('DEGREE', 'MAJOR', 'MINOR', 'CERTIFICATE')", name=op.f("ck_programs_kind_known")),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_programs_name_not_blank")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_programs_institution_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programs")),
        sa.UniqueConstraint(
            "institution_id", "name", "degree_type", name=op.f("uq_programs_institution_id_name_degree_type")
        ),
    )
    op.create_index("ix_programs_name_id", "programs", ["name", "id"], unique=False)
    op.create_index(
        "ix_programs_name_trigram",
        "programs",
        [sa.literal_column("(name::text) gin_trgm_ops")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "courses",
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("description", sa.String(length=20000), nullable=True),
        sa.Column("credits_min", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("credits_max", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("credits_text", sa.String(length=100), nullable=True),
        sa.Column("department", sa.String(length=200), nullable=True),
        sa.Column("attributes", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("prerequisite_text", sa.String(length=10000), nullable=True),
        sa.Column("active_from", sa.Date(), nullable=True),
        sa.Column("active_until", sa.Date(), nullable=True),
        sa.Column("repeatable_times", sa.Integer(), nullable=True),
        sa.Column("repeatable_credits", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("subjects", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("prerequisites", postgresql.JSONB(), nullable=True),
        sa.Column("cross_list_group_id", sa.BigInteger(), nullable=True),
        sa.Column("exclusion_group_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('simple'::regconfig, code_key), 'A') || setweight(to_tsvector('english'::regconfig, title), 'B') || setweight(to_tsvector('english'::regconfig, coalesce(description, '')), 'D')",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.Column("search_text", sa.Text(), sa.Computed("code_key || ' ' || title", persisted=True), nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("code_key = subject || ' ' || number", name=op.f("ck_courses_code_key_of_parts")),
        sa.CheckConstraint("jsonb_typeof(attributes) = 'object'", name=op.f("ck_courses_attributes_is_object")),
        sa.CheckConstraint(
            "(credits_min IS NULL) = (credits_max IS NULL)", name=op.f("ck_courses_credits_both_or_neither")
        ),
        sa.CheckConstraint("active_from <= active_until", name=op.f("ck_courses_active_from_to_active_until")),
        sa.CheckConstraint("credits_max < 1000", name=op.f("ck_courses_credits_max_below_1000")),
        sa.CheckConstraint("credits_min <= credits_max", name=op.f("ck_courses_credits_min_to_credits_max")),
        sa.CheckConstraint("credits_min >= 0", name=op.f("ck_courses_credits_min_not_negative")),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_courses_title_not_blank")),
        sa.CheckConstraint("level >= 0 AND level % 1000 = 0", name=op.f("ck_courses_level_in_thousands")),
        sa.ForeignKeyConstraint(
            ["cross_list_group_id"],
            ["cross_list_groups.id"],
            name=op.f("fk_courses_cross_list_group_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["exclusion_group_id"],
            ["exclusion_groups.id"],
            name=op.f("fk_courses_exclusion_group_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_courses_institution_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("institution_id", "code_key", name=op.f("uq_courses_institution_id_code_key")),
    )
    op.create_index(
        "ix_courses_attributes",
        "courses",
        ["attributes"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"attributes": "jsonb_path_ops"},
    )
    op.create_index("ix_courses_code_key_id", "courses", ["code_key", "id"], unique=False)
    op.create_index(
        "ix_courses_cross_list_group_id",
        "courses",
        ["cross_list_group_id"],
        unique=False,
        postgresql_where=sa.text("cross_list_group_id IS NOT NULL"),
    )
    op.create_index(
        "ix_courses_exclusion_group_id",
        "courses",
        ["exclusion_group_id"],
        unique=False,
        postgresql_where=sa.text("exclusion_group_id IS NOT NULL"),
    )
    op.create_index("ix_courses_institution_id_department", "courses", ["institution_id", "department"], unique=False)
    op.create_index("ix_courses_institution_id_level", "courses", ["institution_id", "level"], unique=False)
    op.create_index("ix_courses_institution_id_subjects", "courses", ["institution_id", "subject"], unique=False)
    op.create_index("ix_courses_search", "courses", ["search"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_courses_search_text_trigram",
        "courses",
        ["search_text"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index("ix_courses_subjects", "courses", ["subjects"], unique=False, postgresql_using="gin")
    op.create_index("ix_courses_title_id", "courses", ["title", "id"], unique=False)
    op.create_table(
        "equivalencies",
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("strength", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("condition", sa.String(length=2000), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("approved_by", sa.String(length=200), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("notes", sa.String(length=5000), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sending_institution_id", sa.BigInteger(), nullable=False),
        sa.Column("receiving_institution_id", sa.BigInteger(), nullable=False),
        sa.Column("choice_set_id", sa.BigInteger(), nullable=True),
        sa.Column("rule_key", sa.String(), nullable=False),
        sa.Column("superseded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=True),
        sa.Column("recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(strength = 'CONDITIONAL') <= (condition IS NOT NULL)",
            name=op.f("ck_equivalencies_conditional_has_condition"),
        ),
        sa.CheckConstraint(
            "outcome IN ('AWARDS', 'NO_CREDIT', 'DEPARTMENT_REVIEW', 'NO_COURSE_ARTICULATED')",
            name=op.f("ck_equivalencies_outcome_known"),
        ),
        sa.CheckConstraint("status <> 'DENIED' OR reason IS NOT NULL", name=op.f("ck_equivalencies_denied_has_reason")),
        sa.CheckConstraint(
            "status IN ('PROPOSED', 'APPROVED', 'DENIED', 'RETIRED')", name=op.f("ck_equivalencies_status_known")
        ),
        sa.CheckConstraint(
            "strength IN ('DIRECT', 'PARTIAL', 'CONDITIONAL')", name=op.f("ck_equivalencies_strength_known")
        ),
        sa.CheckConstraint(
            "effective_from <= effective_until", name=op.f("ck_equivalencies_effective_from_to_effective_until")
        ),
        sa.ForeignKeyConstraint(
            ["choice_set_id"], ["choice_sets.id"], name=op.f("fk_equivalencies_choice_set_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["receiving_institution_id"],
            ["institutions.id"],
            name=op.f("fk_equivalencies_receiving_institution_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sending_institution_id"],
            ["institutions.id"],
            name=op.f("fk_equivalencies_sending_institution_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"],
            ["equivalencies.id"],
            name=op.f("fk_equivalencies_superseded_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equivalencies")),
    )
    op.create_index(
        "ix_equivalencies_choice_set_id",
        "equivalencies",
        ["choice_set_id"],
        unique=False,
        postgresql_where=sa.text("choice_set_id IS NOT NULL"),
    )
    op.create_index(
        "ix_equivalencies_receiving",
        "equivalencies",
        ["receiving_institution_id", "sending_institution_id"],
        unique=False,
    )
    op.create_index("ix_equivalencies_sending", "equivalencies", ["sending_institution_id"], unique=False)
    op.create_index(
        "ix_equivalencies_superseded_by_id",
        "equivalencies",
        ["superseded_by_id"],
        unique=False,
        postgresql_where=sa.text("superseded_by_id IS NOT NULL"),
    )
    op.create_index(
        "uq_equivalencies_current_rule",
        "equivalencies",
        ["rule_key", "effective_from"],
        unique=True,
        postgresql_where=sa.text("recorded_until IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "program_versions",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("season", sa.String(length=40), nullable=False),
        sa.Column("total_credits", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("residency_credits", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("minimum_gpa", sa.Numeric(precision=4, scale=3), nullable=True),
        sa.Column("notes", sa.String(length=5000), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("term_key", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("is_current", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "NOT is_current OR state = 'PUBLISHED'", name=op.f("ck_program_versions_current_is_published")
        ),
        sa.CheckConstraint(
            "season IN ('WINTER', 'SPRING', 'SUMMER', 'FALL')", name=op.f("ck_program_versions_season_known")
        ),
        sa.CheckConstraint("state IN ('DRAFT', 'PUBLISHED', 'ARCHIVED')", name=op.f("ck_program_versions_state_known")),
        sa.CheckConstraint("minimum_gpa >= 0", name=op.f("ck_program_versions_minimum_gpa_not_negative")),
        sa.CheckConstraint("residency_credits >= 0", name=op.f("ck_program_versions_residency_credits_not_negative")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_program_versions_revision_positive")),
        sa.CheckConstraint("term_key / 10 = year", name=op.f("ck_program_versions_term_key_of_year")),
        sa.CheckConstraint("total_credits >= 0", name=op.f("ck_program_versions_total_credits_not_negative")),
        sa.CheckConstraint("year BETWEEN 1900 AND 2200", name=op.f("ck_program_versions_year_known")),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_program_versions_program_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program_versions")),
        sa.UniqueConstraint(
            "program_id", "term_key", "revision", name=op.f("uq_program_versions_program_id_term_key_revision")
        ),
    )
    op.create_index(
        "uq_program_versions_current",
        "program_versions",
        ["program_id"],
        unique=True,
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "course_aliases",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_aliases_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_course_aliases_institution_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_aliases")),
        sa.UniqueConstraint("institution_id", "code_key", name=op.f("uq_course_aliases_institution_id_code_key")),
    )
    op.create_index("ix_course_aliases_course_id", "course_aliases", ["course_id"], unique=False)
    op.create_table(
        "course_successors",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("successor_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.CheckConstraint("course_id <> successor_id", name=op.f("ck_course_successors_not_itself")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_successors_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["courses.id"], name=op.f("fk_course_successors_successor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_successors")),
        sa.UniqueConstraint("course_id", "successor_id", name=op.f("uq_course_successors_course_id_successor_id")),
    )
    op.create_index("ix_course_successors_successor_id", "course_successors", ["successor_id"], unique=False)
    op.create_table(
        "equivalency_awards",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("equivalency_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("credits", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("published_code", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'COURSE') = (course_id IS NOT NULL)", name=op.f("ck_equivalency_awards_course_named")
        ),
        sa.CheckConstraint(
            "(kind = 'GENERAL_ELECTIVE') = (area IS NOT NULL)", name=op.f("ck_equivalency_awards_area_named")
        ),
        sa.CheckConstraint(
            "(kind = 'SUBJECT_ELECTIVE') = (subject IS NOT NULL)", name=op.f("ck_equivalency_awards_subject_named")
        ),
        sa.CheckConstraint(
            "kind IN ('COURSE', 'SUBJECT_ELECTIVE', 'GENERAL_ELECTIVE')", name=op.f("ck_equivalency_awards_kind_known")
        ),
        sa.CheckConstraint("credits >= 0", name=op.f("ck_equivalency_awards_credits_not_negative")),
        sa.CheckConstraint("level >= 0 AND level % 1000 = 0", name=op.f("ck_equivalency_awards_level_in_thousands")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_equivalency_awards_position_not_negative")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_equivalency_awards_course_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["equivalency_id"],
            ["equivalencies.id"],
            name=op.f("fk_equivalency_awards_equivalency_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equivalency_awards")),
        sa.UniqueConstraint("equivalency_id", "position", name=op.f("uq_equivalency_awards_equivalency_id_position")),
    )
    op.create_index(
        "ix_equivalency_awards_course_id_equivalency_id",
        "equivalency_awards",
        ["course_id", "equivalency_id"],
        unique=False,
        postgresql_where=sa.text("course_id IS NOT NULL"),
    )
    op.create_table(
        "equivalency_sources",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("equivalency_id", sa.BigInteger(), nullable=False),
        sa.Column("group_position", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("minimum_grade", sa.String(length=40), nullable=True),
        sa.Column("minimum_score", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "minimum_grade IN ('A_PLUS', 'A', 'A_MINUS', 'B_PLUS', 'B', 'B_MINUS', 'C_PLUS', 'C', 'C_MINUS', 'D_PLUS', 'D', 'D_MINUS', 'F', 'P', 'NP', 'CR', 'NC', 'S', 'U', 'TR', 'W', 'WF', 'I', 'IP', 'AU', 'NR', 'E')",
            name=op.f("ck_equivalency_sources_minimum_grade_known"),
        ),
        sa.CheckConstraint("group_position >= 0", name=op.f("ck_equivalency_sources_group_position_not_negative")),
        sa.CheckConstraint("minimum_score >= 0", name=op.f("ck_equivalency_sources_minimum_score_not_negative")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_equivalency_sources_course_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["equivalency_id"],
            ["equivalencies.id"],
            name=op.f("fk_equivalency_sources_equivalency_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equivalency_sources")),
        sa.UniqueConstraint(
            "equivalency_id",
            "group_position",
            "course_id",
            name=op.f("uq_equivalency_sources_equivalency_id_group_position_course_id"),
        ),
    )
    op.create_index(
        "ix_equivalency_sources_course_id_equivalency_id",
        "equivalency_sources",
        ["course_id", "equivalency_id"],
        unique=False,
    )
    op.create_table(
        "plans",
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("student_name", sa.String(length=200), nullable=True),
        sa.Column("student_email", postgresql.CITEXT(), nullable=True),
        sa.Column("advisor_email", postgresql.CITEXT(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code_hmac", sa.LargeBinary(), nullable=False),
        sa.Column("code_key_id", sa.String(), nullable=False),
        sa.Column("catalog_term_key", sa.Integer(), nullable=True),
        sa.Column("target_version_id", sa.BigInteger(), nullable=True),
        sa.Column("current_version_id", sa.BigInteger(), nullable=True),
        sa.Column("advisor_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('DRAFT', 'ACTIVE', 'COMPLETED', 'ARCHIVED')", name=op.f("ck_plans_status_known")
        ),
        sa.CheckConstraint("octet_length(code_hmac) = 32", name=op.f("ck_plans_code_hmac_is_sha256")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_plans_revision_positive")),
        sa.ForeignKeyConstraint(
            ["current_version_id"],
            ["program_versions.id"],
            name=op.f("fk_plans_current_version_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["target_version_id"], ["program_versions.id"], name=op.f("fk_plans_target_version_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("code_hmac", name=op.f("uq_plans_code_hmac")),
    )
    op.create_index(
        "ix_plans_advisor_email",
        "plans",
        ["advisor_email"],
        unique=False,
        postgresql_where=sa.text("advisor_email IS NOT NULL"),
    )
    op.create_index("ix_plans_current_version_id", "plans", ["current_version_id"], unique=False)
    op.create_index(
        "ix_plans_deleted_at", "plans", ["deleted_at"], unique=False, postgresql_where=sa.text("deleted_at IS NOT NULL")
    )
    op.create_index("ix_plans_last_used_at", "plans", ["last_used_at"], unique=False)
    op.create_index("ix_plans_target_version_id_status", "plans", ["target_version_id", "status"], unique=False)
    op.create_table(
        "requirements",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("description", sa.String(length=5000), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("min_children", sa.Integer(), nullable=True),
        sa.Column("min_credits_beneath", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("min_courses", sa.Integer(), nullable=True),
        sa.Column("min_credits", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("max_courses", sa.Integer(), nullable=True),
        sa.Column("max_credits", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("min_credits_per_course", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("max_credits_per_course", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("min_grade", sa.String(length=40), nullable=True),
        sa.Column("is_optional", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_residual", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("sharing", sa.String(length=40), server_default="EXCLUSIVE", nullable=False),
        sa.CheckConstraint(
            "min_grade IN ('A_PLUS', 'A', 'A_MINUS', 'B_PLUS', 'B', 'B_MINUS', 'C_PLUS', 'C', 'C_MINUS', 'D_PLUS', 'D', 'D_MINUS', 'F', 'P', 'NP', 'CR', 'NC', 'S', 'U', 'TR', 'W', 'WF', 'I', 'IP', 'AU', 'NR', 'E')",
            name=op.f("ck_requirements_min_grade_known"),
        ),
        sa.CheckConstraint("sharing IN ('EXCLUSIVE', 'SHARED')", name=op.f("ck_requirements_sharing_known")),
        sa.CheckConstraint("length(trim(key)) > 0", name=op.f("ck_requirements_key_not_blank")),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_requirements_name_not_blank")),
        sa.CheckConstraint("max_courses >= 0", name=op.f("ck_requirements_max_courses_not_negative")),
        sa.CheckConstraint("max_credits >= 0", name=op.f("ck_requirements_max_credits_not_negative")),
        sa.CheckConstraint(
            "max_credits_per_course >= 0", name=op.f("ck_requirements_max_credits_per_course_not_negative")
        ),
        sa.CheckConstraint("min_children >= 0", name=op.f("ck_requirements_min_children_not_negative")),
        sa.CheckConstraint("min_courses >= 0", name=op.f("ck_requirements_min_courses_not_negative")),
        sa.CheckConstraint("min_credits >= 0", name=op.f("ck_requirements_min_credits_not_negative")),
        sa.CheckConstraint("min_credits_beneath >= 0", name=op.f("ck_requirements_min_credits_beneath_not_negative")),
        sa.CheckConstraint(
            "min_credits_per_course <= max_credits_per_course",
            name=op.f("ck_requirements_min_credits_per_course_to_max_credits_per_course"),
        ),
        sa.CheckConstraint(
            "min_credits_per_course >= 0", name=op.f("ck_requirements_min_credits_per_course_not_negative")
        ),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_requirements_not_its_own_parent")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_requirements_position_not_negative")),
        sa.ForeignKeyConstraint(
            ["version_id", "parent_id"],
            ["requirements.version_id", "requirements.id"],
            name="fk_requirements_parent",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["program_versions.id"], name=op.f("fk_requirements_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirements")),
        sa.UniqueConstraint("version_id", "id", name=op.f("uq_requirements_version_id_id")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_requirements_version_id_key")),
    )
    op.create_index("ix_requirements_parent_id", "requirements", ["parent_id"], unique=False)
    op.create_table(
        "planned_courses",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=True),
        sa.Column("unlisted_institution", sa.String(length=200), nullable=True),
        sa.Column("unlisted_code", sa.String(length=120), nullable=True),
        sa.Column("unlisted_title", sa.String(length=300), nullable=True),
        sa.Column("unlisted_credits", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("season", sa.String(length=40), nullable=True),
        sa.Column("session", sa.String(length=40), nullable=True),
        sa.Column("taken_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("credits", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("is_repeat", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("pinned_key", sa.String(length=200), nullable=True),
        sa.Column("notes", sa.String(length=2000), nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "grade IN ('A_PLUS', 'A', 'A_MINUS', 'B_PLUS', 'B', 'B_MINUS', 'C_PLUS', 'C', 'C_MINUS', 'D_PLUS', 'D', 'D_MINUS', 'F', 'P', 'NP', 'CR', 'NC', 'S', 'U', 'TR', 'W', 'WF', 'I', 'IP', 'AU', 'NR', 'E')",
            name=op.f("ck_planned_courses_grade_known"),
        ),
        sa.CheckConstraint(
            "season IN ('WINTER', 'SPRING', 'SUMMER', 'FALL')", name=op.f("ck_planned_courses_season_known")
        ),
        sa.CheckConstraint(
            "status IN ('PLANNED', 'IN_PROGRESS', 'COMPLETED', 'WITHDRAWN')",
            name=op.f("ck_planned_courses_status_known"),
        ),
        sa.CheckConstraint(
            "(course_id IS NULL) = (unlisted_title IS NOT NULL)", name=op.f("ck_planned_courses_listed_or_unlisted")
        ),
        sa.CheckConstraint("(year IS NULL) = (season IS NULL)", name=op.f("ck_planned_courses_term_whole")),
        sa.CheckConstraint(
            "course_id IS NOT NULL OR unlisted_credits IS NOT NULL",
            name=op.f("ck_planned_courses_unlisted_has_credits"),
        ),
        sa.CheckConstraint("credits >= 0", name=op.f("ck_planned_courses_credits_not_negative")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_planned_courses_revision_positive")),
        sa.CheckConstraint("score >= 0", name=op.f("ck_planned_courses_score_not_negative")),
        sa.CheckConstraint("unlisted_credits >= 0", name=op.f("ck_planned_courses_unlisted_credits_not_negative")),
        sa.CheckConstraint("year IS NOT NULL OR session IS NULL", name=op.f("ck_planned_courses_session_of_term")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_planned_courses_course_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_planned_courses_plan_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_courses")),
    )
    op.create_index(
        "ix_planned_courses_course_id",
        "planned_courses",
        ["course_id"],
        unique=False,
        postgresql_where=sa.text("course_id IS NOT NULL"),
    )
    op.create_index("ix_planned_courses_plan_id_id", "planned_courses", ["plan_id", "id"], unique=False)
    op.create_index(
        "uq_planned_courses_once",
        "planned_courses",
        ["plan_id", "course_id"],
        unique=True,
        postgresql_where=sa.text("course_id IS NOT NULL AND NOT is_repeat"),
    )
    op.create_table(
        "requirement_constraints",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("requirement_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("credits", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("courses", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("attribute", sa.String(), nullable=True),
        sa.Column("attribute_value", sa.String(), nullable=True),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.Column("gpa", sa.Numeric(precision=4, scale=3), nullable=True),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("subjects", sa.Integer(), nullable=True),
        sa.Column(
            "scope_subjects", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column("scope_level_from", sa.Integer(), nullable=True),
        sa.Column("scope_level_to", sa.Integer(), nullable=True),
        sa.Column("scope_institution_id", sa.BigInteger(), nullable=True),
        sa.Column("scope_attribute", sa.String(), nullable=True),
        sa.Column("scope_attribute_value", sa.String(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(kind IN ('MAX_AGE_YEARS')) = (years IS NOT NULL)",
            name=op.f("ck_requirement_constraints_years_for_its_kinds"),
        ),
        sa.CheckConstraint(
            "(kind IN ('MIN_COURSES', 'MAX_COURSES', 'MIN_COURSES_AT_LEVEL', 'MIN_COURSES_WITH_ATTRIBUTE')) = (courses IS NOT NULL)",
            name=op.f("ck_requirement_constraints_courses_for_its_kinds"),
        ),
        sa.CheckConstraint(
            "(kind IN ('MIN_COURSES_WITH_ATTRIBUTE', 'MAX_CREDITS_WITH_ATTRIBUTE')) = (attribute IS NOT NULL)",
            name=op.f("ck_requirement_constraints_attribute_for_its_kinds"),
        ),
        sa.CheckConstraint(
            "(kind IN ('MIN_CREDITS', 'MAX_CREDITS', 'MIN_CREDITS_AT_LEVEL', 'MAX_CREDITS_AT_LEVEL', 'MAX_CREDITS_WITH_ATTRIBUTE', 'MAX_CREDITS_PER_SUBJECT', 'MIN_RESIDENCY_CREDITS', 'MAX_TRANSFER_CREDITS', 'MAX_PASS_FAIL_CREDITS')) = (credits IS NOT NULL)",
            name=op.f("ck_requirement_constraints_credits_for_its_kinds"),
        ),
        sa.CheckConstraint(
            "(kind IN ('MIN_CREDITS_AT_LEVEL', 'MIN_COURSES_AT_LEVEL', 'MAX_CREDITS_AT_LEVEL')) = (level IS NOT NULL)",
            name=op.f("ck_requirement_constraints_level_for_its_kinds"),
        ),
        sa.CheckConstraint(
            "(kind IN ('MIN_DISTINCT_SUBJECTS')) = (subjects IS NOT NULL)",
            name=op.f("ck_requirement_constraints_subjects_for_its_kinds"),
        ),
        sa.CheckConstraint(
            "(kind IN ('MIN_GPA')) = (gpa IS NOT NULL)", name=op.f("ck_requirement_constraints_gpa_for_its_kinds")
        ),
        sa.CheckConstraint(
            "(kind IN ('MIN_GRADE')) = (grade IS NOT NULL)", name=op.f("ck_requirement_constraints_grade_for_its_kinds")
        ),
        sa.CheckConstraint(
            "grade IN ('A_PLUS', 'A', 'A_MINUS', 'B_PLUS', 'B', 'B_MINUS', 'C_PLUS', 'C', 'C_MINUS', 'D_PLUS', 'D', 'D_MINUS', 'F', 'P', 'NP', 'CR', 'NC', 'S', 'U', 'TR', 'W', 'WF', 'I', 'IP', 'AU', 'NR', 'E')",
            name=op.f("ck_requirement_constraints_grade_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('MIN_CREDITS', 'MAX_CREDITS', 'MIN_COURSES', 'MAX_COURSES', 'MIN_CREDITS_AT_LEVEL', 'MIN_COURSES_AT_LEVEL', 'MAX_CREDITS_AT_LEVEL', 'MIN_COURSES_WITH_ATTRIBUTE', 'MAX_CREDITS_WITH_ATTRIBUTE', 'MIN_DISTINCT_SUBJECTS', 'MAX_CREDITS_PER_SUBJECT', 'MIN_GRADE', 'MIN_GPA', 'MIN_RESIDENCY_CREDITS', 'MAX_TRANSFER_CREDITS', 'MAX_PASS_FAIL_CREDITS', 'MAX_AGE_YEARS')",
            name=op.f("ck_requirement_constraints_kind_known"),
        ),
        sa.CheckConstraint("courses >= 0", name=op.f("ck_requirement_constraints_courses_not_negative")),
        sa.CheckConstraint("credits >= 0", name=op.f("ck_requirement_constraints_credits_not_negative")),
        sa.CheckConstraint("gpa >= 0", name=op.f("ck_requirement_constraints_gpa_not_negative")),
        sa.CheckConstraint("level >= 0", name=op.f("ck_requirement_constraints_level_not_negative")),
        sa.CheckConstraint(
            "scope_level_from <= scope_level_to",
            name=op.f("ck_requirement_constraints_scope_level_from_to_scope_level_to"),
        ),
        sa.CheckConstraint("subjects >= 0", name=op.f("ck_requirement_constraints_subjects_not_negative")),
        sa.CheckConstraint("years >= 0", name=op.f("ck_requirement_constraints_years_not_negative")),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirements.id"],
            name=op.f("fk_requirement_constraints_requirement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["scope_institution_id"],
            ["institutions.id"],
            name=op.f("fk_requirement_constraints_scope_institution_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["program_versions.id"],
            name=op.f("fk_requirement_constraints_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_constraints")),
    )
    op.create_index(
        "ix_requirement_constraints_requirement_id", "requirement_constraints", ["requirement_id"], unique=False
    )
    op.create_index(
        "ix_requirement_constraints_scope_institution_id",
        "requirement_constraints",
        ["scope_institution_id"],
        unique=False,
        postgresql_where=sa.text("scope_institution_id IS NOT NULL"),
    )
    op.create_index("ix_requirement_constraints_version_id", "requirement_constraints", ["version_id"], unique=False)
    op.create_table(
        "requirement_options",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("requirement_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=True),
        sa.Column("course_code", sa.String(), nullable=True),
        sa.Column("institution_id", sa.BigInteger(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("number_from", sa.String(), nullable=True),
        sa.Column("number_to", sa.String(), nullable=True),
        sa.Column("level_from", sa.Integer(), nullable=True),
        sa.Column("level_to", sa.Integer(), nullable=True),
        sa.Column("attribute", sa.String(), nullable=True),
        sa.Column("attribute_value", sa.String(), nullable=True),
        sa.Column("is_preferred", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_excluded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("notes", sa.String(), nullable=True),
        sa.CheckConstraint(
            "attribute IS NOT NULL OR attribute_value IS NULL", name=op.f("ck_requirement_options_value_of_attribute")
        ),
        sa.CheckConstraint(
            "course_code IS NULL OR (subject IS NULL AND number_from IS NULL AND number_to IS NULL AND level_from IS NULL AND level_to IS NULL AND attribute IS NULL)",
            name=op.f("ck_requirement_options_course_or_pattern"),
        ),
        sa.CheckConstraint(
            "course_id IS NULL OR course_code IS NOT NULL", name=op.f("ck_requirement_options_course_has_code")
        ),
        sa.CheckConstraint("level_from <= level_to", name=op.f("ck_requirement_options_level_from_to_level_to")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_requirement_options_course_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_requirement_options_institution_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirements.id"],
            name=op.f("fk_requirement_options_requirement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_options")),
        sa.UniqueConstraint("requirement_id", "position", name=op.f("uq_requirement_options_requirement_id_position")),
    )
    op.create_index(
        "ix_requirement_options_course_id",
        "requirement_options",
        ["course_id"],
        unique=False,
        postgresql_where=sa.text("course_id IS NOT NULL"),
    )
    op.create_index("ix_requirement_options_institution_id", "requirement_options", ["institution_id"], unique=False)
    op.create_index(
        "ix_requirement_options_unknown",
        "requirement_options",
        ["course_code"],
        unique=False,
        postgresql_where=sa.text("course_code IS NOT NULL AND course_id IS NULL"),
    )
    op.create_table(
        "requirement_shares",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("requirement_id", sa.BigInteger(), nullable=False),
        sa.Column("with_key", sa.String(), nullable=False),
        sa.Column("max_credits", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("max_courses", sa.Integer(), nullable=True),
        sa.CheckConstraint("max_courses >= 0", name=op.f("ck_requirement_shares_max_courses_not_negative")),
        sa.CheckConstraint("max_credits >= 0", name=op.f("ck_requirement_shares_max_credits_not_negative")),
        sa.CheckConstraint(
            "max_credits IS NOT NULL OR max_courses IS NOT NULL", name=op.f("ck_requirement_shares_says_how_much")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirements.id"],
            name=op.f("fk_requirement_shares_requirement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_shares")),
        sa.UniqueConstraint("requirement_id", "with_key", name=op.f("uq_requirement_shares_requirement_id_with_key")),
    )
    op.create_table(
        "plan_exceptions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("requirement_key", sa.String(length=200), nullable=True),
        sa.Column("planned_course_id", sa.BigInteger(), nullable=True),
        sa.Column("version_id", sa.BigInteger(), nullable=True),
        sa.Column("limit_credits", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("limit_courses", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("granted_by", sa.String(length=200), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(kind = 'CATALOG') = (version_id IS NOT NULL)", name=op.f("ck_plan_exceptions_version_named")
        ),
        sa.CheckConstraint(
            "kind = 'CATALOG' OR requirement_key IS NOT NULL", name=op.f("ck_plan_exceptions_requirement_named")
        ),
        sa.CheckConstraint(
            "kind IN ('WAIVER', 'SUBSTITUTION', 'FORCE', 'FORBID', 'LIMIT', 'CATALOG')",
            name=op.f("ck_plan_exceptions_kind_known"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('SUBSTITUTION', 'FORCE', 'FORBID') OR planned_course_id IS NOT NULL",
            name=op.f("ck_plan_exceptions_course_named"),
        ),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_plan_exceptions_reason_not_blank")),
        sa.CheckConstraint("limit_courses >= 0", name=op.f("ck_plan_exceptions_limit_courses_not_negative")),
        sa.CheckConstraint("limit_credits >= 0", name=op.f("ck_plan_exceptions_limit_credits_not_negative")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_exceptions_plan_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["planned_course_id"],
            ["planned_courses.id"],
            name=op.f("fk_plan_exceptions_planned_course_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["program_versions.id"], name=op.f("fk_plan_exceptions_version_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_exceptions")),
    )
    op.create_index("ix_plan_exceptions_plan_id", "plan_exceptions", ["plan_id"], unique=False)
    op.create_index("ix_plan_exceptions_planned_course_id", "plan_exceptions", ["planned_course_id"], unique=False)
    op.create_index("ix_plan_exceptions_version_id", "plan_exceptions", ["version_id"], unique=False)
    op.create_table(
        "transfer_decisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("planned_course_id", sa.BigInteger(), nullable=False),
        sa.Column("receiving_institution_id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=True),
        sa.Column("equivalency_id", sa.BigInteger(), nullable=True),
        sa.Column("credits", sa.Numeric(precision=7, scale=3), nullable=True),
        sa.Column("is_denied", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("credits >= 0", name=op.f("ck_transfer_decisions_credits_not_negative")),
        sa.CheckConstraint(
            "is_denied <= (course_id IS NULL)", name=op.f("ck_transfer_decisions_denied_names_no_course")
        ),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_transfer_decisions_reason_not_blank")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_transfer_decisions_course_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["equivalency_id"],
            ["equivalencies.id"],
            name=op.f("fk_transfer_decisions_equivalency_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["planned_course_id"],
            ["planned_courses.id"],
            name=op.f("fk_transfer_decisions_planned_course_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["receiving_institution_id"],
            ["institutions.id"],
            name=op.f("fk_transfer_decisions_receiving_institution_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_decisions")),
    )
    op.create_index("ix_transfer_decisions_course_id", "transfer_decisions", ["course_id"], unique=False)
    op.create_index("ix_transfer_decisions_equivalency_id", "transfer_decisions", ["equivalency_id"], unique=False)
    op.create_index(
        "ix_transfer_decisions_planned_course_id", "transfer_decisions", ["planned_course_id"], unique=False
    )
    op.create_index(
        "ix_transfer_decisions_receiving_institution_id",
        "transfer_decisions",
        ["receiving_institution_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop everything; dropping a table drops its indexes."""
    op.drop_table("transfer_decisions")
    op.drop_table("plan_exceptions")
    op.drop_table("requirement_shares")
    op.drop_table("requirement_options")
    op.drop_table("requirement_constraints")
    op.drop_table("planned_courses")
    op.drop_table("requirements")
    op.drop_table("plans")
    op.drop_table("equivalency_sources")
    op.drop_table("equivalency_awards")
    op.drop_table("course_successors")
    op.drop_table("course_aliases")
    op.drop_table("program_versions")
    op.drop_table("equivalencies")
    op.drop_table("courses")
    op.drop_table("programs")
    op.drop_table("institution_aliases")
    op.drop_table("import_findings")
    op.drop_table("exclusion_groups")
    op.drop_table("cross_list_groups")
    op.drop_table("choice_sets")
    op.drop_table("institutions")
    op.drop_table("import_jobs")
    op.drop_table("idempotency_keys")
    op.drop_table("audit_log")
