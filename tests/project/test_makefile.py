"""`make serve`, `make test` and the gate, as a newcomer meets them."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import processes
from tests import live

ROOT = Path(__file__).parents[2]
# What POSIX has anywhere; neither node nor npm nor a database is among them.
NEEDED = ("sh", "make", "awk", "cat", "touch", "rm", "find", "mktemp")
fresh = pytest.mark.skipif(
    "GQL_API_FRESH_CLONE" not in os.environ,
    reason="GQL_API_FRESH_CLONE is not set: installing needs the network and half a minute; .ci/run does it",
)


def make(folder: Path, *arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
        | values,
        capture_output=True,
        text=True,
        check=False,
    )


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "Makefile", tmp_path)
    return tmp_path


def test_make_alone_lists_every_documented_target(folder):
    done = make(folder)
    assert done.returncode == 0
    listed = [line.split()[1] for line in done.stdout.splitlines()]
    assert listed == [
        "help",
        "serve",
        "test",
        "check",
        "check-static",
        "bench",
        "schema",
        "lock",
        "graphiql",
        "clean",
    ]


def test_a_missing_python_is_told_with_its_remedy(folder):
    done = make(folder, "serve", "PYTHON=no-such-python")
    assert done.returncode != 0
    assert "no-such-python was not found. Install Python 3.11 or newer" in done.stderr
    assert not (folder / ".venv").exists()


def test_a_python_that_is_too_old_is_told_with_its_remedy(folder):
    old = script(folder / "old", 'case "$*" in *version_info*) exit 1;; *version*) echo "Python 3.9.2";; esac')
    done = make(folder, "test", f"PYTHON={old}")
    assert done.returncode != 0
    assert "Python 3.9.2 is too old: Python 3.11 or newer is needed" in done.stderr
    assert not (folder / ".venv").exists()


def test_a_python_without_venv_is_told_with_its_remedy(folder):
    bare = script(folder / "bare", 'case "$*" in *ensurepip*) exit 1;; esac')
    done = make(folder, "serve", f"PYTHON={bare}")
    assert done.returncode != 0
    assert "apt-get install python3-venv" in done.stderr
    assert not (folder / ".venv").exists()


def installed(folder: Path, **tools: str) -> Path:
    """A folder whose environment looks installed; each tool is a script."""
    for name, text in ({"python": "exit 0", "gql-api": "exit 0"} | tools).items():
        script(folder / ".venv" / "bin" / name, text)
    for name in (
        "requirements.txt",
        "requirements-build.txt",
        "requirements-dev.txt",
        "pyproject.toml",
        ".ci/hatch_build.py",
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    for stamp in (".runtime", ".dev"):
        (folder / ".venv" / stamp).touch()
    return folder


def test_the_gate_runs_every_step_and_lists_those_that_failed(folder):
    tools = {"ruff": "exit 1", "basedpyright": "echo typed", "lint-imports": "exit 1", "python": "echo tested"}
    done = make(installed(folder, **tools), "check")
    assert done.returncode != 0
    assert "FAILED: format lint imports\n" in done.stderr
    assert "typed\n" in done.stdout
    assert "tested\n" in done.stdout


@pytest.mark.parametrize(("target", "pins"), [("serve", "requirements.txt"), ("types", "requirements-dev.txt")])
def test_packages_are_installed_anew_only_when_a_pin_has_changed(folder, target, pins):
    installed(folder, python=f'echo "$*" >>{folder}/log', basedpyright="exit 0")
    log, later = folder / "log", time.time() + 10
    assert make(folder, target).returncode == 0
    assert not log.exists()
    os.utime(folder / pins, (later, later))
    assert make(folder, target).returncode == 0
    assert f"--require-hashes --requirement {pins}" in log.read_text("utf-8")
    assert "--no-deps --no-build-isolation --editable ." in log.read_text("utf-8")


def test_the_gate_fails_when_only_the_tests_fail(folder):
    tools = {"ruff": "exit 0", "basedpyright": "exit 0", "lint-imports": "exit 0", "python": "exit 1"}
    done = make(installed(folder, **tools), "check")
    assert done.returncode != 0
    assert "FAILED: test\n" in done.stderr


def test_the_gate_passes_when_every_step_passes(folder):
    tools = dict.fromkeys(["ruff", "basedpyright", "lint-imports"], "exit 0")
    done = make(installed(folder, **tools), "check")
    assert done.returncode == 0, done.stderr
    assert "passed: format lint types imports test\n" in done.stdout


def test_make_serve_hands_its_place_to_the_server_and_says_why_there_is_no_page(folder):
    tools = {"gql-api": 'echo "gql-api $*"'}
    done = make(installed(folder, **tools), "serve", "ARGS=--port 1", "PATH=" + str(path_of(folder)))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "gql-api serve --port 1\n"
    assert done.stderr == "GraphiQL is not built, its page will be a plain one: node and npm are not installed.\n"


def test_make_test_hands_arguments_and_the_number_of_workers_to_pytest(folder):
    installed(folder, python='echo "python $*"')
    usual = make(folder, "test", "ARGS=tests/domain -k credits")
    more = make(folder, "test", "WORKERS=5")
    assert usual.stdout == "python -m pytest -n 3 --dist loadfile --no-loadscope-reorder tests/domain -k credits\n"
    assert more.stdout == "python -m pytest -n 5 --dist loadfile --no-loadscope-reorder\n"


def test_a_page_that_cannot_be_built_does_not_keep_the_server_from_starting_and_is_not_tried_at_every_start(folder):
    installed(folder)
    (folder / "gql_api" / "web" / "graphiql").mkdir(parents=True)
    path = path_of(folder)
    script(path / "node", "exit 0")
    script(path / "npm", "echo tried >>npm.log; exit 1")
    first, second = (make(folder, "serve", f"PATH={path}") for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stderr.startswith("building GraphiQL …\nGraphiQL could not be built, its page will be a plain one")
    assert "GraphiQL could not be built before" in second.stderr
    assert (folder / "gql_api" / "web" / "graphiql" / "npm.log").read_text() == "tried\n"


def path_of(folder: Path) -> Path:
    """A folder to be the whole PATH: a shell, make, python3 and what POSIX has anyway."""
    tools = folder / "bin"
    tools.mkdir(exist_ok=True)
    for name in NEEDED:
        found = shutil.which(name)
        assert found, name
        (tools / name).symlink_to(found)
    (tools / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    return tools


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """What a clone of the work tree as it is would hold."""
    target = tmp_path_factory.mktemp("fresh")
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    for name in filter(None, files):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    return target


@fresh
def test_make_serve_in_a_fresh_clone_ends_with_a_running_server_and_starts_again_with_little_work(clone, tmp_path):
    command = ["make", "--directory", str(clone), "serve"]
    values = {"PATH": str(path_of(tmp_path))}
    with live.serving(tmp_path / "home", command, **values) as first:
        assert live.graphql(first, "{ __typename }") == {"data": {"__typename": "Query"}}
        assert "admin token" in first.banner
        first.stop(signal.SIGTERM)
    with live.serving(tmp_path / "home", command, **values) as again:
        used = processes.cpu_seconds(again.process.pid)
        assert live.graphql(again, "{ __typename }") == {"data": {"__typename": "Query"}}
    # Two seconds of a quiet machine, which `make bench` judges by the clock. What others do on it makes these no more
    # than twice as many; a start that migrates, loads the demo data or installs anew takes several times as long.
    assert used is None or used < 6
