import contextlib
import itertools
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import graphql
import pytest

from benchmarks import (
    __main__,
    checks,
    data,
    databases,
    growth,
    imports,
    loads,
    measuring,
    processes,
    profile,
    queries,
    recording,
    report,
    screens,
    sections,
    servers,
)
from benchmarks.measuring import Measured
from gql_api import database
from gql_api.domain import plan_codes
from tests import waiting

ROOT = Path(__file__).parents[2]
PEERS = ROOT / "benchmarks" / "peers"
SMALL = data.sizes(0.01)
SECRET = "a secret that is long enough for plan codes"


def measured(rate: float, p99: float | None = 10.0) -> Measured:
    return Measured(rates=[rate * 0.9, rate, rate * 1.1], p50=[1.0], server_cpu=[0.5], tail_p99=p99)


def test_a_load_goes_to_this_machine_only():
    for address in ("http://127.0.0.1:8000", "http://[::1]:8000", "http://localhost:8000"):
        assert loads.on_this_machine(address) == address
    for address in ("http://10.0.0.1:8000", "http://192.168.1.1", "http://8.8.8.8", "http://0.0.0.0"):
        with pytest.raises(ValueError, match="not on this machine"):
            loads.on_this_machine(address)


def test_the_data_have_the_sizes_that_the_budgets_are_about():
    size = data.sizes(1)
    assert (size.institutions, size.courses, size.programs, size.plans) == (20, 100_000, 200, 5_000)
    assert data.sizes(10).courses == 1_000_000
    codes = [data.code_of(size, course) for course in range(1, size.courses_each + 1)]
    assert len(set(codes)) == size.courses_each
    assert sum(code.startswith(data.subject(0) + " ") for code in codes) == 100


def test_the_same_scale_makes_the_same_rows_and_every_constraint_holds(database_url):
    with database.connect(database_url) as connection:
        data.fill(connection, SMALL, SECRET)
        connection.execute(databases.TOTALS)

        def found(statement: str) -> list[tuple]:
            return connection.execute(statement).fetchall()

        assert found("SELECT count(*) FROM courses") == [(1_000,)]
        assert found("SELECT count(*) FROM equivalencies") == [(2_000,)]
        assert found("SELECT count(*) FROM requirement_options GROUP BY (requirement_id - 1) / 36") == [(240,), (240,)]
        assert found("SELECT DISTINCT count(*) FROM planned_courses GROUP BY plan_id") == [(30,)]
        assert found("SELECT count(*) FROM pg_indexes WHERE indexname = 'ix_courses_search'") == [(1,)]
        assert found("SELECT title, code_key FROM courses WHERE id = 4") == [
            ("Lumvenom ticdista sulanom mevorfo", "BASC 2000")
        ]
        key = plan_codes.digest(data.plan_code(7), SECRET.encode())
        assert connection.execute("SELECT id FROM plans WHERE code_hmac = %s", [key]).fetchone() == (7,)
        totals = found("SELECT view.* FROM plans, plans_totals(plans) view WHERE plans.id = 1")
        assert totals == [
            ("COMPLETED", Decimal(29), 12, 12, 30),
            ("IN_PROGRESS", Decimal(50), 18, 18, 30),
            ("PLANNED", Decimal(87), 30, 24, 30),
        ]
        next_id = found("SELECT nextval(pg_get_serial_sequence('courses', 'id'))")
        assert next_id == [(1_001,)]


def test_every_document_fits_the_schema_that_it_is_for():
    schemas = {
        "ours": graphql.build_schema((ROOT / "schema.graphql").read_text("utf-8")),
        "plain": graphql.build_schema((PEERS / "plain.graphql").read_text("utf-8")),
    }
    for dialect, schema in schemas.items():
        documents = sorted((queries.DOCUMENTS / dialect).glob("*.graphql"))
        assert len(documents) >= 6
        for document in documents:
            assert graphql.validate(schema, graphql.parse(document.read_text("utf-8"))) == [], document


def test_every_server_is_asked_for_the_same_things_in_its_own_words():
    query = next(query for query in queries.QUERIES if query.name == "Q1")
    entities = query.entities(SMALL)
    assert entities == query.entities(SMALL)
    assert len(entities) == queries.VARIETY
    assert all(entity["course"] % 4 == 0 and entity["course"] <= SMALL.courses for entity in entities)
    plain = json.loads(queries.bodies(query, "plain", SMALL)[0])
    assert plain["variables"] == entities[0]
    assert json.loads(queries.bodies(query, "limit", SMALL)[0]) == {"query": "Q1", "variables": entities[0]}
    assert json.loads(queries.bodies(query, "ours", SMALL)[0])["variables"] != entities[0]


