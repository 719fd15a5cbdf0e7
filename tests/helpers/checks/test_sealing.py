"""A sealed module works as the one it was made from, and shows nothing of it."""

import subprocess
import sys
import traceback

import pytest

from helpers.checks.sealing import seal

SOURCE = '''"""What it is about."""

from __future__ import annotations

from helpers.checks import number

secret = "the answer is forty-two"
exercise_1 = number(42, right="Yes: six times seven.", hints=["Multiply."])


def stumble() -> None:
    raise ValueError("no source here")  # a line that gives it away
'''


@pytest.fixture
def unsealed():
    names: dict = {"__name__": "sealed_lesson"}
    exec(compile(seal(SOURCE), "sealed_lesson.py", "exec"), names)
    return names


def test_the_text_shows_nothing_of_the_source():
    sealed = seal(SOURCE)
    for word in ("forty-two", "exercise_1", "number(", "seven", "Multiply"):
        assert word not in sealed
    assert max(map(len, sealed.splitlines())) <= 100


def test_the_same_source_gives_the_same_text():
    assert seal(SOURCE) == seal(SOURCE)
    assert seal(SOURCE) != seal(SOURCE + "\n")


def test_the_names_are_defined(unsealed, capsys):
    unsealed["exercise_1"](42)
    unsealed["exercise_1"](41)
    assert capsys.readouterr().out == "✓ Yes: six times seven.\n✗ Not yet. Multiply.\n"


def test_a_traceback_shows_no_line_of_the_source(unsealed):
    with pytest.raises(ValueError, match="no source here") as caught:
        unsealed["stumble"]()
    shown = "".join(traceback.format_exception(caught.value))
    assert "sealed exercises" in shown
    assert "gives it away" not in shown


def test_a_traceback_of_a_kernel_shows_no_line_of_the_source(tmp_path):
    (tmp_path / "sealed_lesson.py").write_text(seal(SOURCE), encoding="utf-8")
    code = (
        "from IPython.core.ultratb import VerboseTB\n"
        "import IPython, sys, sealed_lesson\n"
        "old = IPython.version_info < (9,)\n"
        "plain = {'color_scheme': 'NoColor'} if old else {'theme_name': 'nocolor'}\n"
        "try: sealed_lesson.stumble()\n"
        "except ValueError: print(VerboseTB(**plain).text(*sys.exc_info()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "no source here" in done.stdout
    assert "gives it away" not in done.stdout
