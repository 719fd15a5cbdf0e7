"""What ``tests/mutants.py`` is asked for, since CI asks it only once a week."""

import importlib.util

import pytest


@pytest.fixture(scope="module")
def mutants(root):
    found = importlib.util.spec_from_file_location("mutants", root / "tests" / "mutants.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_without_a_name_every_room_is_tried(mutants):
    assert mutants.asked(["--children=2"]).rooms == list(mutants.ROOMS)
    assert mutants.asked(["splits", "--report"]).rooms == ["splits"]


def test_a_room_that_is_none_is_told(mutants, capsys):
    with pytest.raises(SystemExit):
        mutants.asked(["metrics", "kitchen"])
    assert "no room 'kitchen': choose from metrics" in capsys.readouterr().err


def test_each_room_names_files_and_tests_that_are_there(mutants, root):
    for changed, tests in mutants.ROOMS.values():
        for pattern in (*changed, *tests):
            assert list(root.glob(pattern)), pattern


def test_words_of_an_error_do_not_count(mutants):
    names = ("one", "other", "more")
    sources = ("raise E('a')", "raise E('b')", "return 2")
    code = "\n".join(f"def {n}():\n    {s}" for n, s in zip(names, sources, strict=True))
    one, other, more = mutants.ast.parse(code).body
    assert mutants.same_but_messages(one, other)
    assert not mutants.same_but_messages(one, more)
