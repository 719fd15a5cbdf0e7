"""The fence that Python itself puts up: all that there is on systems without walls."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from course.grading.child import hook

ATTEMPTS = {
    "reads": "open(other).read()",
    "reads by number": "os.read(os.open(other, os.O_RDONLY), 9)",
    "reads with pathlib": "pathlib.Path(other).read_text()",
    "reads through a detour": "open(os.path.join('x', '..', '..', 'other')).read()",
    "lists": "os.listdir(os.path.dirname(other))",
    "walks": "next(os.walk(os.path.dirname(other)))[2][0]",
    "writes": "open(other, 'w')",
    "appends": "open(other, 'a')",
    "removes": "os.remove(other)",
    "renames": "os.rename('mine', other)",
    "moves in": "os.rename(other, 'mine')",
    "links": "os.symlink(other, 'link')",
    "makes a folder": "os.mkdir(other + '2')",
    "locks": "os.chmod(other, 0)",
    "starts a program": "subprocess.run([sys.executable, '-c', '1'])",
    "calls the shell": "os.system('exit 0')",
    "connects": "socket.create_connection(('127.0.0.1', 9))",
    "asks for a name": "socket.getaddrinfo('example.org', 80)",
    "opens a database": "sqlite3.connect(other)",
    "ends another": "os.kill(os.getppid(), 9)",
}
ALLOWED = {
    "writes its own": "open('mine', 'w').write('x')",
    "removes its own": "open('mine', 'w').close(); os.remove('mine')",
    "has temporary files": "tempfile.TemporaryFile().write(b'x')",
    "throws away": "open(os.devnull, 'w').write('x')",
    "imports": "import decimal, numpy",
    "keeps a database in memory": "sqlite3.connect(':memory:').close()",
}
SCRIPT = """
import json, os, pathlib, socket, sqlite3, subprocess, sys, tempfile
checkout, other, codes = json.loads(sys.argv[1])
sys.path.insert(0, checkout)
from course.grading.child import hook
own = os.path.realpath('.')
tempfile.tempdir = own
told, said = [], {}
readable = [os.path.realpath(path) for path in {*sys.path, sys.prefix, sys.base_prefix} if path]
hook.put_up(hook.Fence(readable, own, [], told.append))
for name, code in codes.items():
    told.clear()
    try:
        exec(code)
    except PermissionError as error:
        said[name] = [str(error), len(told)]
    else:
        said[name] = ["done", len(told)]
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What one process with the fence says of each: a message, and how often it was told."""
    place = tmp_path_factory.mktemp("fence")
    own, other = place / "in" / "own", place / "in" / "other"
    (own / "x").mkdir(parents=True)
    other.write_text("secret")
    checkout = str(Path(hook.__file__).parents[3])
    given = json.dumps([checkout, str(other), {**ATTEMPTS, **ALLOWED}])
    done = subprocess.run(
        [sys.executable, "-I", "-c", SCRIPT, given],
        cwd=own,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert other.read_text() == "secret"
    assert not other.with_name("other2").exists()
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", ATTEMPTS)
def test_it_is_refused_and_told(said, name):
    message, told = said[name]
    assert message.startswith("While it is graded, a submission is not allowed to")
    assert told == 1


@pytest.mark.parametrize("name", ALLOWED)
def test_what_a_lesson_needs_is_allowed(said, name):
    assert said[name] == ["done", 0]
