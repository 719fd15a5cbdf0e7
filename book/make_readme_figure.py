"""Copy the README's figure out of the stored outputs of the lesson that draws it.

    python book/make_readme_figure.py

Run it after ``course run factorize_movielens --in-place``. A test holds the figure to the lesson.
"""

import base64
from pathlib import Path

import nbformat

from course import lessons

ROOT = Path(__file__).resolve().parent.parent
(LESSON,) = lessons.find(["factorize_movielens"])
FIGURE = ROOT / "book" / "figures" / "film_map.png"
CELL_TAG = "readme-figure"


def stored_figure(lesson: Path = LESSON) -> bytes:
    """The PNG that the lesson's cell tagged ``readme-figure`` ended with."""
    (cell,) = [
        cell
        for cell in nbformat.read(lesson, as_version=4).cells
        if CELL_TAG in cell.metadata.get("tags", [])
    ]
    (png,) = [
        output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {})
    ]
    return base64.b64decode(png)


if __name__ == "__main__":
    FIGURE.parent.mkdir(parents=True, exist_ok=True)
    FIGURE.write_bytes(stored_figure())
    print(f"{FIGURE.relative_to(ROOT)}: {FIGURE.stat().st_size:,} bytes")
