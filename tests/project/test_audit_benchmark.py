import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from benchmarks import (
    audit_budgets,
    audit_certificates,
    audit_digests,
    audit_files,
    audit_health,
    audit_progress,
    audit_report,
    audit_runs,
    audit_speed,
    audit_trees,
    audit_work,
    audit_workloads,
    audits,
    sections,
)
from gql_api.domain import certificates, checker, checker_values, entries, requirements

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "audit_benchmark"
HARD = ("/data_science_and_psychology_bs", "/environmental_and_sustainability_sciences_and_chemistry_bs")
PROGRAMS, CASES = DATA / "programs.jsonl", DATA / "cases.jsonl"
View = entries.View


def bench(checks=None, programs=PROGRAMS, cases=CASES):
    """The bench of two files, and the cases."""
    found = audit_files.programs(programs)
    given = audit_files.cases(cases, found)
    return audit_runs.Bench.of(found, given, checks or audit_runs.Checks()), given


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.audits", *map(str, arguments)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTHONHASHSEED"},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )


def test_the_command_compares_and_checks_every_case_and_program(tmp_path):
    kept = tmp_path / "results.json"
    done = command(PROGRAMS, CASES, "--health", "--workers", 2, "--json", kept)
    assert done.returncode == 0
    assert [line.split(",")[0] for line in done.stderr.splitlines() if " of " in line and "left" not in line] == [
        "cases: 14 of 14",
        "program health: 6 of 6",
        "another hash seed: 14 of 14",
    ]
    assert "14 of 14 agree on top-level requirements met" in done.stdout
    assert "14 of 14 agree on all met" in done.stdout
    assert "14 of 14 agree on fewest courses used" in done.stdout
    assert "14 of 14 the same in 2 other orders of courses, requirements and options" in done.stdout
    assert "the same input under another hash seed\n      14 of 14 the same bytes" in done.stdout
    assert "14 of 14 certificates accepted (5 MET, " in done.stdout
    assert "6 of 6 programs diagnosed as proven; 2 cannot be finished" in done.stdout
    assert done.stdout.endswith("\neverything agrees\n")
    results = json.loads(kept.read_text("utf-8"))
    assert (results["failures"], len(results["cases"]), len(results["programs"])) == (0, 14, 6)
    assert all(one["certificate"]["altered"] >= 6 for one in results["cases"])
    sizes = {one["id"]: one["sizes"] for one in results["programs"] if one["sizes"]}
    assert sizes == {"one course twice": [2], "three for two": [3]}


def failures(runs, unsteady=(), programs=()):
    """How many failures the report counts."""
    return audit_report.Found(orders=1, runs=list(runs), unsteady=list(unsteady), programs=list(programs)).failures


def test_progress_is_told_every_few_seconds_and_at_the_end_with_what_is_wrong_so_far():
    times, out = iter(range(0, 100, 4)), io.StringIO()
    progress = audit_progress.Progress(every=8, clock=lambda: float(next(times)), out=out)
    assert list(progress.told("cases", "abcde", 5, "c".__eq__)) == list("abcde")
    assert out.getvalue().splitlines() == [
        "cases: 2 of 5, 0 wrong, 0.2 a second, 0:08 so far, 0:12 left",
        "cases: 4 of 5, 1 wrong, 0.2 a second, 0:16 so far, 0:04 left",
        "cases: 5 of 5, 1 wrong, 0.2 a second, 0:20 so far",
    ]


def test_an_interrupt_tells_what_is_known_and_keeps_it(tmp_path):
    rows = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    many = [{**row, "id": f"{row['id']} {number}"} for number in range(300) for row in rows]
    cases, kept = tmp_path / "cases.jsonl", tmp_path / "results.json"
    cases.write_text("\n".join(map(json.dumps, many)), "utf-8")
    arguments = [PROGRAMS, cases, "--every", "0", "--orders", "0", "--fast", "--json", kept]
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.audits", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        first = process.stderr.readline()  # more follows than a pipe holds: it cannot end before this is read on
        os.killpg(process.pid, signal.SIGINT)
        said, told = process.communicate(timeout=600)
    assert first.startswith("cases: 1 of 4,200, 0 wrong")
    assert process.returncode == audits.INTERRUPTED
    known = len(json.loads(kept.read_text("utf-8"))["cases"])
    assert 1 <= known < len(many)
    assert f"answers of {known:,} cases" in said
    assert said.endswith("\ninterrupted; 0 failures so far\n")
    assert "Traceback" not in told


