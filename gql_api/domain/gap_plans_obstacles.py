"""Why no courses complete a program: the requirements that cannot be met, or that cannot be met together."""

from dataclasses import dataclass
from decimal import Decimal

from gql_api.domain import (
    allocation_board,
    credits,
    gap_plans_board,
    gap_plans_conditions,
    gap_plans_model,
    gap_plans_prerequisites,
    prerequisite_words,
    solver,
    wording,
)

MOST_TOGETHER = 30
"""Top-level requirements among which a smallest conflict is looked for."""
_MOST_NAMED = 6
"""Courses named in a sentence; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Requirements, by key, that cannot be met (together), and why in one sentence; no key: the totals."""

    keys: tuple[str, ...]
    sentence: str


def found(
    setting: gap_plans_board.Setting,
    lacking: gap_plans_model.Lacking,
    asked: gap_plans_prerequisites.Asked = gap_plans_prerequisites.NOTHING,
) -> tuple[Obstacle, ...]:
    """Every requirement that even all courses together cannot meet; else a conflict that is minimal under removal.

    Where neither is the reason it is the prerequisites, or what holds for the program as a whole.
    """
    board = setting.board
    root = board.nodes[gap_plans_model.ROOT]
    tops = [top for top in root.choices if not board.nodes[top].is_optional]
    alone = [top for top in tops if gap_plans_model.is_possible(setting, top) is False]
    if alone:
        return tuple(_alone(setting, index) for top in alone for index in _deepest(setting, top))
    if root.needed_children == len(root.choices) and len(tops) <= MOST_TOGETHER:
        together = _conflict(setting, tops)
        if together:
            return (_together(board, together),)
    return (_of_prerequisites(setting, lacking, asked) or _of_totals(board, lacking),)


def _deepest(setting: gap_plans_board.Setting, index: int) -> list[int]:
    """The lowest requirements beneath that are the reason: all parts are needed, and these alone cannot be met."""
    node = setting.board.nodes[index]
    if node.needed_children != len(node.choices):
        return [index]
    impossible = [child for child in node.choices if gap_plans_model.is_possible(setting, child) is False]
    return [deepest for child in impossible for deepest in _deepest(setting, child)] or [index]


def _conflict(setting: gap_plans_board.Setting, tops: list[int]) -> list[int]:
    """Top-level requirements that cannot be met together, none of which can be left out; none: they can."""
    if not _is_conflict(setting, tops):
        return []
    kept = list(tops)
    for top in tops:
        fewer = [one for one in kept if one != top]
        if _is_conflict(setting, fewer):
            kept = fewer
    return kept


def _is_conflict(setting: gap_plans_board.Setting, tops: list[int]) -> bool:
    nothing = gap_plans_model.Lacking()
    return gap_plans_model.search(setting, tops, nothing).solve().outcome is solver.Outcome.INFEASIBLE


def _alone(setting: gap_plans_board.Setting, index: int) -> Obstacle:
    board, node = setting.board, setting.board.nodes[index]
    asked = [
        *([f"{node.min_courses} {wording.plural(node.min_courses, 'course')}"] if node.min_courses else []),
        *([_credits(node.min_credits)] if node.min_credits else []),
    ]
    needs = f" It needs {wording.listed(asked)}." if asked else ""
    return Obstacle(
        keys=_keys(board, [index]), sentence=f"{_name(board, index)} cannot be met.{needs}{_fitting(board, index)}"
    )


def _fitting(board: allocation_board.Board, index: int) -> str:
    """How much there is in the plan and the catalog that could be applied."""
    fits = {item for leaf in board.nodes[index].leaves for item in board.fits.get(leaf, {})}
    if not fits:
        return " No course of the plan or the catalog fits it."
    amount = sum((board.items[item].main.credits for item in fits), credits.ZERO)
    number = f"{len(fits)} {wording.plural(len(fits), 'course')} of the plan and the catalog"
    verbs = ("fits", "carries") if len(fits) == 1 else ("fit", "carry")
    node = board.nodes[index]
    suffice = amount >= (node.min_credits or credits.ZERO) and len(fits) >= (node.min_courses or 0)
    rest = gap_plans_conditions.sentence(board, index) if suffice else ""
    return f" {number} {verbs[0]} it and {verbs[1]} {_credits(amount)}{rest}."


def _together(board: allocation_board.Board, indexes: list[int]) -> Obstacle:
    names = wording.listed([_name(board, index) for index in indexes])
    return Obstacle(keys=_keys(board, indexes), sentence=f"{names} cannot be met together: they need the same courses.")


def _of_prerequisites(
    setting: gap_plans_board.Setting, lacking: gap_plans_model.Lacking, asked: gap_plans_prerequisites.Asked
) -> Obstacle | None:
    """The courses that would complete the program if they asked for no others; none where they would not either."""
    answer = gap_plans_model.search(setting, (gap_plans_model.ROOT,), lacking).solve()
    asking = [
        f"{course.code} needs {prerequisite_words.told(asked.trees[course.id])}"
        for course in map(setting.course, answer.chosen)
        if course.id in asked.trees and gap_plans_prerequisites.meant_by(asked.trees[course.id], asked)
    ]
    if answer.outcome is not solver.Outcome.OPTIMAL or not asking:
        return None
    named = asking[:_MOST_NAMED] + ([f"{len(asking) - _MOST_NAMED} more need others"] if asking[_MOST_NAMED:] else [])
    told = wording.listed(named)
    return Obstacle(keys=(), sentence=f"Only prerequisites that the catalog cannot fulfil are in the way: {told}.")


def _of_totals(board: allocation_board.Board, lacking: gap_plans_model.Lacking) -> Obstacle:
    parts = [
        *([f"{_credits(lacking.total, 'more ')} in total"] if lacking.total else []),
        *([f"{_credits(lacking.residency, 'more ')} earned here"] if lacking.residency else []),
        *gap_plans_conditions.of_program(board),
    ]
    what = wording.listed(parts) or "all requirements together"
    return Obstacle(keys=(), sentence=f"The courses of the catalog do not suffice for {what}.")


def _credits(amount: Decimal, what: str = "") -> str:
    return f"{credits.displayed(amount)} {what}{wording.plural(amount, 'credit')}"


def _name(board: allocation_board.Board, index: int) -> str:
    requirement = board.nodes[index].requirement
    return "" if requirement is None else f"“{requirement.name}”"


def _keys(board: allocation_board.Board, indexes: list[int]) -> tuple[str, ...]:
    found = (board.nodes[index].requirement for index in indexes)
    return tuple(requirement.key for requirement in found if requirement is not None)
