import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import load, workload

ROOT = Path(__file__).parents[2]


def test_a_load_goes_to_this_machine_only():
    for address in ("http://127.0.0.1:8000", "http://[::1]:8000", "http://localhost:8000"):
        assert load.on_this_machine(address) == address
    for address in ("http://10.0.0.1:8000", "http://192.168.1.1", "http://8.8.8.8", "http://0.0.0.0"):
        with pytest.raises(ValueError, match="not on this machine"):
            load.on_this_machine(address)


def test_rates_and_percentiles_are_those_of_the_latencies():
    result = load.Result(
        name="x", seconds=2.0, latencies=tuple(n / 1000 for n in range(1, 101)), refused=0, answer_bytes=1
    )
    assert result.rate == 50
    assert result.percentile(0.5) == 0.051
    assert result.percentile(0.99) == 0.1
    assert result.percentile(1) == 0.1


def test_the_workload_is_the_named_documents_with_their_variables(tmp_path):
    (tmp_path / "a.graphql").write_text("query ($code: String!) { plan(code: $code) { id } }")
    (tmp_path / "a.variables.json").write_text('{"code": "put a plan code here"}')
    (tmp_path / "b.graphql").write_text("{ viewer { role } }")
    (tmp_path / "c.graphql").write_text("{ unmeasured }")
    first, second = workload.operations("ABCDE-FGHJK", tmp_path, ("a", "b"))
    assert (first.name, second.name) == ("a", "b")
    assert json.loads(first.body)["variables"] == {"code": "ABCDE-FGHJK"}
    assert json.loads(second.body) == {"query": "{ viewer { role } }", "variables": {}}


def test_the_plan_code_is_read_from_what_the_server_prints():
    assert workload.plan_code("…\n  demo plan    ABCDE-FGHJK  (its code)\n") == "ABCDE-FGHJK"
    with pytest.raises(ValueError, match="no demo plan"):
        workload.plan_code("gql_api answers")


def test_the_benchmark_measures_a_real_server_and_prints_its_table():
    command = [sys.executable, "-m", "benchmarks", "--seconds", "0.5", "--connections", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()[3:]
    assert [line.split()[0] for line in lines] == list(workload.NAMES)
    assert all(float(line.split()[1]) > 0 for line in lines)
