"""The teacher's pack: minutes that add up, plans that build, figures that the lessons show."""

import math
import re
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from helpers import lessons
from helpers.editions import package, parts, plan
from helpers.editions.selecting import keep_exercises
from helpers.editions.site_pages import TIME

ROOT = lessons.folder().parent
TEACH = ROOT / "book" / "teach"
PATHS = {path.name[:2]: path for path in lessons.find()}
PLANS = sorted((TEACH / "plans").glob("*.toml"))
HEADINGS = [
    "Outcomes",
    "Minutes",
    "The opening question",
    "Stumbling blocks",
    "Questions to ask aloud",
    "On the board",
    "Exam questions",
]
OPENING = {"What you will do", "What you will learn", "What you need", "Time"}
CLOSING = {"Exercises", "Key points", "Further reading", "Next"}
LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]+)\)")
# Decimals, and whole numbers of three digits or more.
NUMBER = re.compile(r"(?<![\w.,])(?:\d[\d,]*\.\d+|\d{1,3}(?:,\d{3})+|\d{3,}(?!\.?\d))")
# Mistakes that ran without an error in respected material, and words by which each is known.
PUBLISHED = {
    "candidates from the number of users": ("Candidates", ["06", "08"]),
    "a score over the whole batch": ("contracted over the batch", ["06"]),
    "raw ids as rows": ("ds used as rows|Raw ids", ["01", "02", "07"]),
    "a scaling that does not come back": ("shown as 5 p", ["07"]),
    "MAP with the wrong divisor": ('MAP" with the wrong divisor', ["08"]),
    "per-user RMSE called RMSE": ("Per-user RMSE", ["08"]),
    "seen films recommended": ("Seen films", ["04", "06", "07"]),
    "a filter that removed nothing": ("filter that removed nothing", ["03"]),
    "a scale of 1 to 5 assumed": ("Clipped to the wrong scale|Five stars and more", ["01", "05"]),
}
# The numbers of exam questions are their own. What is worked out from them stands here as the sum
# that gives it; what is only given, or is a wrong answer, is named by itself.
WORKED = {
    "01": {
        "1.7": 1.5 + 0.1 * 2,
        "2.05": 2 + 0.1 * 0.5,
        "2.15": 2 + 0.1 * 1.5,
        "0.7": 0.5 + 0.1 * 2,
        "5.09": 1.7 * 2.15 + 2.05 * 0.7,
        "2.17": 2 + 0.1 * 1.7,
        "0.705": 0.5 + 0.1 * 2.05,
        "0.008": 8 * 0.001,
        "0.0064": 100 * 0.008**2,
        "0.8": 100 * 0.008,
        "512": 64 * 8,
    },
    "02": {
        "2.5": 1 * 0.5 + 2 * 1,
        "4.25": 1.5 * 2.5 + 0.5,
        "3.75": 1.5 * 0.5 + 3 * 1,
        "4.5": 1.5 * (2.5 + 0.5),
        "3.5": 2 + 1.5,
        "0.45": np.mean([0.31, 0.52, 0.44, 0.60, 0.38]),
        "0.44": np.mean([0.35, 0.49, 0.47, 0.55, 0.34]),
        "0.29": 0.60 - 0.31,
        "0.01": 0.45 - 0.44,
    },
    "03": {
        "3.83": (10 + 10 * 3.6) / 12,
        "4.14": (90 * 4.2 + 10 * 3.6) / 100,
        "378": 90 * 4.2,
        "2.8": 144 / 51.2,
        "3.42": (5 + 36) / 12,
        "4.6": (10 + 36) / 10,
    },
    "04": {
        "0.03": 3 / 103,
        "0.2": 0.7 * 40 / 140,
        "111": 11 + 100,
        "150": 50 + 100,
        "200": 100 + 100,
        "0.089": 0.9 * 11 / 111,
        "0.267": 0.8 * 50 / 150,
        "28.57": 20 / 0.7,
        "0.35": 0.5 - 0.15,
        "0.15": 0.3 * 0.5,
        "1.0": 0.5 + 0.3 + 0.2,
        "3.75": 3.4 + 0.35 / 1.0,
        "0.44": 0.35 / 0.8,
        "0.8": 0.5 + 0.3,
        "3.84": 3.4 + 0.35 / 0.8,
        "1.2": 0.5 + 0.3 + 0.2 + 0.2,
        "3.69": 3.4 + 0.35 / 1.2,
        "4.05": 3.4 + 0.65,
    },
    "05": {
        "3.7": 3.5 + 0.4 - 0.2,
        "0.12": 0.4 * 0.3,
        "0.42": 0.4 * 0.3 + 0.6 * 0.5,
        "4.12": 3.7 + 0.42,
        "0.38": 4.5 - 4.12,
        "0.1444": 0.38**2,
        "0.34": 0.3**2 + 0.5**2,
        "0.52": 0.4**2 + 0.6**2,
        "0.86": 0.34 + 0.52,
        "0.086": 0.1 * 0.86,
        "0.16": 0.4**2,
        "0.04": 0.2**2,
        "0.2": 0.16 + 0.04,
        "0.006": 0.03 * 0.2,
        "0.2364": 0.1444 + 0.086 + 0.006,
        "0.18": 0.6 * 0.5 - 0.4 * 0.3,
        "3.67": math.hypot(3.5, 1.1),
    },
    "06": {
        "7.39": math.exp(2),
        "2.72": math.e,
        "0.665": 7.39 / (7.39 + 2.72 + 1),
        "0.41": -math.log(0.665),
        "14.78": 7.39 * 2,
        "10.87": math.e * 4,
        "29.65": 14.78 + 10.87 + 4,
        "0.498": 14.78 / 29.65,
        "0.70": -math.log(0.498),
        "0.80": 7.39 / 2 / (7.39 / 2 + 2.72 / 4 + 1 / 4),
        "8,395": 9066 - 671,
        "92.6": 100 * (9066 - 671) / 9066,
        "7.4": 100 * 671 / 9066,
        "6.9": math.log(1024),
        "5.5": math.log(1024 / 4),
    },
    "07": {
        "4,001": 4000 + 1,
        "3,998": 4001 - 3,
        "63,968": 3998 * 16,
        "0.8": 2 * (0.6**2 + 0.2**2),
        "0.1": 0.4 / 4,
        "0.45": math.sqrt(0.8 / 4),
        "0.32": math.sqrt(0.4 / 4),
        "0.4": (0.6 + 0.6 + 0.2 + 0.2) / 4,
    },
    "08": {
        "0.63": 1 / math.log2(3),
        "0.5": 1 / math.log2(4),
        "0.43": 1 / math.log2(5),
        "0.70": 1.5 / 2.13,
        "1.5": 1 + 0.5,
        "2.13": 1 + 0.63 + 0.5,
        "2.56": 1 + 0.63 + 0.5 + 0.43,
        "1.25": (0.5 + 2) / 2,
        "0.25": 0.5**2,
        "1.46": math.sqrt((0.25 + 4) / 2),
        "2,400": 4 * 600,
    },
}
GIVEN = {
    "01": "1.5 0.5 0.1 0.001",
    "02": "1.5 0.5 0.31 0.52 0.44 0.60 0.38 0.35 0.49 0.47 0.55 0.34",
    "03": "3.6 4.2",
    "04": "0.9 0.4 0.8 3.4 0.5 0.3 0.2 0.7",
    "05": "3.5 0.4 0.2 0.6 0.3 0.5 4.5 0.1 0.03 1.1 3.7 1.7",
    "06": "9,066",
    "07": "0.6 0.2 4000 4,000",
    "08": "0.5 0.31 0.33 0.02 0.008 0.004",
}