def test_only_ours_is_asked_for_the_exact_audit():
    query = next(query for query in queries.QUERIES if query.name == "Q6")
    asked = {dialect for dialect in queries.DIALECTS if queries.bodies(query, dialect, SMALL)}
    assert asked == {"ours"}


def test_answers_of_different_shapes_that_say_the_same_are_equal():
    ours = {"courses": {"nodes": [{"code": "A 1", "creditsMin": "3.00"}, {"code": "A 2", "creditsMin": None}]}}
    rows = {"courses": [{"creditsMin": None, "code": "A 2"}, {"code": "A 1", "creditsMin": 3.000}]}
    through = {"courses": {"nodes": [{"through": row} for row in rows["courses"]]}}
    said = [queries.facts(json.dumps({"data": one}).encode()) for one in (ours, rows, through)]
    assert said[0] == said[1] == said[2]
    other = {"courses": [{"code": "A 1", "creditsMin": "3.5"}, {"code": "A 2", "creditsMin": None}]}
    assert queries.facts(json.dumps({"data": other}).encode()) != said[0]


def test_answers_with_errors_or_without_data_are_refused():
    for answer in (b'{"data": {"a": 1}, "errors": [{"message": "no"}]}', b'{"data": null}', b"[]"):
        with pytest.raises(queries.WrongAnswer):
            queries.facts(answer)


def test_servers_that_say_different_things_are_refused():
    query = queries.QUERIES[0]
    checks.compare(query, {"ours": {"a": 1}, "limit": {"a": 1}})
    with pytest.raises(queries.WrongAnswer, match="Q1: ours and limit differ"):
        checks.compare(query, {"ours": {"a": 1}, "stock": {"a": 1}, "limit": {"a": 2}})


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux tells what processes have used")
def test_cpu_time_is_that_of_a_process_and_what_lives_beneath_it():
    busy = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\nprint(1, flush=True)\n"
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {busy + 'input()'!r}])"
    command = [sys.executable, "-c", parent]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "1\n"
        assert len(processes.tree_of(process.pid)) == 2
        assert 0.3 <= (processes.cpu_seconds(process.pid) or 0) < 3
        assert (processes.memory_megabytes(process.pid) or 0) > 1
        processes.wait_until_idle(process.pid, seconds=waiting.LIMIT)
        process.communicate("\n")
    assert processes.cpu_seconds(process.pid) is None
    assert processes.cpu_seconds(None) is None


def test_servers_take_turns_and_nobody_always_follows_the_same_one():
    turns = list(measuring.in_turn(["a", "b", "c"], 3))
    assert turns == ["a", "b", "c", "c", "b", "a", "a", "b", "c"]


def test_the_noise_is_how_far_the_rounds_lie_apart():
    found = Measured(rates=[90.0, 100.0, 120.0])
    assert found.rate == 100
    assert found.spread == pytest.approx(0.3)


def budgets(results: dict[str, dict[str, Measured]]) -> list[str]:
    return [line.strip() for line in report.judged(results, start_seconds=2.0, memory=151.0)]


def test_budgets_are_met_at_their_numbers_and_not_below():
    others = {"stock": measured(10), "postgraphile": measured(100, p99=20.0), "limit": measured(400)}
    said = budgets({"Q3": {"ours": measured(200, p99=20.0), **others}})
    assert said[0] == "met         Q3: 2.00 × best peer, 0.50 × limit, at least 2.0 or 0.9"
    assert said[1] == "NOT MET     Q3: 20.0 × stock Strawberry, at least 30"
    assert said[2] == "met         Q3: p99 of 20.0 ms, PostGraphile 20.0 ms"
    said = budgets({"Q3": {"ours": measured(199, p99=21.0), **others}})
    assert [line.split("  ")[0] for line in said[:3]] == ["NOT MET", "NOT MET", "NOT MET"]
    assert budgets({"Q1": {"ours": measured(200), **others}})[0].startswith("met ")
    assert budgets({"Q1": {"ours": measured(200), **others, "limit": measured(401)}})[0].startswith("NOT MET")
    assert budgets({"M1": {"ours": measured(130), **others}})[0].startswith("met ")
    assert budgets({"M1": {"ours": measured(129), **others}})[0].startswith("NOT MET")


