"""Institutions on a plain connection. Nothing here commits."""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from gql_api.domain import institutions


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInstitution:
    """An institution to be stored, with the policies' defaults."""

    name: str
    abbreviation: str | None
    kind: institutions.InstitutionKind
    location: str | None = None


def insert(cursor: psycopg.Cursor, rows: Sequence[NewInstitution]) -> None:
    """Store the institutions; one that exists is refused by its constraint."""
    cursor.executemany(
        "INSERT INTO institutions (name, abbreviation, kind, location) VALUES (%s, %s, %s, %s)",
        [(row.name, row.abbreviation, row.kind.name, row.location) for row in rows],
    )
