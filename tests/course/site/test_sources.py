"""What is laid out for Sphinx: links, alt text, cards, glossary, formulas, run times."""

import html
import re
from pathlib import Path

import nbformat
import pytest

import sample
from course import lessons
from course.measured.run_times import save_run_times, stored_run_times
from course.site.glossary import matcher, read_glossary
from course.site.pages import PAGE_PARTS, contents, lesson_facts, run_times
from course.site.sources import for_the_site, lay_out, relink
from course.site.sphinx_extension import mathml
from helpers.errors import DataError, LessonError

ROOT = Path(__file__).resolve().parents[3]


def facts_of(paths):
    return [lesson_facts(path, lessons.read(path)) for path in paths]


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
        cell = for_the_site(sample.notebook()).cells[4]
        assert cell.metadata.mystnb["image"] == {"alt": "A line that rises from one to two."}
        notebook = sample.notebook()
        notebook.cells[4].outputs[0].metadata["image/png"]["width"] = 192
        assert for_the_site(notebook).cells[4].metadata.mystnb["image"]["width"] == "192px"

    def test_code_that_draws_is_folded_and_so_is_the_answer_to_a_prediction(self):
        notebook = sample.notebook()
        notebook.cells[7].source = "It is low.\n\n## Next\n\nOn."
        found = for_the_site(notebook).cells
        assert "hide-input" in found[4].metadata.tags
        assert found[4].metadata.mystnb["code_prompt_show"] == "Show the code that draws this"
        assert "hide-output" in found[6].metadata.tags
        assert found[6].metadata.mystnb["code_prompt_show"] == "Show the answer"
        box = '<div class="after-prediction">\n\nIt is low.\n\n</div>\n\n## Next\n\nOn.'
        assert found[7].source == box
        notebook.cells[4].metadata.tags = ["check"]
        assert "hide-cell" in for_the_site(notebook).cells[4].metadata.tags

    def test_the_lessons_themselves_are_not_touched(self, course, tmp_path):
        (course / "book").mkdir()
        (course / "book" / "index.md").write_text("# Home\n\n<!-- course: lessons -->\n")
        before = {path: path.read_bytes() for path in (course / "notebooks").iterdir()}
        lay_out(tmp_path / "sources", book=course / "book", notebooks=course / "notebooks")
        assert {path: path.read_bytes() for path in before} == before
        assert "03_find.html" in (tmp_path / "sources" / "index.md").read_text()

    def test_each_lesson_is_read_once(self, course, tmp_path, monkeypatch):
        (course / "book").mkdir()
        parts = "\n\n".join(PAGE_PARTS)
        (course / "book" / "index.md").write_text(f"# Home\n\n{parts}\n")
        (course / "book" / "glossary.md").write_text("# Glossary\n\n## film\n\nA film.\n")
        read, found = [], nbformat.read
        monkeypatch.setattr(
            nbformat, "read", lambda path, **more: read.append(path) or found(path, **more)
        )
        lay_out(tmp_path / "sources", book=course / "book", notebooks=course / "notebooks")
        assert read == lessons.find(notebooks=course / "notebooks")

    def test_facts_of_a_lesson_come_from_its_first_cell(self):
        (facts,) = facts_of(lessons.find(["fill_in_a_rating_matrix"]))
        assert facts.title == "Fill in a rating matrix"
        assert facts.question == "What would User1 give Movie C?"
        assert 0 < facts.run_seconds <= 60 < facts.minutes

    def test_each_lesson_asks_its_question_in_bold(self):
        silent = [facts.path.name for facts in facts_of(lessons.find()) if not facts.question]
        assert silent == []

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
        assert list(found.lessons) == ["a"]
        assert found.lessons["a"].seconds == 9.3
        assert found.lessons["a"].peak_memory == 5 * 2**28
        assert "cores" in found.machine

    def test_no_file_is_no_measurement(self, tmp_path):
        assert stored_run_times(tmp_path) is None
        assert "| lesson | stated | at most |\n" in run_times(
            tmp_path, tmp_path, facts_of(lessons.find())
        )

    def test_the_page_shows_what_was_measured_and_where(self, tmp_path):
        first, second = lessons.find()[:2]
        save_run_times([lessons.LessonRun(first, 9.26, 2**30, "good")], tmp_path)
        made = run_times(tmp_path, tmp_path, facts_of([first, second]))
        assert "| 9 s | 1.0 GiB |" in made
        assert "| not measured | not measured |" in made
        assert "Measured on" in made

    @pytest.mark.parametrize("text", ["lesson\n1\n", "# Measured on x\nlesson,seconds\na,b\n"])
    def test_another_file_is_refused(self, tmp_path, text):
        (tmp_path / "run_times.csv").write_text(text)
        with pytest.raises(DataError, match=r"run_times\.csv"):
            stored_run_times(tmp_path)
