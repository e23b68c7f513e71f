"""Between lexer and grammar: what a comma joins, how far a lead reaches, and what a text leaves open.

>>> [token.type for token in Arrangement().process(lexed("A 1, B 2, or C 3"))]
['COURSE', '_OR', 'COURSE', '_OR', 'COURSE']

The rules. A comma is the conjunction at the end of its list: `A, B, and C` is all of them, `A, B or C` any. A comma
before a lone “or” after an “and” parts wider (`A and B, or C`), and so does an “or” before a consent or graduate
standing: it stands for everything before it. “C or better in” and “concurrent enrollment in” speak of the courses that
follow, up to the next semicolon or closing parenthesis.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark import Token

DEEPEST = 20
"""Parentheses deeper than this are left away: no published text has them."""

_COURSES = frozenset({"COURSE", "NUMBER"})
_TAILS = frozenset({"GRADE", "CONCURRENT"})
_HEADINGS = frozenset({"PRE_OR_CO", "COREQUISITE", "PREREQUISITE"})
_JOINTS = frozenset({"COMMA", "_AND", "_OR", "_SEMI", "_DOT"})
_ENDS = frozenset({"_SEMI", "_SEMI_OR", "_WIDE_OR", "_DOT"})
_LEADS = {"GRADE_LEAD": "GRADE", "CONCURRENT_LEAD": "CONCURRENT"}
_ALONE = frozenset({"STANDING", "AVERAGE", "CREDITS"})
"""What is not a member of the list of courses after it."""

_COMMA_AND, _COMMA_OR = "COMMA_AND", "COMMA_OR"


class Arrangement:
    """The post-lexer of the grammar."""

    always_accept = ("COMMA", "GRADE_LEAD", "CONCURRENT_LEAD")

    def process(self, stream: Iterator["Token"]) -> Iterator["Token"]:
        """The tokens as the grammar takes them."""
        tokens = _balanced(list(stream))
        return iter(_led(_decided(_joined(_parted(tokens)))))


def _balanced(tokens: Sequence["Token"]) -> list["Token"]:
    """Without parentheses that nothing closes or opens, those too deep, and those with a full stop within."""
    opened: list[int] = []
    dropped: set[int] = set()
    for place, token in enumerate(tokens):
        if token.type == "_OPEN":
            opened.append(place)
        elif token.type == "_CLOSE" and opened:
            begin = opened.pop()
            if len(opened) >= DEEPEST:
                dropped |= {begin, place}
        elif token.type == "_CLOSE":
            dropped.add(place)
        elif token.type in _HEADINGS or (token.type == "_DOT" and opened):
            dropped |= {*opened} if token.type in _HEADINGS else {place}
            opened = [] if token.type in _HEADINGS else opened
    dropped |= {*opened}
    return [token for place, token in enumerate(tokens) if place not in dropped]


def _parted(tokens: Sequence["Token"]) -> list["Token"]:
    """With a full stop before every heading, a semicolon before “not open to”, and a comma between bare courses."""
    parted: list[Token] = []
    for token in tokens:
        before = parted[-1].type if parted else None
        if token.type in _HEADINGS and before not in {None, "_DOT"}:
            parted.append(token.update(type="_DOT", value=""))
        elif token.type == "NOT_LEAD" and before not in {None, "_DOT", "_OPEN"}:
            parted.append(token.update(type="_SEMI", value=""))
        elif _begins(token.type) and before is not None and _is_operand_end(parted):
            parted.append(token.update(type="COMMA", value=""))
        parted.append(token)
    return parted


def _begins(kind: str) -> bool:
    return kind in {"COURSE", "_OPEN"}


def _is_operand_end(parted: Sequence["Token"]) -> bool:
    """Whether a course or parenthesis ends here, with whatever follows it."""
    place = len(parted) - 1
    while place >= 0 and parted[place].type in _TAILS:
        place -= 1
    return place >= 0 and parted[place].type in {*_COURSES, "_CLOSE"}


def _joined(tokens: Sequence["Token"]) -> list["Token"]:
    """With one joint where there are several, and none where nothing stands on one of its sides."""
    joined: list[Token] = []
    waiting: list[Token] = []
    for token in tokens:
        if token.type in _JOINTS:
            waiting.append(token)
            continue
        is_start = not joined or joined[-1].type in {"_OPEN", "NOT_LEAD", *_HEADINGS}
        if waiting and not is_start and token.type not in {"_CLOSE", *_TAILS}:
            joined.append(_one_joint(waiting))
        elif waiting and joined and joined[-1].type == "_OPEN" and len(joined) > 1 and joined[-2].type == "COMMA":
            joined[-2] = _one_joint(waiting)  # “EE 3320 (or, for majors, CS 4341)”
        waiting = []
        if token.type == "_CLOSE" and joined and joined[-1].type == "_OPEN":
            joined.pop()
            continue
        joined.append(token)
    return joined


def _one_joint(waiting: Sequence["Token"]) -> "Token":
    kinds = {token.type for token in waiting}
    last = waiting[-1]
    if kinds & {"_SEMI", "_DOT"}:
        if last.type == "_OR":
            return last.update(type="_SEMI_OR")
        return last.update(type="_DOT" if "_DOT" in kinds else "_SEMI")
    if "_OR" in kinds:
        return last.update(type=_COMMA_OR if "COMMA" in kinds else "_OR")
    if "_AND" in kinds:
        return last.update(type=_COMMA_AND if "COMMA" in kinds else "_AND")
    return last


def _decided(tokens: list["Token"]) -> list["Token"]:
    """With every joint at its final meaning; joints are compared with those of the same parenthesis."""
    runs: list[list[int]] = [[]]
    stack = [runs[0]]
    for place, token in enumerate(tokens):
        if token.type == "_OPEN":
            runs.append([])
            stack.append(runs[-1])
        elif token.type == "_CLOSE":
            stack.pop()
        elif token.type in {"_SEMI", "_SEMI_OR", "_DOT"}:
            runs.append([])
            stack[-1] = runs[-1]
        elif token.type in {"COMMA", "_AND", "_OR", _COMMA_AND, _COMMA_OR} or token.type == "N_OF":
            stack[-1].append(place)
    decided = list(tokens)
    for run in runs:
        for place, kind in _meanings(tokens, run):
            decided[place] = tokens[place].update(type=kind)
    return decided


def _meanings(tokens: Sequence["Token"], run: Sequence[int]) -> Iterator[tuple[int, str]]:
    """What the joints at the places of one run mean."""
    is_listing = is_after_and = is_after_comma = False
    for index, place in enumerate(run):
        kind = tokens[place].type
        if kind == "N_OF":
            is_listing = True
            continue
        meaning = (
            "_OR"
            if is_listing
            else _meaning(tokens, run, index, is_after_and=is_after_and, is_after_comma=is_after_comma)
        )
        is_list_end = kind != "COMMA"
        if is_list_end:
            is_listing = False
        is_after_and = is_after_and or meaning == "_AND"
        is_after_comma = kind == "COMMA"
        yield place, meaning


def _meaning(
    tokens: Sequence["Token"], run: Sequence[int], index: int, *, is_after_and: bool, is_after_comma: bool
) -> str:
    place = run[index]
    kind = tokens[place].type
    if kind == "COMMA":
        if tokens[place - 1].type in _ALONE:
            return "_AND"
        last = next((tokens[one].type for one in run[index + 1 :] if tokens[one].type not in {"COMMA", "N_OF"}), "_AND")
        return "_OR" if last in {"_OR", _COMMA_OR} else "_AND"
    if kind in {"_AND", _COMMA_AND}:
        return "_AND"
    if _speaks_of_all(tokens[place + 1 : place + 2]):
        return "_WIDE_OR"
    return "_WIDE_OR" if kind == _COMMA_OR and is_after_and and not is_after_comma else "_OR"


def _speaks_of_all(following: Sequence["Token"]) -> bool:
    """Whether what follows an “or” stands instead of everything before it."""
    if not following:
        return False
    token = following[0]
    return token.type == "CONSENT" or (token.type == "STANDING" and token.lower().startswith("grad"))


def _led(tokens: Sequence["Token"]) -> list["Token"]:
    """With each lead written after the courses of which it speaks, as if it were their tail."""
    led: list[Token] = []
    leads: dict[str, tuple[Token, int]] = {}
    depth = 0
    for place, token in enumerate(tokens):
        if token.type in _LEADS:
            if _has_course(tokens[place + 1 :]):
                leads[_LEADS[token.type]] = (token.update(type=_LEADS[token.type]), depth)
            else:
                led.append(token.update(type="WORD"))
            continue
        depth += (token.type == "_OPEN") - (token.type == "_CLOSE")
        leads = {} if token.type in _ENDS else {kind: lead for kind, lead in leads.items() if depth >= lead[1]}
        led.append(token)
        after = tokens[place + 1].type if place + 1 < len(tokens) else None
        if token.type in _COURSES and after != "_SLASH":
            led.extend(lead for kind, (lead, _) in leads.items() if kind != after)
    return led


def _has_course(following: Sequence["Token"]) -> bool:
    """Whether a lead has a course to speak of."""
    depth = 0
    for token in following:
        depth += (token.type == "_OPEN") - (token.type == "_CLOSE")
        if depth < 0 or token.type in _ENDS:
            return False
        if token.type in _COURSES:
            return True
    return False
