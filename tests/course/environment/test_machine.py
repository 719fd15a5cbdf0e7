"""``course check`` finds what is missing, too old, too small or altered, and says what to do."""

from importlib import metadata
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement

import helpers.data
from course.environment import machine
from helpers.errors import AlteredDataError


def test_this_environment_is_ready():
    looked_at = {finding.subject: finding for finding in machine.packages()}
    assert [finding.found for finding in looked_at.values() if not finding.ok] == []
    assert {"keras", "numpy", "pandas", "typer"} <= set(looked_at)
    # Tools for tests and the other systems' TensorFlow are not asked for.
    assert "ruff" not in looked_at
    assert len({"tensorflow", "tensorflow-cpu"} & set(looked_at)) == 1
    assert machine.python().ok
    assert machine.kernel().ok


@pytest.mark.parametrize(
    ("requirement", "ok", "found"),
    [
        ("packaging>=20", True, metadata.version("packaging")),
        ("packaging>=9999", False, metadata.version("packaging")),
        ("no-such-package>=1", False, "not installed"),
    ],
)
def test_a_package_is_compared_with_its_range(requirement, ok, found):
    finding = machine.package(Requirement(requirement))
    assert (finding.ok, finding.found) == (ok, found)
    assert Requirement(requirement).name in finding.remedy
    assert "python -m nox" in finding.remedy


def test_an_unsupported_python_is_told_which_are(monkeypatch):
    monkeypatch.setattr(machine.platform, "python_version", lambda: "3.8.18")
    finding = machine.python()
    assert not finding.ok
    assert ">=3.11" in finding.remedy


@pytest.mark.parametrize(("gibibytes", "ok"), [(2, False), (4, True)])
def test_free_memory_must_hold_a_lesson(monkeypatch, gibibytes, ok):
    free = SimpleNamespace(available=gibibytes * 2**30)
    monkeypatch.setattr(machine.psutil, "virtual_memory", lambda: free)
    assert machine.memory().ok is ok


@pytest.mark.parametrize(("mebibytes", "ok"), [(100, False), (2000, True)])
def test_free_disk_must_hold_a_data_set(monkeypatch, mebibytes, ok):
    free = SimpleNamespace(free=mebibytes * 2**20)
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _folder: free)
    assert machine.disk().ok is ok


def test_altered_data_is_told_what_to_do(monkeypatch):
    def verify(name):
        raise AlteredDataError(f"{name} was altered: restore it")

    monkeypatch.setattr(helpers.data, "verify", verify)
    finding = machine.data("movielens-small")
    assert (finding.ok, finding.remedy) == (False, "movielens-small was altered: restore it")


def test_a_kernel_that_does_not_start_is_a_finding(monkeypatch):
    def execute(_client):
        raise RuntimeError("Kernel died before replying to kernel_info")

    monkeypatch.setattr("nbclient.NotebookClient.execute", execute)
    finding = machine.kernel()
    assert not finding.ok
    assert "Kernel died" in finding.found


def test_everything_is_looked_at(monkeypatch):
    monkeypatch.setattr(helpers.data, "verify", lambda _name: None)
    subjects = [finding.subject for finding in machine.findings()]
    assert subjects[0] == "Python"
    assert subjects[-5:] == [
        "Memory",
        "Disk",
        "Data movielens-small",
        "Data simulated",
        "Jupyter kernel",
    ]
