"""Dumps back into databases, whole or not at all: also where the server is older, and where this process is killed.

The dump goes to psql as one transaction that begins and ends in so many words. psql's own `--single-transaction` would
commit what it has when its input ends, which is what it sees when this process is killed half way.
"""

import contextlib
import re
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from gql_api import errors
from gql_api.cli import dumps

BLOCK = 1 << 20
_BEGIN = b"BEGIN;\nSET LOCAL lock_timeout = '10s'; SET LOCAL statement_timeout = 0;\n"
"""A running server may hold locks; better a clear refusal than a queue of everybody behind this one."""
_EMPTIED = b"""
DO $$ DECLARE command text; BEGIN
FOR command IN
    SELECT format('DROP %s IF EXISTS %s CASCADE', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
        WHEN 'S' THEN 'SEQUENCE' WHEN 'c' THEN 'TYPE' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, oid::regclass)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S', 'c', 'f')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = pg_class.oid
            AND d.deptype IN ('e', 'i'))
    UNION ALL
    SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = pg_proc.oid
            AND d.deptype = 'e')
    UNION ALL
    SELECT format('DROP TYPE IF EXISTS %s CASCADE', oid::regtype)
    FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('d', 'e')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = pg_type.oid
            AND d.deptype = 'e')
LOOP EXECUTE command; END LOOP;
END $$;
"""
"""Extensions stay: the service's role could not make again what an administrator made (pg_stat_statements)."""
_EXTENSION = re.compile(rb"^(?:CREATE EXTENSION IF NOT EXISTS (\w+)|COMMENT ON EXTENSION) [^\n]*\n", re.MULTILINE)
_OURS = {b"citext", b"pg_trgm"}
_BOOKKEEPING = re.compile(rb"^ALTER TABLE [^\n]* SET \(pg_attver=\d+\);\n", re.MULTILINE)
"""What PostgreSQL 15.20 and its contemporaries note for themselves, and only their own pg_dump leaves out."""
_TRANSACTION_LIMIT = b"SET transaction_timeout = 0;\n"
"""Said by pg_restore 17 and newer; servers before 17 do not know it."""
TRANSACTION_LIMITS_SINCE = 17
_PROVIDERS = {"c": sql.SQL("libc"), "i": sql.SQL("icu"), "b": sql.SQL("builtin")}


def restore(place: dumps.Target, file: Path, *, replaces: bool) -> None:
    """Restore the dump in one transaction: everything, or nothing. With `replaces` what is there goes in the same one.

    Raises:
        ConfigurationError: pg_restore or psql refuses, in its own words.
    """
    before = _BEGIN + (_EMPTIED if replaces else b"") + _definitions(place, file)
    options = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={place.address}")
    is_whole = False
    with tempfile.TemporaryFile() as said:
        applying = subprocess.Popen(
            place.command("psql", *options),
            env=place.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            cwd="/",
        )
        with applying:
            assert applying.stdin is not None  # noqa: S101 - a pipe was asked for
            with contextlib.suppress(BrokenPipeError):
                applying.stdin.write(before)
                is_whole = _copied(place, file, applying.stdin)
                applying.stdin.write(b"COMMIT;\n" if is_whole else b"")
            with contextlib.suppress(BrokenPipeError):
                applying.stdin.close()
        if not is_whole or applying.returncode:
            said.seek(0)
            reason = dumps.reason(said.read()) if applying.returncode else f"{file.name} is damaged."
            raise errors.ConfigurationError(f"The dump was not restored, and nothing was changed: {reason}")


def _definitions(place: dumps.Target, file: Path) -> bytes:
    """The dump's first section, without data: what this server does not know, or this role may not do, is left out."""
    options = ("--section=pre-data", "--no-owner", "--no-privileges", "--file=-")
    text = dumps.run(place, place.command("pg_restore", *options, str(file)))
    text = _EXTENSION.sub(lambda found: found[0] if found[1] in _OURS else b"", text)
    return _known(place, _BOOKKEEPING.sub(b"", text))


def _copied(place: dumps.Target, file: Path, into: IO[bytes]) -> bool:
    """Whether the rows and then the indexes, constraints and triggers all reached psql."""
    options = ("--section=data", "--section=post-data", "--no-owner", "--no-privileges", "--file=-")
    unpacking = subprocess.Popen(
        place.command("pg_restore", *options, str(file)),
        env=place.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    with unpacking:
        assert unpacking.stdout is not None  # noqa: S101 - a pipe was asked for
        into.write(_known(place, unpacking.stdout.read(BLOCK)))
        while part := unpacking.stdout.read(BLOCK):
            into.write(part)
    return unpacking.returncode == 0


def _known(place: dumps.Target, head: bytes) -> bytes:
    return head if place.server_major >= TRANSACTION_LIMITS_SINCE else head.replace(_TRANSACTION_LIMIT, b"", 1)


@contextlib.contextmanager
def created(server: dumps.Target, name: str) -> Generator[dumps.Target]:
    """A new, empty database like the one of `server`; it gets its name when the block ends well, else it is dropped.

    Raises:
        ConfigurationError: there is one already, or this user may not create databases.
    """
    passing = f"{name[:50]}.restoring"
    with server.connect() as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None:
            raise errors.ConfigurationError(f"There is a database named {name} already. Remedy: choose another name.")
        try:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(passing)))
            connection.execute(_creation(connection, passing))
        except psycopg.errors.ObjectInUse:
            text = f"Another restore into {name} is running. Remedy: wait for it, or choose another name."
            raise errors.ConfigurationError(text) from None
        except psycopg.errors.InsufficientPrivilege:
            message = "This user may not create databases. Remedy: ALTER ROLE … CREATEDB, or create an empty one."
            raise errors.ConfigurationError(message) from None
        try:
            yield server.named(passing)
            renamed = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(renamed.format(sql.Identifier(passing), sql.Identifier(name)))
        except BaseException:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(passing)))
            raise


def _creation(connection: psycopg.Connection, name: str) -> sql.Composed:
    """CREATE DATABASE with the encoding and the locale of the connection's database, not the server's defaults."""
    query = """
    SELECT pg_encoding_to_char(encoding), datlocprovider::text, datcollate, datctype,
        coalesce(to_jsonb(one) ->> 'datlocale', to_jsonb(one) ->> 'daticulocale')
    FROM pg_database one WHERE datname = current_database()
    """
    encoding, provider, collate, ctype, locale = connection.execute(query).fetchone() or ("UTF8", "c", "C", "C", None)
    text = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {} LOCALE_PROVIDER {}")
    made = text.format(
        sql.Identifier(name), sql.Literal(encoding), sql.Literal(collate), sql.Literal(ctype), _PROVIDERS[provider]
    )
    if provider == "i":
        made += sql.SQL(" ICU_LOCALE {}").format(sql.Literal(locale))
    elif provider == "b":
        made += sql.SQL(" BUILTIN_LOCALE {}").format(sql.Literal(locale))
    return made


def is_empty(place: dumps.Target) -> bool:
    """Whether the schema public has no table."""
    with place.connect() as connection:
        row = connection.execute("SELECT FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone()
    return row is None


def analyse(place: dumps.Target) -> None:
    """Refresh the planner's statistics, which a dump does not hold."""
    with place.connect() as connection:
        connection.execute("VACUUM (ANALYZE)")
