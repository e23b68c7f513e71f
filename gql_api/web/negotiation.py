"""Which media type an answer has: the Accept header against what the endpoint can produce."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

HTML = "text/html"
LONGEST_KEPT = 200
"""Characters of a header whose choice is remembered."""
BY_NAME, BY_TYPE, BY_ANYTHING, NOT_AT_ALL = 3, 2, 1, 0


class Media(Enum):
    """The two media types of GraphQL over HTTP, in the order in which a tie is decided."""

    GRAPHQL = "application/graphql-response+json"
    JSON = "application/json"

    @property
    def content_type(self) -> str:
        """The header's value; always UTF-8."""
        return f"{self.value}; charset=utf-8"

    @property
    def is_legacy(self) -> bool:
        """Whether every well-formed request is answered with status 200, whatever becomes of its document."""
        return self is Media.JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """One entry of an Accept header."""

    type: str
    subtype: str
    quality: float

    def precision(self, media: str) -> int:
        """How exactly this covers `media`."""
        wanted = media.split("/")
        if [self.type, self.subtype] == wanted:
            return BY_NAME
        if (self.type, self.subtype) == (wanted[0], "*"):
            return BY_TYPE
        return BY_ANYTHING if (self.type, self.subtype) == ("*", "*") else NOT_AT_ALL


def choose(accept: str) -> Media | None:
    """The media type to answer with, or None where the client accepts neither (406).

    Nothing and `*/*` mean application/json, which people and old clients can read; a client that names
    application/graphql-response+json gets it, also when it names both alike.
    """
    return _chosen(accept) if len(accept) <= LONGEST_KEPT else _chosen.__wrapped__(accept)


@lru_cache(maxsize=200)
def _chosen(accept: str) -> Media | None:
    ranges = parse(accept)
    if not ranges:
        return Media.JSON
    best = max(Media, key=lambda media: (quality(ranges, media.value), *_tie(ranges, media)))
    return best if quality(ranges, best.value) > 0 else None


def prefers_page(accept: str) -> bool:
    """Whether this is a browser that opens an address: HTML named, and wanted at least as much as an answer."""
    ranges = parse(accept)
    wanted = max((entry.quality for entry in ranges if entry.precision(HTML) == BY_NAME), default=0.0)
    named = [entry.quality for media in Media for entry in ranges if entry.precision(media.value) == BY_NAME]
    return wanted > 0 and wanted >= max(named, default=0.0)


def quality(ranges: tuple[Range, ...], media: str) -> float:
    """The weight the client gives to a media type: that of the most precise range which covers it."""
    covering = [entry for entry in ranges if entry.precision(media)]
    return max(covering, key=lambda entry: entry.precision(media)).quality if covering else 0.0


def parse(accept: str) -> tuple[Range, ...]:
    """The entries of an Accept header; what cannot be read is left out, a wrong weight counts as 0."""
    return tuple(entry for text in accept.split(",")[:50] if (entry := _range(text)))


def _range(text: str) -> Range | None:
    media, *parameters = (part.strip().lower() for part in text.split(";"))
    type_, slash, subtype = media.partition("/")
    if not (type_ and slash and subtype):
        return None
    weight = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            weight = _weight(value.strip())
        elif name.strip() == "charset" and value.strip(' "') not in ("utf-8", "utf8"):
            return None
    return Range(type=type_, subtype=subtype, quality=weight)


def _weight(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0.0 <= value <= 1.0 else 0.0  # NaN fails the comparison


def _tie(ranges: tuple[Range, ...], media: Media) -> tuple[bool, bool]:
    """What decides between equal weights: a media type that is named, then the new one if named, else the old one."""
    is_named = any(entry.precision(media.value) == BY_NAME for entry in ranges)
    return is_named, (media is Media.GRAPHQL) is is_named
