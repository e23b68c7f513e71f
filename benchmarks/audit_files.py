"""The file format of the audit benchmark: programs as trees, and transcripts with proven answers.

Both files hold one JSON object a line, perhaps gzipped. docs/audit-benchmark.md describes every field. What does not
fit the format is refused with the file, the line, and where in the object it stands.
"""

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

KINDS = ("course", "range", "all", "any", "choose", "credits")
DEEPEST = 50


class BadFile(Exception):
    """A file that cannot be read, or a line that does not fit the format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One requirement. `course` holds a course's code or a range's subject, `amount` what `n` or `min` says."""

    kind: str
    title: str = ""
    course: str = ""
    lowest: int = 0
    highest: int = 0
    exclude: tuple[str, ...] = ()
    amount: Decimal = Decimal(0)
    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program. `is_satisfiable` is none where the file does not say whether any transcript meets it."""

    id: str
    name: str
    requirements: tuple[Node, ...]
    range_excludes: tuple[str, ...] = ()
    is_satisfiable: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The proven answer; none is what the file does not say."""

    top_level_met: int | None = None
    all_met: bool | None = None
    courses_used: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A transcript of codes with credits, against the program with that id."""

    id: str
    program: str
    courses: tuple[tuple[str, Decimal], ...]
    expected: Expected = Expected()


def programs(path: Path) -> dict[str, Program]:
    """The programs of a file by id.

    Raises:
        BadFile: the file cannot be read, or does not fit the format.
    """
    found: dict[str, Program] = {}
    for place, row in _rows(path):
        program = _program(place, row)
        if program.id in found:
            msg = f"{place}: there is a program with the id {program.id!r} already"
            raise BadFile(msg)
        found[program.id] = program
    if not found:
        msg = f"{path} holds no program"
        raise BadFile(msg)
    return found


def cases(path: Path, known: Mapping[str, Program]) -> list[Case]:
    """The cases of a file, each of a known program.

    Raises:
        BadFile: the file cannot be read, does not fit the format, or names a program that is not there.
    """
    found: list[Case] = []
    seen: set[str] = set()
    for place, row in _rows(path):
        case = _case(place, row)
        if case.program not in known:
            msg = f"{place}: there is no program with the id {case.program!r} in the file of programs"
            raise BadFile(msg)
        if case.id in seen:
            msg = f"{place}: there is a case with the id {case.id!r} already"
            raise BadFile(msg)
        seen.add(case.id)
        found.append(case)
    if not found:
        msg = f"{path} holds no case"
        raise BadFile(msg)
    return found


def walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Every node, each before its children."""
    for node in nodes:
        yield node
        yield from walk(node.children)


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}"
        raise BadFile(msg) from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            row = json.loads(line, parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            msg = f"{place}: this is not one JSON object: {error}"
            raise BadFile(msg) from error
        if not isinstance(row, dict):
            msg = f"{place}: a line holds one JSON object"
            raise BadFile(msg)
        yield place, row


def _program(place: str, row: Mapping[str, Any]) -> Program:
    requirements = _list(place, row, "requirements")
    return Program(
        id=_text(place, row, "id"),
        name=_text(place, {"name": row.get("id"), **row}, "name"),
        requirements=tuple(_node(f"{place}, requirement {number}", one) for number, one in enumerate(requirements, 1)),
        range_excludes=_texts(place, row, "range_excludes"),
        is_satisfiable=None
        if row.get("satisfiable_without_reuse") is None
        else _boolean(place, row, "satisfiable_without_reuse"),
    )


def _node(place: str, row: object, depth: int = 1) -> Node:
    if not isinstance(row, dict) or row.get("kind") not in KINDS:
        msg = f"{place}: a requirement is an object whose `kind` is one of {', '.join(KINDS)}"
        raise BadFile(msg)
    if depth > DEEPEST:
        msg = f"{place}: requirements are nested more than {DEEPEST} deep"
        raise BadFile(msg)
    kind, title = row["kind"], row.get("title") or ""
    if not isinstance(title, str):
        msg = f"{place}: `title` is a text"
        raise BadFile(msg)
    if kind == "course":
        return Node(kind=kind, title=title, course=_text(place, row, "course"))
    if kind == "range":
        return Node(
            kind=kind,
            title=title,
            course=_text(place, row, "subject"),
            lowest=_whole(place, row, "lo"),
            highest=_whole(place, row, "hi"),
            exclude=_texts(place, row, "exclude"),
        )
    children = enumerate(_list(place, row, "of"), 1)
    return Node(
        kind=kind,
        title=title,
        amount=_amount(place, row, kind),
        children=tuple(_node(f"{place}, {kind} {number}", one, depth + 1) for number, one in children),
    )


def _amount(place: str, row: Mapping[str, Any], kind: str) -> Decimal:
    if kind == "choose":
        return Decimal(_whole(place, row, "n"))
    return _number(place, row, "min") if kind == "credits" else Decimal(0)


def _case(place: str, row: Mapping[str, Any]) -> Case:
    courses = _list(place, row, "courses")
    expected = row.get("expect") or {}
    if not isinstance(expected, dict) or not all(isinstance(one, dict) for one in courses):
        msg = f"{place}: `courses` are objects with a code and credits, and `expect` is an object"
        raise BadFile(msg)
    met, used, is_met = (expected.get(name) for name in ("max_top_level_met", "min_courses_used", "all_met"))
    return Case(
        id=_text(place, row, "id"),
        program=_text(place, row, "program"),
        courses=tuple((_text(place, one, "code"), _number(place, one, "credits")) for one in courses),
        expected=Expected(
            top_level_met=None if met is None else _whole(place, expected, "max_top_level_met"),
            all_met=None if is_met is None else _boolean(place, expected, "all_met"),
            courses_used=None if used is None else _whole(place, expected, "min_courses_used"),
        ),
    )


def _text(place: str, row: Mapping[str, Any], name: str) -> str:
    found = row.get(name)
    if not isinstance(found, str) or not found.strip():
        msg = f"{place}: `{name}` is a text that is not empty; here it is {found!r}"
        raise BadFile(msg)
    return found.strip()


def _texts(place: str, row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = row.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        msg = f"{place}: `{name}` is a list of texts"
        raise BadFile(msg)
    return tuple(found)


def _list(place: str, row: Mapping[str, Any], name: str) -> list[Any]:
    found = row.get(name)
    if not isinstance(found, list):
        msg = f"{place}: `{name}` is a list; here it is {found!r}"
        raise BadFile(msg)
    return found


def _whole(place: str, row: Mapping[str, Any], name: str) -> int:
    found = row.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        msg = f"{place}: `{name}` is a whole number from 0 on; here it is {found!r}"
        raise BadFile(msg)
    return found


def _number(place: str, row: Mapping[str, Any], name: str) -> Decimal:
    found = row.get(name)
    if not isinstance(found, int | Decimal) or isinstance(found, bool) or found < 0:
        msg = f"{place}: `{name}` is a number from 0 on; here it is {found!r}"
        raise BadFile(msg)
    return Decimal(found)


def _boolean(place: str, row: Mapping[str, Any], name: str) -> bool:
    found = row.get(name)
    if not isinstance(found, bool):
        msg = f"{place}: `{name}` is true or false; here it is {found!r}"
        raise BadFile(msg)
    return found
