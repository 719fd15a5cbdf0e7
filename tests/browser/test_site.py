"""The web edition in a real browser: silent, offline, accessible, readable in light and dark."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course import lessons

ROOT = Path(__file__).resolve().parents[2]
LESSONS = [path.stem for path in lessons.find()]
BOOK = [
    path.relative_to(ROOT / "book").with_suffix("").as_posix()
    for path in [*(ROOT / "book").glob("*.md"), *(ROOT / "book" / "teach").rglob("*.md")]
]
PAGES = [*sorted(BOOK), "search", *(f"notebooks/{stem}" for stem in LESSONS)]
FIRST = f"notebooks/{LESSONS[0]}.html"
SAME_EVERYWHERE = ("div.highlight", ".bd-sidebar-primary", ".bd-sidebar-secondary", ".bd-footer")
PHONE = 390
# The theme looks again what scrolls, and gives it the focus, a moment after the window has changed.
SCROLLED_BY_KEY = """[...document.querySelectorAll("[tabindex='-1']")].every(
    (part) => part.scrollWidth <= part.clientWidth || !part.matches("pre, div")
        || getComputedStyle(part).overflowX === "visible")"""
TEXT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3


def violations(page, *, whole):
    """What axe-core finds serious or critical: rule, how often, and an example of each.

    Where ``whole`` is false it leaves out what is the same on every page, the side bars and the
    colours of code: half of the elements, and of the time.
    """
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    # To preload the style sheets again would ask for some of them at a wrong address.
    options = {"resultTypes": ["violations"], "preload": False}
    context = None if whole else {"exclude": [[part] for part in SAME_EVERYWHERE]}
    results = axe.Axe().run(page, context=context, options=options)
    return [
        (found["id"], len(found["nodes"]), found["nodes"][0]["html"][:150])
        for found in results.response["violations"]
        if found["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_silent_offline_and_accessible(visit, address, name):
    whole = name in ("index", f"notebooks/{LESSONS[0]}")
    with visit(f"{address}{name}.html") as visited:
        page = visited.page
        assert page.locator("h1").count() >= 1
        assert violations(page, whole=whole) == []
        page.set_viewport_size({"width": PHONE, "height": 844})
        page.emulate_media(color_scheme="dark")
        page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
        page.wait_for_function(SCROLLED_BY_KEY)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
        assert violations(page, whole=whole) == []
        assert visited.complaints == []
        assert visited.asked == []


def luminance(colours):
    """Relative luminance of sRGB colours, 0 to 1 (WCAG 2.2); shape (..., 3) to (...)."""
    share = np.asarray(colours, dtype="float64") / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def title_contrast(screenshot):
    """Contrast of the darkest ink with the ground in the strip where a figure has its title."""
    pixels = np.asarray(Image.open(io.BytesIO(screenshot)).convert("RGB"))
    strip = pixels[10:44, 14 : pixels.shape[1] // 2].reshape(-1, 3)
    colours, counts = np.unique(strip, axis=0, return_counts=True)
    ground = luminance(colours[counts.argmax()])
    ink = luminance(strip).min()
    return (ground + 0.05) / (ink + 0.05)


@pytest.mark.parametrize("stem", LESSONS)
def test_each_figure_is_readable_on_a_dark_page(visit, address, stem):
    with visit(f"{address}notebooks/{stem}.html", scheme="dark") as dark:
        # Some are in a solution, folded.
        dark.page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
        figures = dark.page.locator("div.cell_output img")
        assert figures.count() > 0
        for number in range(figures.count()):
            figure = figures.nth(number)
            assert len(figure.get_attribute("alt") or "") >= 20
            assert figure.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
            assert title_contrast(figure.screenshot()) >= TEXT_CONTRAST


def test_contrast_is_measured_as_wcag_says():
    grey = Image.new("RGB", (200, 60), "#FFFFFF")
    grey.paste("#767676", (20, 20, 60, 30))
    saved = io.BytesIO()
    grey.save(saved, "png")
    assert title_contrast(saved.getvalue()) == pytest.approx(4.54, abs=0.01)


def test_search_finds_a_term(visit, address):
    with visit(address) as visited:
        page = visited.page
        page.keyboard.press("Control+k")
        page.keyboard.type("embedding")
        page.keyboard.press("Enter")
        results = page.locator("#search-results li a")
        results.first.wait_for()
        page.wait_for_load_state("networkidle")
        assert any(LESSONS[0] in link.get_attribute("href") for link in results.all())
        assert any("glossary" in link.get_attribute("href") for link in results.all())
        assert visited.asked == []
        assert visited.complaints == []


def test_it_opens_from_a_folder_without_a_server(visit, site):
    with visit((site / FIRST).as_uri()) as visited:
        assert visited.complaints == []
        visited.page.goto((site / "search.html").as_uri() + "?q=embedding")
        visited.page.locator("#search-results li a").first.wait_for()
        assert visited.asked == []


def test_a_solution_opens_and_closes(visit, address):
    with visit(f"{address}{FIRST}") as visited:
        # Answers to a "Predict first" are folded too.
        solution = visited.page.locator("details.hide", has_text="strict=True").first
        code = solution.locator("pre").first
        assert not code.is_visible()
        solution.locator("summary").click()
        assert code.is_visible()
        assert "strict=True" in code.inner_text()
        solution.locator("summary").press("Enter")
        assert not code.is_visible()


def test_code_has_a_copy_button(visit, address):
    with visit(f"{address}{FIRST}") as visited:
        page = visited.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        cell = page.locator("div.cell_input").first
        cell.hover()
        cell.locator("button.copybtn").click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.splitlines()[0].startswith("MY_GUESS = ")


def test_the_button_changes_to_the_dark_page_and_back(visit, address):
    with visit(f"{address}{FIRST}") as visited:
        for scheme in ("dark", "light"):
            visited.page.locator("button.theme-switch-button:visible").first.click()
            visited.page.locator(f"button[data-mode={scheme}]:visible").first.click()
            assert visited.page.evaluate("document.documentElement.dataset.theme") == scheme


def test_a_formula_is_drawn_by_the_browser(visit, address):
    # The dot product of two vectors: bold letters, a sum with its limits.
    with visit(f"{address}{FIRST}") as visited:
        formula = visited.page.locator(".formula.block math").first
        box = formula.bounding_box()
        assert box["height"] > 30
        assert "𝐩" in formula.text_content()
        fonts = visited.page.evaluate(
            "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
        )
        assert any("STIX Two Math" in family for family in fonts)


def test_the_leaderboard_sorts_by_a_column(visit, address):
    with visit(f"{address}leaderboards.html") as visited:
        table = visited.page.locator("table.sortable").first
        head = table.locator("thead th").nth(1)
        numbers = {}
        for order in ("descending", "ascending"):
            head.locator("button").press("Enter")
            assert head.get_attribute("aria-sort") == order
            cells = table.locator("tbody tr td:nth-child(2)").all()
            numbers[order] = [float(cell.get_attribute("data-value")) for cell in cells]
        assert numbers["ascending"] == sorted(numbers["ascending"])
        assert numbers["descending"] == numbers["ascending"][::-1]


def test_pages_lead_to_the_previous_and_the_next_lesson(visit, address):
    with visit(f"{address}notebooks/{LESSONS[1]}.html") as visited:
        previous = visited.page.locator("a.left-prev")
        following = visited.page.locator("a.right-next")
        assert LESSONS[0] in previous.get_attribute("href")
        assert LESSONS[2] in following.get_attribute("href")
        following.click()
        assert LESSONS[2] in visited.page.url


def test_a_term_leads_to_its_definition(visit, address):
    with visit(f"{address}{FIRST}") as visited:
        term = visited.page.locator("a.term", has_text="dot product")
        assert term.count() == 1
        assert "place by place" in term.get_attribute("title")
        term.click()
        assert visited.page.url.endswith("glossary.html#dot-product")
        visited.page.locator("#dot-product").wait_for()
