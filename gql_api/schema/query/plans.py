"""Reading plans."""

from enum import Enum
from typing import Annotated, Any

import strawberry

from gql_api import errors
from gql_api.reads import plans
from gql_api.schema import arguments, enums, execution, ids, refs
from gql_api.schema.context import Info
from gql_api.schema.pages import Place, shown, window


@strawberry.enum(description="How plans are sorted.")
class PlanOrder(Enum):
    """Names of `reads.plans.ORDERS`."""

    RECENT = strawberry.enum_value("RECENT", description="Latest change first.")
    OLDEST = strawberry.enum_value("OLDEST", description="In the order they were made.")


@strawberry.input(description="What a plan must be. Absent or empty asks nothing; several must all hold.")
class PlanFilter:
    """A filter from a client."""

    search: str | None = strawberry.field(default=None, description="Part of the plan's or the student's name.")
    status: list[enums.PlanStatus] | None = strawberry.field(default=None, description="In one of these states.")
    target_program: strawberry.ID | None = strawberry.field(
        default=None, description="Aimed at this program, any version."
    )

    def value(self) -> plans.Filter:
        """The filter, checked."""
        program = self.target_program
        return plans.Filter(
            search=arguments.search(self.search, arguments.FILTER),
            states=tuple(dict.fromkeys(self.status or ())),
            target_program_id=None
            if program is None
            else ids.key_of("Program", program, path=("filter", "targetProgram")),
        )


@strawberry.type
class PlanQuery:
    """Root fields for plans."""

    @strawberry.field(
        description=(
            "One plan, by its code, or by id when the request's headers open it. Null where there is none or it is "
            "not yours: the same answer."
        ),
        graphql_type=refs.maybe("plans", "Plan"),
    )
    async def plan(
        self,
        info: Info,
        id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Its id; needs X-Plan-Token, X-Plan-Code or X-Admin-Token."),
        ] = None,
        code: Annotated[
            str | None, strawberry.argument(description="Its code, in any case and with or without separators.")
        ] = None,
    ) -> plans.PlanRow | None:
        """One plan by exactly one of its keys."""
        if (id is None) == (code is None):
            msg = "Give either id or code."
            raise errors.InvalidInput(msg, path=("code" if id is None else "id",))
        if id is not None:
            return await info.context.loaders.plan.load(ids.key_of("Plan", id, path=("id",)))
        try:
            found = await info.context.plan_of_code(code or "")
        except errors.NotFound:
            return None
        except errors.InvalidInput as error:
            raise errors.InvalidInput(error.message, path=("code",)) from None
        info.context.admit(found.id)
        execution.prime(info.context.loaders.plan, {found.id: found})
        return found

    @strawberry.field(
        description="Plans, latest change first. For administrators.", graphql_type=refs.one("plans", "PlanConnection")
    )
    async def plans(
        self,
        info: Info,
        filter: Annotated[PlanFilter | None, strawberry.argument(description="What they must be.")] = None,
        order_by: Annotated[PlanOrder, strawberry.argument(description="How they are sorted.")] = PlanOrder.RECENT,
        first: arguments.First = None,
        after: arguments.After = None,
        last: arguments.Last = None,
        before: arguments.Before = None,
    ) -> Any:  # noqa: ANN401 - shown as the type named above
        """A page of plans."""
        context = info.context
        if not context.viewer.may_administer():
            msg = "Listing plans needs an administrator's token in X-Admin-Token."
            raise errors.Forbidden(msg)
        wanted = plans.Filter() if filter is None else filter.value()
        order = plans.ORDERS[order_by.name]
        place = Place(order)
        part = window(place, first, after, last, before)
        page = await plans.page(context.session(), context.viewer, wanted, order, part)

        async def counted() -> int:
            return await plans.count(context.session(), context.viewer, wanted)

        return shown(page, place, counted)
