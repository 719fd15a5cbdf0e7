"""The decks in a browser: each opens from a folder, fits its screen, and asks for nothing."""

import re

import pytest

from course import lessons, plan
from course.slides import deck

WIDTH, HEIGHT = 1280, 720
# What sticks out of a slide, below its corner line or to the right.
STICKS_OUT = """() => {
  const slide = Reveal.getCurrentSlide();
  const floor = slide.querySelector("footer").getBoundingClientRect().top + 2;
  return [...slide.querySelectorAll("h1, h2, .body *")]
    .map((element) => [element.tagName, element.getBoundingClientRect()])
    .filter(([, box]) => box.width && box.height)
    .filter(([, box]) => box.bottom > floor || box.right > innerWidth || box.left < 0)
    .map(([name, box]) => `${name} ${Math.round(box.right)} ${Math.round(box.bottom)}`);
}"""


def page_of(slug):
    """The file of a lesson's deck."""
    return f"{lessons.find([slug])[0].stem}.html"


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    for name, page in deck.decks(lessons.folder(), plan.read()).items():
        (folder / name).write_text(page, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture
def opened(browser, decks):
    """Open a deck; the page, what it asked for, and what it complained about."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    asked, complaints = [], []
    context.on("request", lambda request: asked.append(request.url))
    context.on("console", lambda message: complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))

    def go(name):
        page = context.new_page()
        page.goto(f"{decks.as_uri()}/{name}")
        return page

    go.asked, go.complaints, go.folder = asked, complaints, decks.as_uri()
    yield go
    context.close()


def is_inside(url, folder):
    return url.startswith(("data:", "blob:", "about:", folder))


@pytest.mark.parametrize("path", lessons.find(), ids=lambda path: path.stem)
def test_every_slide_of_a_deck_fits_and_nothing_is_fetched(opened, path):
    page = opened(f"{path.stem}.html")
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    total = page.evaluate("Reveal.getTotalSlides()")
    assert total >= 15
    for number in range(total):
        page.evaluate("number => Reveal.slide(number)", number)
        assert page.evaluate(STICKS_OUT) == [], f"slide {number + 1}"
    assert [url for url in opened.asked if not is_inside(url, opened.folder)] == []
    assert opened.complaints == []


def test_keys_turn_the_slides_and_open_the_speakers_notes(opened):
    page = opened(page_of("fill_in_a_rating_matrix"))
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Reveal.getIndices().h") == 1
    page.keyboard.press("ArrowLeft")
    with page.context.expect_page() as popup:
        page.keyboard.press("s")
    speaker = popup.value
    speaker.wait_for_function("document.querySelector('.speaker-controls-notes .value')?.innerText")
    assert "five times" in speaker.inner_text(".speaker-controls-notes .value")
    assert [url for url in opened.asked if not is_inside(url, opened.folder)] == []


def test_a_deck_prints_one_page_a_slide(opened):
    page = opened(f"{page_of('factorize_movielens')}?print-pdf")
    page.wait_for_selector(".pdf-page")
    slides = page.locator(".pdf-page").count()
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == slides >= 15


def test_the_index_leads_to_each_deck(opened):
    page = opened("index.html")
    assert page.locator("li a").count() == len(lessons.find())
    page.locator("li a").first.click()
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    assert page.title() == "Fill in a rating matrix"
