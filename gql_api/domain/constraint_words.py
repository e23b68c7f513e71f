"""How a constraint stands, in words."""

from decimal import Decimal

from gql_api.domain import credits, requirements, wording

Kind = requirements.ConstraintKind
_TRUE = frozenset({"true", "yes", "1"})


def sentence(constraint: requirements.Constraint, actual: Decimal, needed: Decimal, *, is_minimum: bool) -> str:
    """What there is of what is asked for or allowed: `3.00 of 6.00 credits in ART.`, `9.00 credits; 6.00 allowed.`"""
    if is_minimum:
        has = credits.displayed(actual) if constraint.credits is not None else f"{actual:f}"
        return f"{has} of {_amount(constraint, needed)}{_what(constraint)}."
    asked = credits.displayed(needed) if constraint.credits is not None else f"{needed:f}"
    return f"{_amount(constraint, actual)}{_what(constraint)}; {asked} allowed."


def asked(constraint: requirements.Constraint, amount: Decimal) -> str:
    """What is asked for or allowed: `at least 6.00 credits in ART`, `at most 9.00 credits of one subject`."""
    extent = "at most" if constraint.kind.name.startswith("MAX_") else "at least"
    return f"{extent} {_amount(constraint, amount)}{_what(constraint)}"


def among(constraint: requirements.Constraint, amount: Decimal) -> str:
    """Credits that are still needed, as a part of others: `4.00 of them at level 4000 or above`."""
    return f"{credits.displayed(amount)} of them{_what(constraint)}"


def lacking(constraint: requirements.Constraint, actual: Decimal, needed: Decimal) -> str:
    """What is still needed, to go on after “Needs”: `3.00 more credits in ART`, `courses of 1 more subject`."""
    if constraint.kind.name.startswith("MAX_"):
        return f"at most {_amount(constraint, needed)}{_what(constraint)}, not {_amount(constraint, actual)}"
    more = needed - actual
    if constraint.kind is Kind.MIN_DISTINCT_SUBJECTS:
        return f"courses of {more:f} more {wording.plural(more, 'subject')}{_what(constraint)}"
    if constraint.credits is not None:
        return f"{credits.displayed(more)} more {wording.plural(more, 'credit')}{_what(constraint)}"
    return f"{more:f} more {wording.plural(more, 'course')}{_what(constraint)}"


def _amount(constraint: requirements.Constraint, amount: Decimal) -> str:
    if constraint.credits is not None:
        return f"{credits.displayed(amount)} {wording.plural(amount, 'credit')}"
    noun = "subject" if constraint.kind is Kind.MIN_DISTINCT_SUBJECTS else "course"
    return f"{amount:f} {wording.plural(amount, noun)}"


def _what(constraint: requirements.Constraint) -> str:
    scope, is_credits = constraint.scope, constraint.credits is not None
    parts = [_looked_at(constraint)]
    if scope.subjects:
        parts.append(f"in {wording.listed(sorted(scope.subjects), 'or')}")
    if scope.level_from is not None or scope.level_to is not None:
        parts.append(_levels(scope.level_from, scope.level_to))
    if scope.attribute is not None:
        parts.append(_attribute(scope.attribute, scope.attribute_value, is_credits=is_credits))
    return "".join(f" {part}" for part in parts if part)


def _levels(lowest: int | None, highest: int | None) -> str:
    if highest is None:
        return f"at level {lowest} or above"
    if not lowest:
        return f"at level {highest} or below"
    return f"at level {lowest}" if lowest == highest else f"at levels {lowest} to {highest}"


def _looked_at(constraint: requirements.Constraint) -> str:
    match constraint.kind:
        case Kind.MIN_CREDITS_AT_LEVEL | Kind.MIN_COURSES_AT_LEVEL:
            return f"at level {constraint.level} or above"
        case Kind.MAX_CREDITS_AT_LEVEL:
            return f"at level {constraint.level}"
        case Kind.MIN_COURSES_WITH_ATTRIBUTE | Kind.MAX_CREDITS_WITH_ATTRIBUTE:
            is_credits = constraint.credits is not None
            return _attribute(constraint.attribute or "", constraint.attribute_value, is_credits=is_credits)
        case Kind.MAX_CREDITS_PER_SUBJECT:
            return "of one subject"
        case Kind.MIN_RESIDENCY_CREDITS:
            return "earned here"
        case Kind.MAX_TRANSFER_CREDITS:
            return "from elsewhere"
        case Kind.MAX_PASS_FAIL_CREDITS:
            return "graded pass or fail"
        case _:
            return ""


def _attribute(attribute: str, value: str | None, *, is_credits: bool) -> str:
    """The courses with an attribute in words: `with a laboratory`, `of research courses`, `tagged writing`."""
    is_true = value is None or value.strip().lower() in _TRUE
    if attribute == "has_lab":
        return "with a laboratory" if is_true else "without a laboratory"
    if attribute == "course_type" and value is not None:
        kind = value.strip().lower().replace("_", " ")
        return f"of {kind} courses" if is_credits else f"of the type {kind}"
    if attribute in {"tag", "tags"} and value is not None:
        return f"tagged {value}"
    return f"tagged {attribute}" if is_true else f"tagged {attribute}:{value}"
