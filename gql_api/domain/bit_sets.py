"""Sets of small numbers as the bits of an integer."""

from collections.abc import Iterable


def bits(mask: int) -> list[int]:
    """The single bits of a mask, the lowest first."""
    found: list[int] = []
    while mask:
        bit = mask & -mask
        found.append(bit)
        mask ^= bit
    return found


def places(mask: int) -> list[int]:
    """The numbers of the bits of a mask, the lowest first."""
    return [bit.bit_length() - 1 for bit in bits(mask)]


def common(masks: Iterable[int]) -> int:
    """The bits that all masks have; all bits where there is no mask."""
    found = -1
    for mask in masks:
        found &= mask
    return found