def page(name):
    return (TEACH / f"{name}.md").read_text(encoding="utf-8")


def section(text, title):
    """What stands below a heading, up to the next one of its level or above."""
    found = re.search(rf"^(#+) {re.escape(title)}$", text, flags=re.MULTILINE)
    assert found, f"there is no heading {title!r}"
    rest = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, flags=re.MULTILINE)
    return rest[: end.start()] if end else rest


def tables(text):
    """The rows of each table, without its head, as lists of what stands in the cells."""
    blocks = re.findall(r"(?:^\|[^\n]*\n)+", text + "\n", flags=re.MULTILINE)
    return [
        [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in block.split("\n")][
            2:-1
        ]
        for block in blocks
    ]


def number(text):
    return int(text) if text.isdecimal() else 0


def stated(notebook):
    """Minutes to teach a lesson, and minutes for its exercises."""
    time = TIME.search(notebook.cells[0].source)
    return int(time[2]), int(time[3])


def planned(chapter):
    """The same for a lesson with the exercises that a plan keeps."""
    notebook = lessons.read(PATHS[chapter.source_number])
    kept = keep_exercises(notebook, chapter.exercises).cells[0].source
    teaching, exercises = (
        re.search(pattern, kept) for pattern in (r"(\d+) minutes to teach", r"(\d+) minutes for")
    )
    return int(teaching[1]), int(exercises[1]) if exercises else 0


