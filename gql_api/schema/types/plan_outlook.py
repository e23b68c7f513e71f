"""What lies ahead of a plan: suggestions, and what would be if."""

from typing import Annotated

import strawberry

from gql_api import errors
from gql_api.domain.suggestions import WHOLE
from gql_api.reads import plans
from gql_api.reads.audits import Aim
from gql_api.schema import refs, scenarios
from gql_api.schema.audited import Audited
from gql_api.schema.context import Info
from gql_api.schema.types import best_fit, gap_plan, plan_preview, progress, suggestions
from gql_api.schema.types.plan_inputs import PlannedCourseInput
from gql_api.schema.types.taken_courses import TakenCourseInput

Drop = Annotated[
    list[strawberry.ID] | None, strawberry.argument(description="Entries of the plan to be left out, at most 200.")
]


@strawberry.type
class PlanOutlook:
    """Fields of a plan, whose rows are `reads.plans.PlanRow`."""

    @strawberry.field(
        description="Courses that the target program still needs, best first; empty without a target.",
        graphql_type=list[suggestions.Suggestion],
    )
    async def suggestions(
        self, root: strawberry.Parent[plans.PlanRow], info: Info, first: suggestions.First = None
    ) -> list[suggestions.Suggested]:
        """The suggestions for everything that is needed."""
        most = suggestions.checked(first)
        audited = await progress.of(info, root.id, Aim.TARGET)
        if audited is None:
            return []
        found = await info.context.loaders.suggestions.load(audited)
        return suggestions.shown(audited, found, WHOLE, most)

    @strawberry.field(
        description="The smallest completion of the target program; null without a target.",
        graphql_type=gap_plan.GapPlan | None,
    )
    async def gap_plan(self, root: strawberry.Parent[plans.PlanRow], info: Info) -> gap_plan.GapPlan | None:
        """The gap plan."""
        audited = await progress.of(info, root.id, Aim.TARGET)
        return None if audited is None else await gap_plan.of(info, audited)

    @strawberry.field(
        description=(
            "The progress that the plan would show with courses added or left out, or towards another program. Nothing "
            "is saved. Without `versionId` and `programId` it is the plan's own target."
        ),
        graphql_type=refs.one("progress", "Progress"),
    )
    async def what_if(
        self,
        root: strawberry.Parent[plans.PlanRow],
        info: Info,
        version_id: Annotated[strawberry.ID | None, strawberry.argument(description="Another program version.")] = None,
        program_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Another program, whose current version is meant.")
        ] = None,
        add: Annotated[
            list[TakenCourseInput] | None, strawberry.argument(description="Courses to be added, at most 100.")
        ] = None,
        drop: Drop = None,
    ) -> Audited:
        """The audit of the changed plan."""
        version = await scenarios.version_of(info, version_id, program_id)
        if version is None and root.target_version_id is not None:
            version = await info.context.loaders.version.load(root.target_version_id)
        if version is None:
            msg = "The plan has no target program. Give versionId or programId."
            raise errors.InvalidInput(msg, path=("versionId",))
        held = await info.context.loaders.planned_courses.load(root.id) if drop else []
        dropped = scenarios.entry_ids(held, drop or [])
        more = await scenarios.posted(info, add or [], ("add",))
        return await scenarios.audited(info, version, more, plan=root, dropped=dropped)

    @strawberry.field(
        description=(
            "What `addCourses` and `removeCourses` would do: the same checks and warnings, and the progress before and "
            "after. A course that the plan has already is a warning here (REPEAT), and refused there unless it is "
            "marked as a repeat. Nothing is saved."
        )
    )
    async def preview(
        self,
        root: strawberry.Parent[plans.PlanRow],
        info: Info,
        add: Annotated[
            list[PlannedCourseInput] | None, strawberry.argument(description="Entries to be added, at most 100.")
        ] = None,
        drop: Drop = None,
    ) -> plan_preview.PlanPreview:
        """The plan with the changes."""
        return await plan_preview.preview(info, root, add or [], drop or [])

    @strawberry.field(
        description=(
            "The programs of one degree type in which this plan leaves least to be done, best first; equals by name. "
            "Each is audited in its current version. What nobody can finish as it is published comes last."
        )
    )
    async def best_fit(
        self,
        root: strawberry.Parent[plans.PlanRow],
        info: Info,
        institution: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only its programs; null: those of all.")
        ] = None,
        degree_type: Annotated[
            str | None,
            strawberry.argument(
                description="“B.S.”; null: that of the target program, else of the current one, else none."
            ),
        ] = None,
        first: Annotated[
            int | None, strawberry.argument(description="How many of the best: 0 to 100. Default 20.")
        ] = None,
    ) -> list[best_fit.BestFit]:
        """The ranking."""
        return await best_fit.ranked(info, root, institution, degree_type, first)
