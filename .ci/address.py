"""Write the course's address and contact into the pages that name them: ``nox -s address``.

course/published.py has both. If one is empty, the pages say nothing about it: no badge, no link, no
line.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from course import published

ROOT = Path(__file__).parents[1]
# The text between these two lines, in a page of Markdown, is written here.
BLOCK = re.compile(
    r"(?<=<!-- address: made by `python -m nox -s address` -->\n).*?(?=<!-- address: end -->)",
    flags=re.DOTALL,
)
GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+)")


@dataclass(frozen=True)
class Published:
    """Where the course is, and whom to write to; each may be empty."""

    repository: str
    contact: str

    @property
    def address(self) -> str:
        """The repository's address in a command, or a word in its place."""
        return self.repository or "ADDRESS"

    @property
    def private(self) -> str:
        """How to tell something in private, as the end of a sentence."""
        ways = []
        if GITHUB.fullmatch(self.repository):
            ways.append(f"[open a private report]({self.repository}/security/advisories/new)")
        if self.contact:
            ways.append(f"write to <{self.contact}>")
        return " or ".join(ways) or "write to the person who gave you the course, or who runs it"


def badges(place: Published) -> str:
    """Whether the tests pass, and buttons that open the first lesson."""
    name = GITHUB.fullmatch(place.repository)
    if not name:
        return ""
    tests = f"{place.repository}/actions/workflows/tests.yml"
    lesson = "notebooks/01_fill_in_a_rating_matrix.ipynb"
    colab, binder = "https://colab.research.google.com", "https://mybinder.org"
    return (
        f"[![tests]({tests}/badge.svg)]({tests})\n"
        f"[![Open in Colab]({colab}/assets/colab-badge.svg)]"
        f"({colab}/github/{name[1]}/blob/main/{lesson})\n"
        f"[![Open in Binder]({binder}/badge_logo.svg)]"
        f"({binder}/v2/gh/{name[1]}/main?urlpath=lab/tree/{lesson})\n"
    )


def security(place: Published) -> str:
    """How to report a weakness."""
    return f"Do not open an issue that everybody can read: {place.private}.\n"


def conduct(place: Published) -> str:
    """How to report bad behaviour; reports of weaknesses are read by others."""
    how = f"Write to <{place.contact}>." if place.contact else ""
    return f"{how or 'Tell a maintainer, or your teacher, in private.'}\n"


def citation(place: Published) -> str:
    """A line of CITATION.cff."""
    return f'repository-code: "{place.repository}"\n' if place.repository else ""


def urls(place: Published) -> str:
    """A table of pyproject.toml, which an installed package shows."""
    if not place.repository:
        return ""
    return (
        f'[project.urls]\nRepository = "{place.repository}"\n'
        f'Issues = "{place.repository}/issues"\n'
        f'Changelog = "{place.repository}/blob/main/CHANGELOG.md"\n\n'
    )


def first_cell(place: Published) -> str:
    """The README's words after the line for Colab."""
    return "" if place.repository else " with the repository's address"


def contact_links(place: Published) -> str:
    """The way to a private report, next to the forms for issues."""
    if not GITHUB.fullmatch(place.repository):
        return ""
    return (
        "contact_links:\n  - name: A weakness that others could use\n"
        f"    url: {place.repository}/security/advisories/new\n"
        "    about: Tell it in private, please. SECURITY.md says more.\n"
    )


# Page, what of it is written here, and by what.
PLACES: list[tuple[str, re.Pattern[str], Callable[[Published], str]]] = [
    ("README.md", BLOCK, badges),
    ("README.md", re.compile(r"(?<=git\+)\S+(?= rapidfuzz)"), lambda place: place.address),
    ("README.md", re.compile(r"(?<=rapidfuzz`)[\w' ]*(?= in a\sfirst cell)"), first_cell),
    ("SECURITY.md", BLOCK, security),
    ("CODE_OF_CONDUCT.md", BLOCK, conduct),
    ("CITATION.cff", re.compile(r"^(repository-code: .*\n)?(?=license:)", re.MULTILINE), citation),
    (
        "pyproject.toml",
        re.compile(r"^(\[project\.urls\]\n(.+\n)*\n)?(?=\[project\.scripts\])", re.MULTILINE),
        urls,
    ),
    (
        "book/teach/running_a_class.md",
        re.compile(r"(?<=git\+)\S+(?= rapidfuzz)"),
        lambda place: place.address,
    ),
    (
        "book/teach/running_a_class.md",
        re.compile(r"(?<=git clone )\S+"),
        lambda place: place.address,
    ),
    (
        ".github/ISSUE_TEMPLATE/config.yml",
        re.compile(r"(?<=blank_issues_enabled: true\n).*\Z", re.DOTALL),
        contact_links,
    ),
]


def written(root: Path, place: Published) -> dict[str, str]:
    """Each page as it must be, by its path."""
    pages: dict[str, str] = {}
    for path, pattern, write in PLACES:
        text = pages.get(path) or (root / path).read_text(encoding="utf-8")
        value = write(place)
        pages[path], found = pattern.subn(lambda _, value=value: value, text, count=1)
        if not found:
            raise SystemExit(f"{path} has no place for {pattern.pattern!r}.")
    return pages


def main() -> None:
    """Write the pages that change, and name them."""
    place = Published(published.REPOSITORY.rstrip("/"), published.CONTACT)
    for path, text in written(ROOT, place).items():
        if text != (ROOT / path).read_text(encoding="utf-8"):
            (ROOT / path).write_text(text, encoding="utf-8", newline="\n")
            print(path)


if __name__ == "__main__":
    main()
