"""Files of equivalencies: their columns, and one row of one as staged values. Codes are looked up later, in SQL."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import LiteralString, TypeVar

from gql_api import errors
from gql_api.domain import codes, equivalencies, grades
from gql_api.ingest import cells, contract, equivalency_targets, files, headers, institution_names, staging

Value = TypeVar("Value")

LAYOUT = headers.Layout(
    kind="equivalencies",
    columns=(
        headers.Column(name="from_course_code", aliases=("from_code", "from_course"), is_required=True, longest=120),
        headers.Column(name="from_institution", aliases=("sending_institution",), is_required=True, longest=200),
        headers.Column(name="to_course_code", aliases=("to_code", "to_course"), is_required=True, longest=120),
        headers.Column(name="to_institution", aliases=("receiving_institution",), is_required=True, longest=200),
        headers.Column(name="equivalency_type", aliases=("type",)),
        headers.Column(name="outcome"),
        headers.Column(name="strength"),
        headers.Column(name="status"),
        headers.Column(name="condition", longest=2_000),
        headers.Column(name="reason", longest=2_000),
        headers.Column(name="notes", longest=5_000),
        headers.Column(name="credits", aliases=("to_credits",)),
        headers.Column(name="min_grade", aliases=("minimum_grade",)),
        headers.Column(name="min_score", aliases=("minimum_score",)),
        headers.Column(name="effective_from"),
        headers.Column(name="effective_until", aliases=("effective_to",)),
        headers.Column(name="set_id", aliases=("set",), longest=120),
        headers.Column(name="side"),
        headers.Column(name="group", aliases=("source_group",), longest=120),
        headers.Column(name="approved_by", longest=200),
        headers.Column(name="approved_on"),
        headers.Column(name="source", longest=200),
    ),
    ignored=("from_title", "to_title", "from_credits"),
)
OPTIONAL = ("status", "condition", "reason", "notes", "approved_by", "approved_on", "source")
"""Columns that keep what is stored where the file has no such column."""

CREATE = """
CREATE TEMPORARY TABLE staged_equivalencies (
    at bigint NOT NULL,
    rule text NOT NULL,
    is_broken boolean NOT NULL DEFAULT false,
    sending integer,
    receiving integer,
    from_code text,
    from_key text,
    source_group text,
    minimum_grade text,
    minimum_score integer,
    to_code text,
    to_key text,
    outcome text,
    kind text,
    subject text,
    area text,
    level integer,
    tags text[],
    is_forced boolean,
    course_strength text,
    credits numeric(7, 3),
    strength text,
    status text,
    condition text,
    reason text,
    notes text,
    effective_from date,
    effective_until date,
    approved_by text,
    approved_on date,
    source text,
    given text
) ON COMMIT DROP
"""
COPY: LiteralString = (
    "COPY staged_equivalencies (at, rule, is_broken, sending, receiving, from_code, from_key, source_group, "
    "minimum_grade, minimum_score, to_code, to_key, outcome, kind, subject, area, level, tags, is_forced, "
    "course_strength, credits, "
    "strength, status, condition, reason, notes, effective_from, effective_until, approved_by, approved_on, source, "
    "given) FROM STDIN"
)
_WIDTH = 32
_KNOWN = 65_536
"""The same few courses stand in many rows: so many codes and targets are read once only."""
_NO_TAGS = "{}"
"""An empty array as COPY reads it; making it of an empty list takes longer than the rest of a row."""
_parsed = functools.lru_cache(maxsize=_KNOWN)(codes.parse)
_target_read = functools.lru_cache(maxsize=_KNOWN)(equivalency_targets.read)
_day = functools.lru_cache(maxsize=_KNOWN)(cells.day)


def staged(
    run: contract.Run, tables: Sequence[files.File], names: institution_names.Names
) -> Iterator[tuple[object, ...]]:
    """The rows of the files in the order of COPY's columns. A wrong row of a set is staged too, as broken, so that
    the rest of its set is not taken for the whole.
    """
    named = frozenset(codes.subject(code) for code in run.options.placeholders)
    for row in staging.read(run, tables, LAYOUT):
        set_id = row.cells.get("set_id", "")
        rule = f"s{row.at // files.PLACES}:{set_id}" if set_id else f"r{row.at}"
        values = _Row(run, row, named).staged(names)
        if values is not None:
            yield (row.at, rule, False, *values)
        elif set_id:
            yield (row.at, rule, True, *(None,) * (_WIDTH - 3))


@dataclass(frozen=True, slots=True)
class _Side:
    code: str | None
    key: str | None
    target: equivalency_targets.Target | None = None


class _Row:
    """One row; collects every error of it before giving up."""

    def __init__(self, run: contract.Run, row: files.Row, named: frozenset[str]) -> None:
        self._run = run
        self._named = named
        self._at = row.at
        self._cells = row.cells
        self._is_valid = True

    def staged(self, names: institution_names.Names) -> tuple[object, ...] | None:
        source = self._source()
        target = self._target(source)
        sending = self._institution("from_institution", names)
        receiving = self._institution("to_institution", names)
        grade = self._read("min_grade", _grade)
        score = self._read("min_score", cells.whole)
        given_credits = self._read("credits", cells.amount)
        shared = self._rule(target.target)
        if not self._is_valid or target.target is None:
            return None
        reading = target.target.reading
        return (
            sending,
            receiving,
            source.code,
            source.key,
            self._cells.get("group") or None,
            None if grade is None else grade.name,
            score,
            target.code,
            target.key,
            None if target.target.outcome is None else target.target.outcome.name,
            None if reading is None or reading.kind is None else reading.kind.name,
            None if reading is None else reading.subject,
            None if reading is None else reading.area,
            None if reading is None else reading.level,
            list(reading.tags) if reading is not None and reading.tags else _NO_TAGS,
            target.target.is_forced,
            None if target.target.course_strength is None else target.target.course_strength.name,
            given_credits,
            *shared,
            ",".join([name for name in OPTIONAL if name in self._cells]),
        )

    def _source(self) -> _Side:
        published = self._code("from_course_code")
        if published is None:
            return _Side(None, None)
        parsed = self._read("from_course_code", _parsed)
        return _Side(published, None if parsed is None else parsed.key)

    def _target(self, source: _Side) -> _Side:
        """What the row says of the receiving side, checked against what stands on the sending side."""
        published = self._code("to_course_code")
        side = self._cells.get("side", "").lower()
        is_member = bool(self._cells.get("set_id"))
        if is_member and side not in {"", "from", "to"}:
            self._error("side", f"“{side}” is no side. Write from or to.")
        if is_member and published is None and source.code is None:
            self._error("from_course_code", "The row names no course. A row of a set names one on its side.")
        if is_member and published is None:
            return _Side(None, None, equivalency_targets.NOTHING)
        try:
            target = _target_read(
                published,
                kind=self._cells.get("equivalency_type", ""),
                outcome=self._cells.get("outcome", ""),
                strength=self._cells.get("strength", ""),
                is_placeholder=published is not None and codes.subject(published) in self._named,
            )
        except equivalency_targets.ColumnError as error:
            self._error(error.column, error.message)
            return _Side(published, None)
        if source.code is None and not is_member and not target.needs_no_source:
            self._error("from_course_code", "The row names no sending course. Fill the column.")
        for column, message in target.warnings:
            self._run.findings.warn(self._at, column, message)
        return _Side(published, target.key, target)

    def _rule(self, target: equivalency_targets.Target | None) -> tuple[object, ...]:
        """Strength to source: what is said of the whole rule."""
        cell = self._cells.get
        status = self._read("status", _status)
        start, end = self._read("effective_from", _day), self._read("effective_until", _day)
        if start is not None and end is not None and start > end:
            self._error("effective_until", "The rule would end before it begins. Exchange the two dates.")
        strength = None if target is None else target.strength
        condition, reason, notes = cell("condition") or None, cell("reason") or None, cell("notes") or None
        if strength is equivalencies.Strength.CONDITIONAL and condition is None:
            self._error("condition", "The rule is conditional and names no condition. Fill the column condition.")
        if status is equivalencies.RuleStatus.DENIED and reason is None:
            self._error("reason", "The rule is denied and names no reason. Fill the column reason.")
        approved_on = self._read("approved_on", _day)
        return (
            None if strength is None else strength.name,
            None if status is None else status.name,
            condition,
            reason,
            notes,
            start,
            end,
            cell("approved_by") or None,
            approved_on,
            cell("source") or None,
        )

    def _institution(self, column: str, names: institution_names.Names) -> int | None:
        name = self._cells.get(column, "")
        if name:
            return names.ordinal(name, self._at)
        if not self._cells.get("set_id"):
            self._error(column, "The row names no institution. Fill the column.")
        return None

    def _code(self, column: str) -> str | None:
        return " ".join(self._cells.get(column, "").split()) or None

    def _read(self, column: str, parse: Callable[[str], Value]) -> Value | None:
        text = self._cells.get(column)
        if not text:
            return None  # as every reader here takes blank cells
        try:
            return parse(text)
        except errors.InvalidInput as error:
            self._error(column, error.message)
            return None

    def _error(self, column: str, message: str) -> None:
        self._run.findings.error(self._at, column, message)
        self._is_valid = False


def _grade(text: str) -> grades.Grade | None:
    return grades.parse(text) if text else None


def _status(text: str) -> equivalencies.RuleStatus | None:
    return cells.member(text, equivalencies.RuleStatus, what="status of a rule")
