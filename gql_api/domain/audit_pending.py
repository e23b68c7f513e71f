"""An audit whose longer answers are made when somebody asks for them: a list of plans asks for a percentage each."""

from collections.abc import Callable
from dataclasses import dataclass

from gql_api.domain import articulation_answers, audit_results


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What makes the answers, each when it is first asked for."""

    requirements: Callable[[], tuple[audit_results.RequirementResult, ...]]
    unapplied: Callable[[], tuple[audit_results.Unapplied, ...]]
    articulation: Callable[[], tuple[articulation_answers.Answer, ...]]


class Audit(audit_results.Audit):
    """An audit like any other: equal to one with the same answers, and copied and printed with all of them.

    Fields that are not there yet are made, and kept, by the first look at them.
    """

    __slots__ = ("_pending",)

    def __getattr__(self, name: str) -> object:
        """The answer, made now. Called only where the field is not there.

        Raises:
            AttributeError: it is no such answer.
        """
        if name not in Pending.__slots__:
            msg = f"an audit has no {name!r}"
            raise AttributeError(msg)
        pending: Pending = object.__getattribute__(self, "_pending")
        made: object = getattr(pending, name)()
        object.__setattr__(self, name, made)
        return made


def audit(pending: Pending, **known: object) -> audit_results.Audit:
    """The audit with the fields that are known; the others follow when they are asked for."""
    made = object.__new__(Audit)
    object.__setattr__(made, "_pending", pending)
    for name, value in known.items():
        object.__setattr__(made, name, value)
    return made
