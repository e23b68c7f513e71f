"""What would be if somebody with these courses followed that program: for anybody, nothing saved."""

from typing import Annotated

import strawberry

from gql_api import errors
from gql_api.schema import refs, scenarios
from gql_api.schema.audited import Audited
from gql_api.schema.context import Info
from gql_api.schema.types.taken_courses import TakenCourseInput


@strawberry.input(description="Courses, and the program that they are to be measured against.")
class WhatIfInput:
    """A scenario without a plan."""

    version_id: strawberry.ID | None = strawberry.field(
        default=None, description="The program version; or give `programId`."
    )
    program_id: strawberry.ID | None = strawberry.field(
        default=None, description="The program, whose current version is meant; or give `versionId`."
    )
    courses: list[TakenCourseInput] = strawberry.field(
        description="The courses, 0 to 100; a transcript may hold a course several times."
    )


@strawberry.type
class WhatIfQuery:
    """The root field for scenarios without a plan."""

    @strawberry.field(
        description=(
            "How far these courses go towards a program: the same audit as a plan's progress. Nothing is saved, and "
            "nobody needs to say who they are."
        ),
        graphql_type=refs.one("progress", "Progress"),
    )
    async def what_if(
        self, info: Info, input: Annotated[WhatIfInput, strawberry.argument(description="What is asked.")]
    ) -> Audited:
        """The audit of posted courses."""
        version = await scenarios.version_of(info, input.version_id, input.program_id, ("input",))
        if version is None:
            msg = "Give versionId or programId: the program that the courses are measured against."
            raise errors.InvalidInput(msg, path=("input", "versionId"))
        more = await scenarios.posted(info, input.courses, ("input", "courses"))
        return await scenarios.audited(info, version, more)
