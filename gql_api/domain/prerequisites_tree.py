"""What the rules of the grammar mean: lark's tree, bottom up, as `prerequisites`."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from gql_api.domain import grades, prerequisites_grammar, prerequisites_tokens
from gql_api.domain import prerequisites as needs

if TYPE_CHECKING:
    from lark import Token, Tree

_GRADE = re.compile(r"\b[A-D](?:[+-]|\b)(?!\w)")
_AMOUNT = re.compile(r"\d+(?:\.\d+)?")
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_STANDINGS = {
    "fr": needs.Standing.FRESHMAN,
    "so": needs.Standing.SOPHOMORE,
    "ju": needs.Standing.JUNIOR,
    "jr": needs.Standing.JUNIOR,
    "up": needs.Standing.JUNIOR,
    "se": needs.Standing.SENIOR,
    "sr": needs.Standing.SENIOR,
    "gr": needs.Standing.GRADUATE,
}
_HEADINGS = {"PRE_OR_CO": needs.Timing.CONCURRENT, "COREQUISITE": needs.Timing.COREQUISITE}
_CLASS = re.compile(r"\b(?:fr|so|ju|jr|up|se|sr|gr)(?=[a-z]*)", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:not|no|except|excluding|without|unless|cannot)\b", re.IGNORECASE)
_COURSE_LIST = re.compile(r"\bcourses?:?$", re.IGNORECASE)
_RECOMMENDS = re.compile(r"\b(?:recom\w*|suggested|preferred)\b", re.IGNORECASE)
_LEADS_ON = re.compile(r"\b(?:into|in|beyond|above|for)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A piece of the text: what it asks for, none for plain words, and where it stands."""

    node: needs.Prerequisite | None
    start: int
    end: int


def read(text: str, plain: dict[int, str]) -> needs.Prerequisite | None:
    """The tree of the text; none where the grammar does not fit. `plain` replaces characters one for one."""
    import lark  # noqa: PLC0415 - as in `prerequisites_grammar`

    try:
        parser = prerequisites_grammar.lark(prerequisites_tokens.Arrangement)
        tree = parser.parse(text.translate(plain))  # pyright: ignore[reportUnknownMemberType] -- lark's own generics
    except lark.exceptions.UnexpectedInput:
        return None
    return _Reader(text).part(tree).node


