"""A deck is one file: everything is in it, and nothing in it asks for another."""

import re

import pytest

from course import lessons, plan
from course.slides import deck
from course.slides.cutting import Piece, Slide
from helpers.errors import LessonError

TAGS = re.compile(r"""<(?:script|link|img|iframe|a) [^>]*(?:src|href)="((?!data:)[^"]+)""")
STYLES = re.compile(r"<style>(.*?)</style>", flags=re.DOTALL)
# The libraries hold markup of their own, as text.
LINKS = re.compile(r'<a href="https://[^"]+"')
SCRIPTS = re.compile(r"<script>.*?</script>", flags=re.DOTALL)


@pytest.fixture(scope="module")
def made(whole_plan):
    return deck.decks(lessons.folder(), whole_plan)


def test_there_is_a_deck_for_each_lesson_and_an_index(made, whole_plan):
    names = [f"{chapter.new_name}.html" for chapter in whole_plan.chapters]
    assert list(made) == [*names, "index.html"]
    assert re.findall(r'<a href="([^"]+)">', made["index.html"]) == names


def test_nothing_is_fetched(made):
    for name, page in made.items():
        # A link is only followed by who clicks on it.
        fetched = TAGS.findall(LINKS.sub("", SCRIPTS.sub("", page)))
        assert [address for address in fetched if address not in made] == [], name
        assert not re.search(r"@import|url\((?!['\"]?data:)", "".join(STYLES.findall(page))), name


def test_the_same_lessons_give_the_same_bytes(made, whole_plan):
    assert deck.decks(lessons.folder(), whole_plan) == made


def test_pictures_have_alt_text(made):
    for page in made.values():
        shown = SCRIPTS.sub("", page)
        alts = re.findall(r'<img src="[^"]+" alt="([^"]*)"', shown)
        assert shown.count("<img ") == len(alts)
        assert all(len(alt) > 20 for alt in alts)


def test_formulas_are_drawn_by_the_browser(made):
    page = made[f"{lessons.find()[0].stem}.html"]
    assert "<math " in page
    assert not re.search(r"<section(?:(?!</section>).)*\\mathbf", page, flags=re.DOTALL)


def test_links_to_lessons_lead_to_decks_and_others_are_text():
    text = "[on](02_x.ipynb) and [data](../data/README.md), [paper](https://example.org)"
    page = deck.deck([Slide("section", "Now", [Piece("prose", text)])], title="T", number="01")
    assert '<a href="02_x.html">on</a> and data, <a href="https://example.org">' in page


def test_what_a_lesson_prints_is_text_not_markup():
    shown = [Piece("printed", "<b> & 1 < 2"), Piece("code", "a < b")]
    page = deck.deck([Slide("code", "", shown)], title="<T>", number="01")
    assert "&lt;b&gt; &amp; 1 &lt; 2" in page
    assert "<title>&lt;T&gt;</title>" in page


def test_tables_stand_side_by_side_where_there_is_room():
    narrow, wide = (f"<table><tr><th>{'x' * n}</th></tr></table>" for n in (10, 60))
    for text, beside in ((narrow, True), (wide, False)):
        slide = Slide("code", "", [Piece("table", text), Piece("table", text)])
        page = deck.deck([slide], title="T", number="01")
        assert ('<div class="side-by-side">' in page) == beside


def test_the_corner_of_a_slide_names_lesson_and_section():
    shown = [Slide("title", "T"), Slide("section", "One"), Slide("code", "", [Piece("code", "1")])]
    page = deck.deck(shown, title="T", number="03")
    assert re.findall(r"<footer>(.*)</footer>", page) == ["03 · T", "03 · T · One", "03 · T · One"]


def test_a_plan_decides_which_decks_there_are(tmp_path):
    first, second, third, *_ = lessons.numbers()
    file = tmp_path / "mine.toml"
    file.write_text(f"[lessons]\n{third} = [2]\n{first} = []\n")
    made = deck.decks(lessons.folder(), plan.read(file))
    assert list(made) == [f"01_{third}.html", f"02_{first}.html", "index.html"]
    assert f'<a href="02_{first}.html">' in made[f"01_{third}.html"]
    assert "Exercise 1" not in made[f"01_{third}.html"]
    assert f"{second}.html" not in "".join(made.values())


def test_missing_packages_are_named(monkeypatch):
    monkeypatch.setattr(deck, "NEEDED", ("markdown_it", "no_such_package"))
    with pytest.raises(LessonError, match=r"need no_such_package.*\[book\]"):
        deck.decks(lessons.folder(), plan.read())
