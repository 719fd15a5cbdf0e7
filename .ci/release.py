"""Make in ``dist/`` what a release holds: ``python -m nox -s release -- v1.2.0``.

The wheel, the students' zip, the web edition without the teacher's pack, and the notes: what
CHANGELOG.md says of this version. Before that, if a tag is given, it must be the version that
the course has, and CITATION.cff and CHANGELOG.md must know it. ``--check`` does no more than that,
and needs no package.
"""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
COURSE = "course.cli"


def version(root: Path) -> str:
    """The version of the course: written by hand in helpers/__init__.py only."""
    text = (root / "helpers" / "__init__.py").read_text(encoding="utf-8")
    (found,) = re.findall(r'^__version__ = "([^"]+)"$', text, flags=re.MULTILINE)
    return found


def section(root: Path) -> tuple[str, str]:
    """The date of this version and what CHANGELOG.md says about it; empty if nothing."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = rf"^## {re.escape(version(root))} \((\d{{4}}-\d\d-\d\d)\)\n(.*?)(?=^## |\Z)"
    found = re.search(heading, text, flags=re.MULTILINE | re.DOTALL)
    return (found[1], found[2].strip() + "\n") if found else ("", "")


def objections(root: Path, tag: str) -> list[str]:
    """The reasons not to release the course under this tag, one sentence each."""
    ours, (date, _) = version(root), section(root)
    found = []
    if tag != f"v{ours}":
        found.append(f"The tag is {tag}, but helpers/__init__.py says {ours}: that is v{ours}.")
    if not date:
        found.append(f"CHANGELOG.md has no heading '## {ours} (YYYY-MM-DD)'.")
    citation = (root / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    if f"version: {ours}" not in citation:
        found.append(f"CITATION.cff has no line 'version: {ours}'.")
    if date and f"date-released: {date}" not in citation:
        found.append(f"CITATION.cff has no line 'date-released: {date}', as CHANGELOG.md has it.")
    return found


def build(root: Path, dist: Path) -> None:
    """Make wheel, zip, site and notes in that folder, and nothing else."""
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir()
    for module, *arguments in (
        ("hatchling", "build", "--target", "wheel", "--directory", str(dist)),
        (COURSE, "build", "student", "--output", str(dist)),
        (COURSE, "build", "site", "--no-teach", "--output", str(dist / "site")),
    ):
        subprocess.run([sys.executable, "-m", module, *arguments], cwd=root, check=True)
    (dist / "notes.md").write_text(section(root)[1], encoding="utf-8")


def main() -> None:
    """Print the reasons not to release, or build."""
    parser = argparse.ArgumentParser(description="Make in dist/ what a release holds.")
    parser.add_argument("tag", nargs="?", help="such as v1.2.0; compared with the version")
    parser.add_argument("--check", action="store_true", help="compare, and build nothing")
    options = parser.parse_args()
    found = objections(ROOT, options.tag) if options.tag else []
    if found:
        raise SystemExit("\n".join(found))
    if not options.check:
        build(ROOT, ROOT / "dist")


if __name__ == "__main__":
    main()
