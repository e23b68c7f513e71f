"""Where programs name a course."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from gql_api.reads import needed, pages, relations
from gql_api.tables.programs import ProgramVersion
from gql_api.tables.requirements import Requirement, RequirementOption


class UseRow(NamedTuple):
    """Where a course is named as an option."""

    id: int
    version_id: int


def _uses_of_course(course: sa.ColumnElement[int], _filter: object) -> list[sa.ColumnElement[bool]]:
    option = RequirementOption
    naming = sa.select(col(option.requirement_id)).where(col(option.course_id) == course, ~col(option.is_excluded))
    is_current = sa.exists().where(
        col(ProgramVersion.id) == col(Requirement.version_id), col(ProgramVersion.is_current)
    )
    return [is_current, col(Requirement.id).in_(naming)]


BY_REQUIREMENT = pages.Order(name="REQUIREMENT", columns=(col(Requirement.id),))
USES_OF_COURSE = relations.Relation(needed.Columns(Requirement, UseRow), _uses_of_course, BY_REQUIREMENT)
"""The requirements of current versions that name a course as an option."""
