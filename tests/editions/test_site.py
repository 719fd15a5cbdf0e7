"""The web edition: what is laid out for Sphinx, and a small site, read without a browser."""

import base64
import html
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
from helpers import cli, lessons
from helpers.editions.glossary import matcher, read_glossary
from helpers.editions.run_times import save_run_times, stored_run_times
from helpers.editions.site import build_site
from helpers.editions.site_pages import contents, lesson_facts, run_times
from helpers.editions.site_sources import for_the_site, lay_out, relink
from helpers.editions.site_sphinx import mathml
from helpers.errors import DataError, LessonError

ROOT = Path(__file__).resolve().parents[2]
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
    words = "The **dot product** of two: $\\mathbf p_u \\cdot \\mathbf q_i$. A dot product again."
    notebook.cells[4:4] = [
        new_markdown_cell(f"{words} See [the data](../data/README.md).", id="words"),
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
        images = [image for page in pages.values() for image in page.images]
        assert all(image["width"] == "192" for image in images if image["alt"] == ALT)

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
        with pytest.raises(LessonError, match="no earlier site"):
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
        assert "no earlier site" in result.output


class TestSources:
    @pytest.mark.parametrize(
        ("text", "page", "wanted"),
        [
            ("[a](02_b.ipynb)", "notebooks/01_a.ipynb", "[a](02_b.ipynb)"),
            ("[a](../book/glossary.md#x)", "notebooks/01_a.ipynb", "[a](../glossary.md#x)"),
            ("[a](../README.md)", "notebooks/01_a.ipynb", "[a](../index.md)"),
            ("[a](../notebooks/02_b.ipynb)", "book/glossary.md", "[a](notebooks/02_b.ipynb)"),
            ("[a](../../notebooks/02_b.ipynb)", "book/teach/x.md", "[a](../notebooks/02_b.ipynb)"),
            ("[a](../glossary.md)", "book/teach/x.md", "[a](../glossary.md)"),
            ("[a](../data/README.md)", "notebooks/01_a.ipynb", "a"),
            ("[a](https://doi.org/1)", "notebooks/01_a.ipynb", "[a](https://doi.org/1)"),
            ("[a](#here)", "notebooks/01_a.ipynb", "[a](#here)"),
        ],
    )
    def test_links_fit_the_site(self, text, page, wanted):
        here = {"glossary.md", "notebooks/02_b.ipynb", "notebooks/01_a.ipynb"}
        assert relink(text, page, here) == wanted

    def test_alt_text_and_width_go_where_myst_nb_reads_them(self):
        cell = next(c for c in for_the_site(with_figure()).cells if c.get("id") == "figure")
        assert cell.metadata.mystnb == {"image": {"alt": ALT, "width": "192px"}}

    def test_the_lessons_themselves_are_not_touched(self, book, tmp_path):
        notebooks = book.parent / "notebooks"
        before = files(notebooks)
        lay_out(tmp_path / "sources", book=book, notebooks=notebooks)
        assert files(notebooks) == before

    def test_facts_of_a_lesson_come_from_its_first_cell(self):
        facts = lesson_facts(lessons.find(["01"])[0])
        assert facts.title == "Fill in a rating matrix"
        assert facts.question == "What would User1 give Movie C?"
        assert 0 < facts.run_seconds <= 60 < facts.minutes

    def test_each_lesson_asks_its_question_in_bold(self):
        assert [path.name for path in lessons.find() if not lesson_facts(path).question] == []

    def test_contents_name_only_pages_that_are_there(self, tmp_path):
        (tmp_path / "glossary.md").touch()
        made = contents(tmp_path, tmp_path, [])
        assert "glossary" in made
        assert "leaderboards" not in made
        assert "Teach" not in made


class TestGlossary:
    def test_the_terms_stand_in_order_and_no_form_twice(self):
        names = [term.name for term in read_glossary(ROOT / "book" / "glossary.md")]
        assert names == sorted(names, key=str.casefold)

    def test_a_form_that_two_terms_share_is_refused(self, tmp_path):
        page = tmp_path / "glossary.md"
        page.write_text("# G\n\n## film\n\nA.\n\n## movie\n\nAlso: film\n\nB.\n")
        with pytest.raises(DataError, match="film"):
            read_glossary(page)

    def test_a_term_without_a_definition_is_refused(self, tmp_path):
        page = tmp_path / "glossary.md"
        page.write_text("# G\n\n## film\n\nAlso: movie\n")
        with pytest.raises(DataError, match="no definition"):
            read_glossary(page)

    def test_the_longest_form_wins_and_plurals_count(self, tmp_path):
        page = tmp_path / "glossary.md"
        page.write_text("# G\n\n## bias\n\nA.\n\n## user bias\n\nB.\n")
        pattern = matcher(read_glossary(page))
        assert pattern.findall("User biases, a bias, unbiased, bias-free") == [
            "User biases",
            "bias",
        ]


class TestFormulas:
    def test_bold_letters_are_those_of_unicode(self):
        made = html.unescape(mathml(r"\mathbf{p} + \mathbf{Q}", block=False))
        assert "𝐩" in made
        assert "𝐐" in made
        assert "mathvariant" not in made

    def test_every_formula_of_the_course_is_understood(self):
        for path in lessons.find():
            for cell in nbformat.read(path, as_version=4).cells:
                if cell.cell_type == "markdown":
                    text = re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.DOTALL)
                    for block, inline in re.findall(r"\$\$(.+?)\$\$|\$([^$]+)\$", text, re.DOTALL):
                        assert "\\" not in mathml(block or inline, block=bool(block))


class TestRunTimes:
    def test_what_is_saved_is_read(self, tmp_path):
        runs = [
            lessons.LessonRun(Path("01_a.ipynb"), 9.26, 5 * 2**28, "good"),
            lessons.LessonRun(Path("02_b.ipynb"), 1.0, 1, "", LessonError("failed")),
        ]
        save_run_times(runs, tmp_path)
        found = stored_run_times(tmp_path)
        assert list(found.lessons) == ["01_a"]
        assert found.lessons["01_a"].seconds == 9.3
        assert found.lessons["01_a"].peak_memory == 5 * 2**28
        assert "cores" in found.machine

    def test_no_file_is_no_measurement(self, tmp_path):
        assert stored_run_times(tmp_path) is None
        assert "| lesson | stated |\n" in run_times(tmp_path, tmp_path, lessons.find())

    def test_the_page_shows_what_was_measured_and_where(self, tmp_path):
        first, second = lessons.find()[:2]
        save_run_times([lessons.LessonRun(first, 9.26, 2**30, "good")], tmp_path)
        made = run_times(tmp_path, tmp_path, [first, second])
        assert "| 9 s | 1.0 GiB |" in made
        assert "| not measured | not measured |" in made
        assert "Measured on" in made

    @pytest.mark.parametrize("text", ["lesson\n1\n", "# Measured on x\nlesson,seconds\na,b\n"])
    def test_another_file_is_refused(self, tmp_path, text):
        (tmp_path / "run_times.csv").write_text(text)
        with pytest.raises(DataError, match=r"run_times\.csv"):
            stored_run_times(tmp_path)
