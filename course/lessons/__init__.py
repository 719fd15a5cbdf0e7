"""The lessons: find them by number or slug, read and write them, execute them."""

from course.lessons.executing import (
    METADATA,
    WIDGET_VIEW,
    LessonRun,
    clean,
    headline,
    inject_dataset,
    run,
)
from course.lessons.finding import (
    code_cells,
    find,
    folder,
    number_of,
    numbers,
    read,
    slug_of,
    write,
)

__all__ = [
    "METADATA",
    "WIDGET_VIEW",
    "LessonRun",
    "clean",
    "code_cells",
    "find",
    "folder",
    "headline",
    "inject_dataset",
    "number_of",
    "numbers",
    "read",
    "run",
    "slug_of",
    "write",
]
