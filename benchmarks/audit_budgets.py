"""The section `audits` of `make bench`: the speed of audits against its budgets.

It needs no database: the workloads of `audit_speed` are made from numbers alone.
"""

from collections.abc import Iterator

from benchmarks import audit_speed, budgets, sections

_QUICK = "audits: this run only proves that it works, its numbers judge nothing"


def lines(task: sections.Task) -> Iterator[str]:
    """What was measured, then each budget as met, not met or not measured."""
    results = audit_speed.measured(audit_speed.QUICK if task.is_quick else audit_speed.Sizes())
    yield from audit_speed.tables(results)
    if task.is_quick:
        yield budgets.unmeasured(_QUICK)
    else:
        yield from audit_speed.budget_lines(results)
