"""The rows of one version as its requirement tree: a category is a top-level requirement.

`simple` is one pool (one child per group only if its groups state different minima); `grouped` is one child per
group, all of them needed. A node has children or a pool, so options without a group get a child of their own beside
other groups. Categories, groups and options stand in the order of their first rows.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gql_api.domain import requirements
from gql_api.ingest import program_drafts, requirement_needs, requirement_rows

Rows = Sequence[requirement_rows.Row]
Option = Callable[[requirement_rows.Row], requirements.CourseOption | None]
"""The option of a row, resolved; none where the row names no course."""
_FREE = re.compile(r"\b(?:free|general|open|unrestricted)\s+electives?\b", re.IGNORECASE)
_OTHERS = "other courses"


def tree(rows: Rows, option: Option, warn: requirement_needs.Warn) -> tuple[requirements.Requirement, ...]:
    """The top-level requirements of one version."""
    categories = _by(rows, lambda row: row.category)
    keys = program_drafts.slugs(categories)
    return tuple(
        _Category(name, keys[name], same, option, warn).requirement(position)
        for position, (name, same) in enumerate(categories.items())
    )


def _by(rows: Rows, name: Callable[[requirement_rows.Row], str]) -> dict[str, list[requirement_rows.Row]]:
    """The rows by a name in any letter case, under its first spelling, in the order of their first rows."""
    spelled: dict[str, str] = {}
    groups: dict[str, list[requirement_rows.Row]] = {}
    for row in rows:
        spelling = spelled.setdefault(name(row).casefold(), name(row))
        groups.setdefault(spelling, []).append(row)
    return groups


def _distinct(needs: Iterable[requirement_needs.Needs]) -> list[requirement_needs.Needs]:
    """The needs that say something, each once; how a constraint is described does not tell them apart."""
    found: list[requirement_needs.Needs] = []
    for need in needs:
        plain = replace(need, constraints=tuple(replace(one, description=None) for one in need.constraints))
        if not plain.says_nothing and plain not in found:
            found.append(plain)
    return found


@dataclass(frozen=True, slots=True)
class _Category:
    """One category on its way to a requirement."""

    name: str
    key: str
    rows: Rows
    option: Option
    warn: requirement_needs.Warn

    def requirement(self, position: int) -> requirements.Requirement:
        groups = _by([row for row in self.rows if row.group is not None], lambda row: row.group or "")
        is_grouped = self._is_grouped(has_groups=bool(groups))
        needs = {group: self._group_needs(rows, rows if is_grouped else self.rows) for group, rows in groups.items()}
        ungrouped = [row for row in self.rows if row.group is None]
        own = requirement_needs.merged((self._legacy(), requirement_needs.of_rows(ungrouped, self.rows, self.warn)))
        stated = _distinct(needs.values())
        if needs and (is_grouped or len(stated) > 1):
            return self._parent(position, groups, needs, own)
        if len(stated) == 1:
            self._warn_of_two(own, needs)
        return self._pool(position, requirement_needs.merged((own, *needs.values())))

    def _is_grouped(self, *, has_groups: bool) -> bool:
        said = requirement_needs.first(self.rows, "requirement_type", lambda row: row.requirement_type, self.warn)
        if said is None:
            said = requirement_rows.GROUPED if has_groups else requirement_rows.SIMPLE
            message = f"“{self.name}” does not say whether it is simple or grouped; it is read as {said}."
            self.warn(self.rows[0].at, "requirement_type", message)
        elif said == requirement_rows.GROUPED and not has_groups:
            message = f"“{self.name}” is grouped, but names no group; it is read as simple."
            self.warn(self.rows[0].at, "group_name", message)
        return said == requirement_rows.GROUPED

    def _legacy(self) -> requirement_needs.Needs:
        return requirement_needs.legacy(
            requirement_needs.first(self.rows, "credits_required", lambda row: row.category_credits, self.warn),
            requirement_needs.first(self.rows, "courses_required", lambda row: row.category_courses, self.warn),
        )

    def _group_needs(self, rows: Rows, pool: Rows) -> requirement_needs.Needs:
        said = requirement_needs.legacy(
            requirement_needs.first(rows, "credits_required_group", lambda row: row.group_credits, self.warn),
            requirement_needs.first(rows, "courses_required", lambda row: row.group_courses, self.warn),
        )
        return requirement_needs.merged((said, requirement_needs.of_rows(rows, pool, self.warn)))

    def _warn_of_two(self, own: requirement_needs.Needs, needs: Mapping[str, requirement_needs.Needs]) -> None:
        """A simple category and its only group may say different numbers; the pool follows the tighter one."""
        for group, need in needs.items():
            for column, number in need.own.items():
                if column in own.own and own.own[column] != number:
                    message = f"“{self.name}” and its group “{group}” say different numbers; the tighter one is kept."
                    self.warn(self.rows[0].at, None, message)

    def _pool(self, position: int, needs: requirement_needs.Needs) -> requirements.Requirement:
        options = self._options(self.rows)
        is_residual = not options and _FREE.search(self.name) is not None
        if is_residual:
            message = f"“{self.name}” names no courses; by its name it takes every course that is left over."
            self.warn(self.rows[0].at, "category", message)
        return requirements.Requirement(
            key=self.key,
            name=self.name,
            description=self._description(self.rows),
            position=position,
            options=options,
            is_residual=is_residual,
            constraints=needs.constraints,
            **needs.of_pool(),  # pyright: ignore[reportArgumentType] - the fields are those of a pool
        )

    def _parent(
        self,
        position: int,
        groups: Mapping[str, Rows],
        needs: Mapping[str, requirement_needs.Needs],
        own: requirement_needs.Needs,
    ) -> requirements.Requirement:
        slugs = program_drafts.slugs((*groups, _OTHERS))
        children = [self._child(group, slugs[group], rows, needs[group]) for group, rows in groups.items()]
        ungrouped = [row for row in self.rows if row.group is None]
        if any(row.course is not None for row in ungrouped):
            name = f"{self.name}: {_OTHERS}"
            children.append(self._child(name, slugs[_OTHERS], ungrouped, requirement_needs.Needs()))
            self.warn(ungrouped[0].at, "group_name", f"Courses of “{self.name}” without a group get one of their own.")
        beneath, constraints = own.beneath()
        return requirements.Requirement(
            key=self.key,
            name=self.name,
            description=self._description(ungrouped) or self._legacy_description(),
            position=position,
            children=tuple(replace(child, position=index) for index, child in enumerate(children)),
            min_credits_beneath=beneath,
            constraints=constraints,
        )

    def _child(self, name: str, slug: str, rows: Rows, needs: requirement_needs.Needs) -> requirements.Requirement:
        described = [row for row in rows if row.stated is not None]
        return requirements.Requirement(
            key=f"{self.key}/{slug}",
            name=name,
            description=requirement_needs.first(rows, "group_description", lambda row: row.group_description, self.warn)
            or requirement_needs.first(described, "description", lambda row: row.description, self.warn),
            options=self._options(rows),
            constraints=needs.constraints,
            **needs.of_pool(),  # pyright: ignore[reportArgumentType] - the fields are those of a pool
        )

    def _description(self, rows: Rows) -> str | None:
        return requirement_needs.first(rows, "description", lambda row: row.description, self.warn)

    def _legacy_description(self) -> str | None:
        """Beside a group's own description, `description` is the category's."""
        rows = [row for row in self.rows if row.stated is None]
        return self._description(rows)

    def _options(self, rows: Rows) -> tuple[requirements.Option, ...]:
        options: dict[tuple[int | None, str], tuple[requirements.CourseOption, str]] = {}
        for row in rows:
            if (option := self.option(row)) is None:
                continue
            identity = (option.institution_id, option.code)
            if identity in options:
                first, place = options[identity]
                kept = "" if first == option else "; what the first row says of it is kept"
                self.warn(row.at, "course_code", f"{option.code} is in this pool already ({place}){kept}.")
            else:
                options[identity] = (option, row.place)
        return tuple(option for option, _ in options.values())
