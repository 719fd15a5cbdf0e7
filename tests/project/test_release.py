"""A release is made of a tag that is the version; the version stands in one place."""

import re
import shutil
from importlib import metadata

import pytest
import yaml

import helpers
import release

FILES = ("helpers/__init__.py", "CHANGELOG.md", "CITATION.cff")


@pytest.fixture
def copy(root, tmp_path):
    """The files that say which version it is, to be changed."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(root / name, tmp_path / name)
    return tmp_path


@pytest.fixture(scope="module")
def workflow(root):
    text = (root / ".github/workflows/release.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_reader_gets_the_version_from_one_place(root, pyproject):
    assert release.version(root) == helpers.__version__
    assert "version" not in pyproject["project"]
    assert pyproject["project"]["dynamic"] == ["version"]
    assert pyproject["tool"]["hatch"]["version"] == {"path": "helpers/__init__.py"}
    assert metadata.version("recommender-course") == helpers.__version__


def test_the_citation_and_the_changelog_know_the_version(root):
    assert release.objections(root, f"v{helpers.__version__}") == []


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("helpers/__init__.py", "__version__ = ", "__version__ = '9' #", None),
        ("CITATION.cff", "version: 0", "version: 9", "CITATION.cff has no line 'version: "),
        ("CITATION.cff", "released: 2", "released: 1", "no line 'date-released: 2"),
        ("CHANGELOG.md", "\n## 0.1.0 (", "\n## 0.0.9 (", "has no heading '## 0.1.0 (YYYY-MM-DD)'"),
    ],
)
def test_what_does_not_know_it_is_named(copy, name, old, new, words):
    tag = f"v{helpers.__version__}"
    change(copy / name, old, new)
    if words is None:
        with pytest.raises(ValueError, match="not enough values"):
            release.objections(copy, tag)
    else:
        (found,) = release.objections(copy, tag)
        assert words in found


def test_another_tag_is_refused(copy, monkeypatch):
    assert release.objections(copy, "v9.9.9")[0].startswith("The tag is v9.9.9")
    monkeypatch.setattr("sys.argv", ["release.py", "--check", "v9.9.9"])
    with pytest.raises(SystemExit, match=r"The tag is v9\.9\.9"):
        release.main()


def test_the_notes_are_the_part_of_the_changelog(root):
    date, notes = release.section(root)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", date)
    assert notes.startswith(("The ", "- "))
    assert "## " not in notes


def test_a_tag_is_compared_then_tested_then_published(workflow, root):
    assert workflow[True] == {"push": {"tags": ["v*"]}}
    jobs = workflow["jobs"]
    assert (
        jobs["version"]["steps"][-1]["run"] == 'python3 .ci/release.py --check "$GITHUB_REF_NAME"'
    )
    assert jobs["tests"] == {"needs": "version", "uses": "./.github/workflows/tests.yml"}
    assert jobs["publish"]["needs"] == "tests"
    tests = yaml.safe_load((root / ".github/workflows/tests.yml").read_text(encoding="utf-8"))
    assert "workflow_call" in tests[True]
    # A workflow that is called in the group of its caller would wait for itself.
    assert "github.workflow" not in workflow["concurrency"]["group"]


def test_only_the_steps_that_publish_have_the_token(workflow):
    steps = workflow["jobs"]["publish"]["steps"]
    names = [step.get("name") for step in steps if "GH_TOKEN" in step.get("env", {})]
    assert names == ["Publish wheel and zip", "Publish the web edition"]
    assert "dist/*.whl dist/*.zip" in steps[-2]["run"]
    assert "--verify-tag" in steps[-2]["run"]
    assert "cd dist/site" in steps[-1]["run"]
    assert "gh-pages" in steps[-1]["run"]


def test_what_is_built_is_what_is_published(monkeypatch, root, tmp_path):
    asked = []
    monkeypatch.setattr(release.subprocess, "run", lambda command, **_: asked.append(command[2:]))
    release.build(root, tmp_path / "dist")
    assert [words[0] for words in asked] == ["hatchling", release.COURSE, release.COURSE]
    assert [words[2] for words in asked[1:]] == ["student", "site"]
    assert "--no-teach" in asked[2]
    assert (tmp_path / "dist/notes.md").read_text(encoding="utf-8") == release.section(root)[1]
