"""Who is asking, and what they may do. Pure: credentials are checked at the edge (`web.auth`), rights here."""

from dataclasses import dataclass
from enum import Enum
from typing import assert_never


class Role(Enum):
    """The four kinds of viewer."""

    ANONYMOUS = "anonymous"
    PLAN_HOLDER = "plan_holder"
    ADVISOR = "advisor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The one who sent the request.

    `plan_id` is set for a plan holder only; `institution_ids` bounds an advisor; `name` is what the audit
    log records ("administrator", a token's label), never a student's name.
    """

    role: Role
    plan_id: int | None = None
    institution_ids: frozenset[int] = frozenset()
    name: str = "anonymous"

    def may_administer(self) -> bool:
        """Whether catalogs, programs and tokens may be changed."""
        return self.role is Role.ADMINISTRATOR

    def may_open_plan(self, plan_id: int) -> bool:
        """Whether this plan may be read and written. Advisors gain plans through their institutions in SQL."""
        match self.role:
            case Role.ADMINISTRATOR:
                return True
            case Role.PLAN_HOLDER:
                return self.plan_id == plan_id
            case Role.ANONYMOUS | Role.ADVISOR:
                return False
            case _:
                assert_never(self.role)


ANONYMOUS = Viewer(role=Role.ANONYMOUS)
ADMINISTRATOR = Viewer(role=Role.ADMINISTRATOR, name="administrator")


def plan_holder(plan_id: int) -> Viewer:
    """The viewer who proved to hold the plan's code or token."""
    return Viewer(role=Role.PLAN_HOLDER, plan_id=plan_id, name="plan holder")
