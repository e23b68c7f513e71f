"""What tests of the domain share."""

from typing import Any

import pytest

from gql_api.domain import allocation


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The boards that were solved."""
    boards: list[Any] = []
    allocate = allocation.allocate

    def counting(board: Any, *given: Any, **named: Any) -> allocation.Allocated:
        boards.append(board)
        return allocate(board, *given, **named)

    monkeypatch.setattr(allocation, "allocate", counting)
    return boards
