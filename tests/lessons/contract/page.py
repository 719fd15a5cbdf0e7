"""What a learner reads: title, sections, links, words."""

import re
from collections.abc import Iterator

from contract.lesson import Lesson, Section
from contract.registry import rule
from course import listing, parts
from course.lessons import find, slug_of
from course.listing import MOST_SECONDS
from course.parts import TIMES

# What a title may start with: add the verb of your lesson.
VERBS = {
    "add",
    "ask",
    "build",
    "check",
    "choose",
    "compare",
    "draw",
    "explain",
    "explore",
    "factorize",
    "fill",
    "find",
    "go",
    "learn",
    "look",
    "make",
    "measure",
    "predict",
    "rank",
    "read",
    "recommend",
    "retrieve",
    "see",
    "serve",
    "split",
    "start",
    "train",
    "use",
    "watch",
}
SECTIONS = [
    "What you will do",
    "What you will learn",
    "What you need",
    "Time",
    "Exercises",
    "Key points",
    "Further reading",
    "Next",
]
BEFORE_THE_CODE = SECTIONS[:4]
UNWELCOME_WORDS = re.compile(r"\b(simply|just|obviously)\b", flags=re.IGNORECASE)
BULLET = re.compile(r"^(?:[-*]|\d+\.) +\S", flags=re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


def count(text: str) -> int:
    """Number of bullets."""
    return len(BULLET.findall(text))


@rule
def the_title_starts_with_a_verb(lesson: Lesson) -> Iterator[str]:
    first = lesson.cells[0] if lesson.cells else None
    match = re.match(r"# +(\w+)", first.source) if first and not first.code else None
    if match is None:
        yield "the first cell is not Markdown that begins with `# Title`"
    elif match[1].casefold() not in VERBS:
        yield f"the title starts with {match[1]!r}: is it a verb? Then add it to VERBS"
    if sum(section.level == 1 for section in lesson.sections) > 1:
        yield "there is more than one heading of level 1: `#` is for the title"


@rule
def it_opens_with_a_question(lesson: Lesson) -> Iterator[str]:
    if lesson.cells and "?" not in lesson.cells[0].source:
        yield "the first cell asks no question"


@rule
def the_sections_are_there_in_order(lesson: Lesson) -> Iterator[str]:
    titles = [section.title for section in lesson.sections if section.level == 2]
    for wanted in SECTIONS:
        if titles.count(wanted) != 1:
            yield f"`## {wanted}` stands there {titles.count(wanted)} times"
    found = [title for title in titles if title in SECTIONS]
    if found != sorted(found, key=SECTIONS.index):
        yield f"the order is {found}"
    if titles[: len(BEFORE_THE_CODE)] != BEFORE_THE_CODE:
        yield f"the first sections are not {BEFORE_THE_CODE}"
    first_code = min((cell.number for cell in lesson.code), default=0)
    for section in lesson.sections:
        if section.title in BEFORE_THE_CODE and section.cell.number > first_code:
            yield f"`## {section.title}` comes after the first code cell"


@rule
def three_to_five_things_to_learn(lesson: Lesson) -> Iterator[str]:
    yield from _bullets(lesson.section("What you will learn"), 3, 5)


@rule
def three_to_six_key_points(lesson: Lesson) -> Iterator[str]:
    yield from _bullets(lesson.section("Key points"), 3, 6)


def _bullets(section: Section | None, fewest: int, most: int) -> Iterator[str]:
    if section is not None and not fewest <= count(section.text) <= most:
        yield f"`{section.title}` has {count(section.text)} bullets, not {fewest} to {most}"


@rule
def the_time_is_said_in_one_line(lesson: Lesson) -> Iterator[str]:
    section = lesson.section("Time")
    if section is not None:
        match = TIMES.search(section.text)
        if match is None:
            yield f"`Time` does not read {TIMES.pattern!r}"
        elif int(match[1]) > MOST_SECONDS:
            yield f"{match[1]} s is more than {MOST_SECONDS} s"


@rule
def it_is_as_the_list_of_lessons_says(lesson: Lesson) -> Iterator[str]:
    listed = listing.course(lesson.path.parent).get(slug_of(lesson.path))
    times = parts.times(lesson.notebook)
    if listed is None or times is None:
        yield f"it is not in {listing.FILE}, or states no times"
        return
    found = (times.minutes, tuple(parts.exercises(lesson.notebook)))
    if found != (listed.minutes, listed.exercises):
        yield f"it has {found} minutes and exercises, {listing.FILE} says otherwise"
    if times.run_seconds > listed.budget:
        yield f"it states {times.run_seconds} s; {listing.FILE} allows {listed.budget:g} s"


@rule
def further_reading_has_years(lesson: Lesson) -> Iterator[str]:
    section = lesson.section("Further reading")
    if section is None:
        return
    entries = [line for line in section.text.splitlines() if BULLET.match(line)]
    if not entries:
        yield "`Further reading` has no bullets"
    for entry in re.split(r"\n(?=[-*] )", section.text):
        if BULLET.match(entry) and not re.search(r"\b(19|20)\d\d\b", entry):
            yield f"no year in {entry[:60]!r}"


@rule
def links_lead_somewhere(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.prose:
        for target in LINK.findall(cell.source):
            if re.match(r"https?:|mailto:|#", target):
                continue
            file = target.split("#")[0]
            if not (lesson.path.parent / file).exists():
                yield f"{cell}: there is no {target}"


@rule
def next_is_linked(lesson: Lesson) -> Iterator[str]:
    section = lesson.section("Next")
    names = LINK.findall(section.text) if section is not None else []
    if section is not None and not names:
        yield "`Next` has no link"
    following = [path.name for path in find(notebooks=lesson.path.parent) if path > lesson.path]
    if names and following and following[0] not in names:
        yield f"`Next` links to {names}, not to {following[0]}"


@rule
def no_word_makes_a_learner_feel_slow(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.prose:
        prose = re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.DOTALL)
        for match in UNWELCOME_WORDS.finditer(prose):
            yield f"{cell}: {match[0]!r}"
