"""The README's commands are those that CI runs; its map and figure are those of the lessons."""

import re

import make_readme_figure
import pytest
import yaml

from course import lessons, listing, maps

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


def test_every_page_that_names_the_lessons_fits_them(root):
    stale = [path.relative_to(root).as_posix() for path in maps.outdated(root)]
    assert stale == [], "run `course lessons --update`"


@pytest.mark.parametrize("path", lessons.find(), ids=lambda path: path.stem)
def test_what_a_lesson_ends_with_is_what_it_prints(path):
    (cell,) = [
        cell for cell in lessons.read(path).cells if "headline" in cell.metadata.get("tags", [])
    ]
    printed = "".join(output.text for output in cell.outputs)
    ends_with = listing.course()[lessons.slug_of(path)].ends_with
    assert set(re.findall(r"\d\.\d+", ends_with)) <= set(re.findall(r"\d\.\d+", printed))


def test_the_figure_is_that_of_the_lesson():
    figure = make_readme_figure.FIGURE.read_bytes()
    assert figure == make_readme_figure.stored_figure(), "run book/make_readme_figure.py"
