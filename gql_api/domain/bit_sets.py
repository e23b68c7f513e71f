"""Sets of small numbers as the bits of an integer."""


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
