"""Pages of courses, with what helps to narrow a search."""

import strawberry

from gql_api.reads import course_filters, course_search, course_suggestions
from gql_api.schema import ids, refs
from gql_api.schema.context import Info
from gql_api.schema.pages import Connection
from gql_api.schema.types.courses import Course


@strawberry.type(description="A value that matching courses have, and how many have it.")
class FacetValue:
    """Shows `reads.course_search.FacetRow`."""

    value: str = strawberry.field(description="The value, as a filter takes it.")
    count: int = strawberry.field(description="How many of the matching courses have it.")

    is_type_of = refs.shows(course_search.FacetRow)


@strawberry.type(description="How the matching courses spread (of the first 10,000), the most frequent values first.")
class CourseFacets:
    """Shows `reads.course_search.Facets`."""

    subjects: list[FacetValue] = strawberry.field(description="By subject; at most 50.")
    levels: list[FacetValue] = strawberry.field(description="By level; at most 50.")

    is_type_of = refs.shows(course_search.Facets)

    @strawberry.field(description="By institution id; at most 50.", graphql_type=list[FacetValue])
    def institutions(self, root: strawberry.Parent[course_search.Facets]) -> list[course_search.FacetRow]:
        """The values as global ids."""
        return [
            course_search.FacetRow(value=ids.encode("Institution", row.value), count=row.count)
            for row in root.institutions
        ]


@strawberry.type(description="A page of courses.")
class CourseConnection(Connection[Course]):
    """Courses, with what helps to narrow a search."""

    wanted: strawberry.Private[course_filters.Filter]
    told: strawberry.Private[course_search.Told | None]

    @strawberry.field(
        description=(
            "What the search was perhaps meant to be, best first, where it finds little or nothing as it is spelled: "
            "the search in the spelling in which it was understood, or which titles have far more often; codes with "
            "the same number; or titles spelled somewhat like it. At most 5."
        )
    )
    async def did_you_mean(self, info: Info) -> list[str]:
        """The suggestions."""
        found, page = len(self.page.rows), self.page
        if not self.wanted.search or page.has_previous:
            return []
        is_more = page.has_next or found > course_suggestions.FEW
        if is_more and self.wanted.respelled is None:
            return []
        found = course_suggestions.FEW + 1 if is_more else found
        return await course_suggestions.of(info.context.session(), self.wanted, found)

    @strawberry.field(
        description="How all matching courses spread. Computed only when asked for.", graphql_type=CourseFacets
    )
    async def facets(self, info: Info) -> course_search.Facets:
        """The distribution."""
        if self.told is not None and self.told.facets is not None:
            return self.told.facets
        return await course_search.facets(info.context.session(), self.wanted)
