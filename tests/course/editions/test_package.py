"""The student edition as a file: the same bytes each time, all that is needed, and no answer."""

import ast
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import helpers
from course import lessons, plan
from course.editions import package
from helpers.errors import PlanError

ROOT = lessons.folder().parent
# A line or text that is shorter can stand anywhere.
TELLING = 12
CHECKS = re.compile(r"helpers/checks/lessons/(?!__init__)\w+\.py")


def texts(content):
    """What can be read in each file, with the text of notebooks as a reader sees it."""
    for name, value in content.items():
        if name.startswith("data/"):
            continue
        text = value.decode("utf-8")
        if name.endswith(".ipynb"):
            for cell in json.loads(text)["cells"]:
                text += "".join(cell["source"]) + "\n"
                text += json.dumps(cell.get("outputs", []), ensure_ascii=False) + "\n"
        yield name, text


def solution_lines(path):
    """The lines of the solutions of a lesson, code and output, that stand nowhere else in it."""
    notebook = lessons.read(path)
    solved = [c for c in notebook.cells if "solution" in c.metadata.get("tags", [])]
    others = "\n".join(c.source for c in notebook.cells if c not in solved)
    for cell in solved:
        printed = [output.get("text", "") for output in cell.outputs]
        for line in "\n".join([cell.source, *printed]).splitlines():
            if len(line.strip()) >= TELLING and line.strip() not in others:
                yield line.strip()


def check_texts(path):
    """What the checks of a lesson say, in sentences, and the code that they compare with."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.value
        if isinstance(node, ast.Lambda) or (
            isinstance(node, ast.Return) and not isinstance(node.value, ast.Name)
        ):
            yield ast.get_source_segment(source, node)


def leaks(content, secrets):
    return [
        f"{secret!r} stands in {name}"
        for name, text in texts(content)
        for secret in secrets
        if len(secret) >= TELLING and secret in text
    ]


@pytest.mark.parametrize("path", lessons.find(), ids=lambda path: path.stem)
def test_no_line_of_a_solution_is_in_any_file(edition, path):
    secrets = list(solution_lines(path))
    assert len(secrets) >= 3
    assert leaks(edition, secrets) == []


@pytest.mark.parametrize("path", lessons.find(), ids=lambda path: path.stem)
def test_nothing_that_a_check_says_or_compares_with_is_in_any_file(edition, path):
    secrets = list(check_texts(ROOT / f"helpers/checks/lessons/{lessons.slug_of(path)}.py"))
    assert len(secrets) >= 20
    assert leaks(edition, secrets) == []


def test_a_leak_would_be_found(edition):
    path = lessons.find()[0]
    solved = edition | {"notebooks/solved.ipynb": path.read_bytes()}
    assert leaks(solved, list(solution_lines(path)))
    open_checks = (ROOT / "helpers/checks/lessons/fill_in_a_rating_matrix.py").read_bytes()
    secrets = list(check_texts(ROOT / "helpers/checks/lessons/fill_in_a_rating_matrix.py"))
    assert leaks(edition | {"helpers/checks/open.py": open_checks}, secrets)


def test_every_checks_module_is_sealed_and_still_answers(edition, tmp_path):
    names = [name for name in edition if CHECKS.fullmatch(name)]
    assert len(names) == len(lessons.find())
    assert all(b"unseal(" in edition[name] for name in names)
    for name, value in edition.items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(value)
    code = (
        "import importlib, sys, helpers\n"
        "print(helpers.__file__)\n"
        "for slug in sys.argv[1:]:\n"
        "    checks = importlib.import_module(f'helpers.checks.lessons.{slug}')\n"
        "    checks.exercise_1(...)\n"
    )
    slugs = list(lessons.numbers())
    done = subprocess.run(
        [sys.executable, "-c", code, *slugs],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    first, *verdicts = done.stdout.splitlines()
    assert Path(first).is_relative_to(tmp_path)
    assert len(verdicts) == len(slugs)
    assert all("Not attempted yet" in verdict for verdict in verdicts)


def test_it_holds_what_a_student_needs_and_nothing_of_the_teacher(edition):
    top = {name.split("/")[0] for name in edition}
    packed = {"README.md", "noxfile.py", "data", "helpers", "course", "notebooks"}
    assert top == {*package.FILES, *packed}
    assert "data/movielens-small/ratings.csv" in edition
    assert not [name for name in edition if "__pycache__" in name or "/." in name]


def test_its_readme_maps_the_lessons_and_its_links_lead_somewhere(edition):
    readme = edition["README.md"].decode()
    assert "{lessons}" not in readme
    targets = re.findall(r"\]\(([^)]+)\)", readme)
    assert set(targets) <= set(edition)
    assert len([target for target in targets if target.endswith(".ipynb")]) == len(lessons.find())


def test_links_of_its_lessons_lead_somewhere(edition):
    ships = package.resolver(edition)
    for name, value in edition.items():
        if name.endswith(".ipynb"):
            for cell in json.loads(value)["cells"]:
                if cell["cell_type"] == "markdown":
                    for target in re.findall(
                        r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)", "".join(cell["source"])
                    ):
                        assert re.match("https?:|#", target) or ships(target.split("#")[0]), target


def test_its_noxfile_has_the_sessions_that_work_there(edition):
    sessions = re.findall(r"@nox.session.*\ndef (\w+)", edition["noxfile.py"].decode())
    assert sessions == ["lessons", "lab"]


def test_it_has_the_learners_lock_and_asks_for_no_package_of_tests(edition):
    lock = edition["requirements.lock"].decode()
    assert lock == (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for name in ("requirements.lock", "pyproject.toml", "environment.yml"):
        asked = re.findall(r"^[ \-\"']*([\w-]+)", edition[name].decode(), flags=re.MULTILINE)
        assert {"numpy", "jupyterlab"} <= set(asked), name
        assert {"nbval", "pytest", "hypothesis", "mypy", "sphinx"} & set(asked) == set(), name
    project = tomllib.loads(edition["pyproject.toml"].decode())
    assert set(project) == {"build-system", "project", "tool"}
    assert set(project["tool"]) == {"hatch"}
    assert "optional-dependencies" not in project["project"]


def test_of_the_machinery_it_has_what_its_commands_import(edition):
    files = {name.removesuffix(".py") for name in edition if name.startswith("course/")}
    assert {name for name in files if not name.startswith(package.COURSE)} == set()
    left_out = re.compile(r"course/(editions|grading|plan|site|slides|cli/(bench|build|grade))")
    assert [name for name in files if left_out.match(name)] == []
    modules = {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name in edition
        if name.endswith(".py")
    }
    missing = {
        (name, wanted)
        for name in edition
        if name.endswith(".py") and not package.CHECKS.fullmatch(name)
        for wanted in ours(edition[name].decode())
        if wanted not in modules
    }
    # Only in a checkout, and only after the pages that they write were found.
    assert missing == {
        ("course/cli/leaderboard.py", "course.measured.board_pages"),
        ("course/cli/lessons.py", "course.maps"),
    }


def ours(source):
    """The modules of the two packages that a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = [f"{node.module}.{each.name}" for each in node.names]
            names = [name for name in inside if is_module(name)] or [node.module]
        elif isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        yield from (name for name in names if name.split(".")[0] in ("helpers", "course"))


