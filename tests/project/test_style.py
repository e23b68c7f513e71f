"""What the linter cannot see: sizes, names, reasons for exceptions, and clocks in the domain."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = sorted(path for path in (ROOT / "gql_api").rglob("*.py") if "node_modules" not in path.parts)
EVERYTHING = sorted(
    path
    for folder in ("gql_api", "tests", "alembic", "benchmarks", ".ci")
    for path in (ROOT / folder).rglob("*.py")
    if "node_modules" not in path.parts
)
FILE_CEILING = 300
FUNCTION_CEILING = 50
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_the_package_is_found():
    assert len(PACKAGE) > 10


def test_no_file_is_longer_than_its_ceiling():
    sizes = {name(path): len(path.read_text("utf-8").splitlines()) for path in PACKAGE}
    assert {file: size for file, size in sizes.items() if size > FILE_CEILING} == {}


def test_no_function_is_longer_than_its_ceiling():
    too_long = {
        f"{name(path)}:{function.lineno} {function.name}": length
        for path in PACKAGE
        for function in functions(ast.parse(path.read_text("utf-8")))
        if (length := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_CEILING
    }
    assert too_long == {}


def test_no_module_is_named_after_nothing():
    assert [name(path) for path in EVERYTHING if {path.stem, path.parent.name} & FORBIDDEN_NAMES] == []


EXCEPTION = re.compile(r"#\s*(?:noqa|type: ignore|pyright: ignore|pyright: basic|fmt: off|pragma: no cover)")
REASONED = re.compile(
    r"#\s*(?:noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|pyright: ignore\[[A-Za-z, ]+\]|pragma: no cover)"
    r"\s*(?:-|—|–|#|:)\s*\S.{3,}"
)


@pytest.mark.parametrize(
    ("line", "reasoned"),
    [
        ("x = 1  # noqa", False),
        ("x = 1  # noqa: S608", False),
        ("x = 1  # noqa: S608 - names come from the tables", True),
        ("x = y  # pyright: ignore[reportUnknownMemberType]", False),
        ("x = y  # pyright: ignore[reportUnknownMemberType] # the library has no types", True),
        ("x = y  # pyright: ignore  # the library has no types", False),
        ("x = y  # type: ignore[attr-defined] # the library has no types", False),
    ],
)
def test_the_rule_about_reasons_tells_good_from_bad(line, reasoned):
    assert EXCEPTION.search(line)
    assert bool(REASONED.search(line)) is reasoned


def test_every_exception_from_a_rule_carries_its_reason():
    without = [
        f"{name(path)}:{number}: {line.strip()}"
        for path in EVERYTHING
        if path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if EXCEPTION.search(line) and not REASONED.search(line)
    ]
    assert without == []


CLOCKS = {
    "now",
    "utcnow",
    "today",
    "time",
    "time_ns",
    "monotonic",
    "perf_counter",
    "random",
    "randint",
    "choice",
    "urandom",
    "uuid4",
    "uuid1",
    "token_bytes",
    "token_hex",
    "token_urlsafe",
}


def clock_calls(source: str) -> list[str]:
    return [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name | ast.Attribute)
        and ast.unparse(node.func.value).split(".")[-1]
        in ("datetime", "date", "time", "random", "os", "uuid", "secrets")
    ]


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("datetime.now(UTC)", True),
        ("datetime.datetime.now()", True),
        ("date.today()", True),
        ("time.time()", True),
        ("random.random()", True),
        ("on.today", False),
        ("term.time()", False),
        ("date(2024, 1, 1)", False),
    ],
)
def test_the_rule_about_clocks_tells_good_from_bad(source, reads):
    assert bool(clock_calls(source)) is reads


@pytest.mark.parametrize(
    "path", [path for path in PACKAGE if "domain" in path.parts or path.stem == "access"], ids=name
)
def test_the_domain_reads_no_clock_and_draws_no_lots(path):
    assert clock_calls(path.read_text("utf-8")) == []
