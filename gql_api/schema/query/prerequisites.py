"""Reading prerequisites that are in no catalog yet."""

from typing import Annotated

import strawberry

from gql_api import errors
from gql_api.domain import prerequisites, prerequisites_parsing
from gql_api.schema import ids, refs
from gql_api.schema.context import Info
from gql_api.schema.prerequisite_trees import Placed


@strawberry.type
class PrerequisiteQuery:
    """The root field for prerequisites."""

    @strawberry.field(
        description=(
            "How a text of prerequisites is read: the tree that a course of the institution with this text would "
            "have. What asks for nothing is a PrerequisiteNote."
        ),
        graphql_type=refs.one("prerequisites", "Prerequisite"),
    )
    async def parse_prerequisites(
        self,
        info: Info,
        institution: Annotated[
            strawberry.ID, strawberry.argument(description="The institution whose courses the text names.")
        ],
        text: Annotated[str, strawberry.argument(description="The text as published, at most 10,000 characters.")],
    ) -> Placed:
        """The tree of a text."""
        key = ids.key_of("Institution", institution, path=("institution",))
        if len(text) > prerequisites_parsing.LONGEST:
            msg = f"The text has {len(text):,} characters; at most {prerequisites_parsing.LONGEST:,} are read."
            raise errors.InvalidInput(msg, path=("text",))
        if await info.context.loaders.institution.load(key) is None:
            msg = "There is no institution with this id."
            raise errors.NotFound(msg, path=("institution",))
        tree = prerequisites_parsing.parse(text) or prerequisites.Note(text=text.strip())
        return Placed(node=tree, institution_id=key)
