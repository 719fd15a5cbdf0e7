"""The workflows cover every system, with the least rights and with actions that cannot change."""

import re
from itertools import chain

import pytest
import yaml
from packaging.requirements import Requirement


@pytest.fixture(scope="module")
def workflows(root):
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in (root / ".github" / "workflows").glob("*.y*ml")
    }


def test_every_system_and_the_oldest_and_newest_python(workflows):
    matrix = yaml.safe_load(workflows["tests.yml"])["jobs"]["tests"]["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["system"]} == {"ubuntu", "macos", "windows"}
    assert matrix["python"] == ["3.11", "3.13"]


def test_each_week_the_oldest_and_the_newest_versions_are_tried(workflows, root, project):
    weekly = yaml.safe_load(workflows["versions.yml"])
    (when,) = weekly[True]["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", when["cron"])
    (job,) = weekly["jobs"].values()
    tried = {each["session"]: each["python"] for each in job["strategy"]["matrix"]["include"]}
    assert {"oldest", "newest", "audit", "licences"} <= set(tried)

    written = (root / "noxfile.py").read_text(encoding="utf-8")
    own = re.findall(r'^@nox\.session\(.*python="([\d.]+)"\)\ndef (\w+)', written, re.M)
    sessions = set(re.findall(r"^@nox\.session.*\ndef (\w+)", written, re.M))
    assert set(tried) <= sessions
    assert {session: tried[session] for _, session in own} == {name: python for python, name in own}
    lower, upper = re.fullmatch(r">=([\d.]+),<3\.(\d+)", project["requires-python"]).groups()
    assert (tried["oldest"], tried["newest"]) == (lower, f"3.{int(upper) - 1}")


def test_both_generations_of_pandas_are_allowed(project):
    (pandas,) = [
        each for each in map(Requirement, project["dependencies"]) if each.name == "pandas"
    ]
    assert pandas.specifier.contains("2.2.2")
    assert pandas.specifier.contains("3.1.0")


def test_no_dependency_is_without_a_lower_bound(project):
    # Without one, the session `oldest` would try a release from before the course.
    lines = chain(project["dependencies"], *project["optional-dependencies"].values())
    bounded = {
        each.name: any(bound.operator in (">=", "~=", "==") for bound in each.specifier)
        for each in map(Requirement, lines)
    }
    assert [name for name, has_one in bounded.items() if not has_one] == []


def test_actions_are_pinned_to_a_commit_and_name_its_version(workflows):
    uses = [line for text in workflows.values() for line in text.splitlines() if "uses:" in line]
    pinned = re.compile(r"uses: [\w-]+/[\w/-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$")
    assert uses
    assert [line for line in uses if not pinned.search(line)] == []


def test_the_rights_are_the_least(workflows):
    for text in workflows.values():
        workflow = yaml.safe_load(text)
        assert workflow["permissions"] == {"contents": "read"}
        assert all("permissions" not in job for job in workflow["jobs"].values())
        # YAML reads the key `on` as true. This trigger lends strangers the rights of the owner.
        assert "pull_request_target" not in workflow[True]
        assert "secrets." not in text
        assert text.count("actions/checkout@") == text.count("persist-credentials: false")
