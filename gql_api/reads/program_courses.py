"""The courses that a program's current version names, read in one message with the program.

The trees of published versions are kept (`requirement_trees`), but which version is current is known only when the
program was read. That hardly ever changes: so the courses which its tree named the last time are asked for beside it.
Their rows are of the same snapshot whatever is current now. Where another version is, some were read in vain, and what
is missing is read as it would be anyway.
"""

from collections.abc import Hashable
from operator import itemgetter
from typing import Any

from gql_api.domain import requirements
from gql_api.reads import courses, kept, needed, parameters, rows, statements

_NAMED: kept.Kept[Hashable, tuple[int, parameters.Written]] = kept.Kept(500)
"""By what the program was asked for with: the version that was current, and the ids of the courses that it names."""


async def beside(
    connection: rows.Connection, asked: statements.Asked, key: Hashable, fields: needed.Fields
) -> tuple[list[Any], dict[int, courses.CourseRow]]:
    """What the statement of the program that `key` names answers, and the courses that its tree named the last time."""
    known = _NAMED.get(key)
    if known is None:
        (found,) = await statements.together(connection, asked)
        return found, {}
    found, every = await statements.together(connection, asked, courses.asked(known[1], fields))
    return found, dict(zip(map(itemgetter(0), every), every, strict=True))


def note(key: Hashable, tree: requirements.ProgramTree) -> None:
    """Keep what the tree of the current version names; of a published tree, which does not change."""
    known = _NAMED.get(key)
    if known is None or known[0] != tree.version_id:
        _NAMED.put(key, (tree.version_id, parameters.listed(_named(tree.requirements))))


def _named(nodes: tuple[requirements.Requirement, ...]) -> list[int]:
    """The courses that options of the nodes and of those beneath name, in the order of their ids."""
    ids: set[int] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        waiting += node.children
        named = [one.course_id for one in node.options if isinstance(one, requirements.CourseOption)]
        ids.update([id for id in named if id is not None])
    return sorted(ids)
