"""Whole plans as rows, and the statements that insert them; one JSON array each, as in `requirement_rows`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import LiteralString

import psycopg

from gql_api.domain import grades, statuses, terms

_ALLOCATE: LiteralString = """
SELECT nextval(pg_get_serial_sequence('plans', 'id')) FROM generate_series(1, %s) ORDER BY 1
"""
_PLANS: LiteralString = """
INSERT INTO plans (
    id, code_hmac, code_key_id, name, student_name, student_email, advisor_email, status, catalog_term_key,
    target_version_id, current_version_id
)
SELECT id, decode(code_hmac, 'hex'), code_key_id, name, student_name, student_email, advisor_email, status,
       catalog_term_key, target_version_id, current_version_id
FROM jsonb_to_recordset(%s::jsonb) AS given (
    id bigint, code_hmac text, code_key_id text, name text, student_name text, student_email text, advisor_email text,
    status text, catalog_term_key integer, target_version_id bigint, current_version_id bigint
)
"""
_COURSES: LiteralString = """
INSERT INTO planned_courses (
    plan_id, course_id, unlisted_institution, unlisted_code, unlisted_title, unlisted_credits, year, season, session,
    taken_on, status, grade, score, credits, is_repeat, pinned_key, notes
)
SELECT * FROM jsonb_to_recordset(%s::jsonb) AS given (
    plan_id bigint, course_id bigint, unlisted_institution text, unlisted_code text, unlisted_title text,
    unlisted_credits numeric, year integer, season text, session text, taken_on date, status text, grade text,
    score integer, credits numeric, is_repeat boolean, pinned_key text, notes text
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlisted:
    """A course of no catalog, in words."""

    institution: str | None
    code: str | None
    title: str
    credits: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A planned course: a catalog course by its id, or an unlisted one."""

    course_id: int | None
    unlisted: Unlisted | None
    term: terms.Term | None
    taken_on: date | None
    status: statuses.PlannedStatus
    grade: grades.Grade | None
    score: int | None
    credits: Decimal | None
    is_repeat: bool
    pinned_key: str | None
    notes: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """A plan to be stored; of its code only the digest."""

    code_digest: bytes
    code_key_id: str
    name: str | None
    student_name: str | None
    student_email: str | None
    advisor_email: str | None
    status: statuses.PlanStatus
    catalog_term: terms.Term | None
    target_version_id: int | None
    current_version_id: int | None
    entries: tuple[Entry, ...]


def insert(cursor: psycopg.Cursor, plans: Sequence[NewPlan]) -> list[int]:
    """Store the plans with their courses in three statements; their ids in the same order. Nothing is committed."""
    ids = [int(row[0]) for row in cursor.execute(_ALLOCATE, (len(plans),)).fetchall()]
    pairs = list(zip(ids, plans, strict=True))
    cursor.execute(_PLANS, (json.dumps([_plan(plan_id, plan) for plan_id, plan in pairs]),))
    courses = [_course(plan_id, entry) for plan_id, plan in pairs for entry in plan.entries]
    cursor.execute(_COURSES, (json.dumps(courses),))
    return ids


def _plan(plan_id: int, plan: NewPlan) -> dict[str, object]:
    return {
        "id": plan_id,
        "code_hmac": plan.code_digest.hex(),
        "code_key_id": plan.code_key_id,
        "name": plan.name,
        "student_name": plan.student_name,
        "student_email": plan.student_email,
        "advisor_email": plan.advisor_email,
        "status": plan.status.name,
        "catalog_term_key": None if plan.catalog_term is None else plan.catalog_term.sort_key,
        "target_version_id": plan.target_version_id,
        "current_version_id": plan.current_version_id,
    }


def _course(plan_id: int, entry: Entry) -> dict[str, object]:
    unlisted, term = entry.unlisted, entry.term
    return {
        "plan_id": plan_id,
        "course_id": entry.course_id,
        "unlisted_institution": None if unlisted is None else unlisted.institution,
        "unlisted_code": None if unlisted is None else unlisted.code,
        "unlisted_title": None if unlisted is None else unlisted.title,
        "unlisted_credits": None if unlisted is None else str(unlisted.credits),
        "year": None if term is None else term.year,
        "season": None if term is None else term.season.name,
        "session": None if term is None else term.session,
        "taken_on": None if entry.taken_on is None else entry.taken_on.isoformat(),
        "status": entry.status.name,
        "grade": None if entry.grade is None else entry.grade.name,
        "score": entry.score,
        "credits": None if entry.credits is None else str(entry.credits),
        "is_repeat": entry.is_repeat,
        "pinned_key": entry.pinned_key,
        "notes": entry.notes,
    }
