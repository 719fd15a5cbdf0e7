"""The page about one's own data: its example does what it says."""

import re

import pytest

from helpers.data.own import NAMES


@pytest.fixture(scope="module")
def page(root):
    return (root / "book" / "use_your_own_data.md").read_text(encoding="utf-8")


def test_the_example_prints_what_the_page_says(page, tmp_path, monkeypatch, capsys):
    blocks = re.findall(r"```(python)?\n(.*?)```", page, re.DOTALL)
    texts = [text for kind, text in blocks if not kind]
    (tmp_path / "books.csv").write_text(texts[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for kind, text in blocks:
        if kind:
            exec(text, names)
    assert capsys.readouterr().out == "".join(texts[1:])
    assert names["books"].guess in texts[1]
    assert (names["books"].n_users, names["books"].n_items) == (3, 3)


def test_every_option_on_the_page_is_one(page):
    written = set(re.findall(r"\b([a-z_]+)=", page)) - {"n", "on_bad_line", "rating_scale"}
    assert written <= set(NAMES)


def test_the_readme_leads_to_the_page(root):
    assert "book/use_your_own_data.md" in (root / "README.md").read_text(encoding="utf-8")