class _Reader:
    """Reads one text from left to right, remembering the last subject for bare numbers."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._subject: str | None = None
        self._rules: dict[str, Callable[[Tree[Token]], _Part]] = {
            "document": lambda tree: self._join(tree, needs.all_of),
            "sentence": self._sentence,
            "choice": lambda tree: self._join(tree, needs.any_of),
            "series": lambda tree: self._join(tree, needs.all_of),
            "negated": self._negated,
            "wide": lambda tree: self._join(tree, needs.any_of),
            "conjunction": lambda tree: self._join(tree, needs.all_of),
            "disjunction": self._disjunction,
            "unit": self._unit,
            "piece": self._piece,
            "slashed": self._slashed,
            "group": self._group,
        }

    def part(self, tree: "Tree[Token]") -> _Part:
        """What a rule of the grammar found."""
        return self._rules[str(tree.data)](tree)

    def _join(self, tree: "Tree[Token]", join: Callable[[Iterable[needs.Prerequisite]], needs.Prerequisite]) -> _Part:
        """The children joined; neighbours that are not understood become one, with the words between them."""
        parts = self._merged([self.part(child) for child in _trees(tree)])
        return _Part(node=join(_node(part) for part in parts), start=parts[0].start, end=parts[-1].end)

    def _merged(self, parts: Sequence[_Part]) -> list[_Part]:
        merged: list[_Part] = []
        for part in parts:
            if merged and isinstance(part.node, needs.Unparsed) and isinstance(merged[-1].node, needs.Unparsed):
                merged[-1] = self._unparsed(merged[-1].start, part.end)
            else:
                merged.append(part)
        return merged

    def _sentence(self, tree: "Tree[Token]") -> _Part:
        part = self.part(_trees(tree)[-1])
        heading = next((token.type for token in _tokens(tree)), None)
        timing = {"PRE_OR_CO": needs.Timing.CONCURRENT, "COREQUISITE": needs.Timing.COREQUISITE}.get(heading or "")
        return part if timing is None else replace(part, node=_timed(_node(part), timing))

    def _negated(self, tree: "Tree[Token]") -> _Part:
        lead, part = _tokens(tree)[0], self.part(_only(tree))
        return _Part(node=needs.Not(member=_node(part)), start=_start(lead), end=part.end)

    def _disjunction(self, tree: "Tree[Token]") -> _Part:
        parts = self._merged([self.part(child) for child in _trees(tree)])
        nodes = [_node(part) for part in parts]
        whole = _Part(node=needs.any_of(nodes), start=parts[0].start, end=parts[-1].end)
        lead = next(iter(_tokens(tree)), None)
        if lead is None:
            return whole
        if lead.type == "LIST_LEAD":
            named = self._unparsed(_start(lead), _end(lead))
            return replace(whole, node=needs.all_of([_node(named), _node(whole)]), start=named.start)
        needed = _count(str(lead))
        members = tuple(
            member for node in nodes for member in (node.members if isinstance(node, needs.AnyOf) else (node,))
        )
        if needed > len(members):  # the list goes on in words that are not understood
            named = self._unparsed(_start(lead), _end(lead))
            return replace(whole, node=needs.all_of([_node(named), *members]), start=named.start)
        node = _node(whole) if needed == 1 else needs.AtLeast(needed=needed, members=members)
        return replace(whole, node=node, start=_start(lead))

    def _unit(self, tree: "Tree[Token]") -> _Part:
        """Pieces with nothing between them: words beside something that is understood say more about it."""
        parts = self._worded([self.part(child) for child in _trees(tree)], tree)
        start, end = parts[0].start, parts[-1].end
        known = [part for part in parts if part.node is not None]
        words = " ".join(self._text[part.start : part.end] for part in parts if part.node is None)
        if len(known) == len(parts) == 1:
            return parts[0]
        if _RECOMMENDS.search(words):
            return _Part(node=needs.Note(text=self._slice(start, end)), start=start, end=end)
        first = known[0] if known else parts[0]
        is_introduced = parts[0].node is None and _is_of_courses(first.node) and not _COURSE_LIST.search(words)
        if not known or is_introduced or _DENIES.search(words):
            return self._unparsed(start, end)  # words before a course may turn it into anything
        if isinstance(first.node, needs.ScoreNeeded) and _LEADS_ON.search(first.node.text) and len(parts) > 1:
            return _Part(node=needs.ScoreNeeded(text=self._slice(start, end)), start=start, end=end)
        if len(known) == 1 and isinstance(first.node, needs.Consent):
            return _Part(node=needs.Consent(text=self._slice(start, end)), start=start, end=end)
        if len(known) == 1 and isinstance(first.node, needs.AverageNeeded | needs.ScoreNeeded | needs.Unparsed):
            return self._unparsed(start, end)
        return _Part(node=needs.all_of(_node(part) for part in self._runs(parts)), start=start, end=end)

    def _worded(self, parts: list[_Part], tree: "Tree[Token]") -> list[_Part]:
        """The parts, where a bare number among words is a word too (“old 560”)."""
        if all(part.node is not None for part in parts):
            return parts
        firsts = [next(iter(_tokens(child)), None) for child in _trees(tree)]
        return [
            replace(part, node=None) if first is not None and first.type == "NUMBER" else part
            for part, first in zip(parts, firsts, strict=True)
        ]

    def _runs(self, parts: Sequence[_Part]) -> list[_Part]:
        """The parts, with words that stand together as one that is not understood."""
        return self._merged([self._unparsed(part.start, part.end) if part.node is None else part for part in parts])

    def _piece(self, tree: "Tree[Token]") -> _Part:
        tokens, trees = _tokens(tree), _trees(tree)
        part = self._leaf(tokens[0]) if tokens else self.part(trees[0])
        end = part.end
        for tail in trees[0 if tokens else 1 :]:
            (token,) = _tokens(tail)
            end = max(end, _end(token))
            if part.node is not None:
                part = replace(part, node=_tailed(part.node, token))
        return replace(part, end=end)

    def _leaf(self, token: "Token") -> _Part:
        text = self._slice(_start(token), _end(token))
        node: needs.Prerequisite | None = None
        match token.type:
            case "COURSE":
                node = self._course(text)
            case "NUMBER":
                node = self._numbered(text)
            case "NOTE":
                node = needs.Note(text=text)
            case "STANDING":
                node = needs.StandingNeeded(standing=_standing(text), text=text)
            case "CREDITS":
                node = needs.CreditsNeeded(credits=_amount(text), text=text)
            case "AVERAGE":
                node = needs.AverageNeeded(minimum=_amount(text), text=text)
            case "SCORE":
                found = _AMOUNT.search(text)
                node = needs.ScoreNeeded(text=text, minimum=None if found is None else int(found[0].split(".")[0]))
            case "CONSENT":
                node = needs.Consent(text=text)
            case _:
                pass
        return _Part(node=node, start=_start(token), end=_end(token))

    def _course(self, text: str) -> needs.CourseNeeded:
        course = needs.CourseNeeded(code=" ".join(text.split()))
        keys = course.keys
        if keys:
            self._subject = course.code[: len(course.code) - len(keys[0].rsplit(" ", 1)[1])].rstrip(" -")
        return course

    def _numbered(self, text: str) -> needs.CourseNeeded | None:
        """A bare number repeats the last subject; without one it is a word like others."""
        return None if self._subject is None else needs.CourseNeeded(code=f"{self._subject} {text}")

    def _slashed(self, tree: "Tree[Token]") -> _Part:
        parts = [self._leaf(token) for token in _tokens(tree)]
        if any(part.node is None for part in parts):
            return _Part(node=None, start=parts[0].start, end=parts[-1].end)
        return _Part(node=needs.any_of(_node(part) for part in parts), start=parts[0].start, end=parts[-1].end)

    def _group(self, tree: "Tree[Token]") -> _Part:
        part = self.part(_only(tree))
        before = self._text.rfind("(", 0, part.start + 1)
        after = self._text.find(")", part.end)
        return replace(part, start=part.start if before < 0 else before, end=part.end if after < 0 else after + 1)

    def _slice(self, start: int, end: int) -> str:
        return " ".join(self._text[start:end].split())

    def _unparsed(self, start: int, end: int) -> _Part:
        return _Part(node=needs.Unparsed(text=self._slice(start, end)), start=start, end=end)


def _tailed(node: needs.Prerequisite, tail: "Token") -> needs.Prerequisite:
    if tail.type == "CONCURRENT":
        return _timed(node, needs.Timing.CONCURRENT)
    found = _GRADE.findall(str(tail))  # the last one: “A grade of at least a C-”
    return _graded(node, grades.parse(found[-1])) if found else node


def _timed(node: needs.Prerequisite, timing: needs.Timing) -> needs.Prerequisite:
    """The same, with the courses at that time unless another was said."""
    return needs.changed(
        node, lambda course: replace(course, timing=timing) if course.timing is needs.Timing.BEFORE else course
    )


def _graded(node: needs.Prerequisite, grade: grades.Grade) -> needs.Prerequisite:
    """The same, with the minimum grade for the courses that have none."""
    return needs.changed(node, lambda course: course if course.minimum_grade else replace(course, minimum_grade=grade))


def _is_of_courses(node: needs.Prerequisite | None) -> bool:
    return node is not None and bool(needs.courses(node))


def _standing(text: str) -> needs.Standing:
    """The least of the standings that are named."""
    found = {_STANDINGS[match[0].lower()] for match in _CLASS.finditer(text)}
    return min(found, key=list(needs.Standing).index)


def _amount(text: str) -> Decimal:
    found = _AMOUNT.search(text)
    return Decimal(found[0]) if found is not None else Decimal(0)


def _count(text: str) -> int:
    words = text.lower().split()
    return next((_COUNTS.get(word) or int(word) for word in words if word in _COUNTS or word.isdigit()), 1)


def _node(part: _Part) -> needs.Prerequisite:
    if part.node is None:
        msg = "words became a requirement without being read as such"
        raise TypeError(msg)
    return part.node


def _trees(tree: "Tree[Token]") -> list["Tree[Token]"]:
    return [child for child in tree.children if not isinstance(child, str)]


def _tokens(tree: "Tree[Token]") -> list["Token"]:
    return [child for child in tree.children if isinstance(child, str)]


def _only(tree: "Tree[Token]") -> "Tree[Token]":
    (found,) = _trees(tree)
    return found


def _start(token: "Token") -> int:
    return token.start_pos or 0


def _end(token: "Token") -> int:
    return token.end_pos or 0
