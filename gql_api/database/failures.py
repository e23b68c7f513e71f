"""What the driver raises, sorted: out of reach or out of time (Unavailable), worth another try, or a defect."""

import contextlib
from collections.abc import Generator

import psycopg
from psycopg import errors as states
from sqlalchemy import exc

from gql_api import errors

_RETRYABLE = (states.SerializationFailure, states.DeadlockDetected)
_FORGOTTEN = (states.InvalidSqlStatementName, states.DuplicatePreparedStatement, states.FeatureNotSupported)
_TEXTS: tuple[tuple[tuple[type[psycopg.Error], ...], str], ...] = (
    (_RETRYABLE, "Others changed the same things at the same time."),
    ((states.LockNotAvailable,), "Others are changing the same things right now."),
    ((states.QueryCanceled,), "The database took too long."),
    ((states.TooManyConnections,), "The database has no connection to spare."),
    ((states.IdleInTransactionSessionTimeout,), "The database ended a transaction that waited too long."),
)


def driver_error(error: BaseException | None) -> psycopg.Error | None:
    """Return psycopg's error, which SQLAlchemy may have wrapped; None for anything else."""
    inner = error.orig if isinstance(error, exc.DBAPIError) else error
    return inner if isinstance(inner, psycopg.Error) else None


def is_retryable(error: BaseException | None) -> bool:
    """Whether the same transaction may succeed when it is run again as a whole."""
    return isinstance(driver_error(error), _RETRYABLE)


def is_lost(error: BaseException | None) -> bool:
    """Whether the connection is gone or was never made: no SQLSTATE, or one that says so."""
    inner = driver_error(error)
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return True
    if not isinstance(inner, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    return inner.sqlstate is None or inner.sqlstate.startswith(("08", "57P"))


def is_useless(error: BaseException | None) -> bool:
    """Whether another connection may do better: this one is lost, or does not know what it prepared any more.

    A proxy may have changed the session behind it, or a migration the columns of a statement.
    """
    return is_lost(error) or isinstance(driver_error(error), _FORGOTTEN)


def translated(error: Exception) -> Exception:
    """Unavailable for what is out of reach or out of time; anything else as it is."""
    if isinstance(error, exc.TimeoutError):
        return errors.Unavailable("Every connection to the database is busy.")
    for kinds, text in _TEXTS:
        if isinstance(driver_error(error), kinds):
            return errors.Unavailable(text)
    return errors.Unavailable("The database cannot be reached.") if is_lost(error) else error


@contextlib.contextmanager
def explained() -> Generator[None]:
    """Turn what is out of reach or out of time into Unavailable, the original as its cause; let the rest pass."""
    try:
        yield
    except (exc.TimeoutError, exc.DBAPIError, psycopg.Error) as error:
        told = translated(error)
        if told is error:
            raise
        raise told from error
