"""The workflows cover every system, with the least rights and with actions that cannot change.

That GitHub can read them, and its other files, its own schemas say, which check-jsonschema carries.
"""

import re
import subprocess
import sys
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


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ("vendor.github-workflows", ".github/workflows/*.yml"),
        ("vendor.dependabot", ".github/dependabot.yml"),
        ("vendor.github-issue-config", ".github/ISSUE_TEMPLATE/config.yml"),
        ("vendor.github-issue-forms", ".github/ISSUE_TEMPLATE/[!c]*.yml"),
        ("vendor.citation-file-format", "CITATION.cff"),
    ],
)
def test_each_file_is_as_its_reader_expects_it(root, schema, pattern):
    files = [str(path) for path in root.glob(pattern)]
    assert files
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_system_and_every_python_is_tried(workflows, project):
    matrix = yaml.safe_load(workflows["tests.yml"])["jobs"]["tests"]["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["system"]} == {"ubuntu", "macos", "windows"}
    named = [each.rpartition(" ")[2] for each in project["classifiers"] if "Python :: " in each]
    assert matrix["python"] == named == ["3.11", "3.12", "3.13"]


def test_the_python_of_every_image_is_among_them(workflows, root):
    matrix = yaml.safe_load(workflows["tests.yml"])["jobs"]["tests"]["strategy"]["matrix"]
    images = (root / "hub/Dockerfile").read_text("utf-8") + (
        root / "binder/environment.yml"
    ).read_text("utf-8")
    named = re.findall(r"^(?:FROM python:|  - python=)([\d.]+)", images, flags=re.MULTILINE)
    assert len(named) == 2
    assert set(named) <= set(matrix["python"])


def test_downloads_are_kept_for_what_installs_a_lock(workflows, root):
    """uv's folder inside pip's, which setup-python keeps; and never for what becomes a release."""
    written = (root / "noxfile.py").read_text(encoding="utf-8")
    places = set()
    for name in ("tests.yml", "versions.yml"):
        (job,) = yaml.safe_load(workflows[name])["jobs"].values()
        (chosen,) = [step["run"] for step in job["steps"] if "PIP_CACHE_DIR" in step.get("run", "")]
        (python,) = [step for step in job["steps"] if "setup-python" in step.get("uses", "")]
        assert job["steps"].index(python) > [step.get("run") for step in job["steps"]].index(chosen)
        assert python["with"]["cache-dependency-path"] == "requirements*.lock"
        places.add(chosen)
        for each in job["strategy"]["matrix"].get("include", []):
            (body,) = re.findall(rf"^def {each['session']}\(.*?(?=^@|\Z)", written, re.M | re.S)
            assert bool(each["cache"]) == ("DEV_LOCK" in body), each
    assert len(places) == 1, "what one workflow keeps, the other finds by the same path"
    assert "cache" not in str(yaml.safe_load(workflows["release.yml"])["jobs"]["publish"])


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
    uses = [line for line in uses if "uses: ./.github/workflows/tests.yml" not in line]
    pinned = re.compile(r"uses: [\w-]+/[\w/-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$")
    assert uses
    assert [line for line in uses if not pinned.search(line)] == []


def test_the_rights_are_the_least(workflows):
    for name, text in workflows.items():
        workflow = yaml.safe_load(text)
        assert workflow["permissions"] == {"contents": "read"}
        widened = {
            job: each["permissions"]
            for job, each in workflow["jobs"].items()
            if "permissions" in each
        }
        assert widened == ({"publish": {"contents": "write"}} if name == "release.yml" else {})
        # YAML reads the key `on` as true. This trigger lends strangers the rights of the owner.
        assert "pull_request_target" not in workflow[True]
        assert "secrets." not in text
        assert text.count("actions/checkout@") == text.count("persist-credentials: false")
