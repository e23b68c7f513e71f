"""How a budget is told: met, not met, or not measured."""


def said(is_met: bool, text: str) -> str:  # noqa: FBT001 - the verdict is the point
    """The line of a budget that was measured."""
    return f"  {'met' if is_met else 'NOT MET':<12}{text}"


def unmeasured(text: str) -> str:
    """The line of a budget that this run cannot judge, with the reason."""
    return f"  {'unmeasured':<12}{text}"
