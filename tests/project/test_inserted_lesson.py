"""A lesson is inserted between two others: a notebook, its checks, a page, one line of the list.

It happens in a copy of the course. The lessons after it get other numbers, and one number is left
out, so that nothing can presume that there are no gaps.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from types import SimpleNamespace

import pytest

import sample
from contract import RULES, Lesson
from course import lessons, listing, maps
from course.board import ENTRIES
from course.editions import package
from course.site.sources import lay_out

COPIED = ("book", "course", "data", "helpers", "notebooks")
BEFORE, MADE, AFTER = "find_neighbours", "compare_two_guesses", "factorize_movielens"
# The made lesson takes the number of the one that comes after it, which moves on by two.
MOVED = 2
CHECKS = '''"""The exercises of a made lesson."""

from helpers.checks import number

exercise_1 = number(1, right="Yes.", hints=["Count.", "Count again."])
exercise_2 = number(1, right="Yes.", hints=["Look.", "Look again."])
'''


def made_notebook(upcoming):
    """The sample lesson under another name, with a figure cell that runs."""
    notebook = sample.notebook()
    cells = notebook.cells
    cells[0].source = cells[0].source.replace("Fill in a matrix", "Compare two guesses")
    cells[2].source = cells[2].source.replace("fill_in_a_rating_matrix", MADE)
    cells[4].source = "plots"
    cells[-1].source = re.sub(
        r"## Next.*", f"## Next\n\n[On]({upcoming})", cells[-1].source, flags=re.S
    )
    return notebook


def insert(root):
    """Insert the lesson into a copy of the course, as an author would."""
    notebooks = root / "notebooks"
    numbers = lessons.numbers(notebooks=notebooks)
    number = numbers[AFTER]
    for path in reversed(lessons.find(notebooks=notebooks)):
        if lessons.number_of(path) >= number:
            moved = int(lessons.number_of(path)) + MOVED
            path.rename(notebooks / f"{moved:02d}_{lessons.slug_of(path)}.ipynb")
    upcoming = f"{int(number) + MOVED:02d}_{AFTER}.ipynb"
    lessons.write(made_notebook(upcoming), notebooks / f"{number}_{MADE}.ipynb")
    (root / "helpers" / "checks" / "lessons" / f"{MADE}.py").write_text(CHECKS, encoding="utf-8")
    (root / "book" / "teach" / f"{MADE}.md").write_text("# To teach: Compare two guesses\n")
    claims = f'[[claim]]\nsays = "{sample.CLAIM}"\ncells = ["cell-05"]\n'
    (root / "book" / "claims" / f"{MADE}.toml").write_text(claims, encoding="utf-8")
    # The way on from the lesson before it is prose.
    (before,) = lessons.find([BEFORE], notebooks=notebooks)
    notebook = lessons.read(before)
    old = f"({number}_{AFTER}.ipynb)"
    assert old in notebook.cells[-1].source
    notebook.cells[-1].source = notebook.cells[-1].source.replace(old, f"({number}_{MADE}.ipynb)")
    lessons.write(notebook, before)
    # The one line.
    file = root / "book" / listing.FILE
    text = file.read_text(encoding="utf-8")
    (line,) = re.findall(rf"^{BEFORE} = .*\n", text, flags=re.MULTILINE)
    file.write_text(text.replace(line, line + sample.LINE.format(MADE)), encoding="utf-8")


@pytest.fixture(scope="module")
def copy(root, tmp_path_factory):
    """The copy, with the lesson inserted; ``run`` runs a command of the course in it."""
    here = tmp_path_factory.mktemp("inserted") / "course"
    for name in COPIED:
        shutil.copytree(root / name, here / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (*package.FILES, "README.md", "noxfile.py"):
        shutil.copy(root / name, here / name)
    insert(here)
    path = os.pathsep.join([str(here), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "course.cli", *map(str, arguments)],
            cwd=here,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    updated = run("lessons", "--update")
    numbers = lessons.numbers(notebooks=here / "notebooks")
    return SimpleNamespace(root=here, run=run, updated=updated, numbers=numbers)


def test_the_list_agrees_with_the_notebooks_and_their_numbers_have_a_gap(copy):
    order = list(listing.course(copy.root / "notebooks"))
    assert order == list(copy.numbers)
    place = order.index(MADE)
    assert order[place - 1 : place + 2] == [BEFORE, MADE, AFTER]
    assert int(copy.numbers[AFTER]) - int(copy.numbers[MADE]) == MOVED


def test_one_command_brings_all_pages_in_line(copy):
    assert "README.md" in copy.updated
    assert maps.outdated(copy.root) == {}
    assert copy.run("lessons", "--update").strip() == "0 files rewritten."
    assert re.search(rf"{copy.numbers[MADE]}\W+{MADE}\W", copy.run("lessons"))


def test_the_map_of_the_readme_has_it_in_its_place(copy):
    text = (copy.root / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\(notebooks/(\d\d_\w+)\.ipynb\) \|", text) == [
        f"{number}_{slug}" for slug, number in copy.numbers.items()
    ]
    assert f"| {copy.numbers[MADE]} | [Compare two guesses](" in text


def test_the_leaderboard_names_lessons_by_their_new_numbers(copy):
    text = (copy.root / "README.md").read_text(encoding="utf-8")
    for entry in ENTRIES:
        assert f"| {entry.name} | {copy.numbers[entry.lesson]} |" in text


def test_the_teachers_pack_has_it_in_its_place(copy):
    teach = copy.root / "book" / "teach"
    index = (teach / "index.md").read_text(encoding="utf-8")
    block = index.partition(maps.BEGIN)[2].partition(maps.END)[0]
    assert re.findall(r"\((\w+)\.md\)", block) == list(copy.numbers)
    row = f"| [{copy.numbers[MADE]} Compare two guesses]({MADE}.md) | 10 | 20 |"
    assert row in (teach / "syllabus.md").read_text(encoding="utf-8")
    page = (teach / f"{AFTER}.md").read_text(encoding="utf-8")
    assert f"notebooks/{copy.numbers[AFTER]}_{AFTER}.ipynb" in page


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_it_keeps_the_contract(copy, rule):
    (path,) = lessons.find([MADE], notebooks=copy.root / "notebooks")
    assert list(rule(Lesson.read(path))) == []


@pytest.mark.parametrize(
    "name", ["links_lead_somewhere", "next_is_linked", "it_is_as_the_list_of_lessons_says"]
)
def test_the_other_lessons_lead_to_the_new_names(copy, name):
    for path in lessons.find(notebooks=copy.root / "notebooks"):
        assert list(RULES[name](Lesson.read(path))) == [], path.name


def test_the_students_edition_has_it_with_its_number(copy):
    copy.run("build", "student", "--output", "made")
    (made,) = (copy.root / "made").glob("*.zip")
    with zipfile.ZipFile(made) as archive:
        names = [name.partition("/")[2] for name in archive.namelist()]
        readme = archive.read(f"{package.NAME}/README.md").decode()
    notebooks = [name for name in names if name.startswith("notebooks/") and name.endswith("ipynb")]
    assert notebooks == [
        f"notebooks/{number}_{slug}.ipynb" for slug, number in copy.numbers.items()
    ]
    assert f"helpers/checks/lessons/{MADE}.py" in names
    assert f"| {copy.numbers[MADE]} | [Compare two guesses](" in readme


def test_slides_are_made_of_it(copy):
    copy.run("build", "slides", "--output", "slides")
    number = copy.numbers[MADE]
    assert f"{number} · Compare two guesses" in (
        copy.root / "slides" / f"{number}_{MADE}.html"
    ).read_text(encoding="utf-8")
    assert len(list((copy.root / "slides").iterdir())) == len(copy.numbers) + 1


def test_the_site_has_it_in_its_place(copy, tmp_path):
    sources = tmp_path / "sources"
    lay_out(sources, book=copy.root / "book", notebooks=copy.root / "notebooks")
    names = [f"{number}_{slug}" for slug, number in copy.numbers.items()]
    home = (sources / "index.md").read_text(encoding="utf-8")
    assert re.findall(r'<li><a href="notebooks/(\w+)\.html">', home) == names
    assert re.findall(r"<notebooks/(\w+)>", home) == names
    pack = (sources / "teach" / "index.md").read_text(encoding="utf-8").rpartition("{toctree}")[2]
    assert [line for line in pack.splitlines() if line in copy.numbers] == list(copy.numbers)
    times = (sources / "run_times.md").read_text(encoding="utf-8")
    assert re.search(
        rf"\[Compare two guesses\]\(notebooks/{names[4]}\.ipynb\) \| 5 s \| 10 s", times
    )


def test_a_submission_of_it_is_graded(copy):
    notebook = made_notebook("next.ipynb")
    for cell in notebook.cells:
        if "exercise" in cell.metadata.get("tags", []):
            cell.source = cell.source.replace("answer = ...", "answer = 1")
    # The number of a class's own plan: the lesson is known by its name.
    lessons.write(notebook, copy.root / "in" / f"01_{MADE}_ada.ipynb")
    copy.run("grade", "in", "--output", "out")
    table = (copy.root / "out" / "grades.csv").read_text(encoding="utf-8-sig")
    assert table.count(f"ada,{MADE},exercise") == table.count(",right,1,") == 2
    page = (copy.root / "out" / "ada.html").read_text(encoding="utf-8")
    assert f"Lesson {copy.numbers[MADE]} compare two guesses" in page
