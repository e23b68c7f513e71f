"""Made-up words for titles and descriptions, some frequent and most rare, as in a language."""

import itertools
import random

_SYLLABLES = "ba ce di fo gu la me ni ro su ta ve bra cle dri flo gru sta tre pli vor lum ger tic nom phy"
_EVERY = ["".join(parts) for parts in itertools.product(_SYLLABLES.split(), repeat=3)]
WORDS = random.Random(0).sample(_EVERY, 4_000)  # noqa: S311 - reproducible
_USED = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(WORDS))))
"""How often: the nth word in proportion to 1 ÷ (n + 10)."""


def some(chance: random.Random, count: int) -> str:
    """So many words, the first with a capital."""
    return " ".join(chance.choices(WORDS, cum_weights=_USED, k=count)).capitalize()
