"""What .ci/run must refuse: tests that were skipped though everything they need is there, and a run without tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REAL_DATA = "GQL_API_REAL_DATA is not set: real catalogs are not at hand"


def judged(tmp_path: Path, *messages: str | None, **values: str) -> subprocess.CompletedProcess[str]:
    """The judgement on a report with one test for each message; None is a test that ran."""
    cases = "".join(
        f'<testcase classname="c" name="t{number}">'
        + (f'<skipped type="pytest.skip" message="{message}"/>' if message is not None else "")
        + "</testcase>"
        for number, message in enumerate(messages)
    )
    report = tmp_path / "tests.xml"
    report.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>", "utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "GQL_API_REAL_DATA"} | values
    return subprocess.run(
        [sys.executable, ROOT / ".ci" / "skips.py", report],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_run_without_skips_passes(tmp_path):
    assert judged(tmp_path, None, None).returncode == 0


def test_skipping_for_want_of_something_else_is_listed_and_passes(tmp_path):
    done = judged(tmp_path, None, "needs an ordinary user")
    assert (done.returncode, done.stdout) == (0, "skipped: c.t1: needs an ordinary user\n")


@pytest.mark.parametrize("reason", ["Chromium is not installed", "node and npm are missing", "GraphiQL is not built"])
def test_skipping_for_want_of_the_browser_or_the_page_fails(tmp_path, reason):
    done = judged(tmp_path, None, reason)
    assert done.returncode == 1
    assert "1 of them must run here" in done.stderr


def test_skipping_real_data_fails_exactly_where_the_data_are(tmp_path):
    assert judged(tmp_path, None, REAL_DATA).returncode == 0
    assert judged(tmp_path, None, REAL_DATA, GQL_API_REAL_DATA="/data").returncode == 1


def test_a_run_in_which_no_test_ran_fails(tmp_path):
    assert judged(tmp_path).returncode == 1
    assert judged(tmp_path, "needs an ordinary user").returncode == 1


def test_the_script_is_valid_bash_and_stops_at_the_first_surprise():
    script = ROOT / ".ci" / "run"
    subprocess.run(["bash", "-n", script], check=True)
    text = script.read_text("utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail\n" in text
    assert os.access(script, os.X_OK)


def test_the_script_calls_the_readmes_test_command_and_the_gate():
    text = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "$ make test\n" in (ROOT / "README.md").read_text("utf-8")
    assert " make test ||" in text
    assert "make check-static ||" in text


CLOSING = "===== 5 passed in 1.00s ====="
FAILS = 'case " $FAILS " in *" $step "*) exit 1;; esac'
MAKE = f'step=$1; [ "$step" != test ] || echo "{CLOSING}"; {FAILS}'
PYTHON = f'case "$*" in *fresh_clone*) step=fresh-clone;; *skips.py*) step=skips;; esac; {FAILS}'
STEPS = ["check-static", "graphiql", "fresh-clone", "test", "skips"]


def run(tmp_path: Path, *failing: str) -> subprocess.CompletedProcess[str]:
    """The script in a folder where every step only says whether it fails."""
    for place, text in (("bin/make", MAKE), ("bin/chromium", ""), (".venv/bin/python", PYTHON)):
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        path.chmod(0o755)
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    values = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "FAILS": " ".join(failing)}
    return subprocess.run(
        [tmp_path / ".ci" / "run"], cwd="/", env=os.environ | values, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("step", STEPS)
def test_the_script_fails_where_a_step_fails_and_runs_the_others(tmp_path, step):
    done = run(tmp_path, step)
    assert (done.returncode, done.stderr) == (1, f"FAILED: {step}\n")
    assert CLOSING in done.stdout
    assert done.stdout.count("\n=== ") == len(STEPS)


def test_the_script_passes_where_every_step_passes_and_shows_how_the_tests_ended(tmp_path):
    done = run(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert CLOSING in done.stdout
    assert done.stdout.endswith("\npassed\n")
