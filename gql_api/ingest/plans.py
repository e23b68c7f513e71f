"""The kind `plans`: JSON files of plans and transcripts. A finding's row is the number of the plan.

Every plan gets a new code, which only `Plans.loaded` tells, once, after the commit: of a code nothing but its digest
is stored. Plans have no name that would identify them, so a file that was imported is never imported again.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import LiteralString

from gql_api.domain import plan_codes
from gql_api.ingest import contract, documents, files, plan_documents, plan_drafts
from gql_api.writes import plan_rows

_IMPORTED = "SELECT max(id) FROM import_jobs WHERE kind = 'plans' AND state = 'COMMITTED' AND content_hash = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """A plan that was stored, with its code."""

    name: str | None
    code: str


class Plans:
    """See `contract.Kind`. `secret` makes the digests; `random` gives so many secure random bytes."""

    name = "plans"
    tables: tuple[LiteralString, ...] = ("plans", "planned_courses")

    def __init__(self, secret: str, random: Callable[[int], bytes]) -> None:
        self.loaded: tuple[NewPlan, ...] = ()
        """The new plans in the order of the files, after `apply`."""
        self._secret = secret
        self._random = random
        self._plans: list[plan_drafts.Placed] = []
        self._drafts: list[plan_drafts.Draft] = []
        self._hash = b""

    def stage(self, run: contract.Run, tables: Sequence[files.File]) -> None:
        """Read the documents."""
        self._hash = files.combined_hash(tables)
        for file in tables:
            for index, plan in enumerate(documents.read(file, plan_documents.Plans).plans):
                at = file.position * files.PLACES + index + 1
                self._plans.append(plan_drafts.Placed(at=at, index=index, plan=plan))
                run.progress(len(self._plans))

    def plan(self, run: contract.Run) -> contract.Plan:
        """Look everything up; plans are only ever new."""
        row = run.cursor.execute(_IMPORTED, (self._hash,)).fetchone()
        if row is not None and row[0] is not None:
            note = f"These plans were imported before (job {row[0]}). They are not imported twice."
            count = len(self._plans)
            return contract.Plan(new=0, updated=0, unchanged=count, removed=0, digest=f"job {row[0]}", notes=(note,))
        self._drafts = plan_drafts.drafts(run, self._plans)
        based_on = [
            (draft.at, draft.target_version_id, draft.current_version_id, [entry.course_id for entry in draft.entries])
            for draft in self._drafts
        ]
        digest = hashlib.sha256(repr(based_on).encode()).hexdigest()
        return contract.Plan(new=len(self._drafts), updated=0, unchanged=0, removed=0, digest=digest)

    def apply(self, run: contract.Run) -> None:
        """Give every plan a code and store it."""
        made = tuple(plan_codes.generate(self._random(plan_codes.RANDOM_BYTES)) for _ in self._drafts)
        key_id = plan_codes.key_id(self._secret)
        key = self._secret.encode("utf-8")
        new = [
            draft.with_code(plan_codes.digest(code, key), key_id)
            for draft, code in zip(self._drafts, made, strict=True)
        ]
        if new:
            plan_rows.insert(run.cursor, new)
        self.loaded = tuple(
            NewPlan(name=draft.plan.name, code=code) for draft, code in zip(self._drafts, made, strict=True)
        )
