"""Prerequisites in words."""

from gql_api.domain import prerequisites as needs
from gql_api.domain import wording


def told(node: needs.Prerequisite) -> str:
    """What is asked for, to stand within a sentence: `MATH 101 (at least C) and one of STAT 201 or STAT 202`."""
    match node:
        case needs.CourseNeeded():
            return node.code + _details(node)
        case needs.AllOf():
            return wording.listed([_within(member) for member in node.members])
        case needs.AnyOf():
            return wording.listed([_within(member) for member in node.members], last="or")
        case needs.AtLeast():
            return f"{node.needed} of {wording.listed([_within(member) for member in node.members])}"
        case needs.Not():
            return f"no credit for {_within(node.member)}"
        case _:
            return _plain(node)


def _plain(
    node: needs.StandingNeeded
    | needs.CreditsNeeded
    | needs.AverageNeeded
    | needs.ScoreNeeded
    | needs.Consent
    | needs.Unparsed
    | needs.Note,
) -> str:
    match node:
        case needs.StandingNeeded():
            return f"{node.standing.value} standing"
        case needs.CreditsNeeded():
            return f"{node.credits.normalize():f} earned {wording.plural(node.credits, 'credit')}"
        case needs.AverageNeeded():
            return f"a grade point average of {node.minimum}"
        case needs.Note(text=""):
            return "nothing"
        case needs.ScoreNeeded() | needs.Consent() | needs.Unparsed() | needs.Note():
            return f"“{node.text}”"


def _within(node: needs.Prerequisite) -> str:
    is_group = isinstance(node, needs.AllOf | needs.AnyOf | needs.AtLeast)
    return f"({told(node)})" if is_group else told(node)


def _details(node: needs.CourseNeeded) -> str:
    details = [] if node.minimum_grade is None else [f"at least {node.minimum_grade.value}"]
    if node.timing is not needs.Timing.BEFORE:
        details.append("the same term will do")
    return f" ({', '.join(details)})" if details else ""
