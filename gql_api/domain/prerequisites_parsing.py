"""From a published text to the tree of `prerequisites`. It never fails: what the grammar does not fit is `Unparsed`."""

import functools
import html
import re

from gql_api.domain import prerequisites, prerequisites_tree

VERSION = 1
"""Grows when the same text is read differently."""

LONGEST = 10_000
"""Characters of the longest text that is read; the catalog stores no longer ones."""

NOTHING = r"^\s*(none|n/?a|no prerequisites?|not applicable|-+)?[\s.]*$"
"""Texts that ask for nothing, as a pattern that Python and PostgreSQL read alike, in any letter case."""

_NOTHING = re.compile(NOTHING, re.IGNORECASE)
_KEPT = 8192
_PLAIN = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-", "\u00a0": " ",
                        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})  # fmt: skip
"""One character for one, so that places in the text stay."""


def parse(text: str | None) -> prerequisites.Prerequisite | None:
    """The tree of a published text; none where it asks for nothing. The latest 8,192 texts are remembered."""
    return None if text is None or _NOTHING.search(text) else _parsed(text[:LONGEST])


@functools.lru_cache(maxsize=_KEPT)
def _parsed(text: str) -> prerequisites.Prerequisite:
    tree = prerequisites_tree.read(html.unescape(text), _PLAIN)  # catalogs are scraped: C&amp;E SOC 140
    return prerequisites.Unparsed(text=text.strip()) if tree is None else tree
