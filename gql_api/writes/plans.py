"""Use cases on plans: create one, open one by its code."""

import dataclasses
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from gql_api import access, errors
from gql_api.domain import plan_codes, plan_warnings, statuses, terms
from gql_api.reads import plans, programs
from gql_api.tables.plans import Plan, PlanBase
from gql_api.writes import audit_log, idempotency, mistakes, plan_locks, planned_entries, planned_warnings, validation
from gql_api.writes.audit_log import Origin

_KEY_SHAPE = re.compile(r"[A-Za-z0-9_+/=.:-]{22,200}")
_KEY_DISTINCT = 6
_PINS = ("target_version_id", "current_version_id")
_CODE_LABEL = b"gql_api plan code of an idempotency key\x00"
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """What a student says of a plan to be made. Give the target's program or its version, not both."""

    name: str | None = None
    student_name: str | None = None
    student_email: str | None = None
    advisor_email: str | None = None
    catalog_term: terms.Term | None = None
    target_program_id: int | None = None
    target_version_id: int | None = None
    current_program_id: int | None = None
    courses: tuple[planned_entries.Draft, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """A new plan with its code, which is told now and never again, its entries, and what is odd about them."""

    plan: plans.PlanRow
    code: str
    entries: tuple[plans.PlannedCourseRow, ...] = ()
    warnings: tuple[plan_warnings.Warning, ...] = ()


async def create(
    connection: AsyncConnection,
    new: NewPlan,
    origin: Origin,
    keys: Sequence[str],
    idempotency_key: str | None = None,
) -> Created:
    """Make a plan. `keys` are the secrets that are valid, the present one first.

    With an idempotency key the code is derived from it and the secret, so that a repeated request gets it again.

    Raises:
        ExpectedError, or an ExceptionGroup of them: a program that is unknown or has no version to pin, a wrong value.
    """
    asked = _asked(new, idempotency_key)
    if asked is not None and idempotency_key is not None:
        plan_id = await idempotency.first_result(connection, asked, origin.now)
        if plan_id is not None:
            return await _created_before(connection, plan_id, idempotency_key, keys)
    values, ready = await _ready(connection, new)
    code = plan_codes.generate(secrets.token_bytes(plan_codes.RANDOM_BYTES))
    if idempotency_key is not None:
        code = _derived(idempotency_key, keys[0])
    plan = await _insert(connection, values | _locks(code, keys[0]), origin)
    made = await planned_entries.insert(connection, plan.id, ready.rows)
    if asked is not None:
        await idempotency.remember(connection, asked, plan.id, origin.now)
    if origin.viewer.may_administer():
        await audit_log.record(connection, origin, "createPlan", "plans", plan.id, {"entries": len(made)})
    warnings = await planned_warnings.warned(connection, plan.id, made, made, ready.known, origin.now.date())
    return Created(plan=plan, code=code, entries=tuple(made), warnings=warnings)


async def _ready(connection: AsyncConnection, new: NewPlan) -> tuple[dict[str, Any], planned_entries.Ready]:
    """The plan's columns and its first entries; whatever is wrong with any of them is told together."""
    wrong, values, courses = mistakes.Mistakes(), dict[str, Any](), new.courses
    ready = planned_entries.Ready(rows=(), known={})
    with wrong.collected():
        values |= _values(new)
    with wrong.collected():
        values |= await _pins(connection, new)
    versions = [values[name] for name in _PINS if values.get(name) is not None]
    if not values.keys() >= set(_PINS):  # which requirements there are to be pinned to is not known
        courses = tuple(dataclasses.replace(one, pinned_requirement=None) for one in courses)
    if courses:
        with wrong.collected():
            ready = await planned_entries.ready(connection, courses, (), versions)
    wrong.refuse()
    return values, ready


async def opened(connection: AsyncConnection, code: str, origin: Origin, keys: Sequence[str]) -> plans.PlanRow:
    """The plan that the code opens, marked as used. A code hashed under the previous secret is hashed anew.

    Raises:
        InvalidInput: the text cannot be a code.
        NotFound: it opens nothing.
    """
    try:
        digests = [plan_codes.digest(code, key.encode()) for key in keys]
    except errors.InvalidInput as error:
        raise errors.InvalidInput(error.message, path=("code",)) from None
    statement = (
        sa.update(Plan)
        .where(col(Plan.code_hmac).in_(digests), col(Plan.deleted_at).is_(None))
        .values(last_used_at=origin.now, **_locks(code, keys[0]))
        .returning(*plan_locks.COLUMNS)
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        raise errors.NotFound("This code opens no plan. Check it, or create a new plan.", path=("code",))
    return plans.PlanRow(*row)


def _asked(new: NewPlan, key: str | None) -> idempotency.Request | None:
    """The request with its key, which must be hard to guess: whoever has it can have the code."""
    if key is not None and not (_KEY_SHAPE.fullmatch(key) and len(set(key)) >= _KEY_DISTINCT):
        text = "The idempotency key of createPlan has at least 128 random bits: 22 or more letters, digits, - or _."
        raise errors.InvalidInput(text, path=("idempotency_key",))
    return idempotency.request("createPlan", access.ANONYMOUS, key, new)  # one plan per key, whoever repeats it


def _values(new: NewPlan) -> dict[str, Any]:
    values = validation.cleaned(
        {
            "name": new.name,
            "student_name": new.student_name,
            "student_email": new.student_email,
            "advisor_email": new.advisor_email,
            "status": statuses.PlanStatus.ACTIVE,
        }
    )
    mistakes = validation.problems(PlanBase, values)
    for name in ("student_email", "advisor_email"):
        if values[name] is not None and not _EMAIL.fullmatch(values[name]):
            text = "This is not an e-mail address. Write it as name@example.edu, or leave it out."
            mistakes.append(errors.InvalidInput(text, path=(name,)))
    validation.refuse(mistakes)
    return values | {"catalog_term_key": new.catalog_term and new.catalog_term.sort_key}


async def _pins(connection: AsyncConnection, new: NewPlan) -> dict[str, int | None]:
    """The versions that the plan follows: never one later than the student's catalog term."""
    term_key = None if new.catalog_term is None else new.catalog_term.sort_key
    wrong, found = mistakes.Mistakes(), dict[str, int | None]()
    with wrong.collected():
        found["target_version_id"] = await _latest(connection, new.target_program_id, term_key, "target_program_id")
    if new.target_version_id is not None:
        with wrong.collected():
            if new.target_program_id is not None:
                text = "Give targetProgramId or targetVersionId, not both."
                raise errors.InvalidInput(text, path=("target_version_id",))
            found["target_version_id"] = await _chosen(connection, new.target_version_id, term_key)
    with wrong.collected():
        current = await _latest(connection, new.current_program_id, term_key, "current_program_id")
        found["current_version_id"] = current
    wrong.refuse()
    return found


async def _latest(connection: AsyncConnection, program_id: int | None, term_key: int | None, name: str) -> int | None:
    if program_id is None:
        return None
    version = await programs.latest_published(connection, program_id, term_key)
    if version is not None:
        return version.id
    (program,) = await programs.by_id(connection, [program_id])
    if program is None:
        raise errors.NotFound("There is no program with this id.", path=(name,))
    if term_key is None or await programs.latest_published(connection, program_id, None) is None:
        raise errors.InvalidInput(f"{program.name} has no published version.", path=(name,))
    text = f"{program.name} has no published version for {terms.from_sort_key(term_key).label} or before."
    raise errors.InvalidInput(text, path=("catalog_term",))


async def _chosen(connection: AsyncConnection, version_id: int, term_key: int | None) -> int:
    (version,) = await programs.versions_by_id(connection, [version_id])
    if version is None:
        raise errors.NotFound("There is no program version with this id.", path=("target_version_id",))
    if version.state is statuses.VersionState.DRAFT:
        raise errors.InvalidInput("This version is a draft; choose a published one.", path=("target_version_id",))
    if term_key is not None and version.term_key > term_key:
        text = "The version is later than this catalog term. Choose an earlier one, or another term."
        raise errors.InvalidInput(text, path=("catalog_term",))
    return version.id


async def _insert(connection: AsyncConnection, values: Mapping[str, Any], origin: Origin) -> plans.PlanRow:
    moments = dict.fromkeys(("created_at", "updated_at", "last_used_at"), origin.now)
    statement = sa.insert(Plan).values(**values, **moments).returning(*plan_locks.COLUMNS)
    return plans.PlanRow(*(await connection.execute(statement)).one())


async def _created_before(
    connection: AsyncConnection, plan_id: int, idempotency_key: str, keys: Sequence[str]
) -> Created:
    """What the first request with this key created. Its code may have been derived or hashed with any valid secret."""
    statement = sa.select(col(Plan.code_hmac), *plan_locks.COLUMNS).where(
        col(Plan.id) == plan_id, col(Plan.deleted_at).is_(None)
    )
    row = (await connection.execute(statement)).first()
    codes = [_derived(idempotency_key, key) for key in keys]
    matching = [
        code
        for code in codes
        if row is not None and any(hmac.compare_digest(plan_codes.digest(code, key.encode()), row[0]) for key in keys)
    ]
    if row is None or not matching:
        text = "The plan that this key created is gone, or its code was changed. Use a new key for a new plan."
        raise errors.Conflict(text, path=("idempotency_key",))
    return Created(plan=plans.PlanRow(*tuple(row)[1:]), code=matching[0])


def _derived(idempotency_key: str, key: str) -> str:
    return plan_codes.generate(hmac.digest(key.encode(), _CODE_LABEL + idempotency_key.encode(), hashlib.sha256))


def _locks(code: str, key: str) -> dict[str, Any]:
    """The columns that hold a code."""
    return {"code_hmac": plan_codes.digest(code, key.encode()), "code_key_id": plan_codes.key_id(key)}
