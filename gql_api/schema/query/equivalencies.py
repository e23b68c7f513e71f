"""Reading equivalencies."""

from datetime import date
from enum import Enum
from typing import Annotated, Any

import strawberry

from gql_api.reads import equivalencies
from gql_api.schema import arguments, enums, ids, refs
from gql_api.schema.context import Info
from gql_api.schema.pages import Place, shown, window


@strawberry.enum(description="How equivalencies are sorted.")
class EquivalencyOrder(Enum):
    """Names of `reads.equivalencies.ORDERS`."""

    ID = strawberry.enum_value("ID", description="Oldest first.")
    NEWEST = strawberry.enum_value("NEWEST", description="Newest first.")


@strawberry.input(description="What an equivalency must be. Absent or empty asks nothing; several must all hold.")
class EquivalencyFilter:
    """A filter from a client."""

    sending_institution: strawberry.ID | None = strawberry.field(
        default=None, description="From courses of this institution."
    )
    receiving_institution: strawberry.ID | None = strawberry.field(default=None, description="To this institution.")
    source_course: strawberry.ID | None = strawberry.field(default=None, description="With this course as a source.")
    target_course: strawberry.ID | None = strawberry.field(default=None, description="With this course as an award.")
    outcome: list[enums.Outcome] | None = strawberry.field(default=None, description="With one of these outcomes.")
    status: list[enums.RuleStatus] | None = strawberry.field(default=None, description="With one of these statuses.")
    effective_on: date | None = strawberry.field(default=None, description="In effect on this day.")

    def value(self) -> equivalencies.Filter:
        """The filter, checked."""
        return equivalencies.Filter(
            sending_institution_id=_key("Institution", self.sending_institution, "sendingInstitution"),
            receiving_institution_id=_key("Institution", self.receiving_institution, "receivingInstitution"),
            source_course_id=_key("Course", self.source_course, "sourceCourse"),
            target_course_id=_key("Course", self.target_course, "targetCourse"),
            outcomes=tuple(dict.fromkeys(self.outcome or ())),
            statuses=tuple(dict.fromkeys(self.status or ())),
            effective_on=self.effective_on,
        )


@strawberry.type
class EquivalencyQuery:
    """Root fields for equivalencies."""

    @strawberry.field(
        description="Equivalency rules of any status.", graphql_type=refs.one("equivalencies", "EquivalencyConnection")
    )
    async def equivalencies(
        self,
        info: Info,
        filter: Annotated[EquivalencyFilter | None, strawberry.argument(description="What they must be.")] = None,
        order_by: Annotated[
            EquivalencyOrder, strawberry.argument(description="How they are sorted.")
        ] = EquivalencyOrder.ID,
        first: arguments.First = None,
        after: arguments.After = None,
        last: arguments.Last = None,
        before: arguments.Before = None,
    ) -> Any:  # noqa: ANN401 - shown as the type named above
        """A page of rules."""
        wanted = equivalencies.Filter() if filter is None else filter.value()
        order = equivalencies.ORDERS[order_by.name]
        place = Place(order)
        part = window(place, first, after, last, before)
        context = info.context
        page = await equivalencies.LISTING.page(context.session(), wanted, order, part, context.fields)

        async def counted() -> int:
            return await equivalencies.LISTING.count(context.session(), wanted)

        return shown(page, place, counted)


def _key(type_name: str, value: strawberry.ID | None, name: str) -> int | None:
    return None if value is None else ids.key_of(type_name, value, path=("filter", name))
