"""The search for a gap plan over every way in which competing equivalencies could award what the plan has.

Each way has a board and a search of its own. The least of what they find is the least there is.
"""

from collections.abc import Sequence
from decimal import Decimal

from gql_api.domain import (
    audit_results,
    credits,
    gap_plans_board,
    gap_plans_model,
    gap_plans_prerequisites,
    requirements,
    solver,
)

TotalKind = audit_results.TotalKind
Answer = gap_plans_model.Answer
Outcome = solver.Outcome


class Ways:
    """The searches of one plan, and what each found last."""

    def __init__(
        self,
        settings: Sequence[gap_plans_board.Setting],
        lacking: Sequence[gap_plans_model.Lacking],
        asked: gap_plans_prerequisites.Asked,
    ) -> None:
        self.settings = settings
        self._searches = [
            gap_plans_model.search(setting, (gap_plans_model.ROOT,), lack, asked)
            for setting, lack in zip(settings, lacking, strict=True)
        ]
        self._answers: list[gap_plans_model.Answer] = []

    def solve(self) -> tuple[gap_plans_board.Setting, gap_plans_model.Answer]:
        """The way that needs least with its answer: INFEASIBLE where none suffices, LIMIT where one was not decided."""
        self._answers = [search.solve() for search in self._searches]
        numbered = list(enumerate(self._answers))
        undecided = [place for place, answer in numbered if answer.outcome is Outcome.LIMIT]
        if undecided:
            return self.settings[undecided[0]], self._answers[undecided[0]]
        found = [
            (answer.credits, len(answer.chosen), place)
            for place, answer in numbered
            if answer.outcome is Outcome.OPTIMAL
        ]
        best = min(found)[2] if found else 0
        return self.settings[best], self._answers[best]

    def exclude(self, setting: gap_plans_board.Setting, chosen: Sequence[int]) -> None:
        """A set that does not suffice, whichever way is followed."""
        taken = {setting.course(item).id for item in chosen}
        for one, search in zip(self.settings, self._searches, strict=True):
            search.exclude(item for item in one.offered if one.course(item).id in taken)


def lacking(
    settings: Sequence[gap_plans_board.Setting], tree: requirements.ProgramTree, audit: audit_results.Audit
) -> list[gap_plans_model.Lacking]:
    """What each way lacks of the totals. Of a single way the audit tells it; of several each at least that much."""
    if len(settings) == 1:
        amounts = {total.kind: total.needed - (total.actual[-1][1] or credits.ZERO) for total in audit.totals}
        total = amounts.get(TotalKind.TOTAL_CREDITS, credits.ZERO)
        residency = amounts.get(TotalKind.RESIDENCY_CREDITS, credits.ZERO)
        return [_lacking(total, residency)]
    needed = (tree.total_credits or credits.ZERO, tree.residency_credits or credits.ZERO)
    return [_lacking(needed[0] - one.held[0], needed[1] - one.held[1]) for one in settings]


def _lacking(total: Decimal, residency: Decimal) -> gap_plans_model.Lacking:
    return gap_plans_model.Lacking(total=max(total, credits.ZERO), residency=max(residency, credits.ZERO))
