"""Objects, interfaces and unions: where the next level of the plan is opened, one per concrete type.

A type may have a say in whether a value is its own (`is_type_of`), and an interface or union names the type of each
value (`resolve_type`); both may be asynchronous and both may fail, value by value.
"""

from collections.abc import Sequence
from typing import Any, cast

from graphql.execution.executor import invalid_return_type_error

from gql_api.schema.execution.columns import BUBBLE, Column, Slot, Value, attempted
from gql_api.schema.execution.completion import Completion, Failures, Put
from gql_api.schema.execution.positions import Position


class Objects(Completion):
    """Objects: the next level of the plan."""

    def fill(self, values: list[Any], at: Position, put: Put) -> None:
        """Open one level for all of them, once the type agrees; mostly it does, at once and for all."""
        type_, check = self.of_type, self.of_type.is_type_of
        info = at.info(0) if check is not None else None
        answers = [check is None or attempted(check, value, info) for value in values]
        if answers.count(True) == len(answers):
            put(self._level(type_, values, at))
        else:
            at.settle(answers, lambda settled: put(self._levels([type_] * len(values), values, settled, at)))

    def _level(self, type_: Value, values: list[Any], at: Position) -> Slot:
        positions = range(len(values))
        try:
            return _Objects(self, len(values), [(positions, at.open(type_, values, positions))], {})
        except Exception as error:  # noqa: BLE001 - its selection cannot be collected
            return _Objects(self, len(values), [], {position: at.error(position, error) for position in positions})

    def open(self, types: list[Any], values: list[Any], at: Position, put: Put) -> None:
        """Open a level per type, once each value's type has agreed; an error may stand in a type's place."""
        answers = [
            isinstance(type_, Exception)
            or type_.is_type_of is None
            or attempted(type_.is_type_of, value, at.info(position))
            for position, (type_, value) in enumerate(zip(types, values, strict=True))
        ]
        at.settle(answers, lambda settled: put(self._levels(types, values, settled, at)))

    def _levels(self, types: list[Any], values: list[Any], answers: list[Any], at: Position) -> Slot:
        rows: dict[Any, list[int]] = {}
        failures: Failures = {}
        for position, (type_, answer) in enumerate(zip(types, answers, strict=True)):
            if answer is True and not isinstance(type_, Exception):
                rows.setdefault(type_, []).append(position)
                continue
            error = next((one for one in (type_, answer) if isinstance(one, Exception)), None)
            if error is None and answer:
                rows.setdefault(type_, []).append(position)
            else:
                wrong = error or invalid_return_type_error(cast("Any", type_), values[position], at.field.details)
                failures[position] = at.error(position, wrong)
        levels: list[tuple[Sequence[int], Slot]] = []
        for type_, positions in rows.items():
            try:
                level = at.open(type_, [values[position] for position in positions], positions)
            except Exception as error:  # noqa: BLE001 - its selection cannot be collected
                failures.update({position: at.error(position, error) for position in positions})
            else:
                levels.append((positions, level))
        return _Objects(self, len(values), levels, failures)


class _Objects:
    """Objects of one or several types, each type a level of its own."""

    __slots__ = ("completion", "failures", "length", "levels")

    def __init__(
        self, completion: Completion, length: int, levels: list[tuple[Sequence[int], Slot]], failures: Failures
    ) -> None:
        self.completion = completion
        self.length = length
        self.levels = levels
        self.failures = failures

    def column(self) -> Column:
        column = Column([None] * self.length)
        for positions, level in self.levels:
            part = level.column()
            if len(positions) == self.length:
                column.values = part.values[:] if part.trouble else part.values
            else:
                for position, value in zip(positions, part.values, strict=True):
                    column.values[position] = value
            for row, errors in part.trouble.items():
                if part.values[row] is BUBBLE:
                    self.completion.fail(column, positions[row], errors)
                else:
                    column.trouble[positions[row]] = errors
        for position, error in self.failures.items():
            self.completion.fail(column, position, [error])
        return column


class Abstracts(Objects):
    """Interfaces and unions: each value says its type first."""

    def fill(self, values: list[Any], at: Position, put: Put) -> None:
        """Resolve the types, then open a level per type."""
        resolve = self.of_type.resolve_type or at.waves.executor.type_resolver
        names = [attempted(resolve, value, at.info(position), self.of_type) for position, value in enumerate(values)]
        at.settle(names, lambda found: self.open(self._types(values, found, at), values, at, put))

    def _types(self, values: list[Any], names: list[Any], at: Position) -> list[Any]:
        """The object types of these names, or the error of one that is none."""
        check = at.waves.executor.ensure_valid_runtime_type
        known: dict[str, Any] = {}
        types: list[Any] = []
        for position, name in enumerate(names):
            found = name if isinstance(name, Exception) else known.get(name) if isinstance(name, str) else None
            if found is None:
                found = attempted(check, name, self.of_type, at.field.details, at.info(position), values[position])
                if isinstance(name, str) and not isinstance(found, Exception):
                    known[name] = found
            types.append(found)
        return types
