"""Whose server it is and where its files lie, for root and for everybody else."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gql_api import database, embedded, errors
from gql_api.embedded import accounts, binaries, places, processes
from tests.embedded.users import ROOT, data_of, folder, is_running

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")


def test_a_user_without_a_name_is_told_the_remedy(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 987654)
    with pytest.raises(errors.ConfigurationError, match="has no name in /etc/passwd"):
        accounts.for_server(Path("/nonexistent"))


def test_an_ordinary_user_runs_the_server_as_itself(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: pwd.getpwnam("nobody").pw_uid)
    account = accounts.for_server(Path("/nonexistent"))
    assert (account.name, account.switches, account.user, account.group) == ("nobody", False, None, None)


@only_root
def test_root_runs_the_server_as_the_owner_of_the_data_or_as_postgres_or_nobody(monkeypatch, tmp_path):
    nobody = pwd.getpwnam("nobody")
    os.chown(tmp_path, nobody.pw_uid, nobody.pw_gid)
    assert accounts.for_server(tmp_path).name == "nobody"
    real = pwd.getpwnam

    def without(*names):
        def getpwnam(name):
            if name in names:
                raise KeyError(name)
            return real(name)

        return getpwnam

    monkeypatch.setattr(pwd, "getpwnam", without("postgres"))
    account = accounts.for_server(tmp_path / "nothing")
    assert (account.name, account.user, account.group, list(account.extra_groups)) == (
        "nobody",
        nobody.pw_uid,
        nobody.pw_gid,
        [],
    )
    monkeypatch.setattr(pwd, "getpwnam", without("postgres", "nobody"))
    with pytest.raises(errors.ConfigurationError, match="does not run as root"):
        accounts.for_server(tmp_path / "nothing")


@only_root
def test_roots_server_belongs_to_another_account_and_opens_nothing(new_home):
    with embedded.start(new_home):
        data = data_of(new_home)
        process = processes.pid_file_of(data).pid
        assert Path(f"/proc/{process}").stat().st_uid == data.stat().st_uid != 0
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (new_home, *data.parents[:2], data)}
    assert modes == {"home": 0o711, "postgresql": 0o711, data.parent.name: 0o711, "data": 0o700}


@only_root
def test_a_home_that_the_servers_account_cannot_reach_is_left_closed_and_linked_to_another_place(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    for _ in range(2):
        with embedded.start(home) as server, database.connect(server.url) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
            connection.execute("INSERT INTO kept VALUES (1)")
            rows = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert rows == (2,)
    store = (home / "postgresql").resolve()
    assert not store.is_relative_to(home)
    assert data_of(home).resolve().parents[1] == store
    assert [stat.S_IMODE(path.stat().st_mode) for path in (home, store, data_of(home))] == [0o700, 0o711, 0o700]

    shutil.rmtree(home)
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    with embedded.start(other):
        assert not store.exists(), "temporary stores go with their temporary homes"
    shutil.rmtree((other / "postgresql").resolve())


@only_root
def test_a_lasting_home_is_linked_to_a_lasting_place(monkeypatch, new_home, tmp_path):
    account = accounts.for_server(tmp_path / "data")
    monkeypatch.setattr(places, "SYSTEM_HOME", new_home)
    monkeypatch.setattr("tempfile.tempdir", "/nonexistent")
    store = places._elsewhere(tmp_path, account, is_throwaway=False)
    assert store.parent == new_home
    assert (store / "home").read_text() == str(tmp_path)


ORDINARY = """
import os, sys, time
from pathlib import Path
sys.path += sys.argv[2:]
from gql_api import embedded
for _ in range(2):
    with embedded.start(Path(sys.argv[1])) as first, embedded.start(Path(sys.argv[1])) as second:
        assert first.url == second.url
        (data,) = Path(sys.argv[1]).glob("postgresql/*/data")
        assert data.stat().st_uid == os.geteuid() != 0
        process = int((data / "postmaster.pid").read_text().split()[0])
        os.kill(process, 0)
        assert Path(sys.argv[1]).stat().st_mode & 0o777 == 0o700
    for _ in range(1_200):  # it removes its files before it is quite gone
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            print("stopped")
            break
        time.sleep(0.1)
"""


def as_nobody(program: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the program, which is told the home and where the project and the wheel are, as an ordinary user."""
    switch = ["setpriv", "--reuid=nobody", "--regid=65534", "--clear-groups", "--no-new-privs"]
    if shutil.which(switch[0]) is None:
        pytest.skip("setpriv is not installed")
    python = next((path for path in (sys.executable, "/usr/bin/python3") if can_run(switch, path)), None)
    if python is None:
        pytest.skip("the account nobody can run no Python of at least 3.11, or not read the project")
    return subprocess.run(
        [*switch, python, "-c", program, str(home), str(ROOT), str(binaries.find().root.parent)],
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": os.environ["PATH"], "HOME": str(home.parent)},
        check=False,
    )


def can_run(switch: list[str], python: str) -> bool:
    """Whether the account can run this Python, which can run itself again, and read the project."""
    question = (
        "import subprocess, sys; assert sys.version_info >= (3, 11); "
        f"open({str(ROOT / 'gql_api' / 'errors.py')!r}).close(); subprocess.run([sys.executable, '-c', ''], check=True)"
    )
    return subprocess.run([*switch, python, "-c", question], capture_output=True, check=False).returncode == 0


@only_root
def test_an_ordinary_user_can_do_all_that_root_can():
    with folder(mode=0o777) as made:
        done = as_nobody(ORDINARY, made / "home")
        assert done.stderr == ""
        assert done.stdout == "stopped\nstopped\n"
        assert not is_running(data_of(made / "home"))


REFUSED = """
import sys
from pathlib import Path
sys.path += sys.argv[2:]
from gql_api import embedded, errors
try:
    embedded.start(Path(sys.argv[1]))
except errors.ConfigurationError as error:
    print(error)
"""


@only_root
def test_another_users_home_is_refused_with_the_remedy(new_home):
    new_home.mkdir(mode=0o700)
    done = as_nobody(REFUSED, new_home)
    assert "Permission denied" in done.stdout
    assert "Remedy: set GQL_API_HOME" in done.stdout
    assert done.stderr == ""
