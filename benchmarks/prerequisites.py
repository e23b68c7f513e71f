"""How well published prerequisites are read: `python -m benchmarks.prerequisites FILE`.

FILE holds one JSON object a line (perhaps gzipped): the published text in `raw`, the tree that its publisher made of
it in `tree`, and in `kind` which section of the text the tree is about. Printed are the trees that agree, every
disagreement by its kind, how many texts have a part that is not understood, and the courses that are lost: there must
be none. Published trees that tell of something else than their text does (a course that is not in it, an identifier
without a course) are counted beside the others.
"""

import argparse
import collections
import gzip
import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gql_api.domain import prerequisites, prerequisites_parsing

P = prerequisites
_CODE = re.compile(r"\b[A-Z]{2,5} [0-9][0-9A-Z]{3}\b")
_SECTION = re.compile(r"\b(Prerequisites? or Corequisites?|Corequisites?)\s*:", re.IGNORECASE)
_SAME_AS = re.compile(r"\(Same as[^)]*\)")
_TIMINGS = {
    "prerequisites": P.Timing.BEFORE,
    "corequisites": P.Timing.COREQUISITE,
    "co_or_pre_requisites": P.Timing.CONCURRENT,
}

Shape = tuple[Any, ...]
"""A tree of courses alone: ("course", code, grade), or ("and" | "or", shapes in order)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One published tree beside ours. `verdict` is `agrees`, `differs`, or why the two are not compared."""

    code: str
    kind: str
    text: str
    verdict: str
    published: Shape | None
    ours: Shape | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a file gives; texts are counted once however many trees were published of them."""

    judgements: tuple[Judgement, ...]
    texts: int
    with_unparsed: int
    mentions: int
    in_leaves: int
    lost: tuple[tuple[str, str], ...]

    def count(self, verdict: str) -> int:
        """How many trees have that verdict."""
        return sum(one.verdict == verdict for one in self.judgements)

    @property
    def agreement(self) -> float:
        """The share of the trees that agree, of those that can be compared."""
        compared = self.count("agrees") + self.count("differs")
        return self.count("agrees") / compared if compared else 0.0


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The published trees of a file."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from (json.loads(line) for line in content.decode().splitlines())


def report(published: Iterable[Mapping[str, Any]]) -> Report:
    """Every published tree judged, and every text searched for courses that were lost."""
    found = list(published)
    texts = {row["raw"]: prerequisites_parsing.parse(row["raw"]) for row in found if row["raw"].strip()}
    lost = [(text, code) for text, tree in texts.items() for code in _mentions(text) if not _is_kept(tree, code)]
    leaves = sum(len(_mentions(text) & _leaves(tree)) for text, tree in texts.items())
    return Report(
        judgements=tuple(_judged(row) for row in found),
        texts=len(texts),
        with_unparsed=sum(_has_unparsed(tree) for tree in texts.values()),
        mentions=sum(len(_mentions(text)) for text in texts),
        in_leaves=leaves,
        lost=tuple(lost),
    )


def _judged(row: Mapping[str, Any]) -> Judgement:
    text, kind = row["raw"], row["kind"]
    published = _published(row["tree"])
    mine = _ours(prerequisites_parsing.parse(text), text, kind)
    section = _mentions(_SAME_AS.sub("", _section(text, kind)))
    if not text.strip():
        verdict = "no text was published"
    elif published is None:
        verdict = "the published tree names no course"
    elif _is_broken(row["tree"]):
        verdict = "the published tree has a course without a code"
    elif _codes(published) != section:
        verdict = "the published tree names other courses than the text"
    elif published == mine:
        verdict = "agrees"
    else:
        verdict = "differs"
    return Judgement(code=row["code"], kind=kind, text=text, verdict=verdict, published=published, ours=mine)


def _section(text: str, kind: str) -> str:
    """The part of a text that a published tree of this kind is about; all of it where it has no such heading."""
    pieces = _SECTION.split(text)
    parts = {P.Timing.BEFORE: pieces[0]}
    for heading, part in zip(pieces[1::2], pieces[2::2], strict=True):
        is_either = " or " in heading.lower()
        parts[P.Timing.CONCURRENT if is_either else P.Timing.COREQUISITE] = part
    return parts.get(_TIMINGS[kind], text)


def _ours(tree: P.Prerequisite | None, text: str, kind: str) -> Shape | None:
    has_sections = _section(text, kind) != text
    return None if tree is None else _shape(tree, _TIMINGS[kind] if has_sections else None)


def _shape(tree: P.Prerequisite, timing: P.Timing | None) -> Shape | None:
    match tree:
        case P.CourseNeeded():
            grade = None if tree.minimum_grade is None else tree.minimum_grade.value
            return None if timing not in {None, tree.timing} else ("course", tree.keys[0], grade)
        case P.AllOf():
            return _joined("and", [_shape(one, timing) for one in tree.members])
        case P.AnyOf() | P.AtLeast():
            return _joined("or", [_shape(one, timing) for one in tree.members])
        case _:
            return None


def _published(tree: Mapping[str, Any]) -> Shape | None:
    if "op" in tree:
        return _joined(tree["op"], [_published(one) for one in tree["of"]])
    code = tree.get("course")
    if code is None or str(code).startswith("id:"):
        return None
    return ("course", code, tree.get("min_grade"))


def _joined(op: str, shapes: list[Shape | None]) -> Shape | None:
    """Without what is no course, without groups in groups of the same kind, in one order, each once."""
    flat = {part for one in shapes if one is not None for part in (one[1] if one[0] == op else (one,))}
    if len(flat) < 2:  # noqa: PLR2004 - a group has two members
        return next(iter(flat), None)
    return (op, tuple(sorted(flat, key=repr)))


def _is_broken(tree: Mapping[str, Any]) -> bool:
    is_nameless = str(tree.get("course", "")).startswith("id:") or tree.get("other", {}).get("type") == "choice"
    return is_nameless or any(_is_broken(one) for one in tree.get("of", ()))


def _codes(shape: Shape) -> set[str]:
    return {shape[1]} if shape[0] == "course" else {code for one in shape[1] for code in _codes(one)}


def _mentions(text: str) -> set[str]:
    return set(_CODE.findall(text))


def _leaves(tree: P.Prerequisite | None) -> set[str]:
    return set() if tree is None else {key for course in P.courses(tree) for key in course.keys}


def _is_kept(tree: P.Prerequisite | None, code: str) -> bool:
    if tree is None:
        return False
    texts = (P.Unparsed, P.Note, P.ScoreNeeded, P.Consent)
    kept = " ".join(one.text for one in P.walk(tree) if isinstance(one, texts))
    return code in _leaves(tree) or code in kept


def _has_unparsed(tree: P.Prerequisite | None) -> bool:
    return tree is not None and any(isinstance(one, P.Unparsed) for one in P.walk(tree))


def main() -> None:
    """Print the report on a file."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file", type=Path, help="published trees, one JSON object a line, perhaps gzipped")
    arguments.add_argument("--show", type=int, default=0, metavar="N", help="print the first N disagreements")
    given = arguments.parse_args()
    begun = time.process_time()
    found = report(rows(given.file))
    spent = time.process_time() - begun
    print(f"{len(found.judgements):,} published trees of {found.texts:,} texts, read in {spent:.1f} s of CPU time")
    for verdict, many in collections.Counter(one.verdict for one in found.judgements).most_common():
        print(f"  {many:5,}  {verdict}")
    print(f"  {found.agreement:.1%} of those that can be compared agree")
    print(f"  {found.with_unparsed:5,}  texts have a part that is not understood")
    print(f"  {found.in_leaves:,} of {found.mentions:,} courses named are leaves; {len(found.lost)} are lost")
    for one in [one for one in found.judgements if one.verdict == "differs"][: given.show]:
        print(f"{one.code} ({one.kind}): {one.text}\n    published {one.published}\n    ours      {one.ours}")


if __name__ == "__main__":
    main()
