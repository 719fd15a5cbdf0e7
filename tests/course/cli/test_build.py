"""``course build student`` and ``slides`` say what they made, and refuse in sentences."""

import hashlib
import zipfile

import pytest
from typer.testing import CliRunner

from course import cli, lessons


def course(*arguments, exit_code=0):
    """What the command prints; its screen is wide, so that no line is folded."""
    result = CliRunner().invoke(cli.app, [str(a) for a in arguments], env={"COLUMNS": "200"})
    assert result.exit_code == exit_code, result.output
    assert "Traceback" not in result.output
    return result.output


@pytest.fixture
def plan(tmp_path):
    """A plan of one lesson."""
    file = tmp_path / "mine.toml"
    file.write_text(f"[lessons]\n{list(lessons.numbers())[2]} = [1]\n")
    return file


@pytest.mark.parametrize("command", [[], ["student"], ["slides"]])
def test_each_command_explains_itself(command):
    assert "Usage:" in course("build", *command, "--help")


def test_the_zip_is_named_with_its_hash(plan, tmp_path):
    printed = course("build", "student", "--plan", plan, "--output", tmp_path / "new" / "folder")
    (made,) = (tmp_path / "new" / "folder").iterdir()
    assert str(made) in printed
    assert f"SHA-256 {hashlib.sha256(made.read_bytes()).hexdigest()}" in printed
    names = zipfile.ZipFile(made).namelist()
    assert sum(name.endswith(".ipynb") for name in names) == 1


def test_the_decks_are_named_with_their_index(plan, tmp_path):
    printed = course("build", "slides", "--plan", plan, "--output", tmp_path / "slides")
    assert f"{tmp_path / 'slides' / 'index.html'}: lessons 1," in printed
    assert len(list((tmp_path / "slides").iterdir())) == 2


@pytest.mark.parametrize("edition", ["student", "slides"])
def test_a_plan_that_cannot_be_followed_leaves_nothing(edition, tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[lessons]\n99_none = []\n")
    arguments = ["--plan", wrong, "--output", tmp_path / "out"]
    assert "there is no lesson '99_none'" in course("build", edition, *arguments, exit_code=1)
    assert not (tmp_path / "out").exists()
