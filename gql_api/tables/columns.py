"""Column types and constraints that several tables share.

Enumerations are stored by name as text under a CHECK: names are stable, and a dump reads well.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# Set before the first table is defined: a refused write is told apart by its constraint's name.
SQLModel.model_config["defer_build"] = True
# As well: validators are made when they are first used. Most tables' never are, and a server starts sooner.

CREDITS = sa.Numeric(7, 3)
GPA = sa.Numeric(4, 3)
CITEXT = postgresql.CITEXT()
JSONB = postgresql.JSONB()
TEXT_ARRAY = postgresql.ARRAY(sa.Text())
MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
EMPTY_OBJECT = sa.text("'{}'::jsonb")
EMPTY_ARRAY = sa.text("'{}'::text[]")
FALSE = sa.text("false")
ONE = sa.text("1")


def identity() -> Any:  # noqa: ANN401 - what SQLModel's Field returns is typed so
    """The surrogate key: a bigint that the database hands out."""
    return Field(
        default=None,
        primary_key=True,
        sa_type=sa.BigInteger,
        sa_column_kwargs={"server_default": sa.Identity(always=False)},
    )


def reference(target: str, *, on_delete: Literal["CASCADE", "RESTRICT", "SET NULL"], optional: bool = False) -> Any:  # noqa: ANN401 - as above
    """A foreign key to `table.column` with its delete rule."""
    default = None if optional else ...
    return Field(default=default, foreign_key=target, ondelete=on_delete, sa_type=sa.BigInteger, nullable=optional)


def moment(*, optional: bool = False) -> Any:  # noqa: ANN401 - as above
    """A point in time with its zone; now, where the row does not say."""
    if optional:
        return Field(default=None, sa_type=MOMENT)
    return Field(default=None, sa_type=MOMENT, nullable=False, sa_column_kwargs={"server_default": NOW})


def enumeration(members: type[Enum]) -> sa.Enum:
    """Text that holds the name of a member; the CHECK that says so is made by `one_of`."""
    return sa.Enum(members, native_enum=False, create_constraint=False, length=40)


def one_of(column: str, members: type[Enum]) -> sa.CheckConstraint:
    """The CHECK that keeps `column` to the names of `members`."""
    names = ", ".join(f"'{member.name}'" for member in members)
    return sa.CheckConstraint(f"{column} IN ({names})", name=f"{column}_known")


def not_negative(columns: Iterable[str]) -> list[sa.CheckConstraint]:
    """A CHECK per column: zero or more."""
    return [sa.CheckConstraint(f"{column} >= 0", name=f"{column}_not_negative") for column in columns]


def ordered(low: str, high: str) -> sa.CheckConstraint:
    """The CHECK that `low` is not above `high` where both are given."""
    return sa.CheckConstraint(f"{low} <= {high}", name=f"{low}_to_{high}")
