"""The screens: documents of tests/documents as clients send them, over the benchmark's data. Only ours answers them."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import data

DOCUMENTS = Path(__file__).parents[1] / "tests" / "documents"
VARIETY = 50
Drawn = Callable[[data.Sizes, random.Random], dict[str, Any]]


def _course(size: data.Sizes, chance: random.Random) -> tuple[str, str]:
    course = chance.randint(1, size.courses)
    return f"BC{size.institution_of(course)}", data.code_of(size, course)


def _search(size: data.Sizes, chance: random.Random) -> dict[str, Any]:
    """Two words of a title, as somebody types who half remembers it."""
    title = data.title_of(chance.randint(1, size.courses)).lower().split()
    return {"filter": {"search": " ".join(chance.sample(title, 2))}, "first": 20}


def _detail(size: data.Sizes, chance: random.Random) -> dict[str, Any]:
    institution, code = _course(size, chance)
    return {"institution": institution, "code": code}


def _status(size: data.Sizes, chance: random.Random) -> dict[str, Any]:
    institution, code = _course(size, chance)
    return {"sending": institution, "code": code, "receiving": f"BC{chance.randint(1, size.institutions)}"}


def _program(size: data.Sizes, chance: random.Random) -> dict[str, Any]:
    program = chance.randint(1, size.programs)
    return {"institution": f"BC{size.institution_of_program(program)}", "name": data.program_name(program)}


def _plan(size: data.Sizes, chance: random.Random) -> dict[str, Any]:
    return {"code": data.plan_code(chance.randint(1, size.plans))}


SCREENS: dict[str, Drawn] = {
    "course_search": _search,
    "course_detail": _detail,
    "transfer_status": _status,
    "program_requirements": _program,
    "plan_workspace": _plan,
    "institutions": lambda _size, _chance: {},
}


def bodies(size: data.Sizes) -> Iterator[tuple[str, list[str]]]:
    """Each screen's name and the bodies to send in turn."""
    for name, draw in SCREENS.items():
        text = (DOCUMENTS / f"{name}.graphql").read_text("utf-8")
        chance = random.Random(name)  # noqa: S311 - reproducible
        yield name, [json.dumps({"query": text, "variables": draw(size, chance)}) for _ in range(VARIETY)]
