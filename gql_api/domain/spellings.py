"""How far two spellings of a word are apart, and how far apart they may be to be taken for the same word.

>>> mistakes("phsyics", "physics", most=2)
1
"""

_ONE_MISTAKE, _TWO_MISTAKES = 4, 8
"""From so many letters on a word may have so many mistakes: a short word is soon another one."""


def forgiven(word: str) -> int:
    """How many mistakes a word may have and still be taken for another."""
    return 2 if len(word) >= _TWO_MISTAKES else int(len(word) >= _ONE_MISTAKE)


def mistakes(word: str, other: str, *, most: int) -> int | None:
    """The letters too many, missing, wrong, or changed with their neighbour that make one the other; None over `most`.

    This is the distance of optimal string alignment.
    """
    if abs(len(word) - len(other)) > most:
        return None
    before: list[int] = []
    last = list(range(len(other) + 1))
    for place, letter in enumerate(word, start=1):
        row = [place]
        for column, theirs in enumerate(other, start=1):
            least = min(last[column] + 1, row[-1] + 1, last[column - 1] + (letter != theirs))
            is_crossed = place > 1 and column > 1 and letter == other[column - 2] and theirs == word[place - 2]
            row.append(min(least, before[column - 2] + 1) if is_crossed else least)
        if min(row) > most:
            return None
        before, last = last, row
    return last[-1] if last[-1] <= most else None
