"""Reading programs."""

from enum import Enum
from typing import Annotated, Any

import strawberry

from gql_api import errors
from gql_api.reads import programs
from gql_api.schema import arguments, edges, enums, execution, ids, refs
from gql_api.schema.context import Info
from gql_api.schema.pages import Place, shown, window


@strawberry.enum(description="How programs are sorted.")
class ProgramOrder(Enum):
    """Names of `reads.programs.ORDERS`."""

    NAME = strawberry.enum_value("NAME", description="By name.")


@strawberry.input(
    description="What a program must be. Absent or empty asks nothing; several must all hold; of a list any will do."
)
class ProgramFilter:
    """A filter from a client."""

    search: str | None = strawberry.field(default=None, description="Part of the name, in any letter case.")
    institution: list[strawberry.ID] | None = strawberry.field(default=None, description="Of these institutions.")
    degree_type: list[str] | None = strawberry.field(
        default=None, description="With one of these degree types, in any letter case."
    )
    kind: list[enums.ProgramKind] | None = strawberry.field(default=None, description="Of these kinds.")

    def value(self) -> programs.Filter:
        """The filter, checked."""
        return programs.Filter(
            search=arguments.search(self.search, arguments.FILTER),
            institution_ids=tuple(
                ids.key_of("Institution", one, path=("filter", "institution"))
                for one in arguments.bounded(self.institution, "institution")
            ),
            degree_types=tuple(
                arguments.text(one, "degreeType", arguments.FILTER)
                for one in arguments.bounded(self.degree_type, "degreeType")
            ),
            kinds=tuple(dict.fromkeys(self.kind or ())),
        )


def _one(
    id: Annotated[strawberry.ID | None, strawberry.argument(description="Its id.")] = None,
    institution: Annotated[
        str | None, strawberry.argument(description="The institution's name, alias or abbreviation, with `name`.")
    ] = None,
    name: Annotated[str | None, strawberry.argument(description="Its name, in any letter case.")] = None,
    degree_type: Annotated[
        str | None, strawberry.argument(description="Its degree type, where two programs share the name.")
    ] = None,
) -> execution.Bound:
    """One program by exactly one of its keys."""
    if id is not None and institution is None and name is None and degree_type is None:
        return edges.by("program", ids.key_of("Program", id, path=("id",)))
    if id is not None or institution is None or name is None:
        msg = "Give either id, or institution and name (and degreeType where two programs share the name)."
        is_incomplete = id is None and (institution, name, degree_type) != (None, None, None)
        lacking = "institution" if institution is None else "name"
        raise errors.InvalidInput(msg, path=(lacking if is_incomplete else "id",))
    kind = None if degree_type is None else arguments.text(degree_type, "degreeType")
    return edges.by("program_called", (arguments.text(institution, "institution"), arguments.text(name, "name"), kind))


@strawberry.type
class ProgramQuery:
    """Root fields for programs."""

    @strawberry.field(description="Programs, by name.", graphql_type=refs.one("programs", "ProgramConnection"))
    async def programs(
        self,
        info: Info,
        filter: Annotated[ProgramFilter | None, strawberry.argument(description="What they must be.")] = None,
        order_by: Annotated[ProgramOrder, strawberry.argument(description="How they are sorted.")] = ProgramOrder.NAME,
        first: arguments.First = None,
        after: arguments.After = None,
        last: arguments.Last = None,
        before: arguments.Before = None,
    ) -> Any:  # noqa: ANN401 - shown as the type named above
        """A page of programs."""
        wanted = programs.Filter() if filter is None else filter.value()
        order = programs.ORDERS[order_by.name]
        place = Place(order)
        part = window(place, first, after, last, before)
        context = info.context
        page = await programs.LISTING.page(context.session(), wanted, order, part, context.fields)

        async def counted() -> int:
            return await programs.LISTING.count(context.session(), wanted)

        return shown(page, place, counted)

    program = edges.field(
        "program",
        _one,
        description="One program, by id or by institution and name; null where there is none.",
        graphql_type=refs.maybe("programs", "Program"),
    )
