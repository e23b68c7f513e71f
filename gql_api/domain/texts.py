"""What text can be stored at all, and how values are shown to people."""

import json
import re

LONGEST_SHOWN = 60
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold the text: it has no NUL and no half of a surrogate pair (JSON can carry both)."""
    return _UNSTORABLE.search(text) is None


def shown(value: object) -> str:
    """A value as its sender wrote it, in JSON, cut after 60 characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