def test_budgets_that_cannot_be_judged_say_so():
    said = budgets({"Q2": {"ours": measured(200), "stock": measured(10)}})
    assert said[0].startswith("unmeasured  Q2 against peers and limit")
    assert said[1].startswith("unmeasured  Q2 p99")
    too_slow = budgets({"Q2": {"ours": measured(20, p99=None), "postgraphile": measured(10), "limit": measured(10)}})
    assert "NOT MET     Q2: p99 of too slow to tell, PostGraphile 10.0 ms" in too_slow
    assert "met         cold start: 2.00 s, at most 2.5 s" in said
    assert "NOT MET     memory after the load: 151 MB, at most 150 MB" in said


def test_a_section_that_is_not_asked_for_not_there_or_broken_is_told_and_stops_nothing(monkeypatch, capsys):
    def broken(_):
        raise RuntimeError
        yield

    monkeypatch.setattr(
        sections, "MODULES", {"growth": "benchmarks.growth", "import": "benchmarks.imports", "new": "no"}
    )
    monkeypatch.setattr(growth, "lines", broken)
    monkeypatch.setattr(imports, "lines", lambda _: iter(["  met         all of it"]))
    said = list(sections.lines(["growth", "import", "new"], None))
    assert said == [
        "  unmeasured  growth: it failed with RuntimeError",
        "  met         all of it",
        "  unmeasured  new: there is no no yet",
    ]
    assert "RuntimeError" in capsys.readouterr().err
    assert next(iter(sections.lines(["import"], None))) == "  unmeasured  growth: not asked for (--sections)"


def test_growth_is_judged_by_statements_scans_and_pages():
    def judged(few: dict, many: dict) -> str:
        costs = [recording.Explained(objects=10, **one) for one in (few, many)]
        return growth._judged("Q1", *costs, SMALL, data.sizes(10)).strip()

    few = {"statements": 3, "buffers": 80}
    said = judged(few, {"statements": 3, "buffers": 240})
    assert said.startswith(
        "met         Q1: 1,000 → 1,000,000 courses: 3 → 3 statements, 24.0 pages per object (× 3.0), index scans only"
    )
    assert judged(few, {"statements": 3, "buffers": 241}).startswith("NOT MET")
    assert judged(few, {"statements": 4, "buffers": 20}).startswith("NOT MET")
    assert "reads all of courses" in judged(few, {"statements": 3, "buffers": 20, "scanned": {"courses"}})


def test_a_statement_is_explained_with_its_pages_and_the_large_tables_that_it_reads_whole(database_url, monkeypatch):
    raw = recording.Sent(text="SELECT id FROM courses WHERE title = $1::text", parameters=(b"x",), is_raw=True)
    named = recording.Sent(text="SELECT * FROM institutions WHERE name ~ %(n)s", parameters={"n": "x"}, is_raw=False)
    monkeypatch.setattr(recording, "MOST_SCANNED", -1)
    found = recording.Explained()
    recording.explain(found, database_url, [raw, named], large=frozenset({"institutions"}))
    assert found.statements == 2
    assert found.scanned == {"institutions"}


def test_a_profile_tells_for_each_part_the_share_of_samples_with_it_on_the_stack():
    stacks = (
        "main (/x/uvicorn/server.py:1);answer (/y/gql_api/web/graphql.py:5) 30\n"
        "main (/x/uvicorn/server.py:1);answer (/y/gql_api/web/graphql.py:5);ask (/y/gql_api/database/wires.py:7) 10\n"
    )
    found = profile.shares(stacks)
    assert found["uvicorn"] == 1
    assert found["the endpoint around it"] == 1
    assert found["psycopg: sending statements, reading answers"] == 0.25
    assert found["SQLAlchemy"] == 0
    assert profile.shares("") == {}


def test_without_py_spy_a_profile_says_what_is_missing(monkeypatch, capsys):
    monkeypatch.setattr(profile, "sampler", lambda: None)
    assert profile.show("Q1", None, 1.0, 1) == 1
    assert "py-spy is not installed" in capsys.readouterr().err


