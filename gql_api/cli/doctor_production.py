"""`gql-api doctor --production`: what must be true before students rely on it, line by line with its remedy."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gql_api.cli import doctor_service, examination

if TYPE_CHECKING:
    import psycopg

BACKUP_HOURS = 36
"""How old the newest backup may be: a daily one that is late is not missed yet."""
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
_SETTING = "SELECT current_setting(%s, true)"


def told(examined: examination.Examined) -> Iterator[examination.Told]:
    """Settings, network, rights, durability, backups, monitoring, then the service itself."""
    from gql_api import database

    yield from _settings(examined)
    with database.connect(examined.url, autocommit=True) as connection:
        yield _encryption(connection)
        yield _role(connection)
        yield from _durability(connection)
        yield _backup(connection)
        yield _monitoring(connection)
        yield _temporary(connection)
    yield from doctor_service.told(examined)


def _settings(examined: examination.Examined) -> Iterator[examination.Told]:
    from gql_api import settings

    problems = settings.production_problems()
    for problem in problems:
        yield examination.Told(examination.Level.ERROR, f"{problem}.")
    if not problems:
        yield examination.Told(examination.Level.OK, "DATABASE_URL, SECRET_KEY and ADMIN_TOKEN are set and strong.")
    if examined.configuration.profile is not settings.Profile.PRODUCTION:
        profile = examined.configuration.profile.value
        text = f"The profile is {profile}. Remedy: GQL_API_PROFILE=production, which refuses what is unsafe."
        yield examination.Told(examination.Level.ERROR, text)
    if examined.is_embedded:
        text = "The database is the embedded one, which lives and dies with this machine. Remedy: set DATABASE_URL."
        yield examination.Told(examination.Level.ERROR, text)


def _encryption(connection: "psycopg.Connection") -> examination.Told:
    host = connection.info.host
    if connection.pgconn.ssl_in_use:
        return examination.Told(examination.Level.OK, "The connection to the database is encrypted.")
    if host.startswith("/") or host in {"localhost", "127.0.0.1", "::1"}:
        return examination.Told(
            examination.Level.OK, "The database is on this machine; the connection needs no encryption."
        )
    text = "The connection to the database is not encrypted. Remedy: add ?sslmode=verify-full to DATABASE_URL."
    return examination.Told(examination.Level.ERROR, text)


def _role(connection: "psycopg.Connection") -> examination.Told:
    query = "SELECT rolsuper, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    if any(connection.execute(query).fetchone() or ()):
        text = "The service's role may do everything on the server. Remedy: a role of its own without SUPERUSER."
        return examination.Told(examination.Level.ERROR, text)
    return examination.Told(
        examination.Level.OK, "The service's role is no superuser, makes no roles and bypasses no policies."
    )


def _durability(connection: "psycopg.Connection") -> Iterator[examination.Told]:
    off = [name for name in _DURABLE if _value(connection, name) == "off"]
    for name in off:
        text = f"{name} is off: a crash may lose what was acknowledged. Remedy: ALTER SYSTEM SET {name} = on;"
        yield examination.Told(examination.Level.ERROR, text)
    if not off:
        yield examination.Told(examination.Level.OK, "What is acknowledged survives a crash of the server.")


def _backup(connection: "psycopg.Connection") -> examination.Told:
    """A recent dump of ours, or an archive of the server's own; what a provider does cannot be seen from inside."""
    query = """
    SELECT (SELECT extract(epoch FROM now() - max(at)) / 3600 FROM audit_log WHERE action = 'backup'),
        (SELECT extract(epoch FROM now() - last_archived_time) / 3600 FROM pg_stat_archiver)
    """
    dumped, archived = connection.execute(query).fetchone() or (None, None)
    ages = [float(hours) for hours in (dumped, archived) if hours is not None]
    if ages and min(ages) <= BACKUP_HOURS:
        return examination.Told(examination.Level.OK, f"The newest backup is {min(ages):.0f} hours old.")
    text = f"No backup of the last {BACKUP_HOURS} hours can be seen from here."
    if ages:
        text = f"The newest backup that can be seen from here is {min(ages):.0f} hours old."
    remedy = "Remedy: gql-api backup every day; ignore this where your provider keeps snapshots or archives."
    return examination.Told(examination.Level.WARNING, f"{text} {remedy}")


def _monitoring(connection: "psycopg.Connection") -> examination.Told:
    if connection.execute("SELECT FROM pg_extension WHERE extname = 'pg_stat_statements'").fetchone() is None:
        text = "pg_stat_statements is missing. Remedy: add it to shared_preload_libraries, then CREATE EXTENSION."
        return examination.Told(examination.Level.WARNING, text)
    return examination.Told(examination.Level.OK, "pg_stat_statements tells which statements cost most.")


def _temporary(connection: "psycopg.Connection") -> examination.Told:
    query = "SELECT has_database_privilege(current_database(), 'TEMPORARY')"
    if not (connection.execute(query).fetchone() or (False,))[0]:
        text = "Imports need temporary tables. Remedy: GRANT TEMPORARY ON DATABASE … TO the service's role;"
        return examination.Told(examination.Level.ERROR, text)
    return examination.Told(examination.Level.OK, "Imports may stage their rows in temporary tables.")


def _value(connection: "psycopg.Connection", name: str) -> str | None:
    row = connection.execute(_SETTING, (name,)).fetchone()
    return None if row is None else row[0]
