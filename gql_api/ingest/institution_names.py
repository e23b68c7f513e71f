"""The institutions that the rows of a file name: found by name, alias or abbreviation, or created.

Names are compared without regard to case and surplus white space. A file's rows carry the ordinal of the name they
wrote; `staged_institutions` says what it stands for: `id`, or nothing yet, and `owner`, which tells institutions apart
whether they exist or not (negative while they do not).
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import psycopg

from gql_api.domain import institutions
from gql_api.ingest import contract

_CREATE = """
CREATE TEMPORARY TABLE staged_institutions (
    ordinal integer PRIMARY KEY,
    name text NOT NULL,
    at bigint NOT NULL,
    rows integer NOT NULL DEFAULT 0,
    id bigint,
    owner bigint,
    hint text NOT NULL DEFAULT '',
    abbreviation text,
    kind text
) ON COMMIT DROP
"""
_KNOWN = """
SELECT DISTINCT ON (name) name, id FROM (
    SELECT lower(name::text) AS name, id, 1 AS rank FROM institutions
    UNION ALL SELECT lower(alias::text), institution_id, 2 FROM institution_aliases
    UNION ALL SELECT lower(abbreviation::text), id, 3 FROM institutions WHERE abbreviation IS NOT NULL
) AS names ORDER BY name, rank, id
"""
_RESOLVE = f"""
UPDATE staged_institutions AS staged SET id = known.id, owner = known.id
FROM ({_KNOWN}) AS known WHERE known.name = lower(staged.name)
"""  # noqa: S608 - of constants only
# The most similar known name of each of the names %(names)s, where one is similar enough.
_SIMILAR = """
SELECT wanted.name, found.label FROM unnest(%(names)s::text[]) AS wanted (name)
CROSS JOIN LATERAL (
    SELECT known.label, similarity(known.name, wanted.name) AS likeness FROM (
        SELECT name::text AS name, name::text AS label FROM institutions
        UNION ALL SELECT alias::text, alias::text FROM institution_aliases
        UNION ALL SELECT abbreviation::text, name::text FROM institutions WHERE abbreviation IS NOT NULL
    ) AS known ORDER BY likeness DESC, known.label LIMIT 1
) AS found WHERE found.likeness >= %(least)s
"""
_LEAST_LIKENESS = 0.5
_TWO_YEAR = ("community college", "technical college", "junior college")


@dataclass(slots=True)
class Names:
    """The names that the rows of a file wrote, in the order of their first appearance."""

    _ordinals: dict[str, int] = field(default_factory=dict[str, int])
    _spelled: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])

    def ordinal(self, name: str, at: int) -> int:
        """The number that stands for this name in the staged rows."""
        known = self._ordinals.get(name)
        if known is not None:
            return known
        published = institutions.normalised_name(name)
        known = self._ordinals.setdefault(published.lower(), len(self._spelled))
        if known == len(self._spelled):
            self._spelled.append((published, at))
        self._ordinals[name] = known
        return known

    def store(self, cursor: psycopg.Cursor) -> None:
        """Make `staged_institutions` of them; once, after the rows were read."""
        cursor.execute(_CREATE)
        with cursor.copy("COPY staged_institutions (ordinal, name, at) FROM STDIN") as copy:
            for ordinal, (name, at) in enumerate(self._spelled):
                copy.write_row((ordinal, name, at))


def known(cursor: psycopg.Cursor) -> dict[str, int]:
    """The id of every name, alias and abbreviation, in lower case. A name wins over an alias, that over the rest."""
    return dict(cursor.execute(_KNOWN).fetchall())


def resolve(cursor: psycopg.Cursor) -> None:
    """Say in `staged_institutions` which names are known."""
    cursor.execute("UPDATE staged_institutions SET id = NULL, owner = -1 - ordinal, abbreviation = NULL, kind = NULL")
    cursor.execute(_RESOLVE)


def hint(cursor: psycopg.Cursor) -> None:
    """Say in `staged_institutions` what the unknown names may have been meant to be."""
    unknown = cursor.execute("SELECT name FROM staged_institutions WHERE id IS NULL").fetchall()
    hints = hints_of(cursor, [name for (name,) in unknown])
    cursor.executemany(
        "UPDATE staged_institutions SET hint = %s WHERE name = %s", [(text, name) for name, text in hints.items()]
    )


def hints_of(cursor: psycopg.Cursor, names: Collection[str]) -> dict[str, str]:
    """For each name that resembles a known one: ` Did you mean “…”?`, to follow a sentence."""
    if not names:
        return {}
    found = cursor.execute(_SIMILAR, {"names": list(names), "least": _LEAST_LIKENESS}).fetchall()
    return {name: f" Did you mean “{label}”?" for name, label in found}


class Unknown:
    """What to say of institutions that do not exist; each name is looked up once."""

    def __init__(self, cursor: psycopg.Cursor) -> None:
        """`cursor` is the import's."""
        self._cursor = cursor
        self._messages: dict[str, str] = {}

    def message(self, name: str) -> str:
        """That there is none, what may have been meant, and what to do."""
        if name not in self._messages:
            meant = hints_of(self._cursor, [name]).get(name, "")
            self._messages[name] = f"There is no institution “{name}”.{meant} Import it first, or correct the name."
        return self._messages[name]


def announce(run: contract.Run) -> None:
    """Decide how the unknown institutions will be created, with a warning for each."""
    unknown = run.cursor.execute(
        "SELECT ordinal, name, at FROM staged_institutions WHERE id IS NULL ORDER BY ordinal"
    ).fetchall()
    names = [str(name) for _, name, _ in unknown]
    guessed = abbreviations(names, {*known(run.cursor), *(name.lower() for name in names)})
    for (ordinal, name, at), abbreviation in zip(unknown, guessed, strict=True):
        kind = kind_of(name)
        note = f"abbreviation {abbreviation}" if abbreviation else "without an abbreviation, since its initials collide"
        message = f"The institution “{name}” is new and will be created: {kind.value}, {note}."
        run.findings.warn(at, "institution", message)
        run.cursor.execute(
            "UPDATE staged_institutions SET abbreviation = %s, kind = %s WHERE ordinal = %s",
            (abbreviation, kind.name, ordinal),
        )


def abbreviations(names: Sequence[str], taken: Collection[str]) -> list[str | None]:
    """The initials of each new institution; none where they are `taken` (lower case) or where two of them collide."""
    guessed = [institutions.abbreviation_of(name) for name in names]
    uses = Counter(guessed)
    return [guess if guess and uses[guess] == 1 and guess.lower() not in taken else None for guess in guessed]


def create(cursor: psycopg.Cursor) -> None:
    """Create what `announce` announced, and fill in `id`."""
    cursor.execute(
        "INSERT INTO institutions (name, abbreviation, kind) "
        "SELECT name, abbreviation, kind FROM staged_institutions "
        "WHERE id IS NULL AND kind IS NOT NULL ORDER BY ordinal"
    )
    cursor.execute(
        "UPDATE staged_institutions AS staged SET id = institutions.id FROM institutions "
        "WHERE staged.id IS NULL AND institutions.name = staged.name::citext"
    )


def kind_of(name: str) -> institutions.InstitutionKind:
    """Two-year where the name says community, technical or junior college; otherwise four-year."""
    if any(words in name.lower() for words in _TWO_YEAR):
        return institutions.InstitutionKind.TWO_YEAR
    return institutions.InstitutionKind.FOUR_YEAR