def sections(notebook):
    """The headings that are taught: neither the opening nor the exercises and what follows."""
    titles = [part.title for part in parts.split(notebook) if part.level == 2]
    return [title for title in titles if title not in OPENING | CLOSING]


def minutes(lesson):
    """Minutes by section, as the page of a lesson has them."""
    (rows,) = tables(section(page(f"lesson_{lesson}"), "Minutes"))
    return {title: int(count) for count, title, _what in rows}


def numbers(text):
    return set(NUMBER.findall(LINK.sub(" ", text)))


def shown(notebook):
    """All numbers that a reader of the lesson sees: prose, code, what was printed, alt text."""
    texts = [cell.source for cell in notebook.cells]
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            texts += [output.get("text", ""), str(output.get("metadata", ""))]
            texts += [text for kind, text in output.get("data", {}).items() if "text" in kind]
    return numbers("\n".join(texts))


@pytest.fixture(scope="module", params=PLANS, ids=lambda file: file.stem)
def named_plan(request):
    return request.param.stem, plan.read(request.param)


@pytest.fixture(scope="module", params=PATHS)
def lesson(request):
    return request.param


def test_there_is_a_page_for_each_lesson_and_its_parts_are_in_order(lesson):
    text = page(f"lesson_{lesson}")
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == HEADINGS
    assert text.startswith(f"# Lesson {lesson}: {parts.title(lessons.read(PATHS[lesson]))}\n")
    assert f"(../../notebooks/{PATHS[lesson].name})" in text
    assert f"`build/slides/{PATHS[lesson].stem}.html`" in text


def test_the_minutes_of_a_lesson_add_up_to_what_it_states(lesson):
    notebook = lessons.read(PATHS[lesson])
    rows = minutes(lesson)
    exercises = {title: count for title, count in rows.items() if title.startswith("Exercise ")}
    teaching = {title: count for title, count in rows.items() if title not in exercises}
    assert list(teaching) == sections(notebook)
    assert [int(title[-1]) for title in exercises] == parts.exercises(notebook)
    assert (sum(teaching.values()), sum(exercises.values())) == stated(notebook)


def test_each_stumbling_block_says_what_is_seen_and_what_to_ask(lesson):
    blocks = [b for b in section(page(f"lesson_{lesson}"), "Stumbling blocks").split("\n\n") if b]
    assert len(blocks) >= 5
    for block in blocks:
        words = " ".join(block.split())
        assert re.match(r"\*\*.+\*\* \*You see:\* .+ \*Ask:\* .+\?", words), words


@pytest.mark.parametrize("mistake", PUBLISHED)
def test_every_published_mistake_is_on_the_pages_to_which_it_belongs(mistake):
    words, pages = PUBLISHED[mistake]
    for number_of in pages:
        blocks = section(page(f"lesson_{number_of}"), "Stumbling blocks")
        assert re.search(rf"\*\*[^*]*(?:{words})[^*]*\(a published mistake\)\.\*\*", blocks), (
            number_of
        )


