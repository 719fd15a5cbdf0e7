"""The README's two commands are the ones that CI and the workflow run."""

import re

import pytest
import yaml

SESSIONS = ("lessons", "tests")


def command(session):
    return f'python -m pip install "nox[uv]" && python -m nox -s {session}'


@pytest.fixture(scope="module")
def readme(root):
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("session", SESSIONS)
def test_the_readme_has_each_command_once_in_a_code_block(readme, session):
    blocks = re.findall(r"^```\w*\n(.*?)^```$", readme, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    assert lines.count(command(session)) == 1
    # .ci/run takes the first line that ends so.
    ends = [line for line in readme.splitlines() if line.endswith(f"nox -s {session}")]
    assert ends[0] == command(session)


@pytest.mark.parametrize("session", SESSIONS)
def test_ci_takes_each_command_from_the_readme(root, session):
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    assert f"{session}=\"$(grep --max-count=1 'nox -s {session}$' README.md)\"" in script
    assert re.search(rf'^bash -c "\${session}\b', script, flags=re.MULTILINE)


@pytest.mark.parametrize("session", SESSIONS)
def test_the_workflow_runs_each_command(root, session):
    text = (root / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(text)["jobs"]["tests"]["steps"]
    assert command(session) in [step.get("run") for step in steps]


def test_every_relative_link_leads_somewhere(root, readme):
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", readme)
    assert [target for target in targets if not (root / target).exists()] == []
