"""The workload: what is asked of every server, in each one's own words, and what its answers say.

Q1 one course with its three rules and their targets · Q2 a page of 50 courses, eight fields · Q3 the same with rules
and targets · Q4 a program with its tree of 240 options · Q5 a plan of 30 courses with its totals ·
Q6 the exact audit, ours only · M1 a new course. Documents are in `documents/`, one folder for each way to ask.
"""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks import data
from gql_api.schema import ids

DOCUMENTS = Path(__file__).parent / "documents"
VARIETY = 200
"""How many different things a query asks for, in turn."""
NUMBER = "@number@"
"""Stands in a body that must be different every time."""
WRITTEN_SUBJECT = "ZZB"
Entity = Mapping[str, Any]
Variables = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query: what it is, and how the things it asks for are drawn."""

    name: str
    title: str
    draw: Callable[[data.Sizes, random.Random], Entity]
    is_write: bool = False

    def entities(self, size: data.Sizes) -> list[Entity]:
        """What is asked for: the same things of every server."""
        chance = random.Random(self.name)  # noqa: S311 - reproducible
        return [self.draw(size, chance) for _ in range(VARIETY)]


def _course(size: data.Sizes, chance: random.Random) -> Entity:
    return {"course": chance.randint(1, size.courses // 4) * 4}  # which has three rules


def _page(size: data.Sizes, chance: random.Random) -> Entity:
    place = chance.randrange(size.subjects)
    return {"institution": chance.randint(1, size.institutions), "subject": data.subject(place)}


def _plan(size: data.Sizes, chance: random.Random) -> Entity:
    return {"plan": chance.randint(1, size.plans)}


def _written(size: data.Sizes, chance: random.Random) -> Entity:
    del chance
    code = f"{WRITTEN_SUBJECT} {NUMBER}"
    return {"institution": size.writes_institution, "code": code, "title": "A new course"}


QUERIES = (
    Query(name="Q1", title="one course, 3 equivalencies, targets", draw=_course),
    Query(name="Q2", title="page of 50 courses, 8 fields", draw=_page),
    Query(name="Q3", title="the same with equivalencies and targets", draw=_page),
    Query(
        name="Q4", title="program with its tree, 240 leaves", draw=lambda s, c: {"program": c.randint(1, s.programs)}
    ),
    Query(name="Q5", title="plan, 30 courses, totals (aggregate)", draw=_plan),
    Query(name="Q6", title="plan, exact audit in three views (ours only)", draw=_plan),
    Query(name="M1", title="create a course", draw=_written, is_write=True),
)


def _ours(entity: Entity) -> Variables:
    """Global ids where others have numbers; the code where a plan is opened, since nobody has another key to it."""
    found: Variables = dict(entity)
    for name, type_name in (("course", "Course"), ("institution", "Institution"), ("program", "Program")):
        if name in found:
            found[name] = ids.encode(type_name, found[name])
    if "plan" in found:
        found["plan"] = data.plan_code(found["plan"])
    return found


def _postgraphile(entity: Entity) -> Variables:
    """A table's columns as they are: whoever creates a course also says what our server derives from its code."""
    if "code" not in entity:
        return dict(entity)
    derived = {"subject": WRITTEN_SUBJECT, "number": NUMBER, "codeKey": entity["code"], "subjects": [WRITTEN_SUBJECT]}
    credit = {"creditsMin": "3", "creditsMax": "3", "level": 1000}
    named = {"institutionId": entity["institution"], "code": entity["code"], "title": entity["title"]}
    return {"course": named | derived | credit}


DIALECTS: Mapping[str, Callable[[Entity], Variables]] = {
    "ours": _ours,
    "plain": dict,
    "postgraphile": _postgraphile,
    "limit": dict,
}


def bodies(query: Query, dialect: str, size: data.Sizes) -> list[str]:
    """The bodies to send in turn; empty where that server is not asked this."""
    file = DOCUMENTS / dialect / f"{query.name}.graphql"
    if dialect == "limit":
        text = query.name if query.name != "Q6" else None
    else:
        text = file.read_text("utf-8") if file.exists() else None
    if text is None:
        return []
    variables = DIALECTS[dialect]
    return [json.dumps({"query": text, "variables": variables(entity)}) for entity in query.entities(size)]


class WrongAnswer(Exception):
    """An answer has errors, or says something else than the others: there is nothing to measure."""


def facts(answer: bytes) -> Any:  # noqa: ANN401 - JSON
    """What an answer says, whatever its shape: no wrappings, numbers as numbers, lists in one order."""
    found = json.loads(answer, parse_float=Decimal)
    if not isinstance(found, dict) or found.get("errors") or not found.get("data"):
        raise WrongAnswer(answer[:1000].decode(errors="replace"))
    return _plain(found["data"])


def _plain(value: Any, name: str = "") -> Any:  # noqa: ANN401 - JSON
    match value:
        case {"nodes": inner, **rest} | {"through": inner, **rest} if not rest:
            return _plain(inner, name)
        case dict():
            return {key: _plain(inner, key) for key, inner in sorted(value.items())}
        case list():
            if name == "currentVersion" and len(value) == 1:  # PostGraphile: the one of many that is current
                return _plain(value[0])
            return sorted((_plain(inner) for inner in value), key=lambda inner: json.dumps(inner, default=str))
        case str() | Decimal() | int() if name.startswith("credits"):
            return str(Decimal(value).normalize())
        case _:
            return value
