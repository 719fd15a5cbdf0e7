"""The web edition: what is laid out for Sphinx, and a small site, read without a browser."""

import base64
import io
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from typer.testing import CliRunner

import sample
from course import cli, lessons
from course.site.building import build_site
from helpers.errors import LessonError, ParameterError

ROOT = Path(__file__).resolve().parents[3]
ALT = "Bar chart of three films by their mean: the first has 4 stars, the others have 3."
ADDRESS = "https://github.com/example/course"


def png():
    figure, saved = Figure(figsize=(2, 1)), io.BytesIO()
    figure.savefig(saved, format="png")
    return base64.b64encode(saved.getvalue()).decode()


def with_figure():
    """The sample lesson with a formula, a term, a real figure and its alt text."""
    notebook = sample.notebook()
    image = new_output(
        "display_data",
        data={"image/png": png(), "text/plain": ALT},
        metadata={"image/png": {"alt": ALT, "width": 192}},
    )
    link = f"Or [build two towers]({lessons.find()[1].name})."
    words = "The **dot product** of two: $\\mathbf p_u \\cdot \\mathbf q_i$. A dot product again."
    notebook.cells[4:4] = [
        new_markdown_cell(f"{words} See [the data](../data/README.md). {link}", id="words"),
        new_code_cell("plots.show(2)", id="figure", execution_count=9, outputs=[image]),
    ]
    return notebook


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A course of two lessons with the pages of the real one, its leaderboards and its data."""
    course = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "book", course / "book")
    shutil.copytree(ROOT / "data" / "leaderboards", course / "data" / "leaderboards")
    (course / "notebooks").mkdir()
    for path in lessons.find():
        notebook = with_figure()
        notebook.cells[-1].source = notebook.cells[-1].source.partition("## Next")[0]
        nbformat.write(notebook, course / "notebooks" / path.name)
    return course / "book"


@pytest.fixture(scope="module")
def site(book, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out") / "site"
    return build_site(folder, book=book, notebooks=book.parent / "notebooks", repository="").folder


class Page(HTMLParser):
    """What a page names: images, anchors, and the addresses of links and of what it loads."""

    def __init__(self, path):
        super().__init__()
        self.images, self.ids, self.links, self.loads = [], set(), [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids |= {found[name] for name in ("id", "name") if found.get(name)}
        if tag == "img":
            self.images.append(found)
        if tag in ("script", "img", "iframe") and found.get("src"):
            self.loads.append(found["src"])
        elif tag == "link" and found.get("rel") in ("stylesheet", "icon", "preload"):
            self.loads.append(found["href"])
        elif tag == "a" and found.get("href"):
            self.links.append(found["href"])


@pytest.fixture(scope="module")
def pages(site):
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


class TestSite:
    def test_it_has_every_page(self, site):
        for name in ("index", "glossary", "leaderboards", "run_times", "search", "teach/index"):
            assert (site / f"{name}.html").is_file()
        for path in lessons.find():
            assert (site / "notebooks" / f"{path.stem}.html").is_file()

    def test_each_image_has_alt_text(self, pages):
        images = [image for page in pages.values() for image in page.images]
        assert sum(image["alt"] == ALT for image in images) == len(lessons.find())
        # The logo stands beside the name of the course: an empty text says that it adds nothing.
        empty = {image["src"].split("/")[-1] for image in images if not image["alt"]}
        assert empty <= {"logo.svg"}

    def test_a_figure_has_the_width_that_the_notebook_gives_it(self, pages):
        images = [image for page in pages.values() for image in page.images if image["alt"] == ALT]
        # An attribute since docutils 0.22, a style before.
        widths = {image.get("width") or image["style"].rstrip("; ") for image in images}
        assert widths in ({"192"}, {"width: 192px"})

    def test_nothing_is_loaded_from_another_machine(self, site, pages):
        assert [url for page in pages.values() for url in page.loads if urlsplit(url).netloc] == []
        for sheet in site.rglob("*.css"):
            urls = re.findall(r"url\(['\"]?([^)'\"]+)", sheet.read_text(encoding="utf-8"))
            assert [url for url in urls if re.match(r"(https?:)?//", url)] == []

    def test_each_link_within_the_site_leads_somewhere(self, pages):
        broken = []
        for path, page in pages.items():
            for link in page.links:
                parts = urlsplit(link)
                if parts.scheme or parts.netloc or not (parts.path or parts.fragment):
                    continue
                file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
                known = pages[file].ids if file in pages else None
                if not file.exists() or (parts.fragment and known and parts.fragment not in known):
                    broken.append(f"{path.name}: {link}")
        assert broken == []

    def test_a_term_is_linked_once_and_not_in_headings(self, site):
        lesson = site / "notebooks" / f"{lessons.find()[0].stem}.html"
        found = re.findall(r'<a class="[^"]*term[^"]*" href="([^"]+)"', lesson.read_text("utf-8"))
        assert found.count("../glossary.html#dot-product") == 1

    def test_no_link_stands_within_a_link(self, site):
        nested = re.compile(r"<a [^>]*>(?:(?!</a>).)*<a ", flags=re.DOTALL)
        pages = site.rglob("*.html")
        assert [page.name for page in pages if nested.search(page.read_text("utf-8"))] == []

    def test_formulas_need_no_script(self, site):
        text = (site / "notebooks" / f"{lessons.find()[0].stem}.html").read_text("utf-8")
        assert "<math" in text
        assert "𝐩" in text
        assert not re.search(r"<script[^>]*mathjax", text, flags=re.IGNORECASE)

    def test_without_an_address_nothing_launches(self, site):
        text = "".join(path.read_text("utf-8") for path in site.rglob("*.html"))
        assert 'href="https://colab.research.google.com' not in text
        assert 'href="https://mybinder.org' not in text

    def test_solutions_are_folded(self, site):
        text = (site / "notebooks" / f"{lessons.find()[0].stem}.html").read_text("utf-8")
        assert "Open the solution" in text
        assert '<details class="admonition hide' in text
        assert "Toggle hidden content" not in text


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_same_course_gives_the_same_bytes(book, site, tmp_path):
    again = build_site(
        tmp_path / "again", book=book, notebooks=book.parent / "notebooks", repository=""
    )
    one, two = files(site), files(again.folder)
    assert list(one) == list(two) or set(one) == set(two)
    assert [name for name in one if one[name] != two[name]] == []


def test_with_an_address_lessons_open_on_colab_and_binder(book, tmp_path):
    notebooks = book.parent / "notebooks"
    made = build_site(
        tmp_path / "site", book=book, notebooks=notebooks, repository=ADDRESS, teach=False
    )
    first = lessons.find()[0].stem
    text = (made.folder / "notebooks" / f"{first}.html").read_text("utf-8")
    assert f"colab.research.google.com/github/example/course/blob/main/notebooks/{first}" in text
    assert f"mybinder.org/v2/gh/example/course/main?urlpath=lab/tree/notebooks/{first}" in text
    assert f"{ADDRESS}/blob/main/data/README.md" in text
    assert not (made.folder / "teach").exists()


class TestMistakes:
    def test_a_folder_that_holds_something_else_is_left_alone(self, tmp_path):
        (tmp_path / "thesis.txt").write_text("years of work")
        with pytest.raises(LessonError, match="not an earlier site"):
            build_site(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]

    def test_a_mistake_in_a_page_is_told_and_the_earlier_site_stays(self, tmp_path, write_lesson):
        path = write_lesson("01_a.ipynb", "1")
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata = lessons.METADATA
        notebook.cells.insert(0, new_markdown_cell("# Ask\n\nWhy?", id="title"))
        nbformat.write(notebook, path)
        book = tmp_path / "book"
        (book / "_static").mkdir(parents=True)
        (book / "figures").mkdir()
        shutil.copy(ROOT / "book" / "conf.py", book)
        for name in ("logo.svg", "course.css", "course.js"):
            shutil.copy(ROOT / "book" / "_static" / name, book / "_static")
        text = "# Home\n\n<!-- course: contents -->\n"
        (book / "index.md").write_text(text)
        earlier = build_site(tmp_path / "site", book=book, notebooks=path.parent)
        before = files(earlier.folder)
        (book / "index.md").write_text(f"{text}\n```{{nothing}}\n```\n")
        with pytest.raises(LessonError, match="nothing"):
            build_site(tmp_path / "site", book=book, notebooks=path.parent)
        assert files(earlier.folder) == before
        assert {path.name for path in tmp_path.iterdir()} == {"book", "notebooks", "site"}

    def test_missing_packages_are_named_with_the_remedy(self, tmp_path, monkeypatch):
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        with pytest.raises(LessonError, match=r"sphinx.*\[book\]"):
            build_site(tmp_path / "site")

    def test_the_command_says_it_in_a_sentence(self, tmp_path):
        (tmp_path / "notes.txt").touch()
        result = CliRunner().invoke(cli.app, ["build", "site", "--output", str(tmp_path)])
        assert result.exit_code == 1
        assert "not an earlier site" in result.output


@pytest.mark.parametrize(
    "address", ["notanaddress", "example.org/a/b", "https://example.org/a", "file:///a/b"]
)
def test_an_address_that_is_not_a_repository_s_is_refused_before_anything_is_built(
    address, tmp_path
):
    with pytest.raises(ParameterError, match="not the address of a repository"):
        build_site(tmp_path / "site", repository=address)
    assert list(tmp_path.iterdir()) == []