def test_the_points_of_each_exam_question_add_up(lesson):
    exam = section(page(f"lesson_{lesson}"), "Exam questions")
    questions = re.split(r"^### Question \d ", exam, flags=re.MULTILINE)[1:]
    assert len(questions) >= 2
    for question in questions:
        asked, folded = question.split("<details><summary>Answer and marking</summary>")
        assert "</details>" in folded and len(asked.split()) > 20
        steps, wrong = tables(folded)
        points = [int(row[-1]) for row in steps]
        assert steps[-1][0] == "all"
        assert sum(points[:-1]) == points[-1] == int(re.match(r"\((\d+) points\)", asked)[1])
        assert len(wrong) >= 3 and all(len(row) == 3 for row in wrong)


def test_figures_are_those_of_the_lesson_or_worked_out_here(lesson):
    text = page(f"lesson_{lesson}")
    head, exam = text.split("## Exam questions")
    in_lesson = shown(lessons.read(PATHS[lesson]))
    worked = set(WORKED[lesson])
    assert numbers(exam) - in_lesson - worked - set(GIVEN[lesson].split()) == set()
    assert numbers(head) - in_lesson - worked == set()


def test_what_exam_questions_are_worth_is_what_the_sums_give(lesson):
    for text, value in WORKED[lesson].items():
        digits = len(text.partition(".")[2])
        assert float(text.replace(",", "")) == pytest.approx(value, abs=0.51 * 10**-digits), text


def test_the_board_is_a_picture_with_alt_text(lesson):
    (board,) = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", page(f"lesson_{lesson}"))
    alt, target = board
    assert len(alt) > 100 and alt.endswith(".")
    drawing = ElementTree.parse((TEACH / target).resolve()).getroot()
    sizes = [float(node.get("font-size")) for node in drawing.iter() if node.get("font-size")]
    assert min(sizes) >= 20 and drawing.get("role") == "img"


def test_the_table_of_lessons_has_the_minutes_that_they_state():
    first, *_others = tables(page("syllabus").split("## One day")[0])
    rows = {row[0][1:3]: (int(row[1]), int(row[2])) for row in first[:-1]}
    assert rows == {number_of: stated(lessons.read(path)) for number_of, path in PATHS.items()}
    totals = tuple(sum(column) for column in zip(*rows.values(), strict=True))
    assert tuple(map(int, first[-1][1:])) == totals


def halves():
    """Teaching minutes and exercises of each half of a lesson, by ``05, first half``."""
    _lessons, rows = tables(page("syllabus").split("## One day")[0])
    return {row[0]: (row[1], int(row[2]), re.findall(r"\d", row[3])) for row in rows}


@pytest.mark.parametrize("number_of", ["05", "06", "08"])
def test_the_halves_of_a_lesson_make_the_whole(number_of):
    (first_to, first, one), (second_from, second, other) = (
        halves()[f"{number_of}, {which} half"] for which in ("first", "second")
    )
    rows = minutes(number_of)
    titles = [title for title in rows if not title.startswith("Exercise ")]
    cut = titles.index(re.search(r"\*(.+)\*", second_from)[1])
    assert titles[cut - 1] == re.search(r"\*(.+)\*", first_to)[1]
    assert first == sum(rows[title] for title in titles[:cut])
    assert second == sum(rows[title] for title in titles[cut:])
    assert sorted([*one, *other]) == ["1", "2", "3"]


DAYS = {"one_day": "One day", "two_days": "Two days"}


def by_lesson(rows):
    """Minutes for teaching and for exercises of each lesson, over the rows of timetables."""
    found = {}
    for what, teaching, exercises in rows:
        if match := re.match(r"lesson (\d\d)", what):
            before = found.get(match[1], (0, 0))
            found[match[1]] = (before[0] + number(teaching), before[1] + number(exercises))
    return found


@pytest.mark.parametrize("name", DAYS)
def test_the_hours_of_a_day_follow_each_other(name):
    for rows in tables(section(page("syllabus"), DAYS[name])):
        starts = [datetime.strptime(row[0], "%H:%M") for row in rows]
        for (row, begin), (_next, end) in pairwise(zip(rows, starts, strict=True)):
            assert begin + timedelta(minutes=int(row[1])) == end, row
        assert (rows[0][0], rows[-1][0], rows[-1][2]) == ("09:00", "17:00", "end")
        for _from, length, what, teaching, exercises in rows:
            if what.startswith("lesson"):
                assert int(length) == int(teaching) + int(exercises), what