def test_peers_on_node_say_why_they_do_not_run(tmp_path, monkeypatch):
    monkeypatch.setattr(servers, "NODE", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(servers.CannotRun, match=r"^node and npm not installed$"):
        servers.node()
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / ".installed").touch()
    with pytest.raises(servers.CannotRun, match=r"^no node of version 22 or newer$"):
        servers.node()


def test_npm_packages_are_pinned_exactly_and_without_addresses():
    package = json.loads((PEERS / "node" / "package.json").read_text("utf-8"))
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package["dependencies"].values())
    lock = json.loads((PEERS / "node" / "package-lock.json").read_text("utf-8"))
    assert lock["packages"][""]["dependencies"] == package["dependencies"]
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []


def test_make_bench_runs_the_documented_commands():
    shown = re.findall(r"^\$ (make bench.*)$", (ROOT / "docs" / "performance.md").read_text("utf-8"), re.MULTILINE)
    assert len(shown) > 3
    for command in shown:
        words = shlex.split(command)
        done = subprocess.run([*words, "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=True)
        arguments = words[-1].removeprefix("ARGS=").split() if len(words) > 2 else []
        assert done.stdout.rstrip().endswith(f"-m benchmarks {' '.join(arguments)}".rstrip())
        assert __main__.understood(arguments).peers[0] == "ours"


def test_a_query_or_peer_that_there_is_not_is_refused(capsys):
    with pytest.raises(SystemExit):
        __main__.understood(["--queries", "Q1,Q9"])
    assert "unknown: Q9; known are" in capsys.readouterr().err


def started(directory: Path) -> dict[str, str]:
    """The environment of a run whose processes can be told from all others by it."""
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {"TMPDIR": str(directory)}


def running(directory: Path) -> list[str]:
    """The commands of the processes that such a run has left."""
    marked: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"TMPDIR={directory}".encode() in (process / "environ").read_bytes().split(b"\0"):
                marked.append((process / "cmdline").read_text().replace("\0", " "))
    return marked


ELSEWHERE = {"audits", "adoption"}
"""The sections that tests of their own run: of tests/project/test_audit_benchmark.py, of the adoption."""


def test_a_quick_run_compares_and_measures_everything_and_leaves_nothing_running(tmp_path):
    kept = tmp_path / "results.json"
    parts = ",".join(name for name in sections.NAMES if name not in ELSEWHERE)
    command = [sys.executable, "-m", "benchmarks", "--quick", "--sections", parts, "--json", str(kept)]
    done = subprocess.run(
        command, cwd=ROOT, env=started(tmp_path), capture_output=True, text=True, timeout=1200, check=False
    )
    assert done.returncode == 0, done.stderr
    missing = set(re.findall(r"^  (\w+) +not run: ", done.stdout, re.MULTILINE))
    assert missing <= {servers.MERCURIUS.name, servers.POSTGRAPHILE.name}, done.stdout
    ran = {peer.name for peer in servers.PEERS} - missing
    results = json.loads(kept.read_text("utf-8"))
    assert list(results) == [query.name for query in queries.QUERIES] + list(screens.SCREENS)
    for query in queries.QUERIES:
        assert set(results[query.name]) == ({"ours"} if query.name == "Q6" else ran)
    each = list(itertools.chain.from_iterable(found.values() for found in results.values()))
    assert all(one["failed"] == 0 and min(one["rates"]) > 0 for one in each)
    assert len(re.findall(r"^  (?:met|NOT MET|unmeasured) ", done.stdout, re.MULTILINE)) >= 30
    for measured in (
        "Q3: 3 statements for 10 items",
        "screen plan_workspace: ",
        "import of 2,000 courses: preview ",
        "memory of ",
    ):
        assert re.search(rf"^  (?:met|NOT MET) +{measured}", done.stdout, re.MULTILINE), done.stdout + done.stderr
    assert running(tmp_path) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux tells which process belongs to a run")
def test_an_interrupted_run_leaves_nothing_running(tmp_path):
    command = [
        sys.executable,
        "-m",
        "benchmarks",
        "--quick",
        "--peers",
        "limit",
        "--queries",
        "Q2",
        "--sections",
        "queries",
    ]
    with subprocess.Popen(command, cwd=ROOT, env=started(tmp_path), stdout=subprocess.PIPE, text=True) as process:
        assert any("req/s" in line for line in process.stdout or ())
        assert any("benchmarks.peers.limit" in command for command in running(tmp_path))
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=waiting.LIMIT) == __main__.INTERRUPTED
    assert running(tmp_path) == []
