"""The teacher's pack: minutes that add up, plans that build, figures that the lessons show."""

import re
from datetime import datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from teaching import GIVEN, LINK, TEACH, WORKED, anchors, numbers, page, section, shown, tables

from course import lessons, parts, plan
from course.editions import package
from course.editions.selecting import keep_exercises

ROOT = lessons.folder().parent
PATHS = {lessons.slug_of(path): path for path in lessons.find()}
SLUGS = {number: slug for slug, number in lessons.numbers().items()}
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
CLOSING = {"Exercises", "Sign, cause, cure", "Key points", "Further reading", "Next"}
# Mistakes that ran without an error in respected material, and words by which each is known.
PUBLISHED = {
    "candidates from the number of users": (
        "Candidates",
        ["build_two_towers", "measure_a_recommender_honestly"],
    ),
    "a score over the whole batch": ("contracted over the batch", ["build_two_towers"]),
    "raw ids as rows": (
        "ds used as rows|Raw ids",
        ["fill_in_a_rating_matrix", "add_a_head_and_read_its_mind", "go_deep_stop_early_recommend"],
    ),
    "a scaling that does not come back": ("shown as 5 p", ["go_deep_stop_early_recommend"]),
    "MAP with the wrong divisor": (
        'MAP" with the wrong divisor',
        ["measure_a_recommender_honestly"],
    ),
    "per-user RMSE called RMSE": ("Per-user RMSE", ["measure_a_recommender_honestly"]),
    "seen films recommended": (
        "Seen films",
        ["find_neighbours", "build_two_towers", "go_deep_stop_early_recommend"],
    ),
    "a filter that removed nothing": ("filter that removed nothing", ["explore_movielens"]),
    "a scale of 1 to 5 assumed": (
        "Clipped to the wrong scale|Five stars and more",
        ["fill_in_a_rating_matrix", "factorize_movielens"],
    ),
}


def number(text):
    return int(text) if text.isdecimal() else 0


def stated(notebook):
    """Minutes to teach a lesson, and minutes for its exercises."""
    times = parts.times(notebook)
    return times.teaching, times.exercises


def planned(chapter):
    """The same for a lesson with the exercises that a plan keeps."""
    notebook = lessons.read(PATHS[chapter.slug])
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
    (rows,) = tables(section(page(lesson), "Minutes"))
    return {title: int(count) for count, title, _what in rows}


@pytest.fixture(scope="module", params=PLANS, ids=lambda file: file.stem)
def named_plan(request):
    return request.param.stem, plan.read(request.param)


@pytest.fixture(scope="module", params=PATHS)
def lesson(request):
    return request.param


def test_there_is_a_page_for_each_lesson_and_its_parts_are_in_order(lesson):
    text = page(lesson)
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == HEADINGS
    assert text.startswith(f"# To teach: {parts.title(lessons.read(PATHS[lesson]))}\n")
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
    blocks = [b for b in section(page(lesson), "Stumbling blocks").split("\n\n") if b]
    assert len(blocks) >= 5
    for block in blocks:
        words = " ".join(block.split())
        assert re.match(r"\*\*.+\*\* \*You see:\* .+ \*Ask:\* .+\?", words), words


@pytest.mark.parametrize("mistake", PUBLISHED)
def test_every_published_mistake_is_on_the_pages_to_which_it_belongs(mistake):
    words, pages = PUBLISHED[mistake]
    for slug in pages:
        blocks = section(page(slug), "Stumbling blocks")
        assert re.search(rf"\*\*[^*]*(?:{words})[^*]*\(a published mistake\)\.\*\*", blocks), slug


def test_the_points_of_each_exam_question_add_up(lesson):
    exam = section(page(lesson), "Exam questions")
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
    text = page(lesson)
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
    (board,) = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", page(lesson))
    alt, target = board
    assert len(alt) > 100 and alt.endswith(".")
    drawing = ElementTree.parse((TEACH / target).resolve()).getroot()
    sizes = [float(node.get("font-size")) for node in drawing.iter() if node.get("font-size")]
    assert min(sizes) >= 20 and drawing.get("role") == "img"


def test_the_table_of_lessons_has_the_minutes_that_they_state():
    first, *_others = tables(page("syllabus").split("## One day")[0])
    rows = {SLUGS[row[0][1:3]]: (int(row[1]), int(row[2])) for row in first[:-1]}
    assert rows == {slug: stated(lessons.read(path)) for slug, path in PATHS.items()}
    totals = tuple(sum(column) for column in zip(*rows.values(), strict=True))
    assert tuple(map(int, first[-1][1:])) == totals


def halves():
    """Teaching minutes and exercises of each half of a lesson, by ``05, first half``."""
    _lessons, rows = tables(page("syllabus").split("## One day")[0])
    return {row[0]: (row[1], int(row[2]), re.findall(r"\d", row[3])) for row in rows}


@pytest.mark.parametrize("number_of", sorted({name[:2] for name in halves()}))
def test_the_halves_of_a_lesson_make_the_whole(number_of):
    (first_to, first, one), (second_from, second, other) = (
        halves()[f"{number_of}, {which} half"] for which in ("first", "second")
    )
    rows = minutes(SLUGS[number_of])
    titles = [title for title in rows if not title.startswith("Exercise ")]
    cut = titles.index(re.search(r"\*(.+)\*", second_from)[1])
    assert titles[cut - 1] == re.search(r"\*(.+)\*", first_to)[1]
    assert first == sum(rows[title] for title in titles[:cut])
    assert second == sum(rows[title] for title in titles[cut:])
    assert sorted([*one, *other]) == ["1", "2", "3"]


DAYS = {"one_day": "One day", "two_days": "Two days", "third_day": "A third day"}


def by_lesson(rows):
    """Minutes for teaching and for exercises of each lesson, over the rows of timetables."""
    found = {}
    for what, teaching, exercises in rows:
        if match := re.match(r"lesson (\d\d)", what):
            slug = SLUGS[match[1]]
            before = found.get(slug, (0, 0))
            found[slug] = (before[0] + number(teaching), before[1] + number(exercises))
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
    assert by_lesson(rows) == {chapter.slug: planned(chapter) for chapter in wanted}
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
        chapter.slug: planned(chapter) for chapter in wanted
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
    for slug in PATHS:
        answers = page(slug).split("Answer and marking</summary>")[1:]
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


def test_the_exams_of_the_marking_page_have_the_points_of_their_questions():
    *_others, exams = tables(section(page("marking"), "Exam questions"))
    for _when, questions, points, _minutes in exams:
        found = re.findall(r"(\d\d), question (\d)", questions)
        worth = 0
        for number_of, which in found:
            title = rf"### Question {which} \((\d+) points\)"
            worth += int(re.search(title, page(SLUGS[number_of]))[1])
        assert len(found) == 4 and worth == int(points)


def test_the_marking_page_knows_every_verdict_and_column_of_the_grader():
    from course.grading import judging, report

    verdicts, *_others = tables(page("marking"))
    known = {value for name, value in vars(judging).items() if name.startswith("IS_")}
    assert {row[0].strip("`") for row in verdicts} == known
    assert all(f"`{column}`" in page("marking") for column in report.COLUMNS)


def test_a_report_has_twenty_points():
    (rows,) = tables(section(page("marking"), "Reports"))
    points = [int(row[-1]) for row in rows]
    assert sum(points[:-1]) == points[-1] == 20
