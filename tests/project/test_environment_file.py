"""environment.yml asks conda for what pyproject.toml asks pip for."""

import re

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from rattler import MatchSpec


@pytest.fixture(scope="module")
def text(root):
    return (root / "environment.yml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def entries(text):
    """What conda is asked for, and what pip is asked for after it."""
    dependencies = yaml.safe_load(text)["dependencies"]
    (pip,) = [entry["pip"] for entry in dependencies if isinstance(entry, dict)]
    return [entry for entry in dependencies if isinstance(entry, str)], pip


def conda_ranges(entries):
    specs = [MatchSpec(entry, strict=True) for entry in entries]
    return {spec.name.normalized: SpecifierSet(spec.version or "") for spec in specs}


def test_the_direct_dependencies_and_their_ranges_agree(entries, project):
    conda, pip = entries
    found = {
        name: (specifier, None)
        for name, specifier in conda_ranges(conda).items()
        if name not in ("python", "pip")
    }
    for requirement in (Requirement(line) for line in pip if line != "-e ."):
        found[requirement.name] = (requirement.specifier, str(requirement.marker))
    wanted = {
        requirement.name: (
            requirement.specifier,
            str(requirement.marker) if requirement.marker else None,
        )
        for requirement in map(Requirement, project["dependencies"])
    }
    assert found == wanted


def test_python_is_the_one_that_the_project_requires(entries, project):
    assert conda_ranges(entries[0])["python"] == SpecifierSet(project["requires-python"])


def test_tensorflow_and_the_course_itself_come_by_pip(entries):
    conda, pip = entries
    assert "pip" in conda_ranges(conda)
    assert pip[-1] == "-e ."
    assert not [name for name in conda_ranges(conda) if "tensorflow" in name]


def test_each_dependency_says_what_it_is_for(text):
    lines = [
        line for line in text.splitlines() if re.match(r"\s+- (?!conda-forge|nodefaults)", line)
    ]
    assert [line for line in lines if not re.search(r"  # \w.+|- pip:$", line)] == []
