"""Reading institutions."""

from enum import Enum
from typing import Annotated, Any

import strawberry

from gql_api import errors
from gql_api.reads import institutions
from gql_api.schema import arguments, edges, execution, ids, refs
from gql_api.schema.context import Info
from gql_api.schema.pages import Place, shown, window


@strawberry.enum(description="How institutions are sorted.")
class InstitutionOrder(Enum):
    """Names of `reads.institutions.ORDERS`."""

    NAME = strawberry.enum_value("NAME", description="By name.")


def _one(
    id: Annotated[strawberry.ID | None, strawberry.argument(description="Its id.")] = None,
    name: Annotated[str | None, strawberry.argument(description="Its name or an alias, in any letter case.")] = None,
    abbreviation: Annotated[
        str | None, strawberry.argument(description="Its abbreviation, in any letter case.")
    ] = None,
) -> execution.Bound:
    """One institution by exactly one of its names."""
    given = [value for value in (id, name, abbreviation) if value is not None]
    if len(given) != 1:
        msg = "Give exactly one of id, name and abbreviation."
        raise errors.InvalidInput(msg, path=("id",))
    if id is not None:
        return edges.by("institution", ids.key_of("Institution", id, path=("id",)))
    return edges.by("institution_named", arguments.text(given[0], "name"))


@strawberry.type
class InstitutionQuery:
    """Root fields for institutions."""

    @strawberry.field(
        description="Institutions, by name.", graphql_type=refs.one("institutions", "InstitutionConnection")
    )
    async def institutions(
        self,
        info: Info,
        search: Annotated[
            str | None, strawberry.argument(description="Part of a name, alias or abbreviation, in any letter case.")
        ] = None,
        order_by: Annotated[
            InstitutionOrder, strawberry.argument(description="How they are sorted.")
        ] = InstitutionOrder.NAME,
        first: arguments.First = None,
        after: arguments.After = None,
        last: arguments.Last = None,
        before: arguments.Before = None,
    ) -> Any:  # noqa: ANN401 - shown as the type named above
        """A page of institutions."""
        order = institutions.ORDERS[order_by.name]
        place = Place(order)
        part = window(place, first, after, last, before)
        wanted = institutions.Filter(search=arguments.search(search))
        context = info.context
        page = await institutions.LISTING.page(context.session(), wanted, order, part, context.fields)

        async def counted() -> int:
            return await institutions.LISTING.count(context.session(), wanted)

        return shown(page, place, counted)

    institution = edges.field(
        "institution",
        _one,
        description="One institution by id, name, alias or abbreviation; null where there is none.",
        graphql_type=refs.maybe("institutions", "Institution"),
    )
