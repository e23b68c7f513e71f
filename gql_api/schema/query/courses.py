"""Reading and searching courses."""

from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

import strawberry

from gql_api import errors
from gql_api.domain import codes
from gql_api.reads import course_filters, course_search, courses, pages
from gql_api.schema import arguments, edges, execution, ids, refs
from gql_api.schema.context import Context, Info
from gql_api.schema.pages import Place, window
from gql_api.schema.types.course_lists import CourseConnection


@strawberry.enum(description="How courses are sorted.")
class CourseOrder(Enum):
    """RELEVANCE, or a name of `reads.courses.ORDERS`."""

    RELEVANCE = strawberry.enum_value(
        "RELEVANCE", description="Best match first; needs a search, goes forward only, at most 1,000 matches."
    )
    CODE = strawberry.enum_value("CODE", description="By subject and number.")
    TITLE = strawberry.enum_value("TITLE", description="By title.")


@strawberry.input(description="A range of credits, inclusive; either end may be left open.")
class CreditRange:
    """Credits from a client."""

    minimum: Decimal | None = strawberry.field(default=None, description="At least so many.")
    maximum: Decimal | None = strawberry.field(default=None, description="At most so many.")

    def check(self, path: tuple[str, ...]) -> None:
        """Raise InvalidInput where nothing can lie within the range."""
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            msg = f"minimum ({self.minimum}) is above maximum ({self.maximum})."
            raise errors.InvalidInput(msg, path=(*path, "minimum"))


@strawberry.input(
    description=(
        "What a course must be. Absent or empty asks nothing; several fields must all hold; of a list any value will "
        "do, but of `attribute` all are asked."
    )
)
class CourseFilter:
    """A filter from a client."""

    search: str | None = strawberry.field(
        default=None,
        description="Words of title or description, a slightly misspelled word, or a course code in any spelling.",
    )
    institution: list[strawberry.ID] | None = strawberry.field(default=None, description="Of these institutions.")
    subject: list[str] | None = strawberry.field(default=None, description="Listed under one of these subjects.")
    department: list[str] | None = strawberry.field(default=None, description="Of these departments, as published.")
    level: list[int] | None = strawberry.field(default=None, description="Of these levels: 0, 1000, 2000 …")
    credits: CreditRange | None = strawberry.field(default=None, description="Can carry credits within this range.")
    attribute: list[str] | None = strawberry.field(
        default=None, description="With all of these: has_lab, a course type such as research, or a tag."
    )
    has_prerequisites: bool | None = strawberry.field(
        default=None, description="That ask for something beforehand, or for nothing (no text, or “None”)."
    )
    fits_requirement: strawberry.ID | None = strawberry.field(
        default=None, description="An option of this requirement allows it."
    )
    articulates_to: strawberry.ID | None = strawberry.field(
        default=None, description="An approved rule awards credit for it at this institution."
    )
    not_in_plan: strawberry.ID | None = strawberry.field(default=None, description="Not an entry of this plan.")

    async def value(self, info: Info) -> course_filters.Filter:
        """The filter, checked; a plan that is not the viewer's is refused as not found."""
        path = ("filter",)
        levels = _each(self.level, "level")
        if any(level % 1000 or not 0 <= level <= 9000 for level in levels):  # noqa: PLR2004 - levels are thousands
            msg = "A level is a multiple of 1000 from 0 to 9000."
            raise errors.InvalidInput(msg, path=(*path, "level"))
        if self.credits is not None:
            self.credits.check((*path, "credits"))
        return course_filters.Filter(
            search=arguments.search(self.search, arguments.FILTER),
            institution_ids=_each(
                self.institution,
                "institution",
                lambda one: ids.key_of("Institution", one, path=(*path, "institution")),
            ),
            subjects=_each(self.subject, "subject", lambda one: codes.subject(_text(one, "subject"))),
            departments=_each(self.department, "department", lambda one: _text(one, "department")),
            levels=levels,
            credits_from=None if self.credits is None else self.credits.minimum,
            credits_to=None if self.credits is None else self.credits.maximum,
            attributes=_each(self.attribute, "attribute", lambda one: _text(one, "attribute")),
            has_prerequisites=self.has_prerequisites,
            fits_requirement_id=_key("Requirement", self.fits_requirement, "fitsRequirement"),
            articulates_to_institution_id=_key("Institution", self.articulates_to, "articulatesTo"),
            not_in_plan_id=await _readable_plan(info, self.not_in_plan),
        )


