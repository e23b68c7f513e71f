"""Every mutation: a verb and a noun, one `input`, a payload with what changed and why it was refused."""

import strawberry

from gql_api.schema.mutation import courses, planned_courses, plans

ADMINISTRATOR_FIELDS = frozenset({"createCourse", "updateCourse", "deleteCourse"})
"""Refused with 401 before execution unless an administrator asks."""
PLAN_FIELDS = frozenset({"createPlan", "openPlan", "addCourses", "updatePlannedCourses", "removeCourses"})
"""They touch plans: never stored by caches."""


@strawberry.type(description="What changes data. With errors in a payload nothing was changed.")
class Mutation:
    """The root of mutations; they run one after another, each in a transaction of its own."""

    create_plan = strawberry.mutation(
        plans.create_plan,
        description=(
            "Make a plan. Anybody may; the payload has its code, which is the only key to it, and a token. What "
            "follows in the request acts for the new plan, whatever token came with it."
        ),
    )
    open_plan = strawberry.mutation(
        plans.open_plan,
        description=(
            "Exchange a plan's code for a token that reads and writes the plan for 12 hours. What follows in the "
            "request acts for this plan, whatever token came with it."
        ),
    )
    add_courses = strawberry.mutation(
        planned_courses.add_courses, description="Add courses to a plan: all of them or, with errors, none."
    )
    update_planned_courses = strawberry.mutation(
        planned_courses.update_planned_courses,
        description="Change entries of a plan: all of them or, with errors, none.",
    )
    remove_courses = strawberry.mutation(
        planned_courses.remove_courses, description="Remove entries from a plan: all of them or, with errors, none."
    )
    create_course = strawberry.mutation(
        courses.create_course, description="Create a course of an institution's catalog. Administrators only."
    )
    update_course = strawberry.mutation(
        courses.update_course, description="Change a course; its code too. Administrators only."
    )
    delete_course = strawberry.mutation(
        courses.delete_course, description="Delete a course that nothing refers to. Administrators only."
    )