@pytest.mark.parametrize("name", DAYS)
def test_a_day_has_the_minutes_of_its_plan(name):
    rows = [row[2:] for rows in tables(section(page("syllabus"), DAYS[name])) for row in rows]
    wanted = plan.read(TEACH / "plans" / f"{name}.toml").chapters
    assert by_lesson(rows) == {chapter.source_number: planned(chapter) for chapter in wanted}
    assert all(f"`book/teach/plans/{each.name}`" in page("syllabus") for each in PLANS)


def test_ten_sessions_have_the_minutes_of_the_course():
    (rows,) = tables(section(page("syllabus"), "Ten sessions"))
    *sessions, total = rows
    assert len(sessions) == 10
    for _number, what, teaching, exercises, left, rest in sessions:
        assert int(teaching) + int(exercises) + int(left) == 100, what
        spent = [int(found) for found in re.findall(r"(?<!lesson )\b(\d+)\b(?!:)", rest)]
        spent = [count for count in spent if count > 1]
        assert sum(spent) in (0, int(left)), rest
    wanted = plan.read(TEACH / "plans" / "ten_sessions.toml").chapters
    assert by_lesson(row[1:4] for row in sessions) == {
        chapter.source_number: planned(chapter) for chapter in wanted
    }
    columns = zip(*(row[2:5] for row in sessions), strict=True)
    assert [int(count) for count in total[2:5]] == [sum(map(int, column)) for column in columns]


def test_the_halves_in_a_timetable_take_what_the_table_of_halves_says():
    rows = re.findall(r"\| lesson (\d\d, \w+ half) \| (\d+) \|", page("syllabus"))
    assert len(rows) >= 10
    assert {(name, halves()[name][1]) for name in halves()} >= {
        (name, int(teaching)) for name, teaching in rows
    }


def test_a_plan_makes_a_students_edition_without_the_pack(named_plan):
    name, wanted = named_plan
    content = package.files(ROOT, wanted)
    made = {path for path in content if path.startswith("notebooks/")}
    assert made == {f"notebooks/{chapter.new_name}.ipynb" for chapter in wanted.chapters}
    assert not [path for path in content if path.startswith("book/")]
    words = b"\n".join(value for path, value in content.items() if not path.startswith("data/"))
    for lesson_number in PATHS:
        answers = page(f"lesson_{lesson_number}").split("Answer and marking</summary>")[1:]
        for answer in answers:
            assert answer.strip().split("\n")[0].encode() not in words, name


def test_every_link_of_the_pack_leads_somewhere():
    dead = []
    for path in sorted(TEACH.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        for _label, target in LINK.findall(re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)):
            file, _, anchor = target.partition("#")
            if re.match("[a-z]+:", target):
                continue
            there = (path.parent / file).resolve() if file else path
            if not there.is_file() or (anchor and anchor not in anchors(there)):
                dead.append(f"{path.name}: {target}")
    assert dead == []


def anchors(path: Path):
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-") for title in titles}


def test_the_exams_of_the_marking_page_have_the_points_of_their_questions():
    *_others, exams = tables(section(page("marking"), "Exam questions"))
    for _when, questions, points, _minutes in exams:
        found = re.findall(r"(\d\d), question (\d)", questions)
        worth = 0
        for lesson_number, which in found:
            title = rf"### Question {which} \((\d+) points\)"
            worth += int(re.search(title, page(f"lesson_{lesson_number}"))[1])
        assert len(found) == 4 and worth == int(points)


def test_the_marking_page_knows_every_verdict_and_column_of_the_grader():
    from helpers.grading import judging, report

    verdicts, *_others = tables(page("marking"))
    known = {value for name, value in vars(judging).items() if name.startswith("IS_")}
    assert {row[0].strip("`") for row in verdicts} == known
    assert all(f"`{column}`" in page("marking") for column in report.COLUMNS)


def test_a_report_has_twenty_points():
    (rows,) = tables(section(page("marking"), "Reports"))
    points = [int(row[-1]) for row in rows]
    assert sum(points[:-1]) == points[-1] == 20
