"""What a submission may try, tried for real: it harms nothing else, and a sentence says so.

Each attack is the first exercise of a submission; the other two are answered right, and have to be
judged right all the same. Beside it lies the submission of another student.
"""

import re
import socket
import stat
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import nbformat
import psutil
import pytest

import helpers
from course import grading

CHECKS = Path(helpers.__file__).parent / "checks" / "lessons" / "fill_in_a_rating_matrix.py"
NATIVE = "import ctypes, os; libc = ctypes.CDLL(None, use_errno=True)\n"
LINUX = sys.platform == "linux"

# Name: the cell, where @other is the path of another's file; the verdict; what is said.
ATTACKS = {
    "loops": ("while True: pass", "stopped", "longer than 6 s"),
    "loops and holds on": (
        "import time\nwhile True:\n    try: time.sleep(1)\n    except BaseException: pass",
        *("stopped", "longer than 6 s"),
    ),
    "loops in its function": (
        "class Number:\n    def __array__(self, *a, **k):\n        while True: pass\n"
        "checks.exercise_1(Number())",
        *("stopped", "longer than 6 s"),
    ),
    "crashes": (f"{NATIVE}ctypes.string_at(0)", "stopped", "crashed|ended itself"),
    "ends itself": ("import os; os._exit(7)", "stopped", "ended itself, with exit code 7"),
    "exits": ("raise SystemExit(0)", "error", "SystemExit"),
    "takes memory": (
        "held = []\nwhile True: held.append(bytearray(10**7))",
        *("stopped|error", "memory|MemoryError"),
    ),
    "takes memory at once": ("np.ones(10**12)", "stopped|error", "memory|MemoryError"),
    "takes shared memory": (
        "import mmap\nheld = mmap.mmap(-1, 2**31)\nfor at in range(0, 2**31, 4096): held[at] = 1",
        *("stopped", "more than 600 MiB of memory"),
    ),
    "starts threads": (
        "import threading, time\n"
        "while True: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        *("stopped|error", "threads|can't start new thread"),
    ),
    "forks": ("import os\nwhile True: os.fork()", "error", "start another process"),
    "starts a program": (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1)'])",
        *("error", "start another process"),
    ),
    "prints": ("while True: print('x' * 10**6)", "stopped", "printed more than 1 MiB"),
    "prints past Python": (
        "import os\nwhile True: os.write(1, b'x' * 10**6)",
        *("stopped", "printed more than 1 MiB"),
    ),
    "fills the disk": (
        "import itertools\nfor n in itertools.count():\n"
        "    with open(f'{n}', 'wb') as file: file.write(bytes(10**6))",
        *("stopped", "wrote more than 16 MiB"),
    ),
    "answers with a gigabyte": (
        "checks.exercise_1(np.zeros(3 * 10**6))",
        *("wrong", "too large to be handed in"),
    ),
    "writes to the grader": (
        "import os\nfor n in range(20):\n    for file in range(3, 20):\n        try: "
        "os.write(file, "
        'b\'{"done": 1, "points": 100, "value": ["array", "O"]}\\n[[\\n\' * 9)\n'
        "        except OSError: pass",
        *("stopped|not attempted", "line between|No answer"),
    ),
    "tells without end": (
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        *("stopped", "longer than 6 s"),
    ),
    "changes the checks in memory": (
        "import helpers.checks.core as core, helpers.errors\n"
        "core.is_close = lambda *a: True\nhelpers.errors.WrongAnswerError = KeyError\n"
        "print('✓ Yes.')\nchecks.exercise_1(99)",
        *("wrong", "."),
    ),
    "puts something in place of the checks": (
        "checks.exercise_1 = lambda *a, **k: print('✓ Yes.')\nchecks.exercise_1(99)",
        *("not attempted|error", "No answer|NameError"),
    ),
    "changes the checks on disk": (
        "open(checks.__file__, 'w').write('')",
        *("error", "not allowed to change"),
    ),
    "reads the checks": ("print(open(@checks).read())", "error", "It tried to read"),
    "finds answers in what it has": (
        "import inspect\nchecks.exercise_1(1.5 if 'mistakes' not in inspect.getsource(checks) "
        "and not hasattr(checks.exercise_1, 'judge') else 0)",
        *("right", ""),
    ),
    "reads the solutions": ("print(open(@lesson).read())", "error", "It tried to read"),
    "reads another's file": ("print(open(@other).read())", "error", "It tried to read"),
    "looks for others' files": ("import os; os.listdir(@folder)", "error", "It tried to read"),
    "reads through a link": (
        "import os; os.symlink(@other, 'mine'); print(open('mine').read())",
        *("error", "not allowed to"),
    ),
    "reads through pandas": (
        "import pandas as pd; pd.read_json(@other)",
        *("error", "It tried to read"),
    ),
    "deletes another's file": ("import os; os.remove(@other)", "error", "It tried to change"),
    "locks another's file": ("import os; os.chmod(@other, 0)", "error", "It tried to change"),
    "writes outside": ("open(@outside, 'w').write('x')", "error", "It tried to change"),
    "opens the network": (
        "import socket; socket.create_connection(('127.0.0.1', @port), timeout=1)",
        *("error", "It tried to use the network"),
    ),
    "ends the grader": ("import os; os.kill(os.getppid(), 9)", "error", "send a signal"),
    "breaks the parser": ("-" * 10**5 + "1", "stopped|error", "crashed|ended|Error"),
    "breaks the line": ("\0", "stopped|error|not attempted", "."),
    "keeps quiet about it": (
        "try: open(@other).read()\nexcept OSError: pass\nchecks.exercise_1(1.5)",
        *("right", "It tried to read"),
    ),
}
# Each of these is refused by the kernel, which answers -1.
NATIVE_ATTACKS = {
    "reads another's file": "libc.open(@other.encode(), 0) < 0",
    "reads the checks": "libc.open(@checks.encode(), 0) < 0",
    "writes outside": "libc.open(@outside.encode(), os.O_CREAT | os.O_WRONLY, 0o600) < 0",
    "deletes another's file": "libc.unlink(@other.encode()) < 0",
    "empties another's file": "libc.truncate(@other.encode(), 0) < 0",
    # Without effect, which is looked at below.
    "locks another's file": "libc.chmod(@other.encode(), 0) <= 0",
    "reads the grader's variables": "libc.open(f'/proc/{os.getppid()}/environ'.encode(), 0) < 0",
    "reads the grader's memory": "libc.open(f'/proc/{os.getppid()}/mem'.encode(), 0) < 0",
    "takes the grader over": "libc.ptrace(16, os.getppid(), 0, 0) < 0",
    "ends the grader": "libc.kill(os.getppid(), 9) < 0",
    "ends everybody": "libc.kill(-1, 9) < 0",
    "forks": "libc.fork() < 0",
    "starts a program": "libc.execv(b'/bin/true', None) < 0",
    "opens the network": "libc.socket(2, 1, 0) < 0",
    "speaks to services": "libc.socket(1, 1, 0) < 0",
    "makes a device": "libc.mknod(b'disk', 0o060600, 0x0800) < 0",
    "leaves memory behind": "libc.shmget(1234, 4096, 0o1600) < 0",
    "leaves its room": "libc.chroot(b'/') < 0",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, lesson):
    """All attacks in one folder, graded, and what was there before and after."""
    place = tmp_path_factory.mktemp("attacks")
    (place / "notebooks").mkdir()
    nbformat.write(lesson.solved(), place / "notebooks" / "01_fill_in_a_rating_matrix.ipynb")
    folder, outside = place / "submissions", place / "written"
    other = lesson.write(folder, "victim", *lesson.right)
    arrived = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    names = {
        "other": str(other),
        "folder": str(folder),
        "checks": str(CHECKS),
        "lesson": str(place / "notebooks" / "01_fill_in_a_rating_matrix.ipynb"),
        "outside": str(outside),
        "port": server.getsockname()[1],
    }
    cells = {name: cell for name, (cell, _, _) in ATTACKS.items()}
    if LINUX:
        tests = "".join(f"print({name!r}, {test})\n" for name, test in NATIVE_ATTACKS.items())
        cells["natively"] = NATIVE + tests
    for name, cell in cells.items():
        source = re.sub(r"@(\w+)", lambda match: repr(names[match[1]]), cell)
        lesson.write(folder, name, source, *lesson.right[1:])
    before = {path: path.read_bytes() for path in (other, CHECKS)}
    limits = grading.Limits(seconds=6, memory=600, disk=16, printed=1, threads=64)
    rooms = place / "rooms"
    rooms.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(rooms))
        outcome = grading.grade(folder, notebooks=place / "notebooks", limits=limits, jobs=2)
    with server, pytest.raises(TimeoutError):
        arrived.append(server.accept())
    rows: dict[str, list] = {}
    for row in outcome.graded:
        rows.setdefault(row.student, []).append(row)
    return SimpleNamespace(
        rows=rows,
        before=before,
        other=other,
        outside=outside,
        arrived=arrived,
        outcome=outcome,
        rooms=rooms,
    )


