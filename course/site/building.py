"""The web edition: one static site of the executed lessons and the pages in ``book/``.

Sphinx makes it, from the outputs that the notebooks store: no cell is executed and nothing is
fetched. What Sphinx reads is copied to its own folder first, so that no lesson is changed.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from course import lessons, published
from course.site.sources import lay_out
from helpers.errors import LessonError, ParameterError

# A folder with these files is an earlier site and may be replaced.
EARLIER_SITE = ("index.html", "searchindex.js", "_static")
REPOSITORY = "COURSE_REPOSITORY"
# For readers with a screen reader or voice control: a label of MyST-NB's hides "Open the
# solution", and the arrow that unfolds a part of the side bar has no label.
LABELS = (
    ('<summary aria-label="Toggle hidden content">', "<summary>"),
    (
        '<summary><span class="toctree-toggle"',
        '<summary aria-label="Show or hide the pages below"><span class="toctree-toggle"',
    ),
)


@dataclass(frozen=True)
class Site:
    """What ``build_site`` made: where it is, how many pages it has, and how many bytes."""

    folder: Path
    pages: int
    size: int


def build_site(
    output: Path,
    *,
    book: Path | None = None,
    notebooks: Path | None = None,
    repository: str | None = None,
    teach: bool = True,
) -> Site:
    """Make the web edition in a folder, all of it or nothing; an earlier one is replaced.

    Args:
        output: the folder; it may be missing.
        book: folder of the pages and settings; that of the checkout if left out.
        notebooks: folder of executed lessons; that of the checkout if left out.
        repository: public address of the repository, for the buttons that open a lesson on Colab
            or Binder; None takes the environment variable ``COURSE_REPOSITORY``, and if that is
            missing, what ``course.published`` says. An empty one means no such buttons.
        teach: whether the teacher's pack, with its exam questions, is part of the site.

    Raises:
        LessonError: the packages of the extra ``book`` are missing, ``output`` holds something
            else, or Sphinx found a mistake in a page.
        ParameterError: the repository is not a web address of one.
    """
    _check_packages()
    notebooks = lessons.folder() if notebooks is None else notebooks
    book = notebooks.parent / "book" if book is None else book
    output = output.resolve()
    _check_output(output)
    if repository is None:
        repository = os.environ.get(REPOSITORY, published.REPOSITORY)
    _check_repository(repository)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".site-", dir=output.parent) as scratch:
        sources, made = Path(scratch) / "sources", Path(scratch) / "site"
        lay_out(sources, book=book, notebooks=notebooks, repository=repository, teach=teach)
        _run_sphinx(sources, made, book, repository)
        _tidy(made)
        if output.exists():
            shutil.rmtree(output)
        made.replace(output)
    files = [path for path in output.rglob("*") if path.is_file()]
    pages = sum(path.suffix == ".html" for path in files)
    return Site(output, pages, sum(path.stat().st_size for path in files))


def _check_packages() -> None:
    needed = ("sphinx", "myst_nb", "sphinx_book_theme", "sphinx_copybutton", "latex2mathml")
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        raise LessonError(
            f"The web edition needs {', '.join(missing)}. Install them with "
            '`python -m pip install -e ".[book]"`, or run `python -m nox -s build -- site`.'
        )


def _check_repository(address: str) -> None:
    """Raise a ParameterError unless it is empty, or an address with an owner and a name."""
    found = urlsplit(address)
    if address and not (
        found.scheme in ("http", "https") and found.netloc and found.path.strip("/").count("/") >= 1
    ):
        raise ParameterError(
            f"{address!r} is not the address of a repository. Write it as your browser shows it, "
            "such as https://example.org/owner/name, or leave it out: then there are no buttons "
            "that open a lesson elsewhere."
        )


def _check_output(output: Path) -> None:
    if not output.exists() or (output.is_dir() and not any(output.iterdir())):
        return
    if not all((output / name).exists() for name in EARLIER_SITE):
        raise LessonError(
            f"{output} exists and is not an earlier site, so it is not changed. Choose another "
            "folder with --output, or empty that one."
        )


def _run_sphinx(sources: Path, made: Path, book: Path, repository: str) -> None:
    """Run Sphinx in its own process: it sets up logging and locales for the whole process."""
    command = [sys.executable, "-m", "sphinx", "--builder=html", "--quiet", "--keep-going"]
    command += ["--fail-on-warning", f"--doctree-dir={made.with_name('doctrees')}"]
    command += [f"--conf-dir={book}", str(sources), str(made)]
    environment = os.environ | {REPOSITORY: repository, "PYTHONIOENCODING": "utf-8"}
    # Without this the files change with the day: Sphinx stamps them with today's date.
    environment.setdefault("SOURCE_DATE_EPOCH", "0")
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        said = (done.stderr or done.stdout).replace(str(sources), "").strip()
        raise LessonError(f"The site was not built. Sphinx says:\n\n{said}")


def _tidy(made: Path) -> None:
    """Remove files that a reader of a finished site never opens, and correct two labels."""
    (made / ".buildinfo").unlink(missing_ok=True)
    for leftover in ("jupyter_execute", "reports"):
        shutil.rmtree(made / leftover, ignore_errors=True)
    for template in (made / "_static").glob("*macros.html"):
        template.unlink()
    for page in made.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for wrong, right in LABELS:
            text = text.replace(wrong, right)
        page.write_text(text, encoding="utf-8", newline="\n")
