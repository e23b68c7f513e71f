"""Dumps of a database in PostgreSQL's custom format: made and examined by PostgreSQL's own programs.

A password travels in the environment, never in a command line, where every user of the machine could read it.
"""

import dataclasses
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg
from psycopg import conninfo

from gql_api import database, embedded, errors
from gql_api.database import addresses

_REVISION = re.compile(rb"^COPY [^\n]*alembic_version[^\n]*\n([^\n]+)\n\\\.$", re.MULTILINE)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A database and the programs that fit its server; `reader` has the pg_restore that examines and unpacks dumps."""

    parameters: Mapping[str, str]
    password: str | None
    clients: embedded.Clients
    reader: embedded.Clients
    server_major: int

    def command(self, program: str, *options: str) -> list[str]:
        """The program with its options, and with the database where it takes one."""
        clients = self.reader if program == "pg_restore" else self.clients
        return [clients.program(program), *options]

    @property
    def address(self) -> str:
        """How to reach the database, without the password."""
        return conninfo.make_conninfo("", **self.parameters)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program: nothing of PostgreSQL's from outside, and the password."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return clean if self.password is None else {**clean, "PGPASSWORD": self.password}

    def named(self, name: str) -> "Target":
        """Another database of the same server."""
        return dataclasses.replace(self, parameters={**self.parameters, "dbname": name})

    def connect(self) -> psycopg.Connection:
        """A connection that commits each statement."""
        try:
            return psycopg.connect(self.address, password=self.password, autocommit=True)
        except psycopg.OperationalError as error:
            raise errors.Unavailable("The database cannot be reached.") from error


def target(url: str) -> Target:
    """The database of this URL.

    Raises:
        ConfigurationError: no fitting programs are installed; the message names the package.
        Unavailable: it cannot be reached.
    """
    with database.connect(url, autocommit=True) as connection:
        major = connection.info.server_version // 10_000
        clients = embedded.clients_for(major, needs_tls=connection.pgconn.ssl_in_use)
    given = addresses.connect_arguments(database.normalised_url(url))
    known = {name: str(value) for name, value in given.items() if value is not None and name != "prepare_threshold"}
    password = known.pop("password", None)
    reader = embedded.newest_clients() or clients
    return Target(parameters=known, password=password, clients=clients, reader=reader, server_major=major)


def write(source: Target, file: Path) -> None:
    """Dump the database into the file: one snapshot, whatever is written meanwhile. The file appears whole or not.

    Raises:
        ConfigurationError: pg_dump refuses, in its own words.
    """
    partial = file.with_name(f".{file.name}.partial")
    try:
        partial.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        partial.unlink()
        partial.touch(mode=0o600)
    try:
        options = (
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--file={partial}",
            f"--dbname={source.address}",
        )
        run(source, source.command("pg_dump", *options))
        run(source, source.command("pg_restore", "--list", str(partial)))
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)


def revision(place: Target, file: Path) -> str | None:
    """The migration that the dumped database was at; none where it has no tables of ours.

    Raises:
        ConfigurationError: the file is no dump in the custom format, or is damaged.
    """
    examine = place.command("pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(file))
    try:
        done = run(place, examine)
    except errors.ConfigurationError as error:
        message = f"{file.name} is no dump in PostgreSQL's custom format, or it is damaged. {error}"
        raise errors.ConfigurationError(message) from None
    found = _REVISION.search(done)
    return found[1].decode() if found else None


def run(place: Target, command: Sequence[str]) -> bytes:
    """What the program printed.

    Raises:
        ConfigurationError: it failed; the message is its own.
    """
    done = subprocess.run(command, env=place.environment, capture_output=True, check=False, cwd="/")
    if done.returncode != 0:
        raise errors.ConfigurationError(f"{Path(command[0]).name} failed: {reason(done.stderr)}")
    return done.stdout


def reason(said: bytes) -> str:
    """The first error among what a program said, else its last line."""
    lines = said.decode(errors="replace").strip().splitlines()
    return next((line for line in lines if "ERROR" in line), lines[-1] if lines else "the program said nothing")