def test_an_error_says_which_case_it_was_about(monkeypatch):
    def broken(*_):
        message = "as if"
        raise ZeroDivisionError(message)

    audit_work.begin(audit_work.Task(programs=PROGRAMS, cases=CASES, checks=audit_runs.Checks()))
    monkeypatch.setattr(audit_runs.Bench, "run", broken)
    with pytest.raises(ZeroDivisionError) as caught:
        audit_work.run(0)
    assert caught.value.__notes__ == ["This happened with the case plain|full."]


def test_the_documented_commands_are_understood():
    text = (ROOT / "docs" / "audit-benchmark.md").read_text("utf-8")
    shown = re.findall(r"^\$ python -m benchmarks\.(\w+)(.*)$", text, re.MULTILINE)
    assert [name for name, _ in shown] == ["audits", "audit_speed"]
    given = audits.understood(shown[0][1].split())
    assert (given.programs.name, given.health, given.workers) == ("PROGRAMS.jsonl.gz", True, 2)
    assert not audit_speed.understood(shown[1][1].split()).quick


def test_an_answer_that_is_not_the_proven_one_is_named_and_is_a_failure(tmp_path):
    rows = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()][:3]
    rows[1]["expect"]["max_top_level_met"] = 3
    wrong = tmp_path / "cases.jsonl.gz"
    wrong.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    done = command(PROGRAMS, wrong, "--fast", "--orders", 0)
    assert done.returncode == audits.DIFFERS
    assert "2 of 3 agree on top-level requirements met" in done.stdout
    assert "DIFFERS plain|open: requirements met: 2, proven 3" in done.stdout
    assert done.stdout.endswith("\n1 failures\n")


@pytest.mark.parametrize(
    ("programs", "cases", "said"),
    [
        ("{", "", "line 1: this is not one JSON object"),
        ("[]", "", "line 1: a line holds one JSON object"),
        ("", "", "holds no program"),
        ('{"id": "a"}', "", "`requirements` is a list; here it is None"),
        ('{"id": "", "requirements": []}', "", "`id` is a text that is not empty; here it is ''"),
        ('{"id": "a", "requirements": [{"kind": "some"}]}', "", "requirement 1: a requirement is an object whose"),
        ('{"id": "a", "requirements": [{"kind": "course"}]}', "", "requirement 1: `course` is a text"),
        (
            '{"id": "a", "requirements": [{"kind": "all", "of": [{"kind": "choose", "n": -1, "of": []}]}]}',
            "",
            "requirement 1, all 1: `n` is a whole number from 0 on; here it is -1",
        ),
        (
            '{"id": "a", "requirements": [{"kind": "credits", "min": "8", "of": []}]}',
            "",
            "`min` is a number from 0 on; here it is '8'",
        ),
        ('{"id": "a", "requirements": []}\n{"id": "a", "requirements": []}', "", "a program with the id 'a' already"),
        ('{"id": "a", "requirements": []}', "", "holds no case"),
        ('{"id": "a", "requirements": []}', '{"id": "c", "program": "b", "courses": []}', "no program with the id 'b'"),
        (
            '{"id": "a", "requirements": []}',
            '{"id": "c", "program": "a", "courses": [{"code": "BIO 1"}]}',
            "`credits` is a number from 0 on; here it is None",
        ),
        (
            '{"id": "a", "requirements": []}',
            '{"id": "c", "program": "a", "courses": [], "expect": {"all_met": 1}}',
            "`all_met` is true or false; here it is 1",
        ),
    ],
)
def test_a_file_that_does_not_fit_the_format_is_refused_with_its_place(tmp_path, capsys, programs, cases, said):
    (tmp_path / "p.jsonl").write_text(programs, "utf-8")
    (tmp_path / "c.jsonl").write_text(cases, "utf-8")
    assert audits.main([str(tmp_path / "p.jsonl"), str(tmp_path / "c.jsonl")]) == audits.BAD_INPUT
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there_or_broken_is_refused(tmp_path, capsys):
    assert audits.main([str(tmp_path / "none"), str(CASES)]) == audits.BAD_INPUT
    assert "none cannot be read: " in capsys.readouterr().err
    (tmp_path / "cut.gz").write_bytes(gzip.compress(PROGRAMS.read_bytes())[:60])
    assert audits.main([str(tmp_path / "cut.gz"), str(CASES)]) == audits.BAD_INPUT
    assert "cut.gz cannot be read: " in capsys.readouterr().err


