"""Certificates for people: what is claimed and why it is so, in one sentence."""

from decimal import Decimal

from gql_api.domain import averages, checker_values, credits, wording

Claim = checker_values.Claim
TotalKey = checker_values.TotalKey
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def sentence(certificate: checker_values.Certificate) -> str:
    """The claim and its reason, such as “these five requirements need nine courses, eight of yours fit”."""
    match certificate.claim:
        case Claim.MET:
            applied = len({use.entry_ids for use in certificate.uses if use.key})
            return f"The version is met: {_counted(applied, 'course')} fill every requirement, none of them used twice."
        case Claim.UNPROVED:
            return f"The version is not met; that is not proved: {certificate.reason}."
        case Claim.NOT_MET:
            return "" if certificate.conflict is None else _conflict(certificate.conflict) + _kept(certificate)


def _kept(certificate: checker_values.Certificate) -> str:
    """What is optional in the conflict, and why it is there all the same."""
    if certificate.kept is None:
        return ""
    names = wording.listed([f"“{name}”" for name in certificate.kept.names])
    verb = "is" if len(certificate.kept.names) == 1 else "are"
    return f" {names} {verb} optional, and kept because less of the plan meets it already."


def _conflict(conflict: checker_values.Conflict) -> str:
    names = wording.listed([f"“{node.name}”" for node in conflict.nodes])
    if conflict.total is not None:
        return _total(conflict, conflict.total)
    if conflict.is_in_credits and conflict.needed > conflict.available:
        have, need = credits.displayed(conflict.available), credits.displayed(conflict.needed)
        noun = wording.plural(conflict.needed, "credit")
        if not conflict.available:
            return f"{names} needs {need} {noun}, and none of your courses fits."
        return f"{names} needs {need} {noun}, and the courses of yours that fit carry {have}."
    if conflict.needed <= conflict.available or conflict.is_in_credits:
        return f"{names} cannot be met by {_fit(conflict)}, whichever way they are used."
    count = len(conflict.nodes)
    needed = _counted(conflict.needed, "course")
    if count == 1:
        return f"{names} needs {needed}, and {_of_yours(conflict)}."
    these = f"These {_number(Decimal(count))} requirements need {needed}, "
    return f"{these}{_of_yours(conflict)}: {names}."


def _total(conflict: checker_values.Conflict, total: checker_values.TotalKey) -> str:
    if total is TotalKey.MINIMUM_GPA:
        have, need = averages.displayed(conflict.available), averages.exactly(conflict.needed)
        return f"A grade point average of {need} is needed; it is {have}."
    have, need = credits.displayed(conflict.available), credits.displayed(conflict.needed)
    where = "" if total is TotalKey.TOTAL_CREDITS else " earned here"
    noun, verb = wording.plural(conflict.needed, "credit"), "is" if conflict.needed == 1 else "are"
    return f"{need} {noun}{where} {verb} needed; all of yours together are {have} at most."


def _of_yours(conflict: checker_values.Conflict) -> str:
    if not conflict.available:
        return "none of yours fits"
    return f"{_number(conflict.available)} of yours {_verb(conflict.available)}"


def _fit(conflict: checker_values.Conflict) -> str:
    count = len(conflict.courses)
    return f"the {_counted(count, 'course')} of yours that {_verb(Decimal(count))}"


def _counted(count: Decimal | int, noun: str) -> str:
    return f"{_number(Decimal(count))} {wording.plural(count, noun)}"


def _number(count: Decimal) -> str:
    return _NUMBERS[int(count)] if count < len(_NUMBERS) else f"{count:f}"


def _verb(count: Decimal) -> str:
    return "fits" if count == 1 else "fit"
