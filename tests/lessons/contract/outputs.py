"""The stored outputs: complete, the same everywhere, described to who cannot see them."""

import re
from collections.abc import Iterator

import nbformat

from contract.lesson import Lesson
from contract.registry import rule
from course.lessons import METADATA

LONGEST_HEADLINE = 100
LARGEST_FILE = 2 * 2**20
SHORTEST_ALT_TEXT = 20
COMPARED, IGNORED = "nbval-check-output", "nbval-ignore-output"
UNSTABLE = {
    "an absolute path": re.compile(
        r"(?<![\w/:.])/(?:content|home|mnt|opt|private|root|tmp|Users|usr|var|work)/"
        r"|\b[A-Z]:\\"
    ),
    "an address in memory": re.compile(r"\bat 0x[0-9a-f]{6,}"),
    "a time of day": re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d"),
    "a control character": re.compile(r"[\x00-\x08\x0b-\x1f]"),
}
DURATION = re.compile(r"\b\d+(?:\.\d+)? ?(?:ms|µs|seconds|s/step|ms/step)\b")
MANY_DIGITS = re.compile(r"\d\.\d{4,}")


@rule
def it_is_stored_as_executed(lesson: Lesson) -> Iterator[str]:
    counts = [cell.execution_count for cell in lesson.code]
    if counts != list(range(1, len(counts) + 1)):
        yield f"the execution counts are {counts}: run `course run --in-place`"


@rule
def it_is_stored_without_errors(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.code:
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"{cell}: {output.ename}: {output.evalue}"
            elif output.get("name") == "stderr":
                yield f"{cell}: standard error: {output.text[:80]!r}"


@rule
def each_output_is_compared_or_ignored(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.code:
        tags = cell.tags & {COMPARED, IGNORED}
        if cell.outputs and len(tags) != 1:
            yield f"{cell}: it prints, so tag it `{COMPARED}` or `{IGNORED}`"
        if COMPARED in tags and any("image/png" in o.get("data", {}) for o in cell.outputs):
            yield f"{cell}: the bytes of a figure differ between machines, tag it `{IGNORED}`"


@rule
def compared_outputs_are_the_same_everywhere(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.tagged(COMPARED):
        for text in cell.texts:
            if match := DURATION.search(text):
                yield f"{cell}: it is compared, but says {match[0]!r}"
            if match := MANY_DIGITS.search(text):
                yield f"{cell}: {match[0]!r} has more than three decimals, which machines differ in"


@rule
def outputs_name_nothing_of_this_machine(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.code:
        for text in cell.texts:
            for what, pattern in UNSTABLE.items():
                if match := pattern.search(text):
                    line = text[: match.end()].splitlines()[-1] if match.end() else ""
                    yield f"{cell}: {what} in {line[-80:]!r}"


@rule
def figures_have_alt_text(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.code:
        for output in cell.outputs:
            for kind in output.get("data", {}):
                if kind.startswith("image/"):
                    alt = output.metadata.get(kind, {}).get("alt", "")
                    if len(alt) < SHORTEST_ALT_TEXT:
                        yield f"{cell}: the alt text of its figure is {alt!r}; use plots.show"


@rule
def one_headline_says_what_was_reached(lesson: Lesson) -> Iterator[str]:
    cells = lesson.tagged("headline")
    if len(cells) != 1:
        yield f"{len(cells)} cells are tagged `headline`, not 1"
    for cell in cells:
        text = "".join(cell.texts).strip()
        if not text or "\n" in text or len(text) > LONGEST_HEADLINE:
            yield f"{cell}: not one line of up to {LONGEST_HEADLINE} characters: {text[:120]!r}"


@rule
def the_file_is_as_course_run_stores_it(lesson: Lesson) -> Iterator[str]:
    if lesson.notebook.metadata != METADATA:
        yield f"the metadata is {dict(lesson.notebook.metadata)}: run `course run --in-place`"
    nbformat.validate(lesson.notebook)
    text = lesson.path.read_bytes()
    if text != (nbformat.writes(lesson.notebook) + "\n").encode():
        yield "the file is formatted in another way: run `course run --in-place`"
    if len(text) > LARGEST_FILE:
        yield f"{len(text) / 2**20:.1f} MiB is too large for a page"
    for cell in lesson.cells:
        if "execution" in cell.metadata:
            yield f"{cell}: it stores timings"
        if any("widget-view" in kind for o in cell.outputs for kind in o.get("data", {})):
            yield f"{cell}: it stores a widget, which shows as nothing without a kernel"