def test_a_course_code_that_is_none_is_refused_by_the_command(tmp_path):
    (tmp_path / "p.jsonl").write_text('{"id": "a", "requirements": [{"kind": "course", "course": "?"}]}', "utf-8")
    (tmp_path / "c.jsonl").write_text('{"id": "c", "program": "a", "courses": []}', "utf-8")
    done = command(tmp_path / "p.jsonl", tmp_path / "c.jsonl")
    assert done.returncode == audits.BAD_INPUT
    assert "“?” cannot be split into a subject and a number" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_kind_of_node_becomes_what_it_means():
    made, _ = bench()
    (history, more) = made.tree("ranges").requirements
    (one,) = history.children
    assert (history.min_children, one.min_courses, one.max_courses) == (1, 1, None)
    pattern, *excluded = one.options
    assert (pattern.subject, pattern.number_from, pattern.number_to) == ("HIST", "1000", "1999")
    assert [(option.code, option.is_excluded) for option in excluded] == [("HIST 1500", True), ("HIST 1600", True)]
    (credits,) = more.children
    assert (credits.min_children, credits.min_credits_beneath, len(credits.children)) == (0, 8, 1)
    core, _, advice = made.tree("plain").requirements
    assert [child.options[0].code for child in core.children] == ["BIO 101", "BIO 102"]
    assert (advice.children, advice.options, advice.min_courses, advice.name) == ((), (), 0, "Advice")
    assert made.tree("one course twice").requirements[0].min_children == 2
    keys = [node.key for _, node in requirements.walk(made.tree("whole parts").requirements)]
    assert keys == ["1", "1.1", "1.1.1", "1.1.2", "1.2", "1.3"]


def test_folded_programs_say_the_same_in_fewer_nodes():
    checks = audit_runs.Checks(orders=1, is_folded=True)
    folded, cases = bench(checks)
    plain, _ = bench()
    assert len(list(requirements.walk(folded.tree("plain").requirements))) == 3
    assert len(list(requirements.walk(plain.tree("plain").requirements))) == 8
    assert [one.id for one in map(folded.run, cases) if one.disagreements or not one.is_steady] == []


def test_altered_certificates_are_false_and_a_checker_that_believes_them_is_found_out(monkeypatch):
    made, cases = bench(audit_runs.Checks(orders=0, fewest=False))
    honest = [made.run(case) for case in cases]
    assert {one.certificate.claim for one in honest} >= {"MET", "NOT_MET"}
    assert sum(one.certificate.altered for one in honest) > 100
    assert failures(honest) == 0
    monkeypatch.setattr(checker, "verdict", lambda *_: checker_values.Verdict(is_accepted=True))
    assert failures([made.run(case) for case in cases]) == len(cases)


def test_every_alteration_of_a_certificate_changes_it():
    made, cases = bench()
    for case in cases:
        plan = audit_trees.plan(case, made.known)
        question = certificates.case(made.tree(case.program), plan, audit_trees.POSSIBILITIES, on=audit_trees.ON)
        issued = certificates.of(audit_runs.audited(made.tree(case.program), plan), question, View.COMPLETED)
        false_ones = dict(audit_certificates.altered(issued))
        assert issued not in false_ones.values()
        assert len({repr(one) for one in false_ones.values()}) == len(false_ones)


def test_whatever_is_not_as_it_must_be_is_a_failure():
    made, cases = bench(audit_runs.Checks(orders=1, certificates=False))
    good = made.run(cases[0])
    assert failures([good], unsteady=[False]) == 0
    assert failures([good], unsteady=[True]) == 1
    assert failures([replace(good, is_steady=False)]) == 1
    assert failures([replace(good, is_steady=False)], unsteady=[True]) == 1
    assert failures([replace(good, met=0)]) == 1
    assert failures([replace(good, used=4)]) == 1
    sick = audit_health.diagnosed(made, made.programs["one course twice"])
    assert sick.problem is None
    assert failures([], programs=[replace(sick, is_satisfiable=True)]) == 1
    assert failures([], programs=[replace(sick, sizes=(6,))]) == 1
    assert failures([], programs=[replace(sick, sizes=(), is_undecided=True)]) == 1


def test_the_digest_of_a_result_knows_every_part_and_its_order():
    values = ("a", 1, None, frozenset({"x", "y"}), (1, 2))
    assert audit_digests.of(values) == audit_digests.of(("a", 1, None, frozenset({"y", "x"}), (1, 2)))
    for other in (("a", 1, None, frozenset({"x"}), (1, 2)), ("a", 1, None, frozenset({"x", "y"}), (2, 1))):
        assert audit_digests.of(values) != audit_digests.of(other)


