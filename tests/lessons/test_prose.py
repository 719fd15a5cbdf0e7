"""Prose that everyone can read: headings in order, no colour as the only sign, short sentences.

It covers the lessons, the pages of the web edition, and the pages of the repository.
"""

import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from course import lessons
from course.editions.numbering import MENTION
from course.site.glossary import first_lessons, matcher, prose, read_glossary

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = lessons.find()
MARKDOWN = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "book").glob("*.md")),
    *sorted((ROOT / "book" / "teach").rglob("*.md")),
]
PAGES = {path.relative_to(ROOT).as_posix(): path for path in [*NOTEBOOKS, *MARKDOWN]}
FENCE = re.compile(r"^ *(```|~~~).*?^ *\1", flags=re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#{1,6}) +\S", flags=re.MULTILINE)

# A thing that is named by its colour alone: a reader may not see the difference.
COLOURS = "red|blue|orange|green|purple|pink|yellow|grey|gray|dark|light|brown"
THINGS = "lines?|curves?|dots?|bars?|points?|squares?|circles?|triangles?|cells?|areas?|crosses"
BY_COLOUR = re.compile(rf"\b(?:{COLOURS})(?:est|er)? (?:{THINGS})\b", flags=re.IGNORECASE)
SAYS_MORE = re.compile(r"dashed|dotted|solid|marker|square|round|triang|left|right|upper|lower")

# Flesch (1948), "A new readability yardstick": 90 is a child's book, 70 to 80 plain and
# fairly easy, 60 a newspaper, 30 a scientific paper.
HARDEST = 70.0


def text_of(path: Path) -> str:
    """The Markdown of a page, without its blocks of code."""
    if path.suffix == ".ipynb":
        cells = nbformat.read(path, as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    else:
        text = path.read_text(encoding="utf-8").removeprefix("---\n")
    return FENCE.sub("", text)


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence of running text: no tables, code, formulas, links or headings."""
    text = re.sub(r"^\s*(?:\||#|<).*$", "\n", text, flags=re.MULTILINE)
    text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|<[^>]*>|\]\([^)]*\)", " ", text, flags=re.DOTALL)
    text = re.sub(r"^\s*(?:[-*]|\d+\.) +", "\n", text, flags=re.MULTILINE)
    parts = re.split(r"[.!?:;](?:\s|\*|$)|\n\s*\n", text)
    found = [re.findall(r"[A-Za-z][a-z'’]*", part) for part in parts]
    return [words for words in found if len(words) > 2]


def syllables(word: str) -> int:
    """About how many: groups of vowels, less a silent e at the end."""
    groups = re.findall(r"[aeiouy]+", word.lower().removesuffix("e"))
    return max(1, len(groups))


def reading_ease(text: str) -> float:
    """Flesch's reading ease: the higher, the easier."""
    split = sentences(text)
    words = [word for sentence in split for word in sentence]
    beats = sum(map(syllables, words))
    return 206.835 - 1.015 * len(words) / len(split) - 84.6 * beats / len(words)


def test_reading_ease_knows_easy_from_hard():
    easy = "The cat sat on the mat. It was glad. The sun was up, and the day was long."
    hard = (
        "Heterogeneous organisational considerations necessitate multidimensional optimisation "
        "methodologies incorporating probabilistic representations."
    )
    assert reading_ease(easy) > 100
    assert reading_ease(hard) < 0


@pytest.mark.parametrize("path", PAGES.values(), ids=list(PAGES))
def test_headings_are_in_order_without_a_jump(path):
    levels = [len(match[1]) for match in HEADING.finditer(text_of(path))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    jumps = [(a, b) for a, b in pairwise(levels) if b > a + 1]
    assert jumps == []


@pytest.mark.parametrize("path", PAGES.values(), ids=list(PAGES))
def test_nothing_is_named_by_its_colour_alone(path):
    text = text_of(path)
    alone = [
        text[max(0, match.start() - 40) : match.end() + 40]
        for match in BY_COLOUR.finditer(text)
        if not SAYS_MORE.search(text[max(0, match.start() - 60) : match.end() + 60])
    ]
    assert alone == []


LESSON_LINK = re.compile(r"\[([^\]]*)\]\((?:[^)\s]*/)?(\d\d)_(\w+)\.(?:ipynb|html)[^)]*\)")


def mentioned(text: str) -> list[str]:
    """The numbers of the lessons that a text names."""
    return [
        number for _word, listed in MENTION.findall(text) for number in re.findall(r"\d\d", listed)
    ]


def wrong_links(text: str) -> list[str]:
    """Links to a lesson whose words give it another number than the link."""
    return [
        f"[{words}] leads to {number}"
        for words, number, _slug in LESSON_LINK.findall(text)
        if any(named != number for named in mentioned(words))
    ]


def test_mentions_of_lessons_are_found():
    text = "In Lesson 05 and lessons\n01, 02 and 07, lessons 08 to 11; 3 lessons, lesson 7, 99"
    assert mentioned(text) == ["05", "01", "02", "07", "08", "11"]
    assert wrong_links("[lesson 05](05_a.ipynb), [a](07_b.ipynb)") == []
    assert wrong_links("see [lesson 05](../notebooks/06_a.ipynb#b)") == ["[lesson 05] leads to 06"]


PLANS = {path.name: path for path in sorted((ROOT / "book" / "teach" / "plans").glob("*.toml"))}


@pytest.mark.parametrize("path", [*PAGES.values(), *PLANS.values()], ids=[*PAGES, *PLANS])
def test_every_lesson_that_prose_names_is_one_of_the_course(path):
    text = text_of(path)
    assert set(mentioned(text)) - set(lessons.numbers().values()) == set()
    assert wrong_links(text) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_reads_like_plain_english(path):
    assert reading_ease(text_of(path)) >= HARDEST


@pytest.fixture(scope="module")
def terms():
    return read_glossary(ROOT / "book" / "glossary.md")


@pytest.fixture(scope="module")
def notebooks():
    return {path: lessons.read(path) for path in NOTEBOOKS}


# Words of capitals that a reader of Python and pandas has met before.
KNOWN = {"CPU", "CSV", "GB", "GPU", "ID", "ISO", "JSON", "MB", "URL"}
# Terms that their first lesson names in passing: there the link of the web edition explains them.
IN_PASSING = {
    *("ALS", "CNN", "EASE", "MAP", "MAPE", "Pearson correlation", "RMSE", "TF-IDF", "baseline"),
    *("batch", "catalogue", "centring", "cosine", "factorization machine", "gradient descent"),
    *("learning rate", "loss"),
    *("matrix factorization", "mean squared error", "neighbour", "neural collaborative filtering"),
    *("overfitting", "p value"),
    *("parameter", "rating matrix", "seed", "shrinkage", "validation"),
}


def test_each_term_is_set_off_where_it_is_first_used(terms, notebooks):
    missing = []
    for name, path in first_lessons(terms, notebooks).items():
        (term,) = [term for term in terms if term.name == name]
        text = prose(notebooks[path])
        pattern = matcher([term])
        if not any(pattern.search(words) for words in re.findall(r"\*\*?([^*]+)\*\*?", text)):
            missing.append(name)
    assert set(missing) <= IN_PASSING


def test_each_term_of_the_glossary_is_used_in_a_lesson(terms, notebooks):
    assert {term.name for term in terms} - set(first_lessons(terms, notebooks)) == set()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_abbreviation_is_left_unexplained(path, terms):
    forms = {form for term in terms for form in re.findall(r"[A-Z][A-Z0-9]+", term.name)}
    forms |= {word for term in terms for form in term.forms for word in form.split()}
    text = re.sub(
        r"\$[^$]*\$|\]\([^)]*\)|https?:\S+", " ", prose(nbformat.read(path, as_version=4))
    )
    found = set(re.findall(r"\b[A-Z][A-Z0-9]+\b", text))
    assert found - forms - KNOWN == set()