def is_module(name):
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def test_it_can_be_installed(edition, tmp_path):
    """What its noxfile does last: hatchling makes the package, with the data and the command."""
    for name, value in edition.items():
        target = tmp_path / "edition" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(value)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", ".."],
        cwd=tmp_path / "edition",
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (about,) = [name for name in names if name.endswith(".dist-info/METADATA")]
        metadata = archive.read(about).decode()
    assert f"\nVersion: {helpers.__version__}\n" in metadata
    assert "\nProvides-Extra" not in metadata
    assert "course/cli/lessons.py" in names
    assert "helpers/embedded_data/movielens-small/ratings.csv" in names
    assert [name for name in names if name.startswith("course/grading")] == []


def test_building_twice_gives_the_same_bytes(edition, whole_plan, tmp_path):
    package.write_zip(edition, tmp_path / "first" / "a.zip")
    again = package.files(ROOT, whole_plan)
    package.write_zip(dict(reversed(again.items())), tmp_path / "second" / "b.zip")
    hashes = {hashlib.sha256(p.read_bytes()).hexdigest() for p in tmp_path.rglob("*.zip")}
    assert len(hashes) == 1
    assert not list(tmp_path.rglob("*.partial"))


def test_the_zip_names_no_time_and_no_place_of_this_machine(edition, tmp_path):
    package.write_zip(edition, tmp_path / "a.zip")
    packed = (tmp_path / "a.zip").read_bytes()
    assert str(ROOT).encode() not in packed
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
    assert {entry.date_time for entry in entries} == {package.DATE}
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert all(entry.filename.startswith("recommender-course/") for entry in entries)


def test_windows_line_ends_make_no_difference(course, tmp_path):
    (tmp_path / "x.py").write_bytes(b"a = 1\r\nb = 2\r\n")
    assert package.text(tmp_path / "x.py") == "a = 1\nb = 2\n"


def test_a_plan_decides_what_is_in_it(tmp_path):
    first, _, third, *_ = lessons.numbers()
    file = tmp_path / "mine.toml"
    file.write_text(f"[lessons]\n{third} = [2]\n{first} = []\n")
    content = package.files(ROOT, plan.read(file))
    notebooks = [name for name in content if name.startswith("notebooks/")]
    assert notebooks == [f"notebooks/01_{third}.ipynb", f"notebooks/02_{first}.ipynb"]
    checks = [name for name in content if CHECKS.fullmatch(name)]
    assert checks == [
        "helpers/checks/lessons/explore_movielens.py",
        "helpers/checks/lessons/fill_in_a_rating_matrix.py",
    ]
    names = {}
    exec(content["helpers/checks/lessons/explore_movielens.py"], names)
    assert {name for name in names if name.startswith("exercise")} == {"exercise_2"}
    readme = content["README.md"].decode()
    assert f"| 01 | [Explore MovieLens](notebooks/01_{third}.ipynb) | 2 |" in readme
    assert readme.count("| – |") == 1


def test_a_student_edition_is_made_from_a_clone_only(course, planned):
    with pytest.raises(PlanError, match="a student edition already"):
        package.files(course, planned("[lessons]\nfill_in = []"))
