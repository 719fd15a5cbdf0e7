"""Which lock a session installs, and that sessions can be run in any order."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

LEARNERS, DEV = "requirements.lock", "requirements-dev.lock"
INSTALLS = {
    "lessons": LEARNERS,
    "lab": LEARNERS,
    "tests": DEV,
    "lint": DEV,
    "build": DEV,
    "release": DEV,
    "address": DEV,
    "licences": DEV,
    "coverage": DEV,
    "mutants": DEV,
}


class Session:
    """A session of nox that notes what it is to run, and runs nothing."""

    def __init__(self, folder, posargs=()):
        self.folder, self.posargs, self.env, self.ran = folder, list(posargs), {}, []

    def run(self, *words, **_):
        self.ran.append([str(word) for word in words])

    def install(self, *words):
        self.run("pip", "install", *words)

    def chdir(self, folder):
        pass

    def create_tmp(self):
        return str(self.folder)


@pytest.fixture
def noxfile(root, monkeypatch):
    """What noxfile.py defines; nox itself is not among the packages of the lock."""
    nox = ModuleType("nox")
    nox.options, nox.Session = SimpleNamespace(), Session
    nox.session = lambda *given, **_: given[0] if given else lambda function: function
    monkeypatch.setitem(sys.modules, "nox", nox)
    path = root / "noxfile.py"
    names = {"__file__": str(path), "__name__": "noxfile"}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
    # Else it would make an environment where there is none.
    names["usable"] = lambda *_, **__: True
    return SimpleNamespace(**names)


@pytest.mark.parametrize("name", INSTALLS)
def test_each_session_installs_its_lock_and_takes_nothing_away(noxfile, tmp_path, name):
    session = Session(tmp_path)
    getattr(noxfile, name)(session)
    installed = [words[words.index("--requirement") + 1] for words in installs(session)]
    assert installed == [INSTALLS[name]]
    assert not [words for words in session.ran if {"sync", "uninstall", "--exact"} & set(words)]


def installs(session):
    return [words for words in session.ran if "install" in words and "--requirement" in words]


@pytest.mark.parametrize("name", ["lessons", "tests"])
def test_the_lock_is_checked_then_the_course_comes_without_dependencies(noxfile, tmp_path, name):
    session = Session(tmp_path, ["--one", "02"])
    getattr(noxfile, name)(session)
    lock, course, command = session.ran
    assert "--require-hashes" in lock
    assert {"--no-deps", "--no-build-isolation", "--editable", "."} <= set(course)
    assert command[-2:] == ["--one", "02"]


def test_the_checker_of_dependencies_knows_the_folders_of_pytest(noxfile, pyproject):
    known = pyproject["tool"]["pytest"]["ini_options"]["pythonpath"]
    assert list(noxfile.IMPORTED_BY_NAME) == known


def test_sessions_with_other_versions_take_no_lock(noxfile, tmp_path):
    for name in ("colab", "oldest", "newest"):
        session = Session(tmp_path)
        getattr(noxfile, name)(session)
        assert installs(session) == []
        assert ".[book,test]" in session.ran[0]


@pytest.mark.parametrize(("options", "lock"), [([], LEARNERS), (["--tests"], DEV)])
def test_wheels_are_those_of_learners_unless_tests_are_asked_for(
    noxfile, tmp_path, monkeypatch, options, lock
):
    session = Session(tmp_path, ["linux", *options])
    session.log = lambda text: None
    noxfile.wheels.__globals__["WHEELS"] = tmp_path
    noxfile.wheels(session)
    first = (tmp_path / "asked.txt").read_text(encoding="utf-8").splitlines()[0]
    assert first.endswith(f"/{lock}")
    assert len(session.ran) == 4


def test_the_learners_lock_is_made_from_the_other(noxfile, tmp_path, monkeypatch):
    (tmp_path / LEARNERS).write_text("old", encoding="utf-8")
    (tmp_path / DEV).write_text("new", encoding="utf-8")
    noxfile.lock.__globals__["ROOT"] = tmp_path
    session = Session(tmp_path, ["--upgrade"])
    noxfile.lock(session)
    dev, learners = session.ran
    assert {"--extra=book", "--extra=test", "--upgrade"} <= set(dev)
    assert not {"--extra=book", "--extra=test", "--upgrade"} & set(learners)
    assert (tmp_path / LEARNERS).read_text(encoding="utf-8") == "new"
    assert (tmp_path / "left_out.txt").read_text(encoding="utf-8").split() == ["nbval"]


def test_a_lock_that_is_out_of_date_is_named_and_left_as_it_was(noxfile, tmp_path):
    (tmp_path / LEARNERS).write_text("old", encoding="utf-8")
    (tmp_path / DEV).write_text("new", encoding="utf-8")
    noxfile.lock.__globals__["ROOT"] = tmp_path
    session = Session(tmp_path, ["--check"])
    said = []
    session.error = said.append
    noxfile.lock(session)
    assert said == ["Out of date: requirements.lock. Run `python -m nox -s lock`."]
    assert (tmp_path / LEARNERS).read_text(encoding="utf-8") == "old"
