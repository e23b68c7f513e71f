"""Mutations on plans: anybody may create one, and whoever knows its code may open it."""

import functools
from typing import Annotated, Any

import strawberry

from gql_api.domain import plan_codes
from gql_api.reads import plans as rows
from gql_api.schema import context, ids, refs, user_errors
from gql_api.schema.context import Info
from gql_api.schema.mutation import inputs
from gql_api.schema.types.plan_inputs import PlannedCourseInput, PlanWarning, shown_warnings
from gql_api.schema.types.terms import TermInput
from gql_api.writes import mistakes, plan_tokens, planned_entries, plans

_TOKEN = "Send it as the header X-Plan-Token to read and write the plan; good for 12 hours."  # noqa: S105 - a description

_REFERENCES = {
    "target_program_id": "Program",
    "target_version_id": "ProgramVersion",
    "current_program_id": "Program",
}
"""The fields of an input that hold an id, and of what."""


@strawberry.input(description="A plan to be made. Everything may be left out.")
class CreatePlanInput:
    """What a student says of a plan."""

    name: str | None = strawberry.field(default=None, description="The plan's name, at most 200 characters.")
    student_name: str | None = strawberry.field(default=None, description="The student's name, at most 200 characters.")
    student_email: str | None = strawberry.field(default=None, description="The student's e-mail address.")
    advisor_email: str | None = strawberry.field(
        default=None, description="The advisor's e-mail address; it grants nothing until it is confirmed."
    )
    catalog_term: TermInput | None = strawberry.field(
        default=None,
        description="The catalog term: the plan follows the latest version not after it. Null: the current one.",
    )
    target_program_id: strawberry.ID | None = strawberry.field(
        default=None, description="The program aimed at; give this or `targetVersionId`."
    )
    target_version_id: strawberry.ID | None = strawberry.field(
        default=None, description="The very version aimed at, published and not later than the catalog term."
    )
    current_program_id: strawberry.ID | None = strawberry.field(
        default=None, description="The program the student is in now."
    )
    courses: list[PlannedCourseInput] = strawberry.field(
        default_factory=list, description="The first entries, at most 100."
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description=(
            "At least 128 random bits: 22 or more letters, digits, - or _. The same key with the same input within "
            "24 hours gives the same plan and code again. Keep it secret until then."
        ),
    )
    client_mutation_id: str | None = strawberry.field(default=None, description=inputs.MARK)

    def new(self) -> plans.NewPlan:
        """The plan, checked as far as that needs no database.

        Raises:
            InvalidInput, or an ExceptionGroup of them: bad ids or terms.
        """
        wrong, keys = mistakes.Mistakes(), dict[str, int | None]()
        for name, kind in _REFERENCES.items():
            with wrong.collected():
                keys[name] = _key(kind, getattr(self, name), name)
        term, courses = None, list[planned_entries.Draft]()
        with wrong.collected():
            term = self.catalog_term and self.catalog_term.value(("catalog_term",))
        with wrong.collected():
            courses = mistakes.every(functools.partial(one.draft, place) for place, one in enumerate(self.courses))
        wrong.refuse()
        return plans.NewPlan(
            name=self.name,
            student_name=self.student_name,
            student_email=self.student_email,
            advisor_email=self.advisor_email,
            catalog_term=term,
            courses=tuple(courses),
            **keys,
        )


@strawberry.input(description="A plan to be opened.")
class OpenPlanInput:
    """A code."""

    code: str = strawberry.field(description="The plan's code, in any letter case, with or without separators.")
    client_mutation_id: str | None = strawberry.field(default=None, description=inputs.MARK)


@strawberry.type(description="The answer to `createPlan`.")
class CreatePlanPayload:
    """The plan with its keys."""

    plan: Any = strawberry.field(
        graphql_type=refs.maybe("plans", "Plan"), description="The new plan; null where it was refused."
    )
    code: str | None = strawberry.field(
        description="The plan's code, in groups. It is shown only now: keep it, nobody can find it out again."
    )
    token: str | None = strawberry.field(description=_TOKEN)
    warnings: list[PlanWarning] = strawberry.field(description="What is odd about its entries.")
    errors: list[user_errors.UserError] = strawberry.field(description=inputs.REFUSALS)
    client_mutation_id: str | None = strawberry.field(description=inputs.GIVEN_BACK)


@strawberry.type(description="The answer to `openPlan`.")
class OpenPlanPayload:
    """The plan with a token."""

    plan: Any = strawberry.field(
        graphql_type=refs.maybe("plans", "Plan"), description="The plan; null where the code opens none."
    )
    token: str | None = strawberry.field(description=_TOKEN)
    errors: list[user_errors.UserError] = strawberry.field(description=inputs.REFUSALS)
    client_mutation_id: str | None = strawberry.field(description=inputs.GIVEN_BACK)


async def create_plan(info: Info, input: Annotated[CreatePlanInput, inputs.ARGUMENT]) -> CreatePlanPayload:
    """Make a plan, and let the viewer into it."""
    keys = context.secret_keys(info.context.settings)

    async def work() -> plans.Created:
        new, origin = input.new(), inputs.origin(info)
        made = await info.context.written(lambda one: plans.create(one, new, origin, keys, input.idempotency_key))
        info.context.switch(made.plan.id)
        return made

    outcome = await user_errors.caught(work())
    made = outcome.value
    return CreatePlanPayload(
        plan=made and made.plan,
        code=made and plan_codes.displayed(made.code),
        token=made and _token(info, made.plan),
        warnings=shown_warnings(made.warnings, made.entries, [one.ref for one in input.courses]) if made else [],
        errors=outcome.errors,
        client_mutation_id=input.client_mutation_id,
    )


async def open_plan(info: Info, input: Annotated[OpenPlanInput, inputs.ARGUMENT]) -> OpenPlanPayload:
    """Exchange a plan's code for a token, and let the viewer into the plan."""
    keys = context.secret_keys(info.context.settings)

    async def work() -> rows.PlanRow:
        origin = inputs.origin(info)
        with info.context.trying():
            plan = await info.context.written(lambda one: plans.opened(one, input.code, origin, keys))
        info.context.switch(plan.id)
        return plan

    outcome = await user_errors.caught(work())
    return OpenPlanPayload(
        plan=outcome.value,
        token=outcome.value and _token(info, outcome.value),
        errors=outcome.errors,
        client_mutation_id=input.client_mutation_id,
    )


def _key(type_name: str, value: str | None, name: str) -> int | None:
    return None if value is None else ids.key_of(type_name, value, path=(name,))


def _token(info: Info, plan: rows.PlanRow) -> str:
    (key, *_) = context.secret_keys(info.context.settings)
    return plan_tokens.issue(plan.id, key, info.context.now)
