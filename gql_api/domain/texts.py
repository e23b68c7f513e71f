"""What text can be stored at all."""


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold the text: it has no NUL and no half of a surrogate pair (JSON can carry both)."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
