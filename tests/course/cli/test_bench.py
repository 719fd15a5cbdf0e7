"""``course bench``: finds topics, runs each apart, prints, stores; made-up topics in its folder."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from benchmarks import bench as benchmarks
from course import cli
from course.cli import bench
from course.cli.common import INTERRUPTED
from course.measured import contests as speed

FAKE = '''"""Waiting, in two ways.

More words.
"""
import os, time
from benchmarks.contests import Contest, Outcome, Side

def wait(seconds):
    print("noise")
    time.sleep(seconds)

def told(seconds):
    # However busy the machine is, ours waits less than that.
    return Outcome(seconds, figures={"threads": float(os.environ["OPENBLAS_NUM_THREADS"])})

def contests(data, quick):
    sides = lambda: [
        Side("ours", lambda: wait(0.01), ours=True),
        Side("theirs", lambda: told(10.0), at_most=0.5),
        Side("fast", lambda: Outcome(0.001), at_most=1),
    ]
    needs = LIBRARIES
    return [Contest("Wait", f"on {data}", sides, runs=2, note="we wait longer", libraries=needs)]
'''
REPORT = '''"""Says what it was given."""
def report(data, quick, runs):
    print("given", data, quick, runs)
'''
FAILING = '''"""Fails."""
from helpers.data import load
def contests(data, quick):
    if data:
        load(data)
    raise RuntimeError("out of order")
'''
SLOW = '''"""Takes for ever."""
import os, pathlib, subprocess, sys, time
from benchmarks.contests import Contest, Side
def sides():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    pathlib.Path(os.environ["PIDS"]).write_text(f"{os.getpid()} {child.pid}")
    time.sleep(600)
def contests(data, quick):
    return [Contest("Wait", "", sides)]
'''


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout of its own, whose benchmarks are made up."""
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    texts = {
        "fake": FAKE.replace("LIBRARIES", "()"),
        "lacking": FAKE.replace("LIBRARIES", '["no-such-library", "numpy"]'),
        "told": REPORT,
        "failing": FAILING,
        "slow": SLOW,
        "helper": "def no_topic(): pass",
    }
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text)
    (tmp_path / "README.md").write_text(f"{speed.BEGIN}\n{speed.END}\n")
    monkeypatch.setattr(bench, "_root", lambda: tmp_path)
    monkeypatch.setattr(benchmarks, "topics", lambda topics=benchmarks.topics: topics(folder))
    run = benchmarks.run
    monkeypatch.setattr(
        benchmarks, "run", lambda *given, **options: run(*given, folder=folder, **options)
    )
    monkeypatch.setattr(bench, "_benchmarks", lambda: benchmarks)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "no data"))
    return tmp_path


def course(*arguments, exit_code=0):
    result = CliRunner().invoke(cli.app, ["bench", *map(str, arguments)], env={"COLUMNS": "200"})
    assert result.exit_code == exit_code, result.output
    assert "Traceback" not in result.output
    return result.output


def test_the_topics_are_listed_without_being_run(checkout):
    printed = course("--list")
    assert "Waiting, in two ways." in printed
    assert "helper" not in printed
    assert printed.index("fake") < printed.index("told")
    assert not (checkout / "book").exists()


def test_a_table_has_ratios_promises_notes_and_the_machine_and_is_stored(checkout):
    printed = course("fake", "--store")
    lines = printed.splitlines()
    (theirs,) = [line for line in lines if "theirs" in line and "│" in line]
    assert "≤ 0.5" in theirs
    assert "✓ kept" in theirs
    (fast,) = [line for line in lines if "fast" in line and "│" in line]
    assert "✗ not kept" in fast
    assert f"threads {benchmarks.cores()}" in theirs
    assert "Wait: On None. We wait longer." in printed
    assert "noise" not in printed
    assert "cores" in printed
    assert "numpy" in printed
    stored = speed.stored_speed(checkout / "book")
    assert stored.rows["side"].tolist() == ["ours", "theirs", "fast"]
    assert set(stored.rows["runs"]) == {2}
    assert stored.rows["work"].unique().tolist() == ["on None"]
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    assert "1 of 2 as promised" in " ".join(readme.split())


def test_what_is_missing_is_named_and_not_stored(checkout):
    printed = course("lacking", "--store")
    assert 'Left out, not installed: no-such-library. pip install -e ".[peers]" installs' in printed
    assert "Not stored, since no-such-library" in printed
    assert not (checkout / "book").exists()


def test_a_report_goes_to_the_screen(checkout):
    """The process of a report has the screen itself, which the runner of commands does not see."""
    code = (
        "from pathlib import Path; from benchmarks import bench\n"
        f"folder = Path({str(checkout / 'benchmarks')!r})\n"
        "topic = bench.topics(folder)['told']\n"
        "print([m.kind for m in bench.run(topic, data='a', quick=True, runs=3, folder=folder)])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "given a True 3\n['done']\n"


def test_after_a_failure_the_others_still_run(checkout):
    printed = course("failing", "fake", "--quick", "--data", "ml-1m", exit_code=1)
    assert "Failed: failing: ml-1m is not" in printed
    assert "Wait: On ml-1m" in printed
    assert "too small to tell" in printed
    assert "kept" not in printed


def test_the_last_lines_say_why_a_process_died(checkout):
    printed = course("failing", exit_code=1)
    assert "Failed: failing: It ended with status 1." in printed
    assert "RuntimeError: out of order" in printed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["nonsense"], "no topic 'nonsense'. The topics: fa"),
        (["--store", "--quick"], "leave out"),
        (["--store", "--runs", "9"], "leave out"),
        (["--store", "--data", "ml-1m"], "leave out"),
    ],
)
def test_options_that_make_no_sense(checkout, options, message):
    assert message in course(*options, exit_code=1)


def test_a_readme_without_a_place_stops_before_the_minutes(checkout):
    (checkout / "README.md").write_text("nothing")
    assert "once each and in order" in course("slow", "--store", exit_code=1)


def test_without_a_checkout_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "_root", lambda: tmp_path)
    assert "not with the installed package" in course("--list", exit_code=1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_ends_all_that_was_started(checkout, tmp_path, monkeypatch):
    monkeypatch.setenv("PIDS", str(tmp_path / "pids"))
    code = (
        "import sys; from pathlib import Path; from benchmarks import bench as benchmarks\n"
        "from course import cli; from course.cli import bench\n"
        f"folder = Path({str(checkout / 'benchmarks')!r})\n"
        "topics, run = benchmarks.topics, benchmarks.run\n"
        "benchmarks.topics = lambda: topics(folder)\n"
        "benchmarks.run = lambda *given, **options: run(*given, folder=folder, **options)\n"
        "cli.app(['bench', 'slow'])\n"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    pids = _when_there(tmp_path / "pids")
    started.send_signal(signal.SIGINT)
    printed, _ = started.communicate(timeout=300)
    assert started.returncode == INTERRUPTED
    assert "Stopped in slow" in printed
    assert "Traceback" not in printed
    assert [pid for pid in pids if _runs(pid)] == []


def _when_there(path: Path) -> list[int]:
    for _ in range(1200):
        if path.is_file() and (text := path.read_text()).count(" ") == 1:
            return [int(pid) for pid in text.split()]
        time.sleep(0.1)
    raise AssertionError("the topic did not begin")


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
