"""What a requirement tree must be before it is stored: each problem with the path that leads to it.

The database repeats most of this; here it is said in words, all of it at once, before anything is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gql_api.domain import constraint_checks, credits, option_checks, program_versions, requirements

MOST_LEVELS = 20
"""How deep a tree may be; deeper ones are refused on write."""
LONGEST_KEY, LONGEST_NAME = 200, 300
_CHILD_FIELDS = ("min_children", "min_credits_beneath")
_POOL_FIELDS = (
    "min_courses",
    "min_credits",
    "max_courses",
    "max_credits",
    "min_credits_per_course",
    "max_credits_per_course",
    "min_grade",
)
_AMOUNTS = (*_CHILD_FIELDS, *(field for field in _POOL_FIELDS if field != "min_grade"))
_MOST_COURSES = 1_000


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a tree is refused. `key` is the requirement's, if it is about one."""

    path: tuple[str, ...]
    message: str
    key: str | None = None


def problems(content: program_versions.VersionContent) -> tuple[Problem, ...]:
    """Everything that is wrong with the content, in the order of the tree; empty where it can be stored."""
    if (bound := _beyond_bounds(content)) is not None:
        return (bound,)
    nodes = tuple(program_versions.located(content))
    found = [*_facts(content), *_repeated_keys(nodes)]
    keys = {here.node.key for here in nodes}
    for here in nodes:
        messages = [
            *_words(here.node),
            *_shape(here.node),
            *_numbers(here.node),
            *_sharing(here.node, keys),
            *option_checks.problems(here.node),
            *constraint_checks.problems(here.node.constraints, constraint_checks.fields_of(here.node)),
        ]
        found.extend(
            Problem((*here.path, *tail), f"Requirement “{here.node.key}”: {message}", here.node.key)
            for tail, message in messages
        )
    return tuple(found)


def _beyond_bounds(content: program_versions.VersionContent) -> Problem | None:
    """The first bound that is passed. It stops there: a tree without bound is not walked to its end."""
    for count, here in enumerate(program_versions.located(content), start=1):
        if count > requirements.MOST_NODES:
            message = f"The version has more than {requirements.MOST_NODES:,} requirements; split the program."
            return Problem(here.path, message)
        if here.depth >= MOST_LEVELS:
            return Problem(here.path, f"The tree is more than {MOST_LEVELS} levels deep.", here.node.key)
        if len(here.node.options) > requirements.MOST_OPTIONS:
            message = (
                f"Requirement “{here.node.key}” has {len(here.node.options):,} options; at most "
                f"{requirements.MOST_OPTIONS:,} are accepted. Use a pattern instead."
            )
            return Problem(here.path, message, here.node.key)
    return None


def _facts(content: program_versions.VersionContent) -> Iterator[Problem]:
    for name in ("total_credits", "residency_credits"):
        amount: Decimal | None = getattr(content, name)
        if amount is not None and not credits.ZERO <= amount <= credits.MOST:
            yield Problem((name,), f"{name} is {amount}; it must be from 0 to {credits.MOST}.")
    if content.minimum_gpa is not None and not 0 <= content.minimum_gpa <= constraint_checks.HIGHEST_GPA:
        yield Problem(("minimum_gpa",), f"minimum_gpa is {content.minimum_gpa}; it must be from 0 to 5.")
    for tail, message in constraint_checks.problems(content.constraints, constraint_checks.VERSION_FIELDS):
        yield Problem(tail, f"The version: {message}")


def _repeated_keys(nodes: tuple[program_versions.Located, ...]) -> Iterator[Problem]:
    seen: set[str] = set()
    for here in nodes:
        if here.node.key in seen:
            message = f"The key “{here.node.key}” is used twice; keys are unique within a version."
            yield Problem((*here.path, "key"), message, here.node.key)
        seen.add(here.node.key)


def _words(node: requirements.Requirement) -> Iterator[tuple[tuple[str, ...], str]]:
    for field, text, longest in (("key", node.key, LONGEST_KEY), ("name", node.name, LONGEST_NAME)):
        if not text.strip():
            yield (field,), f"the {field} is blank."
        elif len(text) > longest:
            yield (field,), f"the {field} has {len(text)} characters; at most {longest} are accepted."


def _shape(node: requirements.Requirement) -> Iterator[tuple[tuple[str, ...], str]]:
    """Children or a pool, not both, and the fields of what it is."""
    if node.children and node.options:
        yield ("options",), "it has children and options; make one of the children hold the options."
    if node.is_residual and (node.children or node.options):
        yield ("is_residual",), "a residual requirement takes every course; it has no children and no options."
    if node.is_residual and node.sharing is not requirements.Sharing.EXCLUSIVE:
        yield ("sharing",), "a residual requirement is exclusive."
    others, kind = (_POOL_FIELDS, "children") if node.children else (_CHILD_FIELDS, "no children")
    for field in others:
        if getattr(node, field) is not None:
            yield (field,), f"{field} does not apply to a requirement with {kind}."
    if node.min_children is not None and not 0 <= node.min_children <= len(node.children):
        yield ("min_children",), f"min_children is {node.min_children}; it has {len(node.children)} children."


def _numbers(node: requirements.Requirement) -> Iterator[tuple[tuple[str, ...], str]]:
    for field in _AMOUNTS:
        amount: Decimal | int | None = getattr(node, field)
        most = credits.MOST if "credits" in field else _MOST_COURSES
        if amount is not None and not 0 <= amount <= most:
            yield (field,), f"{field} is {amount}; it must be from 0 to {most}."
    low, high = node.min_credits_per_course, node.max_credits_per_course
    if low is not None and high is not None and low > high:
        yield ("min_credits_per_course",), f"min_credits_per_course {low} is above max_credits_per_course {high}."


def _sharing(node: requirements.Requirement, keys: set[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    seen: set[str] = set()
    for index, share in enumerate(node.share_with):
        here = ("share_with", str(index))
        if share.with_key == node.key:
            yield here, "it cannot share with itself."
        elif share.with_key not in keys:
            yield here, f"it shares with “{share.with_key}”, which is no requirement of this version."
        elif share.with_key in seen:
            yield here, f"it says twice what it shares with “{share.with_key}”."
        if share.max_credits is None and share.max_courses is None:
            yield here, f"it does not say how many credits or courses it shares with “{share.with_key}”."
        elif any(amount is not None and amount < 0 for amount in (share.max_credits, share.max_courses)):
            yield here, f"what it shares with “{share.with_key}” is below zero."
        seen.add(share.with_key)
