"""Digests of results: the same for two results only where every part of them is the same, every sentence included."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum

from gql_api.domain import audit_results, courses, entries

_SAID = ("missing", "explanation", "credits_by_status", "courses_by_status")
"""What is worded only when it is read belongs to the result of a requirement all the same."""
_OFTEN = frozenset({courses.Course, entries.PlannedEntry, audit_results.Applied})
"""Values that stand in many places of one result, and are written once."""
_PLAIN = frozenset({str, int, bool, Decimal, type(None)})


def of(*values: object) -> str:
    """A digest of every part of the values. Sets, which have no order, are sorted; nothing else is."""
    return hashlib.sha256(_Writer().written(values).encode()).hexdigest()


class _Writer:
    """Values as text, each distinct value as another one."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, str]] = {}  # with the values, so that no other gets the number of one

    def written(self, value: object) -> str:
        """The value as text."""
        kind = type(value)
        if kind in _PLAIN:
            return repr(value)
        if kind is tuple or kind is list:
            return f"({','.join(map(self.written, value))})"
        if kind in _OFTEN:
            return self._once(value)
        if (names := _names(kind)) is not None:
            return f"{kind.__name__}({','.join([f'{name}={self.written(getattr(value, name))}' for name in names])})"
        if isinstance(value, Enum):
            return value.name
        if isinstance(value, set | frozenset):
            return f"{{{','.join(sorted(map(self.written, value)))}}}"
        if isinstance(value, Mapping):
            return self.written(tuple(value.items()))
        return repr(value)

    def _once(self, value: object) -> str:
        known = self._known.get(id(value))
        if known is None:
            names = _names(type(value)) or ()
            text = f"({','.join([f'{name}={self.written(getattr(value, name))}' for name in names])})"
            known = self._known[id(value)] = value, text
        return known[1]


_NAMES: dict[type, tuple[str, ...] | None] = {}


def _names(kind: type) -> tuple[str, ...] | None:
    """The fields of a dataclass that tell two of its values apart; none for any other type."""
    if kind not in _NAMES:
        found = tuple(one.name for one in fields(kind) if one.compare) if is_dataclass(kind) else None
        if found is not None and issubclass(kind, audit_results.RequirementResult):
            found = (*found, *_SAID)
        _NAMES[kind] = found
    return _NAMES[kind]
