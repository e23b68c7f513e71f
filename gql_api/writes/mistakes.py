"""What is wrong with the parts of an input, told together: nobody should mend one mistake only to be told the next."""

import contextlib
from collections.abc import Callable, Generator, Iterable
from typing import TypeVar

from gql_api import errors
from gql_api.writes import validation

One = TypeVar("One")
Other = TypeVar("Other")
_NOT_OF_INPUT = errors.Unauthenticated | errors.Forbidden | errors.RateLimited


class Mistakes:
    """The mistakes found so far, in their order; of several about one part the first is kept.

    >>> wrong = Mistakes()
    >>> with wrong.collected():
    ...     raise errors.InvalidInput("No.", path=("code",))
    >>> [one.path for one in wrong.found]
    [('code',)]
    """

    def __init__(self) -> None:
        self.found: list[errors.ExpectedError] = []

    @contextlib.contextmanager
    def collected(self) -> Generator[None]:
        """Around the reading of one part: what it refuses is kept for later, and what follows the block goes on.

        Raises:
            Unauthenticated, Forbidden, RateLimited: they are about who asks, not about what is asked.
        """
        try:
            yield
        except errors.ExpectedError as error:
            if isinstance(error, _NOT_OF_INPUT):
                raise
            self.add([error])
        except ExceptionGroup as group:
            expected, others = group.split(errors.ExpectedError)
            if others is not None or expected is None:
                raise
            self.add(one for one in expected.exceptions if isinstance(one, errors.ExpectedError))

    def add(self, more: Iterable[errors.ExpectedError]) -> None:
        """Mistakes that were found elsewhere."""
        known = {one.path for one in self.found}
        for one in more:
            if one.path not in known:
                self.found.append(one)
                known.add(one.path)

    def refuse(self) -> None:
        """Raise what was found, if anything: one mistake as itself, several as an ExceptionGroup."""
        validation.refuse(self.found)

    def refusal(self) -> Exception:
        """What `refuse` would raise, where something was found."""
        return self.found[0] if len(self.found) == 1 else ExceptionGroup("The input has several mistakes.", self.found)


def both(one: Callable[[], One], other: Callable[[], Other]) -> tuple[One, Other]:
    """What two parts of an input say.

    Raises:
        ExpectedError, or an ExceptionGroup of them: whatever is wrong with either.
    """
    wrong, first, second = Mistakes(), list[One](), list[Other]()
    with wrong.collected():
        first.append(one())
    with wrong.collected():
        second.append(other())
    wrong.refuse()
    return first[0], second[0]


def every(reads: Iterable[Callable[[], One]]) -> list[One]:
    """What all parts of an input say.

    Raises:
        ExpectedError, or an ExceptionGroup of them: whatever is wrong with any.
    """
    wrong, found = Mistakes(), list[One]()
    for read in reads:
        with wrong.collected():
            found.append(read())
    wrong.refuse()
    return found
