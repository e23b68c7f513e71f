"""What the command line says when something goes wrong: one line, and the remedy, for whatever is no defect."""

import errno

from gql_api import errors

_DATABASE = {
    "42501": "The database's role may not do this: {said}. Remedy: run it as the tables' owner, or grant the right.",
    "25006": "The database takes no changes: {said}. Remedy: name the primary in DATABASE_URL, not a replica.",
    "53100": "The database server's disk is full: {said}. Nothing was changed. Remedy: free some of it.",
    "42P01": "A table is missing: {said}. Remedy: gql-api migrate; where it finds nothing to do, gql-api restore.",
}
"""By SQLSTATE."""


def told(error: Exception) -> str | None:
    """The line for an error that was foreseen; None for a defect. No password: libpq's messages have none."""
    if isinstance(error, errors.Unavailable) and error.__cause__ is not None:
        return f"{error} {_line(error.__cause__)}"
    if isinstance(error, errors.GqlApiError):
        return str(error)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES}:
        return f"The file {error.filename or ''} cannot be written: {error.strerror}."
    return _of_database(error)


def _of_database(error: Exception) -> str | None:
    """Where the database refused. The driver's errors are told by their SQLSTATE: importing it here costs a start."""
    inner = getattr(error, "orig", None) or error
    text = _DATABASE.get(getattr(inner, "sqlstate", None) or "")
    return None if text is None else text.format(said=_line(inner))


def _line(error: BaseException) -> str:
    """The first line of what was said, without the full stop; SQLAlchemy's are long, the driver's own is inside."""
    inner = getattr(error, "orig", None) or error
    return " ".join(str(inner).split("\n", maxsplit=1)[0].split()).removesuffix(".")
