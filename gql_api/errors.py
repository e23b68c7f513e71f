"""The errors this package raises on purpose, as one tree.

::

    GqlApiError
    ├── ExpectedError            the caller can mend it; shown with its code, message and path
    │   ├── InvalidInput         a value is wrong (INVALID_INPUT)
    │   ├── NotFound             no such thing, or not the viewer's: the same answer (NOT_FOUND)
    │   ├── Unauthenticated      a credential is missing or wrong (UNAUTHENTICATED)
    │   ├── Forbidden            the viewer may not do this (FORBIDDEN)
    │   ├── RateLimited          too many wrong plan codes; carries `retry_after` (RATE_LIMITED)
    │   └── Conflict             what is stored refuses the change (CONFLICT)
    │       ├── Duplicate        the same thing exists already (DUPLICATE)
    │       ├── InUse            others refer to it (IN_USE)
    │       └── Stale            the caller's revision is not the stored one (STALE_REVISION)
    ├── Unavailable              the database cannot be reached or is busy; carries `retry_after`
    └── ConfigurationError       a setting or the machine is unfit; the message says the remedy

Everything else is a defect: it is masked as INTERNAL with a request id and logged in full.
"""

from typing import ClassVar


class GqlApiError(Exception):
    """The root; never raised itself."""


class ExpectedError(GqlApiError):
    """A failure that the caller can mend. `path` leads to the offending part of the input."""

    code: ClassVar[str] = "INVALID_INPUT"

    def __init__(self, message: str, *, path: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


class InvalidInput(ExpectedError):
    """A value does not say what it must; the message says what would."""

    code = "INVALID_INPUT"


class NotFound(ExpectedError):
    """There is no such thing, or it is not the viewer's to see."""

    code = "NOT_FOUND"


class Unauthenticated(ExpectedError):
    """A credential is missing, expired or wrong."""

    code = "UNAUTHENTICATED"


class Forbidden(ExpectedError):
    """The viewer is known and may not do this."""

    code = "FORBIDDEN"


class RateLimited(ExpectedError):
    """The client gave too many wrong plan codes; it may try again after `retry_after` seconds."""

    code = "RATE_LIMITED"

    def __init__(self, message: str, *, retry_after: int, path: tuple[str, ...] = ()) -> None:
        super().__init__(message, path=path)
        self.retry_after = retry_after


class Conflict(ExpectedError):
    """The stored state refuses the change."""

    code = "CONFLICT"


class Duplicate(Conflict):
    """The same thing exists already."""

    code = "DUPLICATE"


class InUse(Conflict):
    """Others refer to it, so that it cannot go."""

    code = "IN_USE"


class Stale(Conflict):
    """The caller edited revision `seen`; the stored one is `current`."""

    code = "STALE_REVISION"

    def __init__(self, message: str, *, current: int, path: tuple[str, ...] = ()) -> None:
        super().__init__(message, path=path)
        self.current = current


class Unavailable(GqlApiError):
    """The database cannot be reached or its pool is exhausted; try again after `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ConfigurationError(GqlApiError):
    """A setting or the machine is unfit to run; the message names it and the remedy."""
