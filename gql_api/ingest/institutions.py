"""The kind `institutions`: colleges and examining bodies with their policies, one a row, identified by name or alias.

There are thousands of them at most, so rows are compared in memory. Nothing is ever removed.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, LiteralString

from psycopg import sql

from gql_api import errors
from gql_api.domain import grades, institutions
from gql_api.ingest import cells, contract, files, headers, institution_names, staging

LAYOUT = headers.Layout(
    kind="institutions",
    columns=(
        headers.Column(
            name="name", aliases=("institution", "institution_name", "college"), is_required=True, longest=200
        ),
        headers.Column(name="abbreviation", aliases=("short_name", "acronym"), longest=40),
        headers.Column(name="aliases", aliases=("other_names",), longest=2_000),
        headers.Column(name="kind", aliases=("level", "type")),
        headers.Column(name="calendar"),
        headers.Column(name="location", longest=200),
        headers.Column(name="credits_granted"),
        headers.Column(name="equivalency_date"),
        headers.Column(name="credit_repeat"),
        headers.Column(name="gpa_repeat"),
        headers.Column(name="pass_proves"),
        headers.Column(name="minimum_transfer_grade"),
        headers.Column(name="sophomore_credits"),
        headers.Column(name="junior_credits"),
        headers.Column(name="senior_credits"),
        headers.Column(name="credit_tolerance"),
    ),
    ignored=("source", "sources"),
)
MOST = 50_000
_LONGEST_ALIAS = 200


def _listed(members: type[Enum], what: str) -> Callable[[str], object]:
    def read(text: str) -> object:
        chosen = cells.member(text.replace("2-", "two-").replace("4-", "four-"), members, what=what)
        return None if chosen is None else chosen.name

    return read


def _grade(text: str) -> object:
    return grades.parse(text).name if text else None


_READERS: dict[str, Callable[[str], object]] = {
    "kind": _listed(institutions.InstitutionKind, "kind of institution"),
    "calendar": _listed(institutions.Calendar, "calendar"),
    "location": lambda text: text or None,
    "credits_granted": _listed(institutions.CreditsGranted, "policy for credits"),
    "equivalency_date": _listed(institutions.EquivalencyDate, "policy for dates"),
    "credit_repeat": _listed(institutions.RepeatPolicy, "policy for repeats"),
    "gpa_repeat": _listed(institutions.RepeatPolicy, "policy for repeats"),
    "pass_proves": _grade,
    "minimum_transfer_grade": _grade,
    "sophomore_credits": cells.amount,
    "junior_credits": cells.amount,
    "senior_credits": cells.amount,
    "credit_tolerance": cells.amount,
}
_MAY_BE_EMPTIED = frozenset({"location", "minimum_transfer_grade"})
_STANDINGS = {"sophomore_credits": Decimal(30), "junior_credits": Decimal(60), "senior_credits": Decimal(90)}


@dataclass(slots=True, kw_only=True)
class _Institution:
    """A row that was read, and what is to become of it: `id` where it is stored, `changes` by column."""

    at: int
    name: str
    abbreviation: str
    aliases: list[str]
    values: dict[str, object]
    id: int | None = None
    changes: dict[str, object] = field(default_factory=dict[str, object])
    new_aliases: list[str] = field(default_factory=list[str])
    is_wrong: bool = False
    stored: str = ""


class Institutions:
    """See `contract.Kind`."""

    name = "institutions"
    tables: tuple[LiteralString, ...] = ("institutions", "institution_aliases")

    def __init__(self) -> None:
        """A kind for one job."""
        self._rows: list[_Institution] = []

    def stage(self, run: contract.Run, tables: Sequence[files.File]) -> None:
        """Read the rows; the first of a name is kept."""
        seen: dict[str, int] = {}
        for row in staging.read(run, tables, LAYOUT):
            read = _read(run, row)
            if read is None:
                continue
            first = seen.setdefault(read.name.lower(), row.at)
            if first != row.at:
                run.findings.warn(
                    row.at,
                    "name",
                    f"“{read.name}” stands in {run.findings.place(first)} already. The first row is kept.",
                )
                continue
            self._rows.append(read)
            if len(self._rows) > MOST:
                raise errors.InvalidInput(f"More than {MOST:,} institutions. Is this a file of institutions?")

    def plan(self, run: contract.Run) -> contract.Plan:
        """Compare the rows with what is stored."""
        if run.options.mode is contract.Mode.REPLACE:
            raise errors.InvalidInput("Institutions cannot be replaced, since everything refers to them. Use upsert.")
        names = institution_names.known(run.cursor)
        stored = _stored(run)
        owners = dict(names)
        planned: set[int] = set()
        for row in self._rows:
            row.id, row.changes, row.new_aliases, row.is_wrong = names.get(row.name.lower()), {}, [], False
            owner = row.id if row.id is not None else -row.at
            owners.setdefault(row.name.lower(), owner)
            if owner in planned:
                run.findings.warn(row.at, "name", f"“{row.name}” is an institution of an earlier row. It is left out.")
                row.is_wrong = True
            planned.add(owner)
        for row in self._rows:
            if not row.is_wrong:
                _compare(run, row, stored.get(row.id or 0, {}), owners)
        good = [row for row in self._rows if not row.is_wrong]
        _guess(run, [row for row in good if row.id is None and not row.abbreviation], owners)
        changed = [row for row in good if row.id is not None and (row.changes or row.new_aliases)]
        new = [row for row in good if row.id is None]
        return contract.Plan(
            new=len(new),
            updated=len(changed),
            unchanged=len(good) - len(new) - len(changed),
            removed=0,
            digest=_digest(good),
        )

    def apply(self, run: contract.Run) -> None:
        """Write the difference."""
        for row in self._rows:
            if row.is_wrong:
                continue
            if row.id is None:
                row.id = _insert(run, row)
            elif row.changes:
                _update(run, row)
            for alias in row.new_aliases:
                run.cursor.execute(
                    "INSERT INTO institution_aliases (institution_id, alias) VALUES (%s, %s)", (row.id, alias)
                )


def _read(run: contract.Run, row: files.Row) -> _Institution | None:
    is_valid = True

    def refuse(column: str, message: str) -> None:
        nonlocal is_valid
        run.findings.error(row.at, column, message)
        is_valid = False

    values: dict[str, object] = {}
    for column, reader in _READERS.items():
        if column in row.cells:
            try:
                value = reader(row.cells[column])
            except errors.InvalidInput as error:
                refuse(column, error.message)
            else:
                if value is not None or column in _MAY_BE_EMPTIED:
                    values[column] = value
    name = institutions.normalised_name(row.cells.get("name", ""))
    if not name:
        refuse("name", "The name is empty. Write the institution's name.")
    aliases = [part.strip() for part in row.cells.get("aliases", "").replace("|", ";").split(";") if part.strip()]
    aliases = [institutions.normalised_name(alias) for alias in aliases]
    if any(len(alias) > _LONGEST_ALIAS for alias in aliases):
        refuse("aliases", f"An alias has more than {_LONGEST_ALIAS} characters. Separate aliases by semicolons.")
    if not is_valid:
        return None
    abbreviation = institutions.normalised_name(row.cells.get("abbreviation", ""))
    return _Institution(at=row.at, name=name, abbreviation=abbreviation, aliases=aliases, values=values)


def _stored(run: contract.Run) -> dict[int, dict[str, Any]]:
    names = ("id", "abbreviation", *_READERS)
    query = sql.SQL("SELECT {}, xmin::text FROM institutions").format(
        sql.SQL(", ").join(sql.Identifier(name) for name in names)
    )
    return {row[0]: dict(zip((*names, "xmin"), row, strict=True)) for row in run.cursor.execute(query).fetchall()}


def _compare(run: contract.Run, row: _Institution, stored: dict[str, Any], owners: dict[str, int]) -> None:
    """Fill in what changes; names that belong to another institution are errors."""
    own = row.id if row.id is not None else -row.at
    row.stored = str(stored.get("xmin", ""))
    row.changes = {
        column: value for column, value in row.values.items() if column not in stored or stored[column] != value
    }
    if not _standings_are_ordered(row, stored):
        run.findings.error(row.at, "sophomore_credits", "The thresholds of standing must ascend, such as 30, 60, 90.")
        row.is_wrong = True
    for alias in row.aliases:
        if owners.setdefault(alias.lower(), own) != own:
            run.findings.error(
                row.at, "aliases", f"“{alias}” is a name of another institution. Remove it here or there."
            )
            row.is_wrong = True
    known = {alias.lower() for alias in (row.name, str(stored.get("abbreviation") or ""))}
    kept = _aliases_of(run, row.id)
    row.new_aliases = sorted({alias for alias in row.aliases if alias.lower() not in known | kept})
    if row.abbreviation:
        if owners.setdefault(row.abbreviation.lower(), own) != own:
            message = f"The abbreviation “{row.abbreviation}” is taken by another institution. Choose another."
            run.findings.error(row.at, "abbreviation", message)
            row.is_wrong = True
        elif str(stored.get("abbreviation") or "").lower() != row.abbreviation.lower():
            row.changes["abbreviation"] = row.abbreviation


def _guess(run: contract.Run, rows: Sequence[_Institution], owners: dict[str, int]) -> None:
    """The initials of new institutions whose rows give no abbreviation, unless they are taken or collide."""
    guessed = institution_names.abbreviations([row.name for row in rows], owners)
    for row, abbreviation in zip(rows, guessed, strict=True):
        if abbreviation is not None:
            row.changes["abbreviation"] = abbreviation
        else:
            message = f"“{row.name}” gets no abbreviation, since its initials collide. Write one into the file."
            run.findings.warn(row.at, "abbreviation", message)


def _aliases_of(run: contract.Run, institution_id: int | None) -> frozenset[str]:
    """The stored aliases of an institution, in lower case; none for a new one."""
    if institution_id is None:
        return frozenset()
    query = "SELECT lower(alias::text) FROM institution_aliases WHERE institution_id = %s"
    return frozenset(row[0] for row in run.cursor.execute(query, (institution_id,)).fetchall())


def _standings_are_ordered(row: _Institution, stored: dict[str, Any]) -> bool:
    given = [row.values.get(name, stored.get(name, default)) for name, default in _STANDINGS.items()]
    amounts = [amount for amount in given if isinstance(amount, Decimal)]
    return amounts == sorted(amounts)


def _digest(rows: Sequence[_Institution]) -> str:
    lines = sorted(
        [
            row.name.lower(),
            str(row.id),
            row.stored if row.changes else "",
            sorted(map(str, row.changes.items())),
            row.new_aliases,
        ]
        for row in rows
    )
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def _insert(run: contract.Run, row: _Institution) -> int:
    values = {"name": row.name, **row.changes}
    if "kind" not in values:
        values["kind"] = institution_names.kind_of(row.name).name
    query = sql.SQL("INSERT INTO institutions ({}) VALUES ({}) RETURNING id").format(
        sql.SQL(", ").join(map(sql.Identifier, values)), sql.SQL(", ").join(sql.Placeholder() * len(values))
    )
    created = run.cursor.execute(query, list(values.values())).fetchone()
    if created is None:
        raise AssertionError  # INSERT … RETURNING of one row answers one row
    return int(created[0])


def _update(run: contract.Run, row: _Institution) -> None:
    assignments = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in row.changes)
    query = sql.SQL("UPDATE institutions SET {}, revision = revision + 1, updated_at = now() WHERE id = %s")
    run.cursor.execute(query.format(assignments), [*row.changes.values(), row.id])