def _one(
    id: Annotated[strawberry.ID | None, strawberry.argument(description="Its id.")] = None,
    institution: Annotated[
        str | None, strawberry.argument(description="The institution's name, alias or abbreviation, with `code`.")
    ] = None,
    code: Annotated[
        str | None, strawberry.argument(description="The code in any spelling: “bio1004”, “BIO-1004”.")
    ] = None,
) -> execution.Bound:
    """One course by exactly one of its keys."""
    if id is not None and institution is None and code is None:
        return edges.by("course", ids.key_of("Course", id, path=("id",)))
    if id is not None or institution is None or code is None:
        msg = "Give either id, or institution and code."
        is_incomplete = id is None and (institution is None) != (code is None)
        lacking = "institution" if institution is None else "code"
        raise errors.InvalidInput(msg, path=(lacking if is_incomplete else "id",))
    name = arguments.text(institution, "institution")
    return edges.by("course_called", (name, arguments.course_code(code, "code")))


@strawberry.type
class CourseQuery:
    """Root fields for courses."""

    @strawberry.field(
        description="Courses of all institutions: filtered, searched, sorted; with a search the best matches first.",
        graphql_type=refs.one("course_lists", "CourseConnection"),
    )
    async def courses(
        self,
        info: Info,
        filter: Annotated[CourseFilter | None, strawberry.argument(description="What they must be.")] = None,
        order_by: Annotated[
            CourseOrder | None,
            strawberry.argument(description="How they are sorted; by relevance with a search, else by code."),
        ] = None,
        first: arguments.First = None,
        after: arguments.After = None,
        last: arguments.Last = None,
        before: arguments.Before = None,
    ) -> Any:  # noqa: ANN401 - shown as the type named above
        """A page of courses."""
        wanted = course_filters.Filter() if filter is None else await filter.value(info)
        chosen = order_by or (CourseOrder.RELEVANCE if wanted.search else CourseOrder.CODE)
        if chosen is CourseOrder.RELEVANCE and (last is not None or before is not None):
            msg = "By relevance a list goes forward only: use first and after, or another orderBy."
            raise errors.InvalidInput(msg, path=("last" if last is not None else "before",))
        context = info.context
        if chosen is CourseOrder.RELEVANCE:
            return await _best(context, wanted, first, after)
        if wanted.search:
            wanted = await course_search.understood(context.session(), wanted)
        order = courses.ORDERS[chosen.name]
        place = Place(order)
        part = window(place, first, after, last, before)
        page = await course_search.page(context.session(), wanted, order, part, context.fields)
        return _connection(context, wanted, page, place)

    course = edges.field(
        "course",
        _one,
        description="One course, by id or by institution and code; null where there is none.",
        graphql_type=refs.maybe("courses", "Course"),
    )


async def _best(context: Context, wanted: course_filters.Filter, first: int | None, after: str | None) -> Any:  # noqa: ANN401 - shown as a connection
    """The best matches, and what the operation asks about all of them."""
    if wanted.search is None:
        msg = "RELEVANCE needs filter.search. Choose CODE or TITLE without one."
        raise errors.InvalidInput(msg, path=("orderBy",))
    place = Place(course_search.BY_RELEVANCE, wanted.search)
    part = window(place, first, after, None, None)
    found = await course_search.searched(context.session(), wanted, part, context.fields)
    return _connection(context, found.wanted, found.page, place, found.told)


def _connection(
    context: Context,
    wanted: course_filters.Filter,
    page: pages.Page[Any],
    place: Place,
    told: course_search.Told | None = None,
) -> Any:  # noqa: ANN401 - shown as a connection, whose nodes are rows
    async def counted() -> int:
        if told is not None and told.total is not None:
            return told.total
        return await course_search.count(context.session(), wanted)

    connection_type: Any = CourseConnection
    return connection_type(page=page, place=place, counted=counted, wanted=wanted, told=told)


def _each(values: list[Any] | None, name: str, made: Callable[[Any], Any] | None = None) -> tuple[Any, ...]:
    """The values of a filter, each as `made` of it; nothing where none are given."""
    if values is None:
        return ()
    few = arguments.bounded(values, name)
    return tuple(few if made is None else map(made, few))


def _text(value: str, name: str) -> str:
    return arguments.text(value, name, arguments.FILTER)


def _key(type_name: str, value: strawberry.ID | None, name: str) -> int | None:
    return None if value is None else ids.key_of(type_name, value, path=("filter", name))


async def _readable_plan(info: Info, value: strawberry.ID | None) -> int | None:
    key = _key("Plan", value, "notInPlan")
    if key is None:
        return None
    if await info.context.loaders.plan.load(key) is None:
        msg = "There is no such plan, or it is not yours. Send its code or token."
        raise errors.NotFound(msg, path=("filter", "notInPlan"))
    return key
