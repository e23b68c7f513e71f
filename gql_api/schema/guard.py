"""Limits of a document, checked after parsing and before validation.

graphql-core's validation compares all selections that share a response name, and execution visits a fragment as
often as it is spread, so that a small document can cost seconds. `examine` unfolds every operation the way
execution would, field by field, and gives up as soon as a limit is passed: its own work is bounded by `Limits`, not
by the document, and cyclic fragments end at a limit or at the rule that forbids them.

>>> shapes = examine(parse("query Q { institutions { totalCount } }"))
>>> shapes[0].name, shapes[0].root_fields
('Q', frozenset({'institutions'}))
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TokenKind,
)
from graphql import parse as parse_document

from gql_api import errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a document may be; `docs/http.md` repeats the numbers for clients.

    `tokens` and `comments` end parsing; `operations` and `fragments` are what a document may define; `directives` and
    `spreads` (of fragments, inline or not) count what is written.

    `depth`, `aliases` and `root_fields` hold for each operation with its fragments unfolded; fields of the
    introspection system are exempt from `depth`, since graphql-core bounds their lists itself. `fields`, `selections`
    (fields, inline fragments and spreads) and `repeats` (pairs of fields with one response name at one place) are
    totals of the document, unfolded; they bound validation. `searches` are the fields of `SEARCHES`, a total too.
    """

    tokens: int = 2_000
    comments: int = 500
    depth: int = 16
    operations: int = 25
    fragments: int = 50
    spreads: int = 150
    aliases: int = 30
    root_fields: int = 20
    directives: int = 50
    fields: int = 1_000
    selections: int = 3_000
    repeats: int = 2_000
    searches: int = 10


LIMITS = Limits()
SEARCHES = frozenset({"whatIf", "preview", "gapPlan", "bestFit"})
"""Fields that work out a plan anew, each of which may take as long as a whole document of others."""
_PARSER_LIMIT = re.compile(r"contains more than (\d+) (tokens|comments)")
"""What graphql-core's parser says at either limit; its error has no code."""


class LimitExceeded(errors.ExpectedError):
    """The document is larger than `maximum` in the measure `limit` (a field of `Limits`)."""

    code = "COMPLEXITY_LIMIT"

    def __init__(self, limit: str, maximum: int, what: str) -> None:
        super().__init__(f"The document {what}; split it into smaller operations.")
        self.limit = limit
        self.maximum = maximum


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """An operation of a document: its name if it has one, its kind, the names of its root fields and of all fields."""

    name: str | None
    kind: OperationType
    root_fields: frozenset[str]
    fields: frozenset[str] = frozenset()


def parse(text: str, limits: Limits = LIMITS) -> DocumentNode:
    """The document, or graphql-core's syntax error, or LimitExceeded.

    A token limit of the parser ends its work early; the text's length is the caller's to limit.
    """
    try:
        document = parse_document(text, max_lexical_tokens=limits.tokens, max_comments=limits.comments)
    except GraphQLSyntaxError as error:
        found = _PARSER_LIMIT.search(error.message)
        if found is None:
            raise
        raise LimitExceeded(found[2], int(found[1]), f"has more than {found[1]} {found[2]}") from error
    _check_tokens(document, limits)
    return document