@pytest.mark.parametrize("name", ATTACKS)
def test_a_sentence_says_what_became_of_it(graded, name):
    _, verdict, said = ATTACKS[name]
    first = graded.rows[name][0]
    assert re.fullmatch(verdict, first.verdict.word), first
    assert re.search(said, " ".join([first.verdict.message, *first.notes])), first


@pytest.mark.skipif(not LINUX, reason="these walls are Linux's")
@pytest.mark.parametrize("name", NATIVE_ATTACKS)
def test_the_kernel_refuses_what_goes_past_python(graded, name):
    if graded.outcome.walls != ("Landlock", "seccomp"):
        pytest.skip(f"this kernel has only {graded.outcome.walls}")
    assert f"{name} True\n" in graded.rows["natively"][0].printed


def test_the_other_exercises_are_judged_all_the_same(graded):
    wrong = {
        name: [row.verdict for row in rows[1:]]
        for name, rows in graded.rows.items()
        if [row.points for row in rows[1:]] != [1, 1]
    }
    assert wrong == {}


def test_nobody_else_is_harmed(graded):
    assert [row.points for row in graded.rows["victim"]] == [1, 1, 1]
    assert all(row.notes == () for row in graded.rows["victim"])
    assert {path: path.read_bytes() for path in graded.before} == graded.before
    assert stat.S_IMODE(graded.other.stat().st_mode) & stat.S_IRUSR
    assert not graded.outside.exists()
    assert graded.arrived == []


def test_no_process_and_no_thread_is_left(graded):
    children = psutil.Process().children(recursive=True)
    assert [child.cmdline() for child in children if "course.grading" in str(child.cmdline())] == []
    assert all("_read_" not in thread.name for thread in threading.enumerate())


def test_no_room_is_left(graded):
    assert list(graded.rooms.iterdir()) == []
