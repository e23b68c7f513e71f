"""What an adoption costs must not follow the rows: neither its memory, nor how many statements it sends."""

from types import SimpleNamespace

import pytest

from benchmarks import adoption, sections
from gql_api.ingest import adoption_staging
from tests import old_databases

FEW, MANY = 5_000, 50_000
LEAST_GROWTH = 1.35
"""Of 5,000 to 50,000 rows: caches of words fill up a little; what held a tenth of the rows would be seen at once."""


@pytest.fixture(scope="module")
def found(cluster, tmp_path_factory):
    """What `benchmarks.adopting` tells of both files, as the benchmark asks it."""
    task = sections.Task(prepared=SimpleNamespace(url=cluster.url), is_quick=True)
    return [adoption.adopted(task, tmp_path_factory.mktemp(f"of_{rows}"), rows) for rows in (FEW, MANY)]


def judged(**large):
    """The verdicts about time and memory of an adoption; the smaller one needed 100 MB."""
    told = {"rows": 1_000_000, "seconds": 60.0, "processor": 20.0, "equal": 12, "megabytes": 140.0, **large}
    return [line.split("  ")[1] for line in adoption.judged({"rows": 100_000, "megabytes": 100.0}, told, 1_000_000)]


def test_the_budget_is_judged_by_time_rows_and_memory():
    assert judged() == ["met", "met"]
    assert judged(seconds=121.0) == ["NOT MET", "met"]
    assert judged(rows=999_999) == ["NOT MET", "met"]
    assert judged(megabytes=151.0) == ["met", "NOT MET"]
    assert judged(megabytes=201.0) == ["met", "NOT MET"]


def test_the_section_says_what_it_measured_and_what_differs(found, monkeypatch):
    task = sections.Task(prepared=None, is_quick=True)
    monkeypatch.setattr(adoption, "adopted", lambda _task, _folder, rows: found[rows == adoption.QUICK_ROWS])
    first, second = adoption.lines(task)
    assert f"adoption of {found[1]['rows']:,} rows: " in first
    assert f" × that of {found[0]['rows']:,} rows" in second
    monkeypatch.setattr(adoption, "adopted", lambda *_: {**found[0], "different": 1})
    [refused] = adoption.lines(task)
    assert refused.startswith("  NOT MET")
    assert "1 comparisons differ" in refused


def test_both_files_are_carried_and_compare_whole(found):
    for wanted, told in zip((FEW, MANY), found, strict=True):
        assert told["rows"] >= wanted
        assert told["different"] == 0
        assert told["equal"] == 12


def test_memory_does_not_follow_the_rows(found):
    few, many = found
    assert many["megabytes"] < few["megabytes"] * LEAST_GROWTH


def test_statements_follow_batches_and_programs_but_not_rows(found):
    few, many = found
    batches = MANY // adoption_staging.BATCH
    programs = old_databases.sizes(MANY).programs - old_databases.sizes(FEW).programs
    assert many["statements"] - few["statements"] <= 8 * batches + 16 * programs
