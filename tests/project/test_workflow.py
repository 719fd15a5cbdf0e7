"""The workflow covers every system, with the least rights and with actions that cannot change."""

import re

import pytest
import yaml


@pytest.fixture(scope="module")
def workflows(root):
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in (root / ".github" / "workflows").glob("*.yml")
    }


def test_every_system_and_the_oldest_and_newest_python(workflows):
    matrix = yaml.safe_load(workflows["tests.yml"])["jobs"]["tests"]["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["system"]} == {"ubuntu", "macos", "windows"}
    assert matrix["python"] == ["3.11", "3.13"]


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
        assert text.count("actions/checkout@") == text.count("persist-credentials: false")