def test_a_long_list_of_cases_is_cut_and_counted():
    made, cases = bench(audit_runs.Checks(orders=0, certificates=False, fewest=False))
    wrong = [replace(made.run(cases[0]), met=0, id=f"case {number}") for number in range(25)]
    said = list(audit_report.agreement(wrong))
    assert said[0] == "       0 of 25 agree on top-level requirements met"
    assert said[-1] == "  … and 5 more"
    assert len(said) == 3 + audit_report.MOST_SHOWN + 1


def test_quantiles_are_values_that_were_measured():
    assert audit_report.quantiles([5.0]) == (5.0, 5.0, 5.0, 5.0)
    assert audit_report.quantiles([float(number) for number in range(101)]) == (50.0, 95.0, 99.0, 100.0)


def test_a_sample_of_the_real_cases_agrees(real_data):
    folder = real_data / "programs-2024"
    checks = audit_runs.Checks(orders=1)
    made, cases = bench(checks, folder / "programs.jsonl.gz", folder / "cases.jsonl.gz")
    hard = [case for case in cases if case.program.endswith(HARD)]  # credits that more than what is needed brings
    assert len(hard) == 6
    runs = [made.run(case) for case in [*cases[::60], *hard]]
    assert [(one.id, one.disagreements) for one in runs if one.disagreements] == []
    sample = [audit_health.diagnosed(made, program) for program in list(made.programs.values())[::30]]
    assert {one.is_satisfiable for one in sample} == {True, False}
    assert failures(runs, programs=sample) == 0


def test_the_workloads_are_the_same_in_every_run_and_of_the_sizes_that_they_are_named_after():
    ordinary = audit_workloads.ordinary()
    assert len(ordinary.plan) == 40
    result = ordinary.audit()
    assert result.status.name == "PLANNED"
    assert result.in_view(View.PLANNED).status.name == "MET"
    nested = list(audit_workloads.nested(2))
    assert nested == list(audit_workloads.nested(2))
    for question in nested:
        assert 150 <= len(list(requirements.walk(question.tree.requirements))) < 200
        assert len(question.plan) == 60
    assert list(audit_workloads.hard(3)) == list(audit_workloads.hard(3))
    assert list(audit_workloads.overlapping(1)) == list(audit_workloads.overlapping(1))
    offers = audit_workloads.offers(3)
    assert [one.given.tree for one in offers] == [one.given.tree for one in audit_workloads.offers(3)]
    assert len({repr(one.given.tree) for one in offers}) == 3


def test_a_quick_run_of_the_speed_of_audits_measures_everything(tmp_path, capsys):
    kept = tmp_path / "speed.json"
    assert audit_speed.main(["--quick", "--json", str(kept)]) == 0
    said = capsys.readouterr().out
    assert said.count("proven optimal") == 4
    assert sum(line.startswith(("  met ", "  NOT MET ")) for line in said.splitlines()) == 4
    results = json.loads(kept.read_text("utf-8"))
    assert [len(one["milliseconds"]) for one in results["workloads"]] == [3, 2, 2, 4]
    assert results["batch"] > 0
    assert results["fit"] > 0


def test_the_section_of_audits_judges_nothing_in_a_quick_run(monkeypatch):
    monkeypatch.setattr(audit_speed, "measured", lambda sizes: sizes)
    monkeypatch.setattr(audit_speed, "tables", lambda results: [repr(results)])
    monkeypatch.setattr(audit_speed, "budget_lines", lambda results: [f"judged {results!r}"])
    quick, usual = (
        list(audit_budgets.lines(sections.Task(prepared=mock.sentinel.unused, is_quick=is_quick)))
        for is_quick in (True, False)
    )
    sizes = audit_speed.Sizes()
    assert (quick[0], usual) == (repr(audit_speed.QUICK), [repr(sizes), f"judged {sizes!r}"])
    assert [line.split()[:2] for line in quick[1:]] == [["unmeasured", "audits:"]]


def test_budgets_of_audits_are_met_at_their_numbers_and_not_beyond():
    def results(ordinary, nested, hard, batch):
        made = [
            audit_speed.Measured(name="", milliseconds=(each,), methods={"FLOW": 1}, proven=1, parts=1)
            for each in (ordinary, nested, 1.0, hard)
        ]
        return audit_speed.Results(workloads=tuple(made), offers=1, fit=1.0, fit_audits_proven=True, batch=batch)

    at = list(audit_speed.budget_lines(results(5.0, 25.0, 150.0, 10_000.0)))
    assert [line.split("  ")[1] for line in at] == ["met"] * 4
    beyond = list(audit_speed.budget_lines(results(5.1, 25.1, 150.1, 9_999.0)))
    assert [line.split("  ")[1] for line in beyond] == ["NOT MET"] * 4
