"""Terms as the API shows them and takes them."""

import strawberry

from gql_api import errors
from gql_api.domain import terms
from gql_api.schema import enums, refs


@strawberry.type(description="When a course is taken: a season of a year, and perhaps a session within it.")
class Term:
    """Shows `domain.terms.Term`."""

    year: int = strawberry.field(description="The calendar year.")
    season: enums.Season = strawberry.field(description="The part of the year.")
    session: str | None = strawberry.field(description="The session within the term, where the college has several.")
    label: str = strawberry.field(description="For people: “Fall 2025”.")
    sort_key: int = strawberry.field(description="Orders terms: year × 10 + 1 (winter) to 4 (fall).")

    is_type_of = refs.shows(terms.Term)


@strawberry.input(description="A term: a season of a year, and perhaps a session within it.")
class TermInput:
    """A term from a client."""

    year: int = strawberry.field(description="The calendar year, 1900 to 2200.")
    season: enums.Season = strawberry.field(description="The part of the year.")
    session: str | None = strawberry.field(
        default=None, description="The session within the term, at most 40 characters."
    )

    def value(self, path: tuple[str, ...]) -> terms.Term:
        """The term, checked.

        Raises:
            InvalidInput: a year out of range, or a session of the wrong length.
        """
        if not terms.EARLIEST <= self.year <= terms.LATEST:
            msg = f"The year must be from {terms.EARLIEST} to {terms.LATEST}."
            raise errors.InvalidInput(msg, path=(*path, "year"))
        session = self.session.strip() if self.session else None
        if session is not None and len(session) > LONGEST_SESSION:
            msg = f"A session has at most {LONGEST_SESSION} characters."
            raise errors.InvalidInput(msg, path=(*path, "session"))
        return terms.Term(year=self.year, season=self.season, session=session or None)


LONGEST_SESSION = 40
