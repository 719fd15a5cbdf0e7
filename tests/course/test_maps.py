"""The pages that name the lessons are made from the list, and keep the rest of what they say."""

import shutil
from pathlib import Path

import nbformat
import pytest

import sample
from course import lessons, maps
from course.measured import board_pages
from helpers.errors import DataError, LessonError

BLOCK = f"{maps.BEGIN}\n\nold\n\n{maps.END}\n"


@pytest.fixture
def checkout(course: Path, monkeypatch) -> Path:
    """The course of three lessons, in two parts, with the pages that name its lessons."""
    teach = course / "book" / "teach"
    teach.mkdir(parents=True)
    lines = [sample.LINE.format(slug) for slug in ("fill_in", "add_a_head", "find")]
    lines[2] = lines[2].replace("Ratings", "Lists")
    (course / "book" / "course.toml").write_text("".join(["[lessons]\n", *lines]))
    board = f"{board_pages.BEGIN}\n{board_pages.END}\n"
    (course / "README.md").write_text(f"# Course\n\n{BLOCK}\n{board}\nEnd.\n")
    (teach / "index.md").write_text(f"# Pack\n\n{BLOCK}")
    (teach / "syllabus.md").write_text(f"# Syllabus\n\n{BLOCK}")
    (teach / "find.md").write_text("[To it](../../notebooks/03_find.ipynb), 03_find.\n")
    # The leaderboard of the real course names lessons that are not here.
    monkeypatch.setattr(board_pages, "ENTRIES", ())
    return course


def update(checkout):
    found = maps.outdated(checkout)
    for path, text in found.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return [path.relative_to(checkout).as_posix() for path in found]


def between(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith("#")
    return text.partition(maps.BEGIN)[2].partition(maps.END)[0].strip().splitlines()


def test_the_maps_name_every_lesson_and_the_rest_stays(checkout):
    assert "README.md" in update(checkout)
    assert between(checkout / "README.md")[2:] == [
        "| **I** | **Ratings** | | | |",
        "| 01 | [Fill in](notebooks/01_fill_in.ipynb) | 5 s | 30 min | a guess |",
        "| 02 | [Add a head](notebooks/02_add_a_head.ipynb) | 5 s | 30 min | a guess |",
        "| **II** | **Lists** | | | |",
        "| 03 | [Find](notebooks/03_find.ipynb) | 5 s | 30 min | a guess |",
    ]
    assert between(checkout / "book" / "teach" / "index.md") == [
        "- Ratings: [01 Fill in](fill_in.md) · [02 Add a head](add_a_head.md)",
        "- Lists: [03 Find](find.md)",
    ]
    assert between(checkout / "book" / "teach" / "syllabus.md")[2:] == [
        "| [01 Fill in](fill_in.md) | 10 | 20 |",
        "| [02 Add a head](add_a_head.md) | 10 | 20 |",
        "| [03 Find](find.md) | 10 | 20 |",
        "| all | 30 | 60 |",
    ]
    assert (checkout / "README.md").read_text().endswith("\nEnd.\n")


def test_what_is_up_to_date_is_not_named_again(checkout):
    update(checkout)
    assert update(checkout) == []


def test_links_to_a_lesson_follow_its_number(checkout):
    update(checkout)
    notebooks = checkout / "notebooks"
    (notebooks / "03_find.ipynb").rename(notebooks / "07_find.ipynb")
    assert update(checkout) == [
        *("README.md", "book/teach/find.md", "book/teach/index.md", "book/teach/syllabus.md"),
        # It ends with a link to the lesson that was renamed.
        "notebooks/02_add_a_head.ipynb",
    ]
    page = (checkout / "book" / "teach" / "find.md").read_text()
    assert page == "[To it](../../notebooks/07_find.ipynb), 03_find.\n"
    assert "[On](07_find.ipynb)" in lessons.read(notebooks / "02_add_a_head.ipynb").cells[-1].source
    assert "| 07 | [Find](notebooks/07_find.ipynb) |" in (checkout / "README.md").read_text()


def test_a_notebook_is_stored_as_course_run_stores_it(checkout):
    update(checkout)
    for path in lessons.find(notebooks=checkout / "notebooks"):
        notebook = nbformat.read(path, as_version=4)
        assert path.read_bytes() == (nbformat.writes(notebook) + "\n").encode()


def test_a_page_without_its_comments_is_refused(checkout):
    (checkout / "book" / "teach" / "index.md").write_text("# Pack\n")
    with pytest.raises(DataError, match="once each and in order"):
        maps.outdated(checkout)


def test_a_lesson_without_times_is_named(checkout):
    path = checkout / "notebooks" / "03_find.ipynb"
    notebook = lessons.read(path)
    notebook.cells[0].source = "# Find\n\nWhat?"
    lessons.write(notebook, path)
    with pytest.raises(LessonError, match=r"03_find.ipynb states no times"):
        maps.outdated(checkout)


def test_the_lesson_column_of_the_leaderboard_has_the_numbers_of_the_checkout(
    checkout, monkeypatch
):
    from course.board import Entry
    from helpers.recommenders import EASE

    monkeypatch.setattr(board_pages, "ENTRIES", (Entry("EASE", "find", EASE),))
    shutil.move(checkout / "notebooks" / "03_find.ipynb", checkout / "notebooks" / "44_find.ipynb")
    update(checkout)
    assert "\n| EASE | 44 |" in (checkout / "README.md").read_text(encoding="utf-8")