def examine(document: DocumentNode, limits: Limits = LIMITS) -> tuple[Shape, ...]:
    """The operations of a document in their order. Raises LimitExceeded, whatever else may be wrong with it."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    totals = _Totals(limits=limits, fragments=fragments)
    totals.check("operations", len(operations), "defines more than {} operations")
    totals.check("fragments", len(fragments), "defines more than {} fragments")
    shapes = [totals.operation(node) for node in operations]
    for name, fragment in fragments.items():
        if name not in totals.reached:  # never executed, and compared by validation all the same
            totals.unfold(fragment.selection_set, aliases=None)
    return tuple(shapes)


def _check_tokens(document: DocumentNode, limits: Limits) -> None:
    """Count directives and spreads, and refuse U+0000, which PostgreSQL cannot store, in one walk over the tokens."""
    counts = dict.fromkeys((TokenKind.AT, TokenKind.SPREAD), 0)
    token = document.loc.start_token if document.loc else None
    while token:
        if token.kind in counts:
            counts[token.kind] += 1
        elif token.value and "\x00" in token.value:
            raise errors.InvalidInput("A string of the document contains the character U+0000; leave it out.")
        token = token.next
    totals = _Totals(limits=limits, fragments={})
    totals.check("directives", counts[TokenKind.AT], "has more than {} directives")
    totals.check("spreads", counts[TokenKind.SPREAD], "spreads fragments more than {} times")


@dataclass(slots=True, kw_only=True)
class _Level:
    """The selection sets that execution merges at one place of the response."""

    sets: list[SelectionSetNode]
    depth: int
    is_introspection: bool = False


@dataclass(slots=True, kw_only=True)
class _Place:
    """What one response name stands for at one place: how many fields, and what they select beneath."""

    count: int = 0
    sets: list[SelectionSetNode] = field(default_factory=list[SelectionSetNode])
    is_introspection: bool = False


@dataclass(slots=True, kw_only=True)
class _Totals:
    limits: Limits
    fragments: dict[str, FragmentDefinitionNode]
    reached: set[str] = field(default_factory=set[str])
    names: set[str] = field(default_factory=set[str])
    fields: int = 0
    selections: int = 0
    repeats: int = 0
    searches: int = 0

    def operation(self, node: OperationDefinitionNode) -> Shape:
        self.names = set[str]()
        roots = list(self._fields([node.selection_set]))
        self.check("root_fields", len(roots), "has an operation with more than {} root fields")
        self.unfold(node.selection_set, aliases=0)
        name = node.name.value if node.name else None
        root_fields = frozenset(root.name.value for root in roots)
        return Shape(name=name, kind=node.operation, root_fields=root_fields, fields=frozenset(self.names))

    def unfold(self, root: SelectionSetNode, *, aliases: int | None) -> None:
        """Visit every field that execution would; `aliases` is the count so far, None where it is not limited."""
        waiting = [_Level(sets=[root], depth=1)]
        while waiting:
            level = waiting.pop()
            places: dict[str, _Place] = {}
            for node in self._fields(level.sets):
                if node.alias and aliases is not None:
                    aliases += 1
                    self.check("aliases", aliases, "has an operation with more than {} aliases")
                self._place(places, node)
            if places and not level.is_introspection:
                self._check_depth(level, places)
            waiting.extend(
                _Level(
                    sets=place.sets,
                    depth=level.depth + 1,
                    is_introspection=level.is_introspection or place.is_introspection,
                )
                for place in places.values()
                if place.sets
            )

    def _check_depth(self, level: _Level, places: dict[str, _Place]) -> None:
        if any(not place.is_introspection for place in places.values()):
            self.check("depth", level.depth, "is nested deeper than {} fields")

    def _place(self, places: dict[str, _Place], node: FieldNode) -> None:
        self.fields += 1
        self.names.add(node.name.value)
        self.check("fields", self.fields, "selects more than {} fields once its fragments are unfolded")
        if node.name.value in SEARCHES:
            self.searches += 1
            self.check("searches", self.searches, "asks for more than {} scenarios, gap plans and rankings")
        place = places.setdefault(node.alias.value if node.alias else node.name.value, _Place())
        self.repeats += place.count
        self.check("repeats", self.repeats, "repeats the same fields at one place too often (more than {} pairs)")
        place.count += 1
        place.is_introspection = node.name.value.startswith("__")
        if node.selection_set:
            place.sets.append(node.selection_set)

    def _fields(self, sets: list[SelectionSetNode]) -> Iterator[FieldNode]:
        """The fields of merged selection sets, each fragment once, as execution collects them."""
        spread: set[str] = set()
        waiting = list(sets)
        while waiting:
            for selection in waiting.pop().selections:
                self.selections += 1
                self.check("selections", self.selections, "has more than {} selections once its fragments are unfolded")
                match selection:
                    case FieldNode():
                        yield selection
                    case InlineFragmentNode():
                        waiting.append(selection.selection_set)
                    case FragmentSpreadNode() if selection.name.value not in spread:
                        spread.add(selection.name.value)
                        if fragment := self.fragments.get(selection.name.value):
                            self.reached.add(selection.name.value)
                            waiting.append(fragment.selection_set)
                    case _:
                        continue

    def check(self, limit: str, value: int, what: str) -> None:
        """Raise LimitExceeded when `value` passes the field `limit` of the limits."""
        maximum: int = getattr(self.limits, limit)
        if value > maximum:
            raise LimitExceeded(limit, maximum, what.format(maximum))
