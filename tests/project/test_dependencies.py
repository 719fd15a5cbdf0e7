"""The checker of dependencies excuses only what needs an excuse, and finds what is wrong."""

import json
import subprocess
import sys

import pytest

ASKED_FOR = {
    *("jupyterlab", "matplotlib", "nbval", "numpy", "pandas", "scikit-learn", "seaborn"),
    *("tensorflow", "tensorflow-cpu"),
}


@pytest.fixture(scope="module")
def excused(pyproject):
    return pyproject["tool"]["deptry"]["per_rule_ignores"]


def found(folder, report, *options):
    """What deptry says about a folder: pairs of a rule and a package or module."""
    command = [sys.executable, "-m", "deptry", *options, "--json-output", str(report)]
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    issues = json.loads(report.read_text(encoding="utf-8"))
    return {(issue["error"]["code"], issue["module"]) for issue in issues}


def test_nothing_is_excused_that_needs_no_excuse(root, pyproject, excused, tmp_path):
    roots = [".", *pyproject["tool"]["pytest"]["ini_options"]["pythonpath"]]
    strict = found(root, tmp_path / "report.json", *roots, "--per-rule-ignores", "DEP001=none")
    expected = {(rule, name) for rule, names in excused.items() for name in names}
    assert strict == expected, "bring [tool.deptry.per_rule_ignores] up to date"


def test_what_the_course_was_asked_to_have_is_declared(project):
    names = {line.split(">")[0] for line in project["dependencies"]}
    assert names >= ASKED_FOR


@pytest.mark.parametrize(
    ("code", "rule", "module"),
    [
        ("import numpy, scipy", "DEP003", "scipy"),
        ("import numpy, no_such_package", "DEP001", "no_such_package"),
        ("", "DEP002", "numpy"),
        ("import numpy, sphinx", "DEP004", "sphinx"),
    ],
)
def test_what_is_undeclared_unused_or_in_the_wrong_place_is_found(tmp_path, code, rule, module):
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\nversion = "1"\ndependencies = ["numpy"]\n'
        '[project.optional-dependencies]\nbook = ["sphinx"]\n'
    )
    (tmp_path / "code.py").write_text(code)
    options = [".", "--optional-dependencies-dev-groups=book"]
    assert (rule, module) in found(tmp_path, tmp_path / "report.json", *options)
