"""How sentences are put together: lists, plurals and full stops."""

from collections.abc import Sequence

_ENDS = (".", "!", "?")


def listed(words: Sequence[str], last: str = "and") -> str:
    """The words as people list them: `a`, `a and b`, `a, b and c`."""
    if len(words) < 2:  # noqa: PLR2004 - a list begins with the second word
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def ended(text: str) -> str:
    """The text with one full stop at its end, whether it had one or not."""
    stripped = text.rstrip()
    return stripped if stripped.endswith(_ENDS) else f"{stripped}."


def open_ended(text: str) -> str:
    """The text without the full stop that somebody wrote at its end, to go on in a sentence."""
    return text.strip().rstrip(".")


def plural(number: object, noun: str) -> str:
    """The noun as the number asks for it: `1 course`, `2 courses`."""
    return noun if number == 1 else f"{noun}s"
